//! Passkeys (WebAuthn): signing in with a phone, a computer or a key instead of a password and a code.
//!
//! The device proves that it holds the private half and that its owner unlocked it, for this address of ours alone: a
//! page that looks like ours gets nothing. The ceremony itself is checked by a library.

use forecourt_core::id::PasskeyId;
use forecourt_store::{PasskeyRecord, StoreError};
use jiff::SignedDuration;
use passkey_auth::{
    Attachment, AuthenticationState, CosePublicKey, CredentialId, PasskeyCredential, RegistrationState,
    Webauthn,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::logins::{Browser, Opened};
use crate::outside::Url;
use crate::passwords::{digest, secret};
use crate::principal::Proof;
use crate::{App, AppError, Principal};

/// How long a person may take to unlock the device.
const LASTS: SignedDuration = SignedDuration::from_mins(5);
/// Random bytes of what ties question and answer together.
const TOKEN_BYTES: usize = 32;
/// Passkeys of one person.
const PASSKEYS_MAX: usize = 20;
/// What the table of steps calls these.
const SIGN_IN: &str = "passkey";
const REGISTRATION: &str = "new_passkey";

/// What the browser is to ask the device.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Comes back with the answer.
    pub token: String,
    /// As `navigator.credentials` takes it, its bytes as base64url.
    pub options: Value,
}

impl App {
    pub async fn passkeys(&self, principal: &Principal) -> Result<Vec<PasskeyRecord>, AppError> {
        Ok(self.store.passkeys(principal.person()?).await?)
    }

    /// Begins a new passkey. Needs the password of who has one: an open page is not enough.
    pub async fn begin_passkey(&self, principal: &Principal, password: &str) -> Result<Challenge, AppError> {
        principal.in_person()?;
        let record = self.account(principal).await?;
        if !record.password_hash.is_empty() {
            self.prove_own_password(&record, password).await?;
        }
        let there = self.store.passkeys(record.id).await?;
        if there.len() >= PASSKEYS_MAX {
            return Err(AppError::Conflict("these are enough passkeys; remove one first".into()));
        }
        let known: Vec<CredentialId> = there.iter().filter_map(|each| credential(each).ok()).collect();
        let handle = record.id.0.to_be_bytes();
        let (challenge, state) =
            self.ceremony()?.start_registration(&handle, &record.email, &record.name, &known);
        let mut options = json!(challenge);
        // The device remembers whose it is: nobody has to type an address.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        let token = self.remember_step(REGISTRATION, &state).await?;
        Ok(Challenge { token, options })
    }

    pub async fn add_passkey(
        &self,
        principal: &Principal,
        token: &str,
        name: &str,
        answer: Value,
    ) -> Result<PasskeyRecord, AppError> {
        let operator = principal.in_person()?;
        let name = checked_name("/name", name)?;
        let state: RegistrationState = self.remembered_step(REGISTRATION, token).await?;
        if state.user_id != operator.0.to_be_bytes() {
            return Err(too_late());
        }
        let answer = serde_json::from_value(answer).map_err(|_| unreadable())?;
        let made = self.ceremony()?.finish_registration(&state, &answer).map_err(|error| refused(&error))?;
        let record = PasskeyRecord {
            id: PasskeyId(self.id()),
            operator,
            credential: made.id.to_b64url(),
            name,
            public_key: CredentialId(made.public_key_cose.as_bytes().to_vec()).to_b64url(),
            transports: made.transports.iter().filter(|word| is_plain(word)).take(8).cloned().collect(),
            counter: made.counter,
            created_at: self.now(),
            last_used_at: None,
        };
        let mut tx = self.store.begin().await?;
        tx.add_passkey(&record).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("this passkey is known already".into()),
            other => other.into(),
        })?;
        let subject = ("operator", operator.0, &*principal.name());
        let note = self.note(principal, "account.passkey_added", subject);
        tx.audit(&note.made(&json!({"name": record.name}))).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn remove_passkey(&self, principal: &Principal, id: PasskeyId) -> Result<(), AppError> {
        let operator = principal.in_person()?;
        let there = self.store.passkeys(operator).await?;
        let there = there.into_iter().find(|each| each.id == id).ok_or(AppError::NotFound("passkey"))?;
        let mut tx = self.store.begin().await?;
        tx.delete_passkey(operator, id).await?;
        let subject = ("operator", operator.0, &*principal.name());
        let note = self.note(principal, "account.passkey_removed", subject);
        tx.audit(&note.gone(&json!({"name": there.name}))).await?;
        Ok(tx.commit().await?)
    }

    /// Begins a sign-in; who it will be, the device says.
    pub async fn begin_passkey_sign_in(&self) -> Result<Challenge, AppError> {
        let (challenge, state) = self.ceremony()?.start_authentication(&[]);
        let token = self.remember_step(SIGN_IN, &state).await?;
        Ok(Challenge { token, options: json!(challenge) })
    }

    /// Signs in whoever the passkey is of. It stands for password and code together.
    pub async fn sign_in_by_passkey(
        &self,
        token: &str,
        answer: Value,
        browser: Browser,
    ) -> Result<Opened, AppError> {
        let mut state: AuthenticationState = self.remembered_step(SIGN_IN, token).await?;
        let answer: passkey_auth::AuthenticationResponse =
            serde_json::from_value(answer).map_err(|_| unreadable())?;
        let record = self.store.passkey(&answer.id).await?.ok_or_else(unknown)?;
        state.user_handle = Some(record.operator.0.to_be_bytes().to_vec());
        let stored = PasskeyCredential {
            id: credential(&record)?,
            public_key_cose: CosePublicKey(bytes(&record.public_key)?),
            counter: record.counter,
            transports: Vec::new(),
            aaguid: [0; 16],
        };
        let proven = self
            .ceremony()?
            .require_user_handle(true)
            .finish_authentication(&state, &answer, &stored)
            .map_err(|error| refused(&error))?;
        let mut tx = self.store.begin().await?;
        if !tx.use_passkey(&record, proven.new_counter, self.now()).await? {
            return Err(unknown());
        }
        tx.commit().await?;
        let operator = self.store.operator(record.operator).await?.ok_or_else(unknown)?;
        self.open_proven_login(operator, browser, false, Proof::Passkey).await
    }

    /// Passkeys are bound to the name in the page's address.
    fn ceremony(&self) -> Result<Webauthn, AppError> {
        let nameless = || {
            AppError::Conflict(
                "passkeys need a page with a name: ask whoever runs this server to set page_url".into(),
            )
        };
        let url = Url::parse(&self.settings().page_url).map_err(|_| nameless())?;
        let name = url.domain().ok_or_else(nameless)?;
        let origin = url.origin().ascii_serialization();
        Ok(Webauthn::new(name, "Forecourt", &origin)
            .require_user_verification(true)
            .authenticator_attachment(Attachment::Any)
            .strict_base64(true))
    }

    async fn remember_step(&self, kind: &str, state: &impl Serialize) -> Result<String, AppError> {
        let token = secret(TOKEN_BYTES);
        let mut tx = self.store.begin().await?;
        let text = json!(state).to_string();
        tx.add_sign_in_step(&digest(token.as_bytes()), kind, &text, self.now() + LASTS).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// What was remembered, once.
    async fn remembered_step<T: DeserializeOwned>(&self, kind: &str, token: &str) -> Result<T, AppError> {
        let mut tx = self.store.begin().await?;
        let text = tx.take_sign_in_step(&digest(token.as_bytes()), kind, self.now()).await?;
        tx.commit().await?;
        text.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(too_late)
    }
}

fn is_plain(word: &str) -> bool {
    word.len() <= 20 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn bytes(text: &str) -> Result<Vec<u8>, AppError> {
    CredentialId::from_b64url(text).map(|id| id.0).map_err(|_| unknown())
}

fn credential(record: &PasskeyRecord) -> Result<CredentialId, AppError> {
    bytes(&record.credential).map(CredentialId)
}

fn too_late() -> AppError {
    AppError::Conflict("this took too long or was answered already; begin again".into())
}

fn unreadable() -> AppError {
    AppError::field("/answer", "not the answer of a passkey")
}

fn unknown() -> AppError {
    AppError::Conflict("this passkey is not known here; sign in another way".into())
}

fn refused(error: &passkey_auth::Error) -> AppError {
    tracing::info!(%error, "a passkey was refused");
    AppError::Conflict("this passkey could not be verified; begin again".into())
}
