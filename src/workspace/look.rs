//! What stands at a path.

use std::path::Path;

/// What stands at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or nothing that can be seen.
    Nothing,
    /// A directory.
    Directory,
    /// A file that nobody may execute.
    File,
    /// A file that its owner may execute.
    Program,
}

/// What stands at `path`. Where files have no execute bit, every file counts as a program.
pub fn look(path: &Path) -> Found {
    match std::fs::metadata(path) {
        Err(_) => Found::Nothing,
        Ok(there) if there.is_dir() => Found::Directory,
        Ok(there) if is_executable(&there) => Found::Program,
        Ok(_) => Found::File,
    }
}

#[cfg(unix)]
fn is_executable(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}
