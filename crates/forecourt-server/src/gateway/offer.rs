//! What a station offers in its upgrade request: subprotocols and compression.
//!
//! Both are the station's words and may be anything; only clean offers pass on to the WebSocket library, which answers
//! unclean ones in ways that correct clients refuse.

use forecourt_ocpp::Version;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Our order of preference. 2.0.1 stands before 2.1 as long as 2.1 is read as if it were 2.0.1: a station that can do
/// both loses nothing, one that can do only 2.1 is still served.
const PREFERENCE: [Version; 3] = [Version::V201, Version::V21, Version::V16];

/// Every subprotocol offered, as the station wrote them.
pub fn subprotocols(headers: &HeaderMap) -> String {
    let all = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    all.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join(", ")
}

/// The version to speak, and the station's own spelling of it, which the answer must repeat.
pub fn choose(offered: &str) -> Option<(Version, &str)> {
    PREFERENCE.into_iter().find_map(|version| {
        let spelling = offered
            .split(',')
            .map(str::trim)
            .find(|name| Version::from_subprotocol(name) == Some(version))?;
        Some((version, spelling))
    })
}

/// Whether a header of comma-separated words holds this one.
pub fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let all = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

/// Leaves one clean permessage-deflate offer in the headers, or none (RFC 7692 §7.1).
pub fn clean_extensions(headers: &mut HeaderMap) {
    let name = header::SEC_WEBSOCKET_EXTENSIONS;
    let all: Vec<String> =
        headers.get_all(&name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect();
    let clean = all.iter().flat_map(|line| line.split(',')).find(|offer| is_clean(offer));
    let value = clean.and_then(|offer| HeaderValue::from_str(offer.trim()).ok());
    headers.remove(&name);
    if let Some(value) = value {
        headers.insert(name, value);
    }
}

fn is_clean(offer: &str) -> bool {
    let mut parts = offer.split(';').map(str::trim);
    if parts.next() != Some("permessage-deflate") {
        return false;
    }
    let mut seen = Vec::new();
    parts.all(|part| {
        let (name, value) =
            part.split_once('=').map_or((part, None), |(name, value)| (name.trim(), Some(value.trim())));
        let window = |value: &str| value.parse::<u8>().is_ok_and(|bits| (9..=15).contains(&bits));
        let valid = match (name, value) {
            (
                "server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits",
                None,
            ) => true,
            ("server_max_window_bits" | "client_max_window_bits", Some(value)) => window(value),
            _ => false,
        };
        let first = !seen.contains(&name);
        seen.push(name);
        valid && first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_chosen_by_our_preference() {
        assert_eq!(choose("ocpp1.6, ocpp2.0.1"), Some((Version::V201, "ocpp2.0.1")));
        assert_eq!(choose("ocpp2.1,ocpp2.0.1"), Some((Version::V201, "ocpp2.0.1")));
        assert_eq!(choose("ocpp2.1, ocpp1.6"), Some((Version::V21, "ocpp2.1")));
        assert_eq!(choose("OCPP1.6"), Some((Version::V16, "OCPP1.6")));
        assert_eq!(choose("ocpp1.5, ocpp2.0, soap"), None);
        assert_eq!(choose(""), None);
    }

    fn cleaned(lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(line));
        }
        clean_extensions(&mut headers);
        assert!(headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS).iter().count() <= 1);
        headers.get(header::SEC_WEBSOCKET_EXTENSIONS).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn one_clean_offer_of_compression_is_left() {
        let plain = "permessage-deflate";
        assert_eq!(cleaned(&[plain]).as_deref(), Some(plain));
        let full = "permessage-deflate; server_max_window_bits=10; client_max_window_bits";
        assert_eq!(cleaned(&[full]).as_deref(), Some(full));
        let two = "permessage-deflate; server_max_window_bits=8, permessage-deflate";
        assert_eq!(cleaned(&[two]).as_deref(), Some(plain));
        assert_eq!(cleaned(&["x-webkit-deflate-frame", plain]).as_deref(), Some(plain));
        let unclean = [
            "permessage-deflate; server_max_window_bits=99",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; foo",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
            "permessage-deflate;",
            "",
        ];
        for offer in unclean {
            assert_eq!(cleaned(&[offer]), None, "{offer}");
        }
    }
}
