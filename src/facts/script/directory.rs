//! Directories that commands run in, and paths that they name.

use super::word::Piece;
use std::path::{Component, Path, PathBuf};

/// A directory, or a path, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Directory {
    /// In the repository's checkout: relative to its root, normalised; empty for the root itself.
    Inside(PathBuf),
    /// An absolute path of the machine that the command runs on.
    Absolute(PathBuf),
    /// Below the home directory of the user who runs it; empty for the home itself.
    Home(PathBuf),
    /// It is not known: why.
    Unknown(String),
}

impl Directory {
    /// The path relative to the repository's root, if it is in there.
    pub fn inside(&self) -> Option<&Path> {
        match self {
            Self::Inside(path) => Some(path),
            _ => None,
        }
    }

    /// Whether it is known where it is.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// What `path` means here: it may be absolute, begin with `~/`, or lead out of the checkout.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        if path == "~" {
            return Self::Home(PathBuf::new());
        }
        let above = |what: &str| Self::Unknown(format!("it is above the {what}"));
        if let Some(rest) = path.strip_prefix("~/") {
            return normal(Path::new(rest)).map_or_else(|| above("home directory"), Self::Home);
        }
        if path.starts_with('~') {
            return Self::Unknown("it is another user's home directory".into());
        }
        if path.starts_with('/') {
            return Self::Absolute(absolute(Path::new(path)));
        }
        match self {
            Self::Inside(base) => normal(&base.join(path)).map_or_else(|| above("repository"), Self::Inside),
            Self::Absolute(base) => Self::Absolute(absolute(&base.join(path))),
            Self::Home(base) => normal(&base.join(path)).map_or_else(|| above("home directory"), Self::Home),
            Self::Unknown(reason) => Self::Unknown(reason.clone()),
        }
    }

    /// What the path that these pieces make means here.
    #[must_use]
    pub fn join_pieces(&self, pieces: &[Piece]) -> Self {
        let (base, rest) = match pieces {
            [Piece::Root, rest @ ..] => (Some(Self::Inside(PathBuf::new())), rest),
            [Piece::Unknown { name, .. }, rest @ ..] if name == "HOME" => {
                (Some(Self::Home(PathBuf::new())), rest)
            }
            _ => (None, pieces),
        };
        let mut path = String::new();
        for piece in rest {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Root => return Self::Unknown("it is a path inside another".into()),
                Piece::Unknown { reason, .. } => return Self::Unknown(reason.clone()),
            }
        }
        match base {
            Some(base) => base.join(path.trim_start_matches('/')),
            None => self.join(&path),
        }
    }

    /// The path as pieces of a word: what `pwd` prints.
    #[allow(dead_code)]
    pub(super) fn pieces(&self) -> Option<Vec<Piece>> {
        match self {
            Self::Inside(path) if path.as_os_str().is_empty() => Some(vec![Piece::Root]),
            Self::Inside(path) => Some(vec![Piece::Root, Piece::Text(format!("/{}", path.display()))]),
            Self::Absolute(path) => Some(vec![Piece::Text(path.display().to_string())]),
            Self::Home(_) | Self::Unknown(_) => None,
        }
    }
}

/// A relative path without `.` and `..`; `None` when it leads above where it starts.
pub(super) fn normal(path: &Path) -> Option<PathBuf> {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::Normal(_) => parts.push(part),
        }
    }
    Some(parts.iter().collect())
}

/// An absolute path without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    let mut clean = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::Normal(name) => clean.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    clean
}
