//! The files of one run: each is read once, whoever asks for it, and what could not be read is remembered.

use super::{Found, find, look, read};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// Files below (and beside) one directory, as they are asked for. Paths are relative to that directory, or absolute.
#[derive(Debug)]
pub struct Files {
    base: PathBuf,
    sources: Sources,
    read: HashMap<PathBuf, Result<SourceId, Diagnostic>>,
}

impl Files {
    /// Files as seen from `base`, which is absolute: paths are shown relative to it.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), sources: Sources::default(), read: HashMap::new() }
    }

    /// The directory that relative paths start from.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The text of the file at `path`; the reason, if it cannot be read.
    pub fn read(&mut self, path: &Path) -> Result<SourceId, Diagnostic> {
        let key = clean(&self.base.join(path));
        if let Some(known) = self.read.get(&key) {
            return known.clone();
        }
        let shown = find::relative(&key, &self.base);
        let result = read::read_as(&mut self.sources, &key, &shown);
        self.read.insert(key, result.clone());
        result
    }

    /// What stands at `path`, links followed.
    pub fn look(&self, path: &Path) -> Found {
        look(&self.base.join(path))
    }

    /// Every text that was read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Every text that was read, to add others to.
    pub fn sources_mut(&mut self) -> &mut Sources {
        &mut self.sources
    }

    /// Every text that was read, when nothing more is to be read.
    pub fn into_sources(self) -> Sources {
        self.sources
    }
}

/// `path` without `.` and, as far as possible, without `..`; links are not followed. Compose joins paths in the same way.
pub fn clean(path: &Path) -> PathBuf {
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
