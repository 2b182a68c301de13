//! The second factor: codes of the moment (TOTP, RFC 6238) from an app on a phone, and recovery codes on paper.
//!
//! The secret is sealed with the installation's key and shown once. No code works twice.

use forecourt_core::id::OperatorId;
use forecourt_store::OperatorRecord;
use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::passwords::digest;
use crate::{App, AppError, Opened, Principal};

/// Seconds a code holds (RFC 6238 §5.2).
const STEP_S: u64 = 30;
/// Steps before and after the present one that are taken too: clocks of phones are off.
const LEEWAY: u16 = 1;
/// Digits of a code, as apps expect them.
const DIGITS: u8 = 6;
/// Bytes of a secret (RFC 4226 §4: 160 bits).
const SECRET_BYTES: usize = 20;
/// Recovery codes made at once.
const RECOVERY_CODES: usize = 8;
/// Random bytes of a recovery code: with the rate limit of signing in, nobody guesses 50 bits.
const RECOVERY_BYTES: usize = 7;
/// What the sealed text is for; opened for nothing else.
const PURPOSE: &str = "operator's second factor";
/// What an app calls these codes.
const ISSUER: &str = "Forecourt";

/// What a phone needs, shown once.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// To type in where no code can be scanned.
    pub secret: String,
    /// `otpauth://` address, drawn by the page.
    pub address: String,
}

impl App {
    /// Makes a secret that is not asked for until a first code proves that the phone has it.
    pub async fn begin_second_factor(&self, principal: &Principal) -> Result<SecondFactor, AppError> {
        principal.in_person()?;
        let record = self.account(principal).await?;
        if record.totp_confirmed {
            return Err(AppError::Conflict("a second factor is set up already; turn it off first".into()));
        }
        let secret: [u8; SECRET_BYTES] = rand::random();
        let text = Secret::from(secret).to_base32();
        let sealed = self.vault().seal(PURPOSE, text.as_bytes())?;
        let mut tx = self.store.begin().await?;
        tx.set_second_factor(record.id, Some(&sealed), false, &[]).await?;
        tx.commit().await?;
        let address = codes_of(&text, &record.email)?.to_url().map_err(|_| unusable())?;
        Ok(SecondFactor { secret: text, address })
    }

    /// The first code turns it on; answers the recovery codes, this once.
    pub async fn confirm_second_factor(
        &self,
        principal: &Principal,
        code: &str,
    ) -> Result<Vec<String>, AppError> {
        principal.in_person()?;
        let record = self.account(principal).await?;
        if record.totp_confirmed {
            return Err(AppError::Conflict("a second factor is set up already".into()));
        }
        let step = self.step_of(&record, code)?.ok_or_else(wrong_code)?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let digests: Vec<String> = codes.iter().map(|code| digest(bare(code).as_bytes())).collect();
        let mut tx = self.store.begin().await?;
        if !tx.take_step(record.id, step).await? {
            return Err(wrong_code());
        }
        tx.set_second_factor(record.id, record.totp_sealed.as_deref(), true, &digests).await?;
        let subject = ("operator", record.id.0, record.name.as_str());
        tx.audit(&self.note(principal, "account.second_factor_on", subject).done()).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Needs the password: an open page is not enough.
    pub async fn end_second_factor(&self, principal: &Principal, password: &str) -> Result<(), AppError> {
        principal.in_person()?;
        let record = self.account(principal).await?;
        self.prove_own_password(&record, password).await?;
        let mut tx = self.store.begin().await?;
        tx.set_second_factor(record.id, None, false, &[]).await?;
        let subject = ("operator", record.id.0, record.name.as_str());
        tx.audit(&self.note(principal, "account.second_factor_off", subject).done()).await?;
        Ok(tx.commit().await?)
    }

    /// Finishes a half login with a code of the phone or of the paper; it gets a new token.
    pub async fn finish_sign_in(
        &self,
        token: &str,
        code: &str,
        browser: crate::Browser,
    ) -> Result<Opened, AppError> {
        let login = self.login(token).await?;
        if !login.half {
            return Err(AppError::SignedOut);
        }
        let record = self.store.operator(login.operator).await?.ok_or(AppError::SignedOut)?;
        if !self.takes_code(&record, code).await? {
            return Err(wrong_code());
        }
        self.sign_out(token).await?;
        self.open_login(record, browser, false).await
    }

    /// Whose half login this is, for the limit of attempts.
    pub async fn half_login_of(&self, token: &str) -> Result<OperatorId, AppError> {
        Ok(self.login(token).await?.operator)
    }

    async fn takes_code(&self, record: &OperatorRecord, code: &str) -> Result<bool, AppError> {
        let mut tx = self.store.begin().await?;
        if let Some(step) = self.step_of(record, code)? {
            let taken = tx.take_step(record.id, step).await?;
            tx.commit().await?;
            return Ok(taken);
        }
        let given = digest(bare(code).as_bytes());
        let left: Vec<String> = record
            .recovery
            .iter()
            .filter(|kept| !bool::from(kept.as_bytes().ct_eq(given.as_bytes())))
            .cloned()
            .collect();
        if left.len() == record.recovery.len() {
            return Ok(false);
        }
        let taken = tx.take_recovery(record.id, &record.recovery, &left).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// The step of time this code is of.
    fn step_of(&self, record: &OperatorRecord, code: &str) -> Result<Option<i64>, AppError> {
        let Some(sealed) = &record.totp_sealed else { return Ok(None) };
        let secret = String::from_utf8(self.vault().open(PURPOSE, sealed)?).map_err(|_| unusable())?;
        let now = u64::try_from(self.now().as_second()).unwrap_or_default();
        let step = codes_of(&secret, &record.email)?.check(&bare(code), now);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }
}

/// The codes of a secret, as apps on phones make them. The name is what the app shows beside them.
fn codes_of(secret: &str, name: &str) -> Result<Totp, AppError> {
    let secret = Secret::try_from_base32(secret).map_err(|_| unusable())?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(LEEWAY)
        .with_step_duration(STEP_S)
        .with_secret(secret)
        .with_issuer(Some(ISSUER))
        // A colon would part the issuer from the name.
        .with_account_name(name.replace(':', "_"))
        .build()
        .map_err(|_| unusable())
}

fn unusable() -> AppError {
    AppError::Conflict("this second factor cannot be used; turn it off and set it up again".into())
}

fn wrong_code() -> AppError {
    AppError::field("/code", "this code is wrong or was used; wait for the next one")
}

/// As people type it: without blanks and dashes, in capitals.
fn bare(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(32).collect()
}

fn recovery_code() -> String {
    let random = Secret::from(rand::random::<[u8; RECOVERY_BYTES]>());
    let text: String = random.to_base32().chars().take(10).collect();
    let (first, second) = text.split_at(5);
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        let codes = codes_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ada@example.com").expect("codes");
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(codes.check(code, second), Some(second / STEP_S));
            assert_eq!(codes.check(code, second + STEP_S), Some(second / STEP_S), "a phone that is behind");
            assert_eq!(codes.check(code, second + 3 * STEP_S), None);
        }
        assert_eq!(codes.check("+87082", 59), None);
    }

    #[test]
    fn the_address_is_one_that_apps_read() {
        let codes = codes_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "a:da@example.com").expect("codes");
        let address = codes.to_url().expect("an address");
        assert!(address.starts_with("otpauth://totp/Forecourt:a_da%40example.com?"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
        assert!(address.contains("issuer=Forecourt"), "{address}");
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(bare("ab-cd 12"), "ABCD12");
        assert_eq!(recovery_code().len(), 11);
    }
}
