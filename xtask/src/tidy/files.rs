//! Length, words and links of the files of the repository.

use std::fs;
use std::path::Path;

/// Longest Rust or TypeScript file, in lines without its tests: what a reader can hold.
const FILE_MAX_LINES: usize = 500;
/// The median of all Rust files should stay below; above it the house has grown lumps.
const MEDIAN_MAX_LINES: usize = 150;
/// Generated, or not ours to shorten.
const NOT_WRITTEN_BY_HAND: &[&str] = &["web/src/api/schema.d.ts"];
/// Names of modules that attract everything.
const MAGNETS: &[&str] = &["utils", "util", "helpers", "common", "misc"];
/// Endings of type names that say nothing.
const EMPTY_ENDINGS: &[&str] = &["Manager", "Service", "Impl", "Dto"];

/// Words that belong to a maker's desk and not into the house. In two parts, so that this file does not hold them.
const OUTSIDE_WORDS: &[(&str, &str)] = &[("/wo", "rk/"), ("../sha", "red/"), ("/tmp", "/fc")];

pub fn check(root: &Path, files: &[&str]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for path in files {
        complaints.extend(name(path));
        // Pictures and fonts are no text.
        let Ok(text) = fs::read_to_string(root.join(path)) else { continue };
        complaints.extend(words(path, &text));
        if is_code(path) {
            let lines = lines_without_tests(path, &text);
            if lines > FILE_MAX_LINES {
                complaints.push(format!("{path}: {lines} lines, more than {FILE_MAX_LINES}"));
            }
            if path.ends_with(".rs") {
                lengths.push(lines);
                complaints.extend(types(path, &text));
            }
        }
        if path.ends_with(".md") {
            complaints.extend(links(root, path, &text));
        }
    }
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    if median > MEDIAN_MAX_LINES {
        complaints.push(format!("the median Rust file has {median} lines, more than {MEDIAN_MAX_LINES}"));
    }
    complaints
}

fn is_code(path: &str) -> bool {
    let code = [".rs", ".ts", ".tsx"].iter().any(|ending| path.ends_with(ending));
    code && !NOT_WRITTEN_BY_HAND.contains(&path)
}

/// Tests in a file of their own do not count, nor does the test module at the end of a file.
fn lines_without_tests(path: &str, text: &str) -> usize {
    let of_tests = path.contains("/tests/")
        || path.ends_with("tests.rs")
        || path.ends_with(".test.ts")
        || path.ends_with(".test.tsx");
    if of_tests {
        return 0;
    }
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    code.lines().count()
}

fn name(path: &str) -> Option<String> {
    // `tests/common/` is Cargo's own word for what integration tests share.
    if path.contains("/tests/") {
        return None;
    }
    let mut parts = Path::new(path).iter().filter_map(|part| part.to_str());
    let magnet = parts.find(|part| MAGNETS.contains(&part.split('.').next().unwrap_or(part)))?;
    Some(format!("{path}: `{magnet}` is a name that attracts everything; name it after what it does"))
}

fn words(path: &str, text: &str) -> Vec<String> {
    let found =
        OUTSIDE_WORDS.iter().map(|(a, b)| format!("{a}{b}")).filter(|word| text.contains(word.as_str()));
    found.map(|word| format!("{path}: mentions {word}, which means nothing to a reader")).collect()
}

fn types(path: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for line in text.lines() {
        let declared = ["struct ", "enum ", "trait "].iter().find_map(|kind| {
            let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            line.strip_prefix(kind)
        });
        let Some(declared) = declared else { continue };
        let name = declared.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if let Some(ending) = EMPTY_ENDINGS.iter().find(|ending| name.ends_with(**ending)) {
            complaints.push(format!("{path}: {name}: `{ending}` says nothing; name it after what it is"));
        }
    }
    complaints
}

/// Relative links of a document lead to a file of the repository.
fn links(root: &Path, path: &str, text: &str) -> Vec<String> {
    let folder = root.join(path).parent().map(Path::to_path_buf).unwrap_or_default();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
        .filter(|target| !folder.join(target).exists())
        .map(|target| format!("{path}: the link to {target} leads nowhere"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_count_as_length() {
        assert_eq!(lines_without_tests("a/src/x.rs", "one\ntwo\n\n#[cfg(test)]\nmod tests {\nthree\n}\n"), 2);
        assert_eq!(lines_without_tests("a/src/x/tests.rs", "one\ntwo\n"), 0);
    }

    #[test]
    fn magnets_and_empty_endings_are_found() {
        assert!(name("crates/a/src/utils.rs").is_some());
        assert!(name("crates/a/src/util/time.rs").is_some());
        assert!(name("crates/a/src/meter.rs").is_none());
        assert_eq!(types("x.rs", "pub struct StationManager {\n    structure: u8,\n}").len(), 1);
        assert!(types("x.rs", "pub struct Station;\n// a Manager struct \n").is_empty());
    }

    #[test]
    fn words_from_outside_are_found() {
        let text = format!("see /wo{}shared", "rk/");
        assert_eq!(words("README.md", &text).len(), 1);
        assert!(words("README.md", "working in a network").is_empty());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(
            links(root, "README.md", "[a](Cargo.toml#x) [b](https://example.org/x) [c](#here)").is_empty()
        );
        assert_eq!(links(root, "README.md", "[a](nowhere.md)").len(), 1);
    }
}
