//! Times in columns: milliseconds since 1970, UTC.

use jiff::Timestamp;

use crate::StoreError;

pub(crate) fn from_ms(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::Corrupt("time"))
}
