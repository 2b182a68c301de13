//! A creating request that is repeated under its key gets the answer it got, and creates nothing.

use forecourt_store::IdempotentAnswer;

use crate::passwords::digest;
use crate::{App, AppError, Principal};

/// Longest key accepted, in bytes.
const KEY_MAX_BYTES: usize = 255;

impl App {
    /// The answer given before, if this request was seen. Another request under the same key is refused.
    pub async fn repeated_answer(
        &self,
        principal: &Principal,
        key: &str,
        request: &str,
    ) -> Result<Option<(u16, String)>, AppError> {
        if key.is_empty() || key.len() > KEY_MAX_BYTES {
            return Err(AppError::field("Idempotency-Key", format!("1 to {KEY_MAX_BYTES} characters")));
        }
        let kept = self.store.idempotent_answer(principal.organisation, &digest(key.as_bytes())).await?;
        match kept {
            None => Ok(None),
            Some(answer) if answer.request_hash == digest(request.as_bytes()) => {
                Ok(Some((u16::try_from(answer.status).unwrap_or(200), answer.body)))
            }
            Some(_) => Err(AppError::Conflict("this Idempotency-Key was used for another request".into())),
        }
    }

    pub async fn keep_answer(
        &self,
        principal: &Principal,
        key: &str,
        request: &str,
        status: u16,
        body: &str,
    ) -> Result<(), AppError> {
        let answer = IdempotentAnswer {
            request_hash: digest(request.as_bytes()),
            status: i64::from(status),
            body: body.to_owned(),
        };
        let mut tx = self.store.begin().await?;
        tx.keep_answer(principal.organisation, &digest(key.as_bytes()), &answer, self.now()).await?;
        Ok(tx.commit().await?)
    }
}
