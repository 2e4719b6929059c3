//! What a walk saw in directories: whether something is at a path, without asking the disk again and again.

use foldhash::HashMap;
use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::fs::FileType;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a directory holds, by name.
#[derive(Clone, Debug, Default)]
struct Listing {
    /// Once all is seen, in an order in which names that differ by capitals alone stand together.
    entries: Vec<(OsString, Glimpse)>,
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

impl Glimpse {
    /// What an entry of a directory is.
    pub(super) fn of(kind: FileType) -> Self {
        match () {
            () if kind.is_dir() => Self::Directory,
            () if kind.is_file() => Self::File,
            () => Self::Unsure,
        }
    }
}

impl Listing {
    /// What stands under a name.
    fn at(&self, name: &OsStr) -> Glimpse {
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
        same.find(|(other, _)| other == name).map_or(Glimpse::Unsure, |(_, glimpse)| *glimpse)
    }
}

/// Compares names as if they had no capitals.
fn alike(one: &OsStr, other: &OsStr) -> Ordering {
    let small = |byte: &u8| byte.to_ascii_lowercase();
    one.as_encoded_bytes().iter().map(small).cmp(other.as_encoded_bytes().iter().map(small))
}

/// The directories that a walk entered, by path relative to where it began.
#[derive(Debug, Default)]
pub struct Seen {
    directories: HashMap<String, Listing>,
    texts: Mutex<Texts>,
    /// Whether something was missed, nobody knows where.
    doubtful: bool,
}

/// Texts that were read to see what they are, until somebody reads them for good.
#[derive(Debug, Default)]
struct Texts {
    by_path: HashMap<OsString, Arc<str>>,
    bytes: usize,
}

/// So many bytes of texts are kept, whatever the size of the tree.
const KEPT: usize = 32 << 20;

impl Texts {
    fn keep(&mut self, path: OsString, text: Arc<str>) {
        if self.bytes + text.len() <= KEPT {
            self.bytes += text.len();
            self.by_path.insert(path, text);
        }
    }
}

impl Seen {
    /// Keeps the text of a file for who reads it next, if there is room.
    pub(super) fn keep(&self, path: &Path, text: impl Into<Arc<str>>) {
        self.texts().keep(path.into(), text.into());
    }

    /// The text of the file at a path, if it has been kept; it stays so.
    pub(super) fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.texts().by_path.get(path.as_os_str()).cloned()
    }

    /// The text of the file at a path, if it has been kept, which ends with this.
    pub(super) fn take(&self, path: &Path) -> Option<Arc<str>> {
        let mut texts = self.texts();
        let text = texts.by_path.remove(path.as_os_str())?;
        texts.bytes -= text.len();
        Some(text)
    }

    fn texts(&self) -> MutexGuard<'_, Texts> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A directory is entered: from now on, what is not seen in it is not there.
    pub(super) fn enter(&mut self, directory: &Path) {
        if let Some(directory) = directory.to_str() {
            self.directories.insert(directory.to_owned(), Listing::default());
        }
    }

    /// A directory is left again, without having looked at all that is in it.
    pub(super) fn leave(&mut self, directory: &Path) {
        if let Some(directory) = directory.to_str() {
            self.directories.remove(directory);
        }
    }

    /// Something is at a path, in a directory that was entered.
    pub(super) fn add(&mut self, path: &Path, what: Glimpse) {
        let Some(name) = path.file_name() else { return };
        let directory = path.parent().and_then(Path::to_str);
        if let Some(listing) = directory.and_then(|directory| self.directories.get_mut(directory)) {
            listing.entries.push((name.to_owned(), what));
        }
    }

    /// Something was missed, nobody knows where.
    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Takes over what another part of the walk saw.
    pub(super) fn extend(&mut self, other: Self) {
        self.directories.extend(other.directories);
        let texts = self.texts.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (path, text) in other.texts.into_inner().unwrap_or_else(PoisonError::into_inner).by_path {
            texts.keep(path, text);
        }
        self.doubtful |= other.doubtful;
    }

    /// All that was seen, to be asked.
    pub(super) fn settled(mut self) -> Self {
        for listing in self.directories.values_mut() {
            listing
                .entries
                .sort_unstable_by(|(one, _), (other, _)| alike(one, other).then_with(|| one.cmp(other)));
        }
        self
    }

    /// What stands at a path, relative to where the walk began and normalised.
    pub(super) fn at(&self, path: &Path) -> Glimpse {
        let Some(text) = path.to_str().filter(|_| !self.doubtful) else { return Glimpse::Unsure };
        let (directory, name) = match text.rsplit_once(std::path::MAIN_SEPARATOR) {
            Some(("", _)) => return Glimpse::Unsure,
            Some(parts) => parts,
            None => ("", text),
        };
        match self.directories.get(directory) {
            Some(listing) if !matches!(name, "" | "." | "..") => listing.at(OsStr::new(name)),
            _ => Glimpse::Unsure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_sure_of_plain_names_alone() {
        let mut seen = Seen::default();
        seen.enter(Path::new(""));
        for name in ["compose.yaml", "Makefile", "a.b"] {
            seen.add(Path::new(name), Glimpse::File);
        }
        seen.add(Path::new("deploy"), Glimpse::Directory);
        let seen = seen.settled();
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
