//! A creating request that is repeated under its key gets the answer it got, and creates nothing.
//!
//! The key is claimed in storage before the request runs, so that of two at once, at whichever node, only one does.

use forecourt_core::id::OrganisationId;
use jiff::SignedDuration;

use crate::passwords::digest;
use crate::{App, AppError, Principal};

/// Longest key accepted, in bytes.
const KEY_MAX_BYTES: usize = 255;
/// How long a claim without an answer holds. Requests take seconds; one that is older died with its server.
const CLAIM: SignedDuration = SignedDuration::from_mins(2);

/// What becomes of a request with a key.
#[derive(Debug)]
pub enum Once {
    /// Run it, then [`App::finish_once`].
    Run(Claim),
    /// It has run: this was its answer.
    Repeat(u16, String),
}

/// A key that belongs to one running request.
#[derive(Debug)]
pub struct Claim {
    organisation: OrganisationId,
    key_hash: String,
}

impl App {
    /// Claims the key for this request. The same request still running, or another under the same key, is refused.
    pub async fn begin_once(
        &self,
        principal: &Principal,
        key: &str,
        request: &str,
    ) -> Result<Once, AppError> {
        if key.is_empty() || key.len() > KEY_MAX_BYTES {
            return Err(AppError::field("Idempotency-Key", format!("1 to {KEY_MAX_BYTES} characters")));
        }
        let claim = Claim { organisation: principal.organisation, key_hash: digest(key.as_bytes()) };
        let request_hash = digest(request.as_bytes());
        if let Some(answer) = self.answered_before(&claim, &request_hash).await? {
            return Ok(answer);
        }
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let claimed =
            tx.claim_key(claim.organisation, &claim.key_hash, &request_hash, now, now - CLAIM).await?;
        tx.commit().await?;
        if claimed {
            return Ok(Once::Run(claim));
        }
        let running = || AppError::Conflict("this request is still running; repeat it in a moment".into());
        self.answered_before(&claim, &request_hash).await?.ok_or_else(running)
    }

    async fn answered_before(&self, claim: &Claim, request_hash: &str) -> Result<Option<Once>, AppError> {
        let kept = self.store.idempotent_answer(claim.organisation, &claim.key_hash).await?;
        match kept {
            None => Ok(None),
            Some(answer) if answer.request_hash != request_hash => {
                Err(AppError::Conflict("this Idempotency-Key was used for another request".into()))
            }
            Some(answer) if answer.status == 0 => Ok(None),
            Some(answer) => Ok(Some(Once::Repeat(u16::try_from(answer.status).unwrap_or(200), answer.body))),
        }
    }

    /// Keeps the answer for repeats; a request that created nothing gives its key back.
    pub async fn finish_once(&self, claim: Claim, answer: Option<(u16, &str)>) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        match answer {
            Some((status, body)) => tx.keep_answer(claim.organisation, &claim.key_hash, status, body).await?,
            None => tx.release_key(claim.organisation, &claim.key_hash).await?,
        }
        Ok(tx.commit().await?)
    }
}
