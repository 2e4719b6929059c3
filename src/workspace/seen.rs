//! What a walk saw in directories: whether something is at a path, without asking the disk again and again.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

/// What a directory holds, by name. Links are not followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// In an order in which names that differ by capitals alone stand together.
    entries: Vec<(OsString, FileType)>,
}

/// What stands at a path, as far as a walk can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glimpse {
    Nothing,
    Directory,
    File,
    /// A link, a name that the disk may take for another one, or a directory that was not entered: the disk knows.
    Unsure,
}

impl Listing {
    /// Lists a directory.
    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            Ok((entry.file_name(), entry.file_type()?))
        };
        let mut entries = fs::read_dir(directory)?.map(entry).collect::<io::Result<Vec<_>>>()?;
        entries.sort_unstable_by(|(one, _), (other, _)| alike(one, other).then_with(|| one.cmp(other)));
        Ok(Self { entries })
    }

    /// The names, sorted.
    pub(super) fn by_name(&self) -> Vec<(&OsStr, FileType)> {
        let mut names: Vec<_> = self.entries.iter().map(|(name, kind)| (name.as_os_str(), *kind)).collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        names
    }

    /// What stands under a name.
    pub(super) fn at(&self, name: &OsStr) -> Glimpse {
        // Some disks take names for one that are written in other capitals, or in other ways of Unicode.
        if !name.as_encoded_bytes().is_ascii() {
            return Glimpse::Unsure;
        }
        let from = self.entries.partition_point(|(other, _)| alike(other, name) == Ordering::Less);
        let mut same =
            self.entries[from..].iter().take_while(|(other, _)| alike(other, name).is_eq()).peekable();
        if same.peek().is_none() {
            return Glimpse::Nothing;
        }
        match same.find(|(other, _)| other == name) {
            Some((_, kind)) if kind.is_dir() => Glimpse::Directory,
            Some((_, kind)) if kind.is_file() => Glimpse::File,
            _ => Glimpse::Unsure,
        }
    }
}

/// Compares names as if they had no capitals.
fn alike(one: &OsStr, other: &OsStr) -> Ordering {
    let small = |byte: &u8| byte.to_ascii_lowercase();
    one.as_encoded_bytes().iter().map(small).cmp(other.as_encoded_bytes().iter().map(small))
}

/// The directories that a walk entered, by path relative to where it began.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    directories: HashMap<PathBuf, Listing>,
}

impl Seen {
    /// Keeps what a directory holds.
    pub(super) fn add(&mut self, directory: PathBuf, listing: Listing) {
        self.directories.insert(directory, listing);
    }

    /// Takes over what another part of the walk saw.
    pub(super) fn extend(&mut self, other: Self) {
        self.directories.extend(other.directories);
    }

    /// What stands at a path, relative to where the walk began and normalised.
    pub(super) fn at(&self, path: &Path) -> Glimpse {
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return Glimpse::Unsure };
        match self.directories.get(directory) {
            Some(listing) if inside => listing.at(name),
            _ => Glimpse::Unsure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_sure_of_plain_names_alone() {
        let root = tempfile::tempdir().expect("a directory");
        for name in ["compose.yaml", "Makefile", "a.b"] {
            fs::write(root.path().join(name), "").expect("a file");
        }
        fs::create_dir(root.path().join("deploy")).expect("a directory");
        let mut seen = Seen::default();
        seen.add(PathBuf::new(), Listing::read(root.path()).expect("a listing"));
        let at = |path: &str| seen.at(Path::new(path));
        assert_eq!((at("compose.yaml"), at("deploy")), (Glimpse::File, Glimpse::Directory));
        assert_eq!((at("compose.yml"), at(".env")), (Glimpse::Nothing, Glimpse::Nothing));
        assert_eq!(
            (at("makefile"), at("é"), at("deploy/x")),
            (Glimpse::Unsure, Glimpse::Unsure, Glimpse::Unsure)
        );
        assert_eq!((at("../x"), at("/x"), at("")), (Glimpse::Unsure, Glimpse::Unsure, Glimpse::Unsure));
    }
}
