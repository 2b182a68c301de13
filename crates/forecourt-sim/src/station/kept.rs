//! What a simulated station was given to keep: profiles, lists, reservations, messages, monitors, certificates, tariffs.
//!
//! As the CSMS wrote it, in the words of its version; what profiles allow is read in `obey`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Things by their key at the station; a later one of the same key replaces.
pub(super) type Shelf = BTreeMap<String, Value>;

#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By id; `connectorId` or `evseId` stands beside the profile.
    pub profiles: Shelf,
    pub list_version: i64,
    /// By token.
    pub list: Shelf,
    /// By id.
    pub reservations: Shelf,
    pub messages: Shelf,
    pub monitors: Shelf,
    pub monitors_made: i64,
    /// By what is trusted and the digest of the text.
    pub certificates: Shelf,
    pub network_profiles: Shelf,
    pub tariffs: Shelf,
    pub der_controls: Shelf,
    pub streams: Shelf,
    pub published: Shelf,
}

/// A member as a key.
pub(super) fn key(payload: &Value, name: &str) -> String {
    match payload.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

pub(super) fn status(word: &str) -> Value {
    json!({ "status": word })
}

pub(super) fn accepted() -> Value {
    status("Accepted")
}

/// Takes a thing off its shelf; the answer where it was not there is `missing`.
pub(super) fn take(shelf: &mut Shelf, key: &str, missing: &str) -> Value {
    match shelf.remove(key) {
        Some(_) => accepted(),
        None => status(missing),
    }
}

impl Kept {
    /// SendLocalList of every version: `entries` under their own name, `token` tells the key of one.
    pub fn update_list(
        &mut self,
        payload: &Value,
        entries: &str,
        version: &str,
        token: impl Fn(&Value) -> String,
        removes: impl Fn(&Value) -> bool,
    ) -> Value {
        let version = payload.get(version).and_then(Value::as_i64).unwrap_or(0);
        let differential = payload.get("updateType").and_then(Value::as_str) == Some("Differential");
        if differential && version <= self.list_version {
            return status("VersionMismatch");
        }
        if !differential {
            self.list.clear();
        }
        for entry in payload.get(entries).and_then(Value::as_array).into_iter().flatten() {
            match removes(entry) {
                true => _ = self.list.remove(&token(entry)),
                false => _ = self.list.insert(token(entry), entry.clone()),
            }
        }
        self.list_version = version;
        accepted()
    }

    /// The names OCPP gives a certificate; a simulated station does not look inside one.
    pub fn keep_certificate(&mut self, kind: &str, pem: &str) {
        let digest = digest(pem);
        let hash = json!({
            "hashAlgorithm": "SHA256", "issuerNameHash": digest, "issuerKeyHash": digest,
            "serialNumber": digest.chars().take(16).collect::<String>(),
        });
        self.certificates.insert(format!("{kind} {digest}"), json!({ "kind": kind, "hash": hash }));
    }

    pub fn delete_certificate(&mut self, hash: &Value) -> Value {
        let serial = key(hash, "serialNumber");
        let found = self.certificates.iter().find(|(_, one)| key(&one["hash"], "serialNumber") == serial);
        match found.map(|(name, _)| name.clone()) {
            Some(name) => take(&mut self.certificates, &name, "NotFound"),
            None => status("NotFound"),
        }
    }
}

/// 64 hexadecimal digits that differ where the texts differ (FNV-1a with four starts): a name, not a proof.
fn digest(text: &str) -> String {
    let fold = |start: u64| {
        text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    (1..=4_u64).map(|n| format!("{:016x}", fold(0xcbf2_9ce4_8422_2325 ^ n))).collect()
}
