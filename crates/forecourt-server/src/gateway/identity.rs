//! Which station knocks: the path of the upgrade request.
//!
//! `/ocpp/{identity}`, `/ocpp/{organisation}/{identity}` and both without `ocpp`; percent-decoded. It knows no station.

use forecourt_core::id::Identity;
use percent_encoding::percent_decode_str;

/// What a path says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub organisation: Option<i64>,
    pub identity: Identity,
}

/// First segment of the documented paths; stations may be configured with or without it.
const PREFIX: &str = "ocpp";

/// Reads a path, or finds no identity in it.
pub fn read(path: &str) -> Option<Place> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.first().is_some_and(|first| first.eq_ignore_ascii_case(PREFIX)) {
        segments.remove(0);
    }
    let (organisation, identity) = match segments.as_slice() {
        [identity] => (None, identity),
        [organisation, identity] => (Some(organisation.parse().ok().filter(|number| *number > 0)?), identity),
        _ => return None,
    };
    let identity = percent_decode_str(identity).decode_utf8().ok()?;
    Some(Place { organisation, identity: Identity::parse(&identity)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<(Option<i64>, String)> {
        read(path).map(|place| (place.organisation, place.identity.as_str().to_owned()))
    }

    #[test]
    fn the_documented_paths_are_read() {
        assert_eq!(of("/ocpp/CP1"), Some((None, "CP1".into())));
        assert_eq!(of("/ocpp/CP1/"), Some((None, "CP1".into())));
        assert_eq!(of("/ocpp/7/CP1"), Some((Some(7), "CP1".into())));
        assert_eq!(of("/7/CP1"), Some((Some(7), "CP1".into())));
        assert_eq!(of("/CP1"), Some((None, "CP1".into())));
        assert_eq!(of("/ocpp/CP%201%23"), Some((None, "CP 1#".into())));
        assert_eq!(of("/OCPP//CP1"), Some((None, "CP1".into())));
    }

    #[test]
    fn paths_without_an_identity_are_none() {
        for path in ["/", "", "/ocpp", "/ocpp/", "/ocpp/x/CP1", "/ocpp/0/CP1", "/ocpp/-1/CP1", "/a/b/c/d"] {
            assert_eq!(of(path), None, "{path}");
        }
        for path in [
            "/ws://192.168.0.10:9000/CP_1/SERIAL_1234",
            "/ocpp/CP%2F1",
            "/ocpp/%00",
            "/ocpp/%ff",
            "/ocpp/%20CP",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(of(&format!("/ocpp/{}", "A".repeat(129))), None);
    }
}
