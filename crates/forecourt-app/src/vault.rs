//! The machine's secret key: what must be kept and read again (keys of authorities, tokens of outside services) is
//! sealed with it, so that a copy of the database alone opens nothing.
//!
//! Passwords are not kept here: they are hashed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};

use crate::AppError;

/// Shortest secret key given as text, in characters: below, it could be guessed.
pub const SECRET_KEY_MIN_CHARS: usize = 32;
/// Name of the file in the data folder.
pub const SECRET_KEY_FILE: &str = "secret.key";
/// Bytes of a key made here.
const KEY_BYTES: usize = 32;
/// What every sealed text begins with; another way of sealing gets another.
const FORMAT: &str = "sealed1:";

/// Where the key comes from. Cheap to clone; the key is read when it is first needed.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    source: Source,
    key: OnceLock<[u8; KEY_BYTES]>,
}

enum Source {
    Text(String),
    File(PathBuf),
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Default for Vault {
    /// A key that nobody will ever have again: for tests.
    fn default() -> Self {
        Self::of_text(crate::passwords::secret(KEY_BYTES))
    }
}

impl Vault {
    /// A key from the environment.
    pub fn of_text(text: String) -> Self {
        Self(Arc::new(Inner { source: Source::Text(text), key: OnceLock::new() }))
    }

    /// A key in a file of the data folder, made when it is first needed.
    pub fn in_folder(folder: &Path) -> Self {
        let source = Source::File(folder.join(SECRET_KEY_FILE));
        Self(Arc::new(Inner { source, key: OnceLock::new() }))
    }

    fn key(&self) -> Result<&[u8; KEY_BYTES], AppError> {
        if let Some(key) = self.0.key.get() {
            return Ok(key);
        }
        let text = match &self.0.source {
            Source::Text(text) => text.clone(),
            Source::File(path) => read_or_make(path).map_err(|error| {
                AppError::Conflict(format!("the secret key {} cannot be used: {error}", path.display()))
            })?,
        };
        let digest = Sha256::digest(text.trim().as_bytes());
        Ok(self.0.key.get_or_init(|| digest.into()))
    }

    /// `label` says what it is for: a text sealed for one thing opens no other.
    pub(crate) fn seal(&self, label: &str, secret: &[u8]) -> Result<String, AppError> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = secret.to_vec();
        self.aead()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(label.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| AppError::Conflict("nothing can be sealed".into()))?;
        Ok(format!("{FORMAT}{}", STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    pub(crate) fn open(&self, label: &str, sealed: &str) -> Result<Vec<u8>, AppError> {
        let wrong = || {
            AppError::Conflict(
                "the secret key of this server is not the one this was sealed with; restore secret.key or \
                 FORECOURT_SECRET_KEY from the backup"
                    .into(),
            )
        };
        let text = sealed.strip_prefix(FORMAT).ok_or_else(wrong)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut sealed = sealed.to_vec();
        let opened = self
            .aead()?
            .open_in_place(nonce, Aad::from(label.as_bytes()), &mut sealed)
            .map_err(|_| wrong())?;
        Ok(opened.to_vec())
    }

    fn aead(&self) -> Result<LessSafeKey, AppError> {
        let key = UnboundKey::new(&AES_256_GCM, self.key()?)
            .map_err(|_| AppError::Conflict("the secret key cannot be used".into()))?;
        Ok(LessSafeKey::new(key))
    }

    /// A digest that tells nobody without the key anything, however simple the text.
    pub(crate) fn keyed_digest(&self, label: &str, text: &[u8]) -> Result<String, AppError> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key()?);
        let mut context = hmac::Context::with_key(&key);
        context.update(label.as_bytes());
        context.update(&[0]);
        context.update(text);
        Ok(STANDARD_NO_PAD.encode(context.sign().as_ref()))
    }
}

fn read_or_make(path: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= SECRET_KEY_MIN_CHARS => Ok(text),
        Ok(_) => Err(std::io::Error::other("the file is too short to be a key")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path),
        Err(error) => Err(error),
    }
}

fn make(path: &Path) -> std::io::Result<String> {
    let text = crate::passwords::secret(KEY_BYTES);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            writeln!(file, "{text}")?;
            file.sync_all()?;
            tracing::info!("a secret key was made: {}; keep it with your backups", path.display());
            Ok(text)
        }
        // Somebody was faster: theirs it is.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => std::fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_label_only() {
        let vault = Vault::default();
        let sealed = vault.seal("a", b"secret").expect("sealed");
        assert!(!sealed.contains("secret"));
        assert_eq!(vault.open("a", &sealed).expect("opened"), b"secret");
        assert!(vault.open("b", &sealed).is_err());
        assert!(Vault::default().open("a", &sealed).is_err());
        assert!(vault.open("a", "sealed1:").is_err());
        assert_ne!(sealed, vault.seal("a", b"secret").expect("sealed"));
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let sealed = Vault::in_folder(folder.path()).seal("a", b"x").expect("sealed");
        assert_eq!(Vault::in_folder(folder.path()).open("a", &sealed).expect("opened"), b"x");
        let path = folder.path().join(SECRET_KEY_FILE);
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&path).expect("the file").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, "short").expect("written");
        assert!(Vault::in_folder(folder.path()).open("a", &sealed).is_err());
    }
}
