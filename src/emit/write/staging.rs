//! Where new files wait until all of them can be had: beside their places, or in a new directory that waits as a whole.

use super::apply::{Failure, Undo};
use crate::emit::Artifact;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) const STAGED: &str = ".specc-new";
pub(super) const KEPT: &str = ".specc-old";

/// The name under which a file or directory waits for its place.
pub(super) fn staged(name: &str) -> String {
    format!(".{name}{STAGED}")
}

/// Whether a file or directory is one that an interrupted run left behind.
pub(super) fn is_staged(name: &str) -> bool {
    name.starts_with('.') && (name.ends_with(STAGED) || name.ends_with(KEPT))
}

/// The hidden name beside `place` that ends in `suffix`.
pub(super) fn beside(place: &Path, suffix: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}{suffix}"))
}

/// The new files of one run.
pub(super) struct Staging<'a> {
    out: &'a Path,
    /// By the directory of their places, relative to `out`: asking the system again for each file takes a third of the
    /// time of writing.
    folders: HashMap<PathBuf, Folder>,
    /// Directories that are new, under the names that they wait under, with their places.
    new: Vec<(PathBuf, PathBuf)>,
}

/// A directory that files are written to.
struct Folder {
    path: PathBuf,
    /// Whether it is there already, so that a file waits in it under another name.
    there: bool,
    /// Whether files come out of the system with the modes that were asked for, those that are programs and those that are
    /// not. The umask may take something away, or a rule of the directory's own; what is so of one file is so of all.
    modes: [Option<bool>; 2],
}

impl<'a> Staging<'a> {
    pub(super) fn new(out: &'a Path) -> Self {
        Self { out, folders: HashMap::new(), new: Vec::new() }
    }

    /// Writes a file where it can wait. Whether it needs a rename of its own.
    pub(super) fn write(&mut self, artifact: &Artifact, undo: &mut Vec<Undo>) -> Result<bool, Failure> {
        let relative = Path::new(&artifact.path);
        let parent = relative.parent().unwrap_or(Path::new(""));
        if !self.folders.contains_key(parent) {
            let folder = self.folder(parent, undo)?;
            self.folders.insert(parent.to_path_buf(), folder);
        }
        let failed = |error| (self.out.join(relative), error);
        let name = relative.file_name().unwrap_or_default();
        let Some(folder) = self.folders.get_mut(parent) else { return Ok(true) };
        let mut waiting = folder.path.join(name);
        if folder.there {
            waiting = beside(&waiting, STAGED);
        }
        undo.push(Undo::Remove(waiting.clone()));
        folder.write_new(&waiting, artifact).map_err(failed)?;
        Ok(folder.there)
    }

    /// The directory where the files of `parent`, relative, wait. The first part of the path that is not there becomes a
    /// directory with another name, and all below it gets its own: thousands of files then take one rename.
    fn folder(&mut self, parent: &Path, undo: &mut Vec<Undo>) -> Result<Folder, Failure> {
        let (mut path, mut place, mut there) = (self.out.to_path_buf(), self.out.to_path_buf(), true);
        for part in parent.components() {
            place.push(part);
            path.push(part);
            if there
                && fs::symlink_metadata(&path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
            {
                there = false;
                path = beside(&place, STAGED);
                if self.new.iter().all(|(staged, _)| *staged != path) {
                    self.new.push((path.clone(), place.clone()));
                }
            }
            if there {
                continue;
            }
            match fs::create_dir(&path) {
                Ok(()) => undo.push(Undo::RemoveDirectory(path.clone())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err((place, error)),
            }
        }
        Ok(Folder { path, there, modes: [None; 2] })
    }

    /// The directories that are to be renamed as a whole: what waits, and its place.
    pub(super) fn new_directories(self) -> Vec<(PathBuf, PathBuf)> {
        self.new
    }
}

impl Folder {
    fn write_new(&mut self, path: &Path, artifact: &Artifact) -> io::Result<()> {
        let mode = if artifact.executable { 0o755 } else { 0o644 };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = with_mode(&mut options, mode).open(path)?;
        file.write_all(artifact.contents.as_bytes())?;
        // Not flushed to the disk: that takes 2 ms a file, a hundred times what writing it takes, and all that a power cut
        // could take away is rendered again in as long. A full disk refuses the bytes above.
        let known = &mut self.modes[usize::from(artifact.executable)];
        let as_asked = match *known {
            Some(as_asked) => as_asked,
            None => *known.insert(has_mode(&file, mode)?),
        };
        if as_asked { Ok(()) } else { set_mode(&file, mode) }
    }
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode)
}

#[cfg(unix)]
fn has_mode(file: &File, mode: u32) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o7777 == mode)
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn with_mode(options: &mut OpenOptions, _: u32) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn has_mode(_: &File, _: u32) -> io::Result<bool> {
    Ok(true)
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
