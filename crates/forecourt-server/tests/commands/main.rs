//! The command line, as the person who installs it uses it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn forecourt(folder: &Path, words: &[&str]) -> Output {
    with_input(folder, words, "")
}

fn with_input(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_forecourt"))
        .args(words)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("its end")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_key_is_printed_alone_and_revoked_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = said(&forecourt(folder.path(), &["api-key", "create", "--name", "billing"]));
    assert_eq!(key.lines().count(), 1);
    assert!(key.starts_with("fck_") && key.trim().len() > 40, "{key}");
    assert!(refused(&forecourt(folder.path(), &["api-key", "revoke", "nobody"])).contains("no key"));
    assert!(said(&forecourt(folder.path(), &["api-key", "revoke", "billing"])).contains("revoked"));
    let wrong =
        forecourt(folder.path(), &["api-key", "create", "--name", "x", "--scopes", "read,everything"]);
    assert!(refused(&wrong).contains("everything"));
}

#[test]
fn operators_are_added_and_get_new_passwords() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = ["user", "add", "Ada@Example.com", "--name", "Ada", "--role", "support"];
    assert!(refused(&with_input(folder.path(), &add, "short\n")).contains("at least"));
    assert!(said(&with_input(folder.path(), &add, "a good password\n")).contains("ada@example.com"));
    assert!(refused(&with_input(folder.path(), &add, "a good password\n")).contains("exists"));
    let reset = ["user", "reset-password", "ada@example.com"];
    assert!(said(&with_input(folder.path(), &reset, "another password\n")).contains("new password"));
    let nobody = ["user", "reset-password", "bob@example.com"];
    assert!(refused(&with_input(folder.path(), &nobody, "another password\n")).contains("no such operator"));
}

#[test]
fn a_copy_is_made_and_put_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("copy.db");
    let copy = file.to_str().expect("a name");
    said(&forecourt(folder.path(), &["api-key", "create", "--name", "before"]));
    said(&forecourt(folder.path(), &["backup", copy]));
    assert!(refused(&forecourt(folder.path(), &["backup", copy])).contains("exists already"));
    said(&forecourt(folder.path(), &["api-key", "create", "--name", "after"]));
    assert!(refused(&forecourt(folder.path(), &["restore", copy])).contains("--replace"));
    said(&forecourt(folder.path(), &["restore", copy, "--replace"]));
    assert!(refused(&forecourt(folder.path(), &["api-key", "revoke", "after"])).contains("no key"));
    said(&forecourt(folder.path(), &["api-key", "revoke", "before"]));
    let broken = folder.path().join("broken.db");
    std::fs::write(&broken, b"this is no database, however long it is made to be").expect("written");
    let broken = broken.to_str().expect("a name");
    refused(&forecourt(folder.path(), &["restore", broken, "--replace"]));
    said(&forecourt(folder.path(), &["migrate"]));
}

#[test]
fn why_a_database_does_not_open_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("forecourt.db");
    std::fs::write(&file, b"this is no database, however long it is made to be").expect("written");
    let why = refused(&forecourt(folder.path(), &["api-key", "create", "--name", "billing"]));
    assert!(why.contains("not a database"), "{why}");
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let healthy = said(&forecourt(folder.path(), &["doctor", "--listen", "127.0.0.1:0"]));
    assert!(healthy.contains("everything a start needs"), "{healthy}");
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").expect("written");
    let (certificate, key) = (file.to_str().expect("a name"), file.to_str().expect("a name"));
    let tls = ["doctor", "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key];
    let ill = forecourt(folder.path(), &tls);
    assert!(!ill.status.success());
    assert!(String::from_utf8_lossy(&ill.stdout).contains("BAD   TLS"), "{ill:?}");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file_and_no_secret_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("forecourt.toml");
    let text = "heartbeat = 30\nkeep_messages = 7\nkeep_readings = 8\nadmin_password = \"geheim\"\nadmin_email = \"a@b.c\"\n";
    std::fs::write(&file, text).expect("written");
    let run = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_forecourt"))
            .args(["serve", "--print-config", "--database", "postgres://me:geheim@db/forecourt", "--config"])
            .arg(&file)
            .args(more)
            .env("FORECOURT_KEEP_MESSAGES", "14")
            .env("FORECOURT_KEEP_READINGS", "15")
            .output();
        output.expect("the binary")
    };
    let printed = said(&run(&["--keep-readings", "16"]));
    for line in ["30 s", "keep_messages  14", "keep_readings  16", "PostgreSQL at db/forecourt", "a@b.c"] {
        assert!(printed.contains(line), "{line} in {printed}");
    }
    assert!(!printed.contains("geheim"));
    std::fs::write(&file, "heartbeet = 30\n").expect("written");
    assert!(refused(&run(&[])).contains("heartbeet"));
}
