//! The env-files of a repository, whoever reads them.

use crate::source::SourceId;
use crate::syntax::dotenv::{self, Entry};
use crate::workspace::discover::Kind;
use crate::workspace::{Files, Inventory};
use std::path::PathBuf;

/// An env-file.
#[derive(Clone, Debug)]
pub struct EnvFile {
    /// Its path, relative to the repository's root.
    pub path: PathBuf,
    /// Its text.
    pub source: SourceId,
    /// Whether it shows what to set, and is read by nobody.
    pub example: bool,
    /// What is written in it.
    pub text: dotenv::EnvFile,
    /// Whether it is committed, or would be by the next `git add .`.
    pub committed: bool,
}

impl EnvFile {
    /// The assignment that counts for `key`.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.text.get(key)
    }

    /// The assignments that count: the last one of each key.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let last = |entry: &&Entry| self.text.get(&entry.key).is_some_and(|last| std::ptr::eq(last, *entry));
        self.text.entries.iter().filter(last)
    }
}

/// Every env-file that can be read, by path.
pub(super) fn read(files: &mut Files, inventory: &Inventory) -> Vec<EnvFile> {
    let wanted =
        inventory.files.iter().filter(|entry| matches!(entry.kind, Kind::EnvFile | Kind::EnvExample));
    wanted
        .filter_map(|entry| {
            let source = files.read(&entry.path).ok()?;
            Some(EnvFile {
                path: entry.path.clone(),
                source,
                example: entry.kind == Kind::EnvExample,
                text: dotenv::parse(source, &files.sources().get(source).text),
                committed: files.standing(&entry.path).is_committed(),
            })
        })
        .collect()
}
