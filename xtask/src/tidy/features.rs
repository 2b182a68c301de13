//! The table of features: a row for each capability that works, and the test that uses it exists.

use std::fs;
use std::path::Path;

const TABLE: &str = "docs/features.md";
/// Cells of a row: id, capability, where on the page, test.
const CELLS: usize = 4;

pub fn check(root: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(root.join(TABLE)) else {
        return vec![format!("{TABLE}: cannot be read")];
    };
    let mut complaints = Vec::new();
    let mut before = 0;
    for line in text.lines().filter(|line| line.starts_with("| F")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, capability, place, test] = cells[..] else {
            complaints.push(format!("{TABLE}: {line}: not {CELLS} cells"));
            continue;
        };
        match id.trim_start_matches('F').parse::<u32>() {
            Ok(number) if number > before => before = number,
            Ok(_) => complaints.push(format!("{TABLE}: {id} is not behind a smaller number")),
            Err(_) => complaints.push(format!("{TABLE}: {id} is no number of the checklist")),
        }
        if capability.is_empty() || place.is_empty() {
            complaints.push(format!("{TABLE}: {id}: a cell is empty"));
        }
        for path in test.split(", ") {
            if !root.join(path).is_file() {
                complaints.push(format!("{TABLE}: {id}: the test {path} does not exist"));
            }
        }
    }
    if before == 0 {
        complaints.push(format!("{TABLE}: no row"));
    }
    complaints
}
