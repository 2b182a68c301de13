//! What is generated and committed: the API document (printed by the binary itself) and the web client's types from it.

use std::fs;
use std::path::Path;
use std::process::Command;

const DOCUMENT: &str = "openapi.json";
const CLIENT_TYPES: &str = "web/src/api/schema.d.ts";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    /// Changes nothing; complains where a file is not what it would be.
    Check,
}

pub fn run(root: &Path, mode: Mode) -> Result<Vec<String>, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let binary = root.join(target).join("debug/forecourt");
    let printed = Command::new(&binary).arg("openapi").output();
    let printed = printed.map_err(|error| format!("cannot run {}: {error}", binary.display()))?;
    if !printed.status.success() {
        return Err(format!("forecourt openapi: {}", String::from_utf8_lossy(&printed.stderr)));
    }
    let mut complaints = settle(root, DOCUMENT, &printed.stdout, mode)?;
    // The types follow the document as it is now, also when only checking: otherwise they could agree with a stale one.
    let types = client_types(root, &printed.stdout)?;
    complaints.extend(settle(root, CLIENT_TYPES, &types, mode)?);
    Ok(complaints)
}

fn settle(root: &Path, path: &str, wanted: &[u8], mode: Mode) -> Result<Vec<String>, String> {
    let there = fs::read(root.join(path)).unwrap_or_default();
    if there == wanted {
        return Ok(Vec::new());
    }
    if mode == Mode::Check {
        return Ok(vec![format!("{path} is not what it would be now: run `make codegen` and commit it")]);
    }
    fs::write(root.join(path), wanted).map_err(|error| format!("{path}: {error}"))?;
    Ok(Vec::new())
}

fn client_types(root: &Path, document: &[u8]) -> Result<Vec<u8>, String> {
    let folder = std::env::temp_dir().join(format!("forecourt-codegen-{}", std::process::id()));
    let (input, output) = (folder.join("openapi.json"), folder.join("schema.d.ts"));
    let made = fs::create_dir_all(&folder).and_then(|()| fs::write(&input, document));
    made.map_err(|error| format!("{}: {error}", folder.display()))?;
    let ran = Command::new("npx")
        .args(["--no-install", "openapi-typescript"])
        .arg(&input)
        .arg("-o")
        .arg(&output)
        .current_dir(root.join("web"))
        .output();
    let ran = ran.map_err(|error| format!("cannot run npx: {error}"))?;
    let types = fs::read(&output);
    // A folder left behind in the temporary one harms nobody.
    let _left_behind = fs::remove_dir_all(&folder);
    if !ran.status.success() {
        return Err(format!("openapi-typescript: {}", String::from_utf8_lossy(&ran.stderr)));
    }
    types.map_err(|error| format!("openapi-typescript wrote nothing: {error}"))
}
