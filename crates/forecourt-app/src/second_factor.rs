//! The second factor: codes of the moment (TOTP, RFC 6238) from an app on a phone, and recovery codes on paper.
//!
//! The secret is sealed with the installation's key and shown once. No code works twice.

use aws_lc_rs::hmac;
use forecourt_core::id::OperatorId;
use forecourt_store::OperatorRecord;
use subtle::ConstantTimeEq as _;

use crate::passwords::digest;
use crate::{App, AppError, Opened, Principal};

/// Seconds a code holds (RFC 6238 §5.2).
const STEP_S: i64 = 30;
/// Steps before and after the present one that are taken too: clocks of phones are off.
const LEEWAY: i64 = 1;
/// Digits of a code, as apps expect them.
const DIGITS: u32 = 6;
/// Bytes of a secret (RFC 4226 §4: 160 bits).
const SECRET_BYTES: usize = 20;
/// Recovery codes made at once.
const RECOVERY_CODES: usize = 8;
/// Random bytes of a recovery code: with the rate limit of signing in, nobody guesses 50 bits.
const RECOVERY_BYTES: usize = 7;
/// What the sealed text is for; opened for nothing else.
const PURPOSE: &str = "operator's second factor";
/// RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

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
        let record = self.account(principal).await?;
        if record.totp_confirmed {
            return Err(AppError::Conflict("a second factor is set up already; turn it off first".into()));
        }
        let secret: [u8; SECRET_BYTES] = rand::random();
        let text = base32(&secret);
        let sealed = self.vault().seal(PURPOSE, text.as_bytes())?;
        let mut tx = self.store.begin().await?;
        tx.set_second_factor(record.id, Some(&sealed), false, &[]).await?;
        tx.commit().await?;
        let address = address_of(&record.email, &text);
        Ok(SecondFactor { secret: text, address })
    }

    /// The first code turns it on; answers the recovery codes, this once.
    pub async fn confirm_second_factor(
        &self,
        principal: &Principal,
        code: &str,
    ) -> Result<Vec<String>, AppError> {
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
        let secret = self.vault().open(PURPOSE, sealed)?;
        let secret = unbase32(&secret);
        let now = self.now().as_second().div_euclid(STEP_S);
        let given = bare(code);
        let right = |step: &i64| bool::from(code_at(&secret, *step).as_bytes().ct_eq(given.as_bytes()));
        Ok((now - LEEWAY..=now + LEEWAY).find(right))
    }
}

fn wrong_code() -> AppError {
    AppError::field("/code", "this code is wrong or was used; wait for the next one")
}

/// As people type it: without blanks and dashes, in capitals.
fn bare(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(32).collect()
}

fn recovery_code() -> String {
    let text: String = base32(&rand::random::<[u8; RECOVERY_BYTES]>()).chars().take(10).collect();
    let (first, second) = text.split_at(5);
    format!("{first}-{second}")
}

fn code_at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 15);
    let four = bytes.iter().skip(offset).take(4).fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{:0width$}", (four & 0x7fff_ffff) % 10u32.pow(DIGITS), width = DIGITS as usize)
}

fn base32(bytes: &[u8]) -> String {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |n| byte >> n & 1));
    let bits: Vec<u8> = bits.collect();
    let letter = |five: &[u8]| {
        let value = five.iter().fold(0usize, |sum, bit| sum << 1 | usize::from(*bit)) << (5 - five.len());
        char::from(BASE32.get(value).copied().unwrap_or(b'A'))
    };
    bits.chunks(5).map(letter).collect()
}

fn unbase32(text: &[u8]) -> Vec<u8> {
    let values = text.iter().filter_map(|c| BASE32.iter().position(|letter| letter == c));
    let bits: Vec<u8> = values.flat_map(|v| (0..5).rev().map(move |n| (v >> n & 1) as u8)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |sum, bit| sum << 1 | bit)).collect()
}

/// The address apps scan: <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>.
fn address_of(email: &str, secret: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_');
    let label: String = email.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    format!(
        "otpauth://totp/Forecourt:{label}?secret={secret}&issuer=Forecourt&digits={DIGITS}&period={STEP_S}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        let secret = b"12345678901234567890";
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000_i64, "353130")] {
            assert_eq!(code_at(secret, second / STEP_S), code);
        }
    }

    #[test]
    fn base32_is_read_back() {
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(unbase32(base32(b"12345678901234567890").as_bytes()), b"12345678901234567890");
        assert_eq!(bare("ab-cd 12"), "ABCD12");
        assert_eq!(recovery_code().len(), 11);
    }
}
