//! Passwords of operators and stations.
//!
//! Chosen ones are kept as argon2id, a bounded number computed at a time. Generated ones are random: there is nothing to
//! guess, so a digest is enough, and ten thousand stations that come back at once do not wait for each other.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

/// Hashes computed at once: one core of a small machine stays free for charging.
const AT_ONCE: usize = 1;
/// Callers that may wait for their turn; more are told to come back.
const WAITING: usize = 64;

#[derive(Debug)]
pub(crate) struct Passwords {
    turn: Semaphore,
    queue: Semaphore,
    /// Verified against when there is nothing to verify, so that a stranger waits as long as a known station.
    decoy: String,
}

/// Marks the digest of a generated password among argon2's texts.
const GENERATED: &str = "sha256:";

/// Too many hashes are being computed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overloaded;

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(WAITING),
            decoy: hash_now(secret(16).as_bytes()).unwrap_or_default(),
        }
    }
}

impl Passwords {
    pub async fn hash(&self, password: &[u8]) -> Result<String, Overloaded> {
        let password = password.to_vec();
        self.compute(move || hash_now(&password)).await?.ok_or(Overloaded)
    }

    /// A refusal takes the same time whatever it is for: no hash, a chosen password or a generated one.
    pub async fn verify(&self, password: &[u8], hash: Option<&str>) -> Result<bool, Overloaded> {
        let generated = hash.and_then(|hash| hash.strip_prefix(GENERATED));
        if generated.is_some_and(|kept| kept.as_bytes().ct_eq(digest(password).as_bytes()).into()) {
            return Ok(true);
        }
        let hash = hash.filter(|_| generated.is_none());
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.decoy).to_owned();
        let password = password.to_vec();
        let right = self
            .compute(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|h| Argon2::default().verify_password(&password, &h).is_ok())
            })
            .await?;
        Ok(right && known)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let _place = self.queue.try_acquire().map_err(|_| Overloaded)?;
        let _turn = self.turn.acquire().await.map_err(|_| Overloaded)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Overloaded)
    }
}

fn hash_now(password: &[u8]) -> Option<String> {
    Argon2::default().hash_password(password).ok().map(|hash| hash.to_string())
}

/// What is kept of a password that [`secret`] made.
pub(crate) fn hash_of_generated(secret: &str) -> String {
    format!("{GENERATED}{}", digest(secret.as_bytes()))
}

/// A random text of `bytes` bytes, safe in URLs and configuration files.
pub(crate) fn secret(bytes: usize) -> String {
    let random: Vec<u8> = (0..bytes).map(|_| rand::random::<u8>()).collect();
    URL_SAFE_NO_PAD.encode(random)
}

/// For secrets that are random: nothing to guess, so a plain digest is enough.
pub(crate) fn digest(secret: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
