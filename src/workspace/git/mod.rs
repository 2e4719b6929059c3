//! What git knows of the files: which it ignores, which it tracks, where other repositories begin.

mod glob;
mod ignore;
mod index;

use super::seen::{Glimpse, Seen};
use foldhash::HashMap;
use ignore::Gitignore;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// The repository that a directory is part of. The user's own settings (`core.excludesFile`) are not read: they do not
/// travel with it.
#[derive(Debug, Default)]
pub struct Git {
    /// The repository's top; where there is none, the directory itself.
    top: PathBuf,
    /// The directory that paths are relative to, below the top.
    prefix: String,
    /// Whether there is a repository.
    exists: bool,
    tracked: Option<BTreeSet<String>>,
    submodules: BTreeSet<String>,
    exclude: Gitignore,
    /// The `.gitignore` of each directory, relative to the top.
    files: Mutex<HashMap<String, Option<Arc<Gitignore>>>>,
    /// What a walk from the root saw.
    seen: OnceLock<Arc<Seen>>,
}

impl Git {
    /// The repository around `root`.
    pub fn open(root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let Some(top) = root.ancestors().find(|above| above.join(".git").exists()) else {
            return Self { top: root, ..Self::default() };
        };
        let prefix = root.strip_prefix(top).map(slashed).unwrap_or_default();
        let directory = git_directory(top);
        let common = text(&directory.join("commondir"))
            .map_or_else(|| directory.clone(), |common| directory.join(common.trim()));
        let sha256 = text(&common.join("config")).is_some_and(|config| {
            config.to_ascii_lowercase().replace(' ', "").contains("objectformat=sha256")
        });
        let index = std::fs::read(directory.join("index")).ok();
        let tracked = index.and_then(|bytes| index::parse(&bytes, if sha256 { 32 } else { 20 }));
        let mut submodules: BTreeSet<String> =
            text(&top.join(".gitmodules")).map(|text| gitmodules(&text)).unwrap_or_default();
        let links = tracked.iter().flatten().filter(|entry| entry.submodule);
        submodules.extend(links.map(|entry| entry.path.clone()));
        Self {
            top: top.to_owned(),
            prefix,
            exists: true,
            tracked: tracked.map(|entries| entries.into_iter().map(|entry| entry.path).collect()),
            submodules,
            exclude: text(&common.join("info/exclude"))
                .map(|text| Gitignore::parse(&text))
                .unwrap_or_default(),
            files: Mutex::default(),
            seen: OnceLock::new(),
        }
    }

    /// Says what a walk from the root saw: what is not there needs not be opened.
    pub fn know(&self, seen: Arc<Seen>) {
        let _ = self.seen.set(seen); // A later walk sees the same.
    }

    /// Whether there is a repository at all.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// Whether the file at `path` (relative to the root that was opened, and normalised) is committed, or would be by the
    /// next `git add .`. A tracked file stays so though it is ignored.
    pub fn commits(&self, path: &Path) -> bool {
        self.tracks(path) == Some(true) || !self.ignores(path, false)
    }

    /// Whether git ignores `path`, itself or through a directory above it. Nothing needs to be there.
    pub fn ignores(&self, path: &Path, is_directory: bool) -> bool {
        let Some(path) = self.below_top(path) else { return false };
        let ends = path.match_indices('/').map(|(at, _)| (at, true));
        // What is below an ignored directory is ignored, whatever else is written.
        ends.chain(std::iter::once((path.len(), is_directory)))
            .any(|(end, is_directory)| self.verdict(&path[..end], is_directory))
    }

    /// Whether `path` is the root of a submodule, or below one.
    pub fn in_submodule(&self, path: &Path) -> bool {
        let Some(path) = self.below_top(path) else { return false };
        self.submodules.iter().any(|module| {
            path.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether git tracks the file at `path`. None where there is no repository, or its index cannot be understood.
    pub fn tracks(&self, path: &Path) -> Option<bool> {
        let tracked = self.tracked.as_ref()?;
        Some(self.below_top(path).is_some_and(|path| tracked.contains(&path)))
    }

    /// `path`, relative to the top; none where it leaves the repository.
    fn below_top(&self, path: &Path) -> Option<String> {
        let mut parts: Vec<&str> = self.prefix.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.components() {
            match part {
                Component::Normal(name) => parts.push(name.to_str()?),
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        (!parts.is_empty()).then(|| parts.join("/"))
    }

    /// What the patterns say of exactly this path: the nearest file that says something decides.
    fn verdict(&self, path: &str, is_directory: bool) -> bool {
        let mut end = path.rfind('/');
        loop {
            let (directory, below) = end.map_or(("", path), |end| (&path[..end], &path[end + 1..]));
            if let Some(verdict) =
                self.gitignore(directory).and_then(|file| file.verdict(below, is_directory))
            {
                return verdict;
            }
            match end {
                None => return self.exclude.verdict(path, is_directory).unwrap_or(false),
                Some(at) => end = path[..at].rfind('/'),
            }
        }
    }

    fn gitignore(&self, directory: &str) -> Option<Arc<Gitignore>> {
        let mut files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = files.get(directory) {
            return known.clone();
        }
        let file = if self.lacks_gitignore(directory) { None } else { gitignore(&self.top.join(directory)) };
        files.insert(directory.to_owned(), file.clone());
        file
    }

    /// Whether a walk has seen that there is no `.gitignore` in a directory, which is relative to the top.
    fn lacks_gitignore(&self, directory: &str) -> bool {
        let Some(seen) = self.seen.get() else { return false };
        let inside = Path::new(directory).strip_prefix(&self.prefix);
        inside.is_ok_and(|inside| seen.at(&inside.join(".gitignore")) == Glimpse::Nothing)
    }
}

/// The `.gitignore` in a directory. git itself does not follow a link there.
fn gitignore(directory: &Path) -> Option<Arc<Gitignore>> {
    let path = directory.join(".gitignore");
    path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some(Arc::new(Gitignore::parse(&text(&path)?)))
}

/// Where git keeps what it knows: `.git`, or where a file of that name leads.
fn git_directory(top: &Path) -> PathBuf {
    let path = top.join(".git");
    if path.is_dir() {
        return path;
    }
    let leads = text(&path).and_then(|text| text.strip_prefix("gitdir:").map(|rest| rest.trim().to_owned()));
    leads.map_or(path, |leads| top.join(leads))
}

/// The `path = …` lines of a `.gitmodules`.
fn gitmodules(text: &str) -> BTreeSet<String> {
    let values = text.lines().filter_map(|line| line.split_once('='));
    let paths =
        values.filter(|(key, _)| key.trim() == "path").map(|(_, value)| value.trim().trim_matches('"'));
    paths.map(|path| path.trim_end_matches('/').to_owned()).filter(|path| !path.is_empty()).collect()
}

fn text(path: &Path) -> Option<String> {
    std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
