//! HTTP Basic authentication as stations write it (RFC 7617, OCPP-J 1.6 §6.2.1, 2.0.1 A00).
//!
//! Passwords are bytes: 1.6 stations send 20 raw ones. Nothing here judges them, and nothing prints them.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, header};

/// Takes credentials with and without padding: firmware forgets it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Longest Authorization header looked at, in bytes: an identity of 128 characters and a password of 64, encoded.
const HEADER_MAX_BYTES: usize = 1_024;

/// User and password. `None`: no header, another scheme, or nothing that can be read.
pub fn read(headers: &HeaderMap) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let text = value.to_str().ok().filter(|text| text.len() <= HEADER_MAX_BYTES)?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64.decode(encoded.trim()).ok()?;
    // The first colon ends the user; the password may hold more of them.
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some((decoded[..colon].to_vec(), decoded[colon + 1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(value: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        read(&headers)
    }

    #[test]
    fn user_and_password_are_read() {
        assert_eq!(of(b"Basic Q1AxOnNlY3JldA=="), Some((b"CP1".to_vec(), b"secret".to_vec())));
        assert_eq!(of(b"basic Q1AxOnNlY3JldA"), Some((b"CP1".to_vec(), b"secret".to_vec())));
        assert_eq!(of(b"Basic Q1AxOmE6Yg=="), Some((b"CP1".to_vec(), b"a:b".to_vec())));
        let raw = format!("Basic {}", BASE64.encode(b"CP1:\x00\xff\x10"));
        assert_eq!(of(raw.as_bytes()), Some((b"CP1".to_vec(), b"\x00\xff\x10".to_vec())));
    }

    #[test]
    fn what_is_no_basic_authentication_is_none() {
        for value in
            [&b"Bearer abc"[..], b"Basic", b"Basic :", b"Basic ====", b"Basic Q1Ax", b"", b"Basic \xff"]
        {
            assert_eq!(of(value), None);
        }
        let mut twice = HeaderMap::new();
        twice.append(header::AUTHORIZATION, HeaderValue::from_static("Basic Q1AxOnNlY3JldA=="));
        twice.append(header::AUTHORIZATION, HeaderValue::from_static("Basic Q1AxOnNlY3JldA=="));
        assert_eq!(read(&twice), None);
        assert_eq!(of(format!("Basic {}", "QQ".repeat(2_000)).as_bytes()), None);
    }
}
