//! Disk → inventory: which files of a tree concern a deployment, and what each is.

mod env_name;
mod kind;
mod name;
mod output;
mod peek;
mod skip;
mod sniff;
mod walk;

pub use kind::{DEFAULT_NAMES, Kind, is_automatic_override};
pub use walk::discover;

use super::read;
use super::seen::Seen;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many bytes a file may have to be read. Nothing that people write by hand is near this.
pub const FILE_LIMIT: u64 = 16 << 20;

/// Everything in a tree that concerns a deployment. All paths are relative to its root, normalised, and sorted.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The files that are read, by path.
    pub files: Vec<Entry>,
    /// Other files, which are not read: what exists, what a name may have been meant for.
    pub others: Vec<PathBuf>,
    /// Directories that hold specc's own output.
    pub outputs: Vec<PathBuf>,
    /// Files that would be read and cannot be.
    pub gaps: Vec<Gap>,
    /// Whether this is one project of a tree that holds others.
    pub among_others: bool,
    /// Everything that was seen on the way.
    pub seen: Arc<Seen>,
}

/// One file that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Where it leads, where it is a symbolic link: always inside the tree.
    pub leads_to: Option<PathBuf>,
    /// The directory of specc's own output that it is listed in.
    pub output: Option<PathBuf>,
}

/// A file that would be read and cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its path.
    pub path: PathBuf,
    /// Why, in a few words.
    pub reason: String,
}

impl Inventory {
    /// The files of one kind, by path.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.files.iter().filter(move |entry| entry.kind == kind)
    }

    /// The text of a file of the tree at `root`, for a first look: it is kept for who reads it for good. None where it cannot
    /// be read, which is told then.
    pub fn glance(&self, root: &Path, path: &Path) -> Option<Arc<str>> {
        self.seen.text(path).or_else(|| {
            let text: Arc<str> = read::text(&root.join(path), path).ok()?.into();
            self.seen.keep(path, text.clone());
            Some(text)
        })
    }

    /// The entry of a path, if it is one that is read.
    pub fn get(&self, path: &Path) -> Option<&Entry> {
        let at = self.files.binary_search_by(|entry| entry.path.as_path().cmp(path)).ok()?;
        self.files.get(at)
    }
}

/// Parts of one tree, put together.
impl FromIterator<Inventory> for Inventory {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.files.extend(part.files);
            all.others.extend(part.others);
            all.outputs.extend(part.outputs);
            all.gaps.extend(part.gaps);
            all.among_others |= part.among_others;
            // All of a tree were seen on one walk.
            all.seen = part.seen;
        }
        all.files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        all.others.sort_unstable();
        all.gaps.sort_by(|one, other| one.path.cmp(&other.path));
        all
    }
}
