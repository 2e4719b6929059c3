//! Where the project's file and its repository are.

use super::codes;
use crate::diagnostic::{Diagnostic, words};
use std::path::{Path, PathBuf};

/// The name of a project's file.
pub const SPEC_FILE: &str = "specc.yaml";

/// The directory that the command was started in, absolute.
pub fn started() -> Result<PathBuf, Diagnostic> {
    std::env::current_dir().map_err(|error| {
        let message = format!("the current directory cannot be used: {}", words(&error));
        Diagnostic::new(&codes::FILE_UNREADABLE, message)
            .in_file(".")
            .help("start specc in another directory")
    })
}

/// The nearest [`SPEC_FILE`] in `start` or above it, absolute. The search ends at the repository's root (the directory
/// that holds `.git`), so that a stray file in a home directory never becomes the project of everything below it.
pub fn find_spec(start: &Path) -> Result<PathBuf, Diagnostic> {
    let mut last = start;
    for directory in start.ancestors() {
        let candidate = directory.join(SPEC_FILE);
        // A link that leads nowhere counts: it is reported by name when it is read.
        if candidate.symlink_metadata().is_ok() {
            return Ok(candidate);
        }
        last = directory;
        if directory.join(".git").exists() {
            break;
        }
    }
    let searched = if last == start {
        format!("`{}`", start.display())
    } else {
        format!("`{}` and the directories above it, up to `{}`", start.display(), last.display())
    };
    let found =
        Diagnostic::new(&codes::SPEC_MISSING, format!("no `{SPEC_FILE}` in {searched}")).in_file(SPEC_FILE);
    let misnamed = ["specc.yml", "Specc.yaml", "spec.yaml"].iter().find(|name| start.join(name).is_file());
    Err(match misnamed {
        Some(name) => found.help(format!("rename `{name}` to `{SPEC_FILE}`")),
        None => found.help("start specc in the project's directory, or say `-C DIR`"),
    })
}

/// The root of the repository that `start` is in: the nearest directory above that holds `.git`, else `start` itself.
pub fn repository_root(start: &Path) -> PathBuf {
    let root = start.ancestors().find(|directory| directory.join(".git").exists());
    root.unwrap_or(start).to_path_buf()
}
