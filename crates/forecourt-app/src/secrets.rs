//! Secrets in frames: kept nowhere and shown to nobody (threat 14).

/// Keys whose value is a secret.
const SECRET_KEYS: [&str; 4] = ["AuthorizationKey", "BasicAuthPassword", "basicAuthPassword", "password"];
/// Where a log may be sent: the address is itself the secret.
const UPLOADS: &str = "/uploads/";
const HIDDEN: &str = "***";

/// Replaces the values of secret settings, and passwords inside addresses.
pub fn redact(frame: String) -> String {
    let suspicious = SECRET_KEYS.iter().any(|key| frame.contains(key))
        || frame.contains("://") && (frame.contains('@') || frame.contains(UPLOADS));
    if !suspicious {
        return frame;
    }
    match serde_json::from_str::<serde_json::Value>(&frame) {
        Ok(mut value) => {
            hide(&mut value);
            value.to_string()
        }
        // Not JSON and yet naming a secret: better nothing than the secret.
        Err(_) => HIDDEN.to_owned(),
    }
}

fn hide(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(hide),
        serde_json::Value::Object(members) => {
            let names_secret = members.values().any(names_secret);
            for (name, member) in members.iter_mut() {
                let is_value = matches!(name.as_str(), "value" | "attributeValue") && names_secret;
                if is_value || SECRET_KEYS.contains(&name.as_str()) {
                    *member = HIDDEN.into();
                } else {
                    hide(member);
                }
            }
        }
        serde_json::Value::String(text) => {
            if let Some(clean) = without_password(text) {
                *text = clean;
            }
            if let Some((place, _)) = text.split_once(UPLOADS).filter(|_| text.contains("://")) {
                *text = format!("{place}{UPLOADS}{HIDDEN}");
            }
        }
        _ => {}
    }
}

/// `{"key": "AuthorizationKey", …}` or `{"variable": {"name": "BasicAuthPassword"}, …}`.
fn names_secret(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => SECRET_KEYS.iter().any(|key| text.eq_ignore_ascii_case(key)),
        serde_json::Value::Object(members) => members
            .get("name")
            .and_then(|n| n.as_str())
            .is_some_and(|n| SECRET_KEYS.iter().any(|key| n.eq_ignore_ascii_case(key))),
        _ => false,
    }
}

/// `ftp://user:secret@host/` without the secret.
fn without_password(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (credentials, _) = rest[..host_end].rsplit_once('@')?;
    let (user, _) = credentials.split_once(':')?;
    Some(format!("{scheme}://{user}:{HIDDEN}{}", &rest[credentials.len()..]))
}

/// Whether a variable's value must not be kept.
pub(crate) fn is_secret_variable(name: &str) -> bool {
    SECRET_KEYS.iter().any(|key| key.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn a_password_never_leaves_in_a_frame() {
        let frames = [
            r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"s3cret"}]"#,
            r#"[2,"1","SetVariables",{"setVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"attributeValue":"s3cret"}]}]"#,
            r#"[2,"1","GetDiagnostics",{"location":"ftp://bob:s3cret@files.example/logs"}]"#,
            r#"[2,"1","GetLog",{"log":{"remoteLocation":"https://charge.example/uploads/s3cret/log.zip"}}]"#,
            r#"[2,"1","SetNetworkProfile",{"connectionData":{"basicAuthPassword":"s3cret"}}]"#,
            r#"[3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"s3cret"}]}]"#,
            r#"[3,"1",{"configurationKey":[{"key":"AuthorizationKey","value":"s3cret""#,
        ];
        for frame in frames {
            assert!(!redact(frame.into()).contains("s3cret"), "{frame}");
        }
    }

    #[test]
    fn other_frames_stay_as_they_are() {
        let frame = r#"[2,"1","Heartbeat",{ }]"#;
        assert_eq!(redact(frame.into()), frame);
    }
}
