//! A fixture as the repository that it stands for.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A copy of a fixture, which goes with the value.
pub(crate) struct Repo(TempDir);

impl Repo {
    pub(crate) fn of(fixture: &Path) -> Self {
        let repo = Self::empty();
        repo.put(fixture, Path::new(""));
        repo
    }

    /// A repository without files.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(folder.path().join("repo/.git")).expect("a directory");
        Self(folder)
    }

    /// Copies a fixture into one of its directories.
    pub(crate) fn put(&self, fixture: &Path, directory: &Path) {
        let root = self.root().join(directory);
        fs::create_dir_all(&root).expect("a directory");
        for entry in walkdir::WalkDir::new(fixture).min_depth(1) {
            let entry = entry.expect("fixtures can be walked");
            let inside = entry.path().strip_prefix(fixture).expect("it is inside");
            let mut place = root.join(inside);
            if entry.file_name() == "_gitignore" {
                place.set_file_name(".gitignore");
            }
            if entry.file_type().is_symlink() {
                symlink(fs::read_link(entry.path()).expect("a link"), place).expect("a link");
            } else if entry.file_type().is_dir() {
                fs::create_dir_all(place).expect("a directory");
            } else {
                fs::copy(entry.path(), place).expect("a file");
            }
        }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.path().join("repo")
    }
}
