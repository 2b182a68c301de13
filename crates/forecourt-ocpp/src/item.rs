//! Things of a station that have no shape of ours: each becomes a key and its JSON as it came.
//!
//! The key is what the station itself would name the thing by, so that a newer one replaces the older. Nothing is lost: the
//! body is the whole of it.

use forecourt_core::command::CertificateHash;
use forecourt_core::fact::{Item, ItemKind, ItemReport};
use forecourt_core::id::EvseNumber;

use crate::node::Node;
use crate::read::Object;
use crate::write::cut;

/// Longest key, in characters: a number, a word or two ids joined.
const KEY_MAX_CHARS: usize = 200;

/// An empty report of one message that is complete in itself.
pub(crate) fn report(kind: ItemKind) -> ItemReport {
    ItemReport {
        kind,
        request_id: None,
        seq: None,
        last: true,
        removed: false,
        items: Vec::new(),
        evse: None,
        transaction: None,
        needs: None,
    }
}

pub(crate) fn item(key: String, body: &Node<'_>) -> Item {
    Item { key: clean(&key), body: body.to_json() }
}

/// The entries of a list, each named by the members of `keys` joined.
pub(crate) fn list(kind: ItemKind, payload: &Node<'_>, list: &str, keys: &[&str]) -> ItemReport {
    let mut report = report(kind);
    report.items = entries(payload, list, keys);
    report
}

pub(crate) fn entries(payload: &Node<'_>, list: &str, keys: &[&str]) -> Vec<Item> {
    let entries = match payload.member(list) {
        Some(Node::List(entries)) => entries.as_slice(),
        Some(one @ Node::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    entries.iter().enumerate().map(|(index, entry)| item(key(entry, keys, index), entry)).collect()
}

/// The members that name an entry; where it has none of them, its place in the list.
fn key(entry: &Node<'_>, keys: &[&str], index: usize) -> String {
    let parts: Vec<String> = keys.iter().filter_map(|key| entry.member(key)).map(plain).collect();
    if parts.is_empty() { format!("#{index}") } else { parts.join("/") }
}

/// A text without its quotes, anything else as its JSON.
pub(crate) fn plain(node: &Node<'_>) -> String {
    node.as_text().map_or_else(|| node.to_json(), str::to_owned)
}

fn clean(key: &str) -> String {
    cut(key, KEY_MAX_CHARS).chars().filter(|c| !c.is_control()).collect()
}

/// The EVSE named by a member of a payload that was not read by a reader.
pub(crate) fn evse(payload: &Node<'_>, name: &str) -> Option<EvseNumber> {
    match payload.member(name) {
        Some(Node::Integer(number)) => {
            i32::try_from(*number).ok().filter(|number| *number >= 0).map(EvseNumber)
        }
        _ => None,
    }
}

/// How OCPP names a certificate.
pub(crate) fn hash(data: &Object<'_>) -> CertificateHash {
    CertificateHash {
        algorithm: data.expect_text("hashAlgorithm", 6),
        issuer_name_hash: data.expect_text("issuerNameHash", 128),
        issuer_key_hash: data.expect_text("issuerKeyHash", 128),
        serial: data.expect_text("serialNumber", 40),
    }
}
