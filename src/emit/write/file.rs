//! One file that was asked for by name.

use super::disk::unwritable;
use crate::diagnostic::Diagnostic;
use std::fs;
use std::path::Path;

/// Writes a file, or leaves what is there as it is.
pub fn file(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // It may not even have been made.
        let _ = fs::remove_file(&beside);
        unwritable(path, &error).help("name a file in a directory that exists and that you may write to")
    })
}
