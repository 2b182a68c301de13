//! Enums in text columns: the same words as in documents.

use serde::{Serialize, de::DeserializeOwned};

use crate::StoreError;

/// The word of a field-less enum.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(crate) fn read<T: DeserializeOwned>(word: String, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| StoreError::Corrupt(column))
}

pub(crate) fn read_or_none<T: DeserializeOwned>(
    word: Option<String>,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    word.map(|word| read(word, column)).transpose()
}

/// A value that is kept as JSON text.
pub(crate) fn json<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}
