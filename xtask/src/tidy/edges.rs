//! Who may know whom: the picture of ARCHITECTURE.md as two lists, compared with what the manifests say.

use serde_json::Value;

/// A crate of ours and the crates of ours it may name. Arrows point downwards, siblings never know each other.
const INSIDE: &[(&str, &[&str])] = &[
    ("forecourt-core", &[]),
    ("forecourt-ocpp", &["forecourt-core"]),
    ("forecourt-roaming", &["forecourt-core"]),
    ("forecourt-store", &["forecourt-core"]),
    ("forecourt-sim", &["forecourt-core", "forecourt-ocpp"]),
    ("forecourt-app", &["forecourt-core", "forecourt-store"]),
    (
        "forecourt-server",
        &[
            "forecourt-app",
            "forecourt-core",
            "forecourt-ocpp",
            "forecourt-roaming",
            "forecourt-sim",
            "forecourt-store",
        ],
    ),
    ("xtask", &[]),
];

/// An outside crate (or all that begin with the name and a `*`) and the only crates of ours that may name it.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("sqlx*", &["forecourt-store"]),
    ("sea-orm*", &["forecourt-store"]),
    ("rusqlite", &["forecourt-store"]),
    ("tokio-postgres", &["forecourt-store"]),
    ("axum*", &["forecourt-server"]),
    ("tower*", &["forecourt-server"]),
    // forecourt-core only derives the description of its types, behind a feature.
    ("utoipa*", &["forecourt-server", "forecourt-core"]),
    ("yawc", &["forecourt-server", "forecourt-sim"]),
    ("hyper*", &["forecourt-server", "forecourt-sim"]),
    // forecourt-app: connections to brokers, which are no http.
    ("tokio-rustls", &["forecourt-server", "forecourt-sim", "forecourt-app"]),
    ("rumqttc", &["forecourt-app"]),
    ("tokio-modbus", &["forecourt-app"]),
    ("async-nats", &["forecourt-app"]),
    ("ocpp-kit", &["forecourt-ocpp"]),
    // The pure crates have no runtime, no randomness and no input or output.
    ("tokio*", &["forecourt-app", "forecourt-server", "forecourt-sim", "forecourt-store"]),
    ("futures*", &["forecourt-app", "forecourt-server", "forecourt-sim", "forecourt-store"]),
    ("tracing*", &["forecourt-app", "forecourt-server", "forecourt-sim", "forecourt-store"]),
    ("rand*", &["forecourt-app", "forecourt-server", "forecourt-sim"]),
    // JSON stays out of the domain.
    (
        "serde_json",
        &[
            "forecourt-app",
            "forecourt-ocpp",
            "forecourt-roaming",
            "forecourt-server",
            "forecourt-sim",
            "forecourt-store",
            "xtask",
        ],
    ),
];

/// `metadata` is what `cargo metadata --no-deps` prints.
pub fn check(metadata: &str) -> Result<Vec<String>, String> {
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut complaints = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, may)) = INSIDE.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!("{name}: a crate that the picture in ARCHITECTURE.md does not have"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            // Tests may use what the crate itself may not.
            if dependency["kind"] == "dev" {
                continue;
            }
            let on = dependency["name"].as_str().unwrap_or_default();
            if ours.contains(&on) && !may.contains(&on) {
                complaints.push(format!("{name} must not know {on}: that arrow points upwards or sideways"));
            }
            if let Some(owners) = owners(on)
                && !owners.contains(&name)
            {
                complaints.push(format!("{name} must not name {on}: only {} may", owners.join(", ")));
            }
        }
    }
    Ok(complaints)
}

fn owners(dependency: &str) -> Option<&'static [&'static str]> {
    let matches = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => {
            dependency == start || dependency.strip_prefix(start).is_some_and(|rest| rest.starts_with('-'))
        }
        None => dependency == pattern,
    };
    // An exact name says more than a family.
    let exact = OUTSIDE.iter().find(|(pattern, _)| *pattern == dependency);
    exact.or_else(|| OUTSIDE.iter().find(|(pattern, _)| matches(pattern))).map(|(_, owners)| *owners)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(name: &str, dependency: &str, kind: &str) -> String {
        let kind = if kind.is_empty() { "null".to_owned() } else { format!("\"{kind}\"") };
        format!(
            r#"{{"packages":[{{"name":"{name}","dependencies":[{{"name":"{dependency}","kind":{kind}}}]}},
            {{"name":"forecourt-app","dependencies":[]}}]}}"#
        )
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let found = check(&metadata("forecourt-core", "forecourt-app", "")).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(check(&metadata("forecourt-server", "forecourt-app", "")).unwrap().is_empty());
    }

    #[test]
    fn sql_outside_of_the_store_is_found_and_tests_are_free() {
        assert_eq!(check(&metadata("forecourt-app", "sqlx", "")).unwrap().len(), 1);
        assert_eq!(check(&metadata("forecourt-core", "serde_json", "")).unwrap().len(), 1);
        assert_eq!(check(&metadata("forecourt-ocpp", "tokio-util", "")).unwrap().len(), 1);
        assert!(check(&metadata("forecourt-core", "serde_json", "dev")).unwrap().is_empty());
        assert!(check(&metadata("forecourt-sim", "tokio-rustls", "")).unwrap().is_empty());
    }

    #[test]
    fn a_crate_outside_of_the_picture_is_found() {
        assert_eq!(check(&metadata("forecourt-utils", "serde", "")).unwrap().len(), 1);
    }
}
