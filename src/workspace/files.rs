//! The files of one run: each is read once, whoever asks for it, and what could not be read is remembered.

use super::git::Git;
use super::paths::{clean, cleaned, inside, is_clean, relative};
use super::seen::{Glimpse, Seen};
use super::{Found, look, read};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use foldhash::HashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Files below (and beside) one directory, as they are asked for. Paths are relative to that directory, or absolute.
#[derive(Debug, Default)]
pub struct Files {
    base: PathBuf,
    sources: Sources,
    read: HashMap<OsString, Result<SourceId, Diagnostic>>,
    real_base: OnceLock<PathBuf>,
    git: OnceLock<Arc<Git>>,
    redirects: BTreeMap<PathBuf, PathBuf>,
    seen: Arc<Seen>,
}

impl Files {
    /// Files as seen from `base`, which is absolute: paths are shown relative to it.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self {
            base: base.into(),
            sources: Sources::default(),
            read: HashMap::default(),
            real_base: OnceLock::new(),
            git: OnceLock::new(),
            redirects: BTreeMap::new(),
            seen: Arc::default(),
        }
    }

    /// The same, where somebody has opened the repository around `base` already.
    pub fn with_git(base: impl Into<PathBuf>, git: Arc<Git>) -> Self {
        let files = Self::new(base);
        let _ = files.git.set(git); // Nobody has asked a new one.
        files
    }

    /// Says what a walk from the base saw: from now on it answers whether something is at a path.
    pub fn know(&mut self, seen: Arc<Seen>) {
        self.seen = seen;
    }

    /// The directory that relative paths start from.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// From now on, who asks for one of these paths (relative to the base) gets what is at another one: as after a script's
    /// `cp .env.staging .env`. What was redirected before no longer is.
    pub fn redirect(&mut self, redirects: BTreeMap<PathBuf, PathBuf>) {
        self.redirects = redirects;
    }

    /// The absolute path of the file that is at `path`.
    fn place(&self, path: &Path) -> PathBuf {
        let place = cleaned(self.base.join(path));
        if self.redirects.is_empty() {
            return place;
        }
        match inside(&place, &self.base).and_then(|path| self.redirects.get(path)) {
            Some(other) => cleaned(self.base.join(other)),
            None => place,
        }
    }

    /// The file that is at `path`, with one name for all that mean the same: from the base where it is below it.
    fn name<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        if self.redirects.is_empty() && is_clean(path) {
            if path.is_relative() {
                return Cow::Borrowed(path);
            }
            if let Some(inside) = inside(path, &self.base) {
                return Cow::Borrowed(inside);
            }
        }
        let place = self.place(path);
        Cow::Owned(inside(&place, &self.base).map(Path::to_owned).unwrap_or(place))
    }

    /// The text of the file at `path`; the reason, if it cannot be read.
    pub fn read(&mut self, path: &Path) -> Result<SourceId, Diagnostic> {
        let name = self.name(path);
        if let Some(known) = self.read.get(name.as_os_str()) {
            return known.clone();
        }
        let place = self.base.join(&name);
        let shown = relative(&place, &self.base);
        let result = match self.seen.take(&name) {
            Some(text) => Ok(self.sources.add(shown, text)),
            None => read::read_as(&mut self.sources, &place, &shown),
        };
        self.read.insert(name.into_owned().into_os_string(), result.clone());
        result
    }

    /// Whether something is at `path`, links followed.
    pub fn exists(&self, path: &Path) -> bool {
        self.glimpse(path) != Glimpse::Nothing
    }

    /// Whether a directory is at `path`, links followed.
    pub fn is_directory(&self, path: &Path) -> bool {
        self.glimpse(path) == Glimpse::Directory
    }

    /// Whether a file is at `path`, or anything else that is no directory, links followed.
    pub fn is_file(&self, path: &Path) -> bool {
        self.glimpse(path) == Glimpse::File
    }

    /// What stands at `path`: as the walk saw it, and where that tells too little as the disk says.
    fn glimpse(&self, path: &Path) -> Glimpse {
        let name = self.name(path);
        match self.seen.at(&name) {
            Glimpse::Unsure => match look(&self.base.join(&name)) {
                Found::Nothing => Glimpse::Nothing,
                Found::Directory => Glimpse::Directory,
                Found::File | Found::Program => Glimpse::File,
            },
            sure => sure,
        }
    }

    /// The names in the directory at `path`, sorted.
    pub fn names(&self, path: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(self.base.join(path)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// `path` relative to the base if it is inside of it, cleaned; links are not followed. `..` remains at its start
    /// where it leads out.
    pub fn relative(&self, path: &Path) -> PathBuf {
        let path = clean(path);
        if path.is_relative() {
            return path;
        }
        match inside(&path, &self.base).or_else(|| inside(&path, self.real_base())) {
            Some(inside) => inside.to_owned(),
            None => path,
        }
    }

    /// Where `path` leads when links are followed: relative to the base if it is inside of it, else absolute. All names of
    /// one file lead to one place. None where nothing is there.
    pub fn resolve(&self, path: &Path) -> Option<PathBuf> {
        let place = cleaned(self.base.join(path));
        // What the walk met without following a link has no other name.
        if let Some(inside) = inside(&place, &self.base)
            && matches!(self.seen.at(inside), Glimpse::File | Glimpse::Directory)
        {
            return Some(inside.to_owned());
        }
        let real = place.canonicalize().ok()?;
        Some(real.strip_prefix(self.real_base()).map(Path::to_owned).unwrap_or(real))
    }

    /// Whether git ignores the file at `path`, which need not exist.
    pub fn is_ignored(&self, path: &Path) -> bool {
        self.git().ignores(&self.relative(path), false)
    }

    /// Whether the file at `path` is committed, or would be by the next `git add .`.
    pub fn is_committed(&self, path: &Path) -> bool {
        self.git().commits(&self.relative(path))
    }

    /// What git knows of the repository around the base.
    pub fn git(&self) -> &Git {
        self.git.get_or_init(|| Arc::new(Git::open(&self.base)))
    }

    /// What was wrong with the files that could not be read, by path.
    pub fn faults(&self) -> Vec<(PathBuf, &Diagnostic)> {
        let faults = self.read.iter().filter_map(|(path, read)| Some((path, read.as_ref().err()?)));
        let mut faults: Vec<_> =
            faults.map(|(path, fault)| (self.relative(Path::new(path)), fault)).collect();
        faults.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        faults
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

    fn real_base(&self) -> &Path {
        self.real_base.get_or_init(|| self.base.canonicalize().unwrap_or_else(|_| self.base.clone()))
    }
}
