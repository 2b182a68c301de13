//! The house rules a machine can hold: who may know whom, how long a file may be, which words stay outside, which links
//! must lead somewhere. It reports; it never mends.

mod edges;
mod features;
mod files;

use std::path::Path;
use std::process::Command;

/// All complaints; an error when the rules could not be checked.
pub fn run(root: &Path) -> Result<Vec<String>, String> {
    let metadata = output(root, "cargo", &["metadata", "--no-deps", "--format-version", "1", "--locked"])?;
    let mut complaints = edges::check(&metadata)?;
    let listed = output(root, "git", &["ls-files", "--cached", "--others", "--exclude-standard", "-z"])?;
    let files = ours(listed.split('\0').filter(|path| root.join(path).is_file()).collect());
    complaints.extend(files::check(root, &files));
    complaints.extend(features::check(root));
    Ok(complaints)
}

/// Without what lies in a cache: a build may have its target folder anywhere, and cargo marks it with this file.
fn ours(mut files: Vec<&str>) -> Vec<&str> {
    let tagged = files.iter().filter_map(|path| path.strip_suffix("CACHEDIR.TAG"));
    let caches: Vec<&str> = tagged.filter(|folder| folder.ends_with('/')).collect();
    files.retain(|path| !caches.iter().any(|folder| path.starts_with(folder)));
    files
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let ran = Command::new(program).args(arguments).current_dir(root).output();
    let ran = ran.map_err(|error| format!("cannot run {program}: {error}"))?;
    if !ran.status.success() {
        return Err(format!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&ran.stderr)));
    }
    String::from_utf8(ran.stdout).map_err(|_| format!("{program} printed something that is not UTF-8"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_target_folder_of_another_name_is_nobodys_business() {
        let files = vec!["src/a.rs", "out/CACHEDIR.TAG", "out/debug/utils.rs", "outer/b.rs"];
        assert_eq!(super::ours(files), ["src/a.rs", "outer/b.rs"]);
    }
}
