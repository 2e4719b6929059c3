//! Paths as they are compared and shown; links are not followed.

use std::path::{Component, Path, PathBuf};

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

/// `path` without `.` and, as far as possible, without `..`; links are not followed. Compose joins paths in the same way.
pub fn clean(path: &Path) -> PathBuf {
    if is_clean(path) {
        return path.to_path_buf();
    }
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(".."),
            },
            part => clean.push(part),
        }
    }
    clean
}

/// The same of a path that nobody else needs.
pub(super) fn cleaned(path: PathBuf) -> PathBuf {
    if is_clean(&path) { path } else { clean(&path) }
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
