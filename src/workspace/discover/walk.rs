//! The walk through a tree: what is entered, what is passed by, what is looked at.

use super::name::{self, Guess};
use super::peek::{Content, content, unreadable};
use super::{Entry, Gap, Inventory, output, skip, sniff};
use crate::workspace::git::Git;
use crate::workspace::on_cores;
use crate::workspace::seen::{Glimpse, Seen};
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

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

struct Walk<'a> {
    tree: Tree<'a>,
    inventory: Inventory,
    seen: Seen,
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
        let guess = name::guess(&text);
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
