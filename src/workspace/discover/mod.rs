//! Disk → inventory: which files of a tree concern a deployment, and what each is.

mod kind;
mod output;
mod skip;
mod sniff;

pub use kind::{DEFAULT_NAMES, Kind, is_automatic_override};

use super::git::Git;
use super::seen::{Glimpse, Seen};
use super::{on_cores, read};
use kind::Guess;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

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

/// Looks at every file below `root`, once. The order of the result is that of the paths, on every machine.
pub fn discover(root: &Path, git: &Git) -> Inventory {
    let canonical = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let tree = Tree { git, root, canonical: &canonical };
    // What is right here, then each directory by itself.
    let mut here = Walk::new(tree);
    let mut directories = Vec::new();
    here.all(WalkDir::new(root).max_depth(1), Some(&mut directories));
    let below = on_cores(directories, |directory| {
        let mut walk = Walk::new(tree);
        walk.all(WalkDir::new(directory), None);
        walk.settled()
    });
    let mut seen = Seen::default();
    let parts = std::iter::once(here.settled()).chain(below).map(|(part, other)| {
        seen.extend(other);
        part
    });
    let mut inventory: Inventory = parts.collect();
    inventory.seen = Arc::new(seen);
    git.know(inventory.seen.clone());
    output::mark(root, &mut inventory);
    inventory
}

#[derive(Clone, Copy)]
struct Tree<'a> {
    git: &'a Git,
    root: &'a Path,
    canonical: &'a Path,
}

struct Walk<'a> {
    tree: Tree<'a>,
    inventory: Inventory,
    seen: Seen,
}

impl Tree<'_> {
    /// Whether a directory is entered, as far as its name says it.
    fn enters(&self, path: &Path) -> bool {
        let Some(name) = path.file_name().and_then(OsStr::to_str) else { return false };
        !(skip::is_vendored(name) || skip::is_built(name) && self.git.ignores(path, true))
    }

    /// Whether something says of the directory that it is in that it is no part of this tree.
    fn is_mark(&self, path: &Path) -> bool {
        let Some(directory) = path.parent().filter(|directory| *directory != Path::new("")) else {
            return false;
        };
        // Somebody's checkout of another repository. Where there is none around it, it is a place with several.
        let foreign = || self.git.exists() && !self.git.in_submodule(directory);
        path.file_name().is_some_and(|name| if name == ".git" { foreign() } else { skip::is_mark(name) })
    }
}

impl<'a> Walk<'a> {
    fn new(tree: Tree<'a>) -> Self {
        Self { tree, inventory: Inventory::default(), seen: Seen::default() }
    }

    /// Visits all that a walk finds. One that reaches no further than its root's own entries leaves the directories among
    /// them to others.
    fn all(&mut self, walk: WalkDir, mut left: Option<&mut Vec<PathBuf>>) {
        let mut entries =
            walk.sort_by(|one, other| skip::order(one.file_name(), other.file_name())).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.fail(&error);
                    continue;
                }
            };
            let path = entry.path().strip_prefix(self.tree.root).unwrap_or(entry.path()).to_owned();
            let kind = entry.file_type();
            if self.tree.is_mark(&path) {
                // It comes before its neighbours: nothing of the directory has been looked at.
                self.seen.leave(path.parent().unwrap_or(&path));
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
                entries.skip_current_dir();
                continue;
            }
            if entry.depth() > 0 {
                self.seen.add(&path, Glimpse::of(kind));
            }
            if !kind.is_dir() {
                self.visit(path, kind);
            } else if entry.depth() > 0 && !self.tree.enters(&path) {
                entries.skip_current_dir();
            } else if let Some(left) = left.as_mut().filter(|_| entry.depth() > 0) {
                left.push(entry.into_path());
            } else {
                self.seen.enter(&path);
            }
        }
    }

    fn settled(self) -> (Inventory, Seen) {
        (self.inventory, self.seen.settled())
    }

    /// Something that cannot be walked.
    fn fail(&mut self, error: &walkdir::Error) {
        let reason = error.io_error().map_or_else(|| "cannot be walked".to_owned(), unreadable);
        let Some(path) = error.path() else { return self.seen.doubt() };
        let path = path.strip_prefix(self.tree.root).unwrap_or(path).to_owned();
        self.seen.add(&path, Glimpse::Unsure);
        self.inventory.gaps.push(Gap { path, reason });
    }

    fn visit(&mut self, path: PathBuf, kind: FileType) {
        let full = self.tree.root.join(&path);
        let Some(text) = path.to_str() else { return };
        let text = if std::path::MAIN_SEPARATOR == '/' { text.to_owned() } else { text.replace('\\', "/") };
        let guess = kind::guess(&text);
        let regular = kind.is_file();
        let link = kind.is_symlink().then(|| full.canonicalize());
        // A link to a directory is what it leads to under a second name.
        if link.is_some() && full.is_dir() {
            return;
        }
        let (Guess::Is(kind) | Guess::Perhaps(kind)) = guess else {
            self.inventory.others.push(path);
            return;
        };
        let leads_to = match &link {
            None => None,
            Some(Ok(real)) => match real.strip_prefix(self.tree.canonical) {
                Ok(inside) => Some(inside.to_owned()),
                Err(_) => {
                    return self.doubt(
                        path,
                        guess,
                        "is a link that leads out of the tree: it is not followed",
                    );
                }
            },
            Some(Err(_)) => {
                let target = fs::read_link(&full).unwrap_or_default();
                let reason = format!("is a link to `{}`, which does not exist", target.display());
                return self.doubt(path, guess, &reason);
            }
        };
        let content = content(&full, regular, kind, guess);
        match (guess, &content) {
            (_, Err(reason)) => self.doubt(path, guess, reason),
            (Guess::Perhaps(kind), Ok(content)) if !sniff::looks_like(kind, &text, content) => {
                self.inventory.others.push(path);
            }
            // What another program's templates make is not known.
            (_, Ok(content)) if sniff::is_template(kind, content) => {
                self.inventory.others.push(path);
            }
            _ => {
                if let Ok(Content::Whole(text)) = content {
                    self.seen.keep(&path, text);
                }
                self.inventory.files.push(Entry { path, kind, leads_to, output: None });
            }
        }
    }

    /// A file that cannot be looked at: a gap, if its name says that it would be read.
    fn doubt(&mut self, path: PathBuf, guess: Guess, reason: &str) {
        match guess {
            Guess::Is(_) => self.inventory.gaps.push(Gap { path, reason: reason.to_owned() }),
            _ => self.inventory.others.push(path),
        }
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {}", crate::diagnostic::words(error))
}

/// As much of a file as is needed to say what it is.
enum Content {
    /// All of it, as it is.
    Whole(String),
    /// Its beginning, or what of it is text; nothing where the name says enough.
    Part(String),
}

impl Deref for Content {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Whole(text) | Self::Part(text) => text,
        }
    }
}

/// What is `regular` is known to be a file: it can be opened without a look at what it is.
fn content(path: &Path, regular: bool, kind: Kind, guess: Guess) -> Result<Content, String> {
    if !regular && !fs::metadata(path).map_err(|error| unreadable(&error))?.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let size = file.metadata().map_err(|error| unreadable(&error))?.len();
    if size > FILE_LIMIT {
        return Err(format!("is larger than {} MiB, the most that is read", FILE_LIMIT >> 20));
    }
    let limit = match (guess, kind) {
        (Guess::Perhaps(Kind::Shell), _) => 128,
        (Guess::Perhaps(_), _) | (_, Kind::Compose | Kind::EnvFile) => FILE_LIMIT,
        _ => return Ok(Content::Part(String::new())),
    };
    let bytes = read::bytes(&mut file, size, limit).map_err(|error| unreadable(&error))?;
    let whole = limit == FILE_LIMIT && (bytes.len() as u64) < limit;
    Ok(match String::from_utf8(bytes) {
        Ok(text) if whole => Content::Whole(text),
        Ok(text) => Content::Part(text),
        Err(error) => Content::Part(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}
