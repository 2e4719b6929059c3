//! Where the project's file is, and how paths are shown.

use super::codes;
use crate::diagnostic::{Diagnostic, words};
use std::path::{Component, Path, PathBuf};

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

/// `path` as somebody in `base` would write it. Both are absolute; links are not followed.
pub fn relative(path: &Path, base: &Path) -> PathBuf {
    if is_clean(path)
        && let Some(inside) = inside(path, base)
        && inside != Path::new("")
    {
        return inside.to_path_buf();
    }
    let (path, base) = (clean(path), clean(base));
    let (to, from): (Vec<_>, Vec<_>) = (path.components().collect(), base.components().collect());
    let shared = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    // Only the root in common: `../../../../srv` says less than `/srv`.
    if shared <= 1 && from.len() > 1 {
        return path;
    }
    let up = from[shared..].iter().map(|_| Component::ParentDir);
    let short: PathBuf = up.chain(to[shared..].iter().copied()).collect();
    if short.as_os_str().is_empty() { PathBuf::from(".") } else { short }
}

/// What of `path` is below `base`, both of them clean: `Path::strip_prefix`, but that texts are compared quicker than parts.
pub(super) fn inside<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    let (Some(text), Some(base), true) = (path.to_str(), base.to_str(), cfg!(unix)) else {
        return path.strip_prefix(base).ok();
    };
    let rest = text.strip_prefix(base.trim_end_matches('/'))?;
    rest.strip_prefix('/').or(rest.is_empty().then_some(rest)).map(Path::new)
}

/// Whether nothing in `path` can be left out, which is quickly seen and nearly always so.
pub(super) fn is_clean(path: &Path) -> bool {
    let mut parts = path.as_os_str().as_encoded_bytes().split(|byte| *byte == b'/');
    let first = parts.next().unwrap_or_default();
    cfg!(unix) && !matches!(first, b"." | b"..") && parts.all(|part| !matches!(part, b"" | b"." | b".."))
}

fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_one_would_write_them() {
        let show = |path, base| relative(Path::new(path), Path::new(base)).display().to_string();
        assert_eq!(show("/a/b/specc.yaml", "/a/b"), "specc.yaml");
        assert_eq!(show("/a/specc.yaml", "/a/b/c"), "../../specc.yaml");
        assert_eq!(show("/a/x/../b/deploy", "/a/b"), "deploy");
        assert_eq!(show("/srv/out", "/home/me"), "/srv/out");
        assert_eq!(show("/a/b", "/a/b"), ".");
    }
}
