//! What stands in the output directory, without ever following a link in it.

use super::codes;
use crate::diagnostic::{Code, Diagnostic, words};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a run waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is at the end of a path.
pub(super) enum Found {
    Nothing,
    File {
        contents: Vec<u8>,
        executable: bool,
    },
    Directory,
    /// A link, a pipe, a device: never opened.
    Other(&'static str),
}

pub(super) fn fault(code: &'static Code, path: &Path, what: &str) -> Diagnostic {
    Diagnostic::new(code, format!("`{}` {what}", path.display())).in_file(path)
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    fault(&codes::OUTPUT_UNWRITABLE, path, &format!("cannot be written: {}", words(error)))
}

/// Whether `path` is made of names alone, and is not a file of secrets.
pub(super) fn is_safe(path: &str) -> bool {
    let path = Path::new(path);
    path.components().next().is_some()
        && path.components().all(|part| matches!(part, Component::Normal(_)))
        && path.file_name().is_some_and(|name| name != ".env")
}

/// Refuses an output directory that is no directory, or that does not lie in `within`.
pub(super) fn check_out(out: &Path, within: Option<&Path>) -> Result<(), Diagnostic> {
    let full = std::path::absolute(out).map_err(|error| unwritable(out, &error))?;
    let there = full.ancestors().find(|above| above.symlink_metadata().is_ok()).unwrap_or(&full);
    if let Some(within) = within {
        let root = std::path::absolute(within).map_err(|error| unwritable(within, &error))?;
        let inside = out.ancestors().filter(|above| !above.as_os_str().is_empty()).take_while(|above| {
            std::path::absolute(above).is_ok_and(|above| above != root && above.starts_with(&root))
        });
        for above in inside {
            if above.is_symlink() {
                return Err(escapes(above));
            }
        }
        let real = fs::canonicalize(there).map_err(|error| unwritable(there, &error))?;
        let real_root = fs::canonicalize(&root).map_err(|error| unwritable(&root, &error))?;
        if !real.starts_with(&real_root) {
            let what = format!("is outside the repository `{}`", root.display());
            return Err(fault(&codes::OUTPUT_OUTSIDE_REPOSITORY, out, &what).help(
                "Paths in the output are relative to the repository: choose an output directory inside it",
            ));
        }
    }
    if there.is_dir() {
        Ok(())
    } else {
        Err(fault(&codes::OUTPUT_BLOCKED, out, "is not a directory").help("move it away"))
    }
}

/// Looks at `path` below `out`.
pub(super) fn look(out: &Path, path: &str) -> Result<Found, Diagnostic> {
    let parent = Path::new(path).parent().unwrap_or(Path::new(""));
    if has_directory(out, parent)? { look_inside(&out.join(path)) } else { Ok(Found::Nothing) }
}

/// Whether there is a directory `path` below `out`; a fault when something else is on the way.
pub(super) fn has_directory(out: &Path, path: &Path) -> Result<bool, Diagnostic> {
    let mut directory = out.to_path_buf();
    for part in path.components() {
        directory.push(part);
        match fs::symlink_metadata(&directory) {
            Ok(about) if about.is_dir() => {}
            Ok(about) if about.is_symlink() => return Err(escapes(&directory)),
            Ok(_) => {
                let blocked =
                    fault(&codes::OUTPUT_BLOCKED, &directory, "is a file where a directory should be");
                return Err(blocked.help("move it away"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(unreadable(&directory, &error)),
        }
    }
    Ok(true)
}

/// Looks at a file whose directory is one.
pub(super) fn look_inside(full: &Path) -> Result<Found, Diagnostic> {
    let about = match fs::symlink_metadata(full) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(unreadable(full, &error)),
    };
    if about.is_dir() {
        return Ok(Found::Directory);
    }
    if !about.is_file() {
        return Ok(Found::Other(if about.is_symlink() { "a link" } else { "not a file" }));
    }
    let contents = fs::read(full).map_err(|error| unreadable(full, &error))?;
    Ok(Found::File { contents, executable: is_executable(&about) })
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    fault(&codes::OUTPUT_UNWRITABLE, path, &format!("cannot be read: {}", words(error)))
}

fn escapes(directory: &Path) -> Diagnostic {
    let target = fs::read_link(directory).unwrap_or_default();
    let what = format!("is a link to `{}`: writing through it could change files anywhere", target.display());
    fault(&codes::OUTPUT_ESCAPES, directory, &what).help("replace the link by a directory")
}

/// The names in a directory below `out`, sorted; none where it cannot be read or is reached through a link.
pub(super) fn names(out: &Path, directory: &str) -> Vec<(String, fs::FileType)> {
    let full = out.join(directory);
    let linked = Path::new(directory)
        .ancestors()
        .filter(|part| !part.as_os_str().is_empty())
        .any(|part| out.join(part).is_symlink());
    let entries = if linked { None } else { fs::read_dir(full).ok() };
    let entries = entries.into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?)))
        .collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names
}

#[cfg(unix)]
fn is_executable(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

/// The right to write below an output directory, which one process has at a time.
pub(super) struct Lock {
    /// The directory itself is what is locked: no file is left behind. Where directories cannot be locked there is none.
    _held: Option<File>,
    made: Vec<PathBuf>,
}

/// Makes the output directory and waits until nobody else writes there.
pub(super) fn lock(out: &Path) -> Result<Lock, Diagnostic> {
    let missing: Vec<PathBuf> = out
        .ancestors()
        .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
        .map(Into::into)
        .collect();
    fs::create_dir_all(out).map_err(|error| unwritable(out, &error))?;
    let held = File::open(out).ok();
    let started = Instant::now();
    while let Some(file) = &held {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                let locked = fault(&codes::OUTPUT_LOCKED, out, "is being written by another specc");
                return Err(locked.help("wait until it has ended, then try again"));
            }
            // Some network file systems lock no directories.
            Ok(()) | Err(TryLockError::Error(_)) => break,
        }
    }
    Ok(Lock { _held: held, made: missing })
}

impl Lock {
    /// Lets others write, and takes back directories that were made for nothing.
    pub(super) fn release(self) {
        for directory in &self.made {
            // Fails, as it should, when something is in it.
            let _ = fs::remove_dir(directory);
        }
    }
}
