//! Carrying a plan out: everything is staged first, then renamed into place; what fails puts everything back.

use super::disk::unwritable;
use super::{Action, Change, Plan, manifest};
use crate::diagnostic::Diagnostic;
use crate::emit::Artifact;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const STAGED: &str = ".specc-new";
const KEPT: &str = ".specc-old";

/// The name under which a file waits for its place.
pub(super) fn staged(name: &str) -> String {
    format!(".{name}{STAGED}")
}

/// Whether a file is one that an interrupted run left behind.
pub(super) fn is_staged(name: &str) -> bool {
    name.starts_with('.') && (name.ends_with(STAGED) || name.ends_with(KEPT))
}

/// Does what the plan says, or leaves everything as it was and says what was in the way.
pub(super) fn apply(out: &Path, plan: &Plan) -> Result<(), Diagnostic> {
    for path in &plan.stale {
        fs::remove_file(path).map_err(|error| unwritable(path, &error))?;
    }
    let mut work = Work::default();
    match work.run(out, plan) {
        Ok(()) => {
            work.finish(out, plan);
            Ok(())
        }
        Err((path, error)) => {
            let lost = work.undo();
            let failed = unwritable(&path, &error);
            Err(if lost.is_empty() {
                failed.help("nothing was changed: the files are as they were")
            } else {
                let lost: Vec<String> = lost.iter().map(|path| path.display().to_string()).collect();
                failed.help(format!(
                    "These could not be put back; their old content is beside them: {}",
                    lost.join(", ")
                ))
            })
        }
    }
}

type Failure = (PathBuf, io::Error);

/// What was done, so that it can be taken back.
#[derive(Default)]
struct Work {
    undo: Vec<Undo>,
    /// Second names of old files, to be removed in the end.
    kept: Vec<PathBuf>,
    /// Directories that are there: asking the system again for every file takes a third of the time of writing.
    there: HashSet<PathBuf>,
}

enum Undo {
    /// Remove the file, if it is there.
    Remove(PathBuf),
    /// Remove the directory.
    RemoveDirectory(PathBuf),
    /// Give the old file its name again.
    Restore { kept: PathBuf, place: PathBuf },
}

impl Work {
    fn run(&mut self, out: &Path, plan: &Plan) -> Result<(), Failure> {
        let changed = plan.changes.iter().filter(|change| change.action != Action::Keep);
        // Manifests come last: until then the old one is what an interrupted run left, and the staged one says what else
        // is ours.
        let (manifests, files): (Vec<&Change>, Vec<&Change>) = changed.partition(|change| {
            Path::new(&change.path).file_name().is_some_and(|name| name == manifest::NAME)
        });
        let ordered: Vec<&Change> = files.into_iter().chain(manifests).collect();
        for change in &ordered {
            self.stage(out, change)?;
        }
        for change in &ordered {
            self.commit(out, change)?;
        }
        Ok(())
    }

    fn stage(&mut self, out: &Path, change: &Change) -> Result<(), Failure> {
        let place = out.join(&change.path);
        if let Some(artifact) = &change.new {
            self.make_directories(out, &change.path)?;
            let staged = beside(&place, STAGED);
            self.undo.push(Undo::Remove(staged.clone()));
            write_new(&staged, artifact).map_err(|error| (place.clone(), error))?;
        }
        if change.action == Action::Update {
            let kept = beside(&place, KEPT);
            self.undo.push(Undo::Remove(kept.clone()));
            // A second name costs no space; where the file system knows none a copy does as well.
            fs::hard_link(&place, &kept)
                .or_else(|error| match fs::symlink_metadata(&place) {
                    Ok(about) if about.is_file() => fs::copy(&place, &kept).map(|_| ()),
                    _ => Err(error),
                })
                .map_err(|error| (place.clone(), error))?;
            self.kept.push(kept);
        }
        Ok(())
    }

    fn commit(&mut self, out: &Path, change: &Change) -> Result<(), Failure> {
        let place = out.join(&change.path);
        let kept = beside(&place, KEPT);
        let failed = |error| (place.clone(), error);
        match change.action {
            Action::Create => {
                fs::rename(beside(&place, STAGED), &place).map_err(failed)?;
                self.undo.push(Undo::Remove(place));
            }
            Action::Update => {
                fs::rename(beside(&place, STAGED), &place).map_err(failed)?;
                self.undo.push(Undo::Restore { kept, place });
            }
            Action::Remove => {
                fs::rename(&place, &kept).map_err(failed)?;
                self.kept.push(kept.clone());
                self.undo.push(Undo::Restore { kept, place });
            }
            Action::Keep => {}
        }
        Ok(())
    }

    fn make_directories(&mut self, out: &Path, path: &str) -> Result<(), Failure> {
        let Some(parent) = Path::new(path).parent().filter(|parent| !self.there.contains(*parent)) else {
            return Ok(());
        };
        let mut directory = out.to_path_buf();
        for part in parent.components() {
            directory.push(part);
            match fs::create_dir(&directory) {
                Ok(()) => self.undo.push(Undo::RemoveDirectory(directory.clone())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err((directory, error)),
            }
        }
        self.there.insert(parent.to_path_buf());
        Ok(())
    }

    /// Takes everything back, the last first. What could not be.
    fn undo(self) -> Vec<PathBuf> {
        let (mut lost, mut spared) = (Vec::new(), Vec::new());
        for step in self.undo.into_iter().rev() {
            match step {
                // The only copy of what could not be put back stays.
                Undo::Remove(path) if spared.contains(&path) => {}
                Undo::Remove(path) => {
                    let _ = fs::remove_file(path);
                }
                Undo::RemoveDirectory(path) => {
                    let _ = fs::remove_dir(path);
                }
                Undo::Restore { kept, place } => {
                    if fs::rename(&kept, &place).is_err() {
                        lost.push(place);
                        spared.push(kept);
                    }
                }
            }
        }
        lost
    }

    /// Everything is in place. What goes wrong from here on leaves at most a file that the next run removes.
    fn finish(self, out: &Path, plan: &Plan) {
        for kept in &self.kept {
            let _ = fs::remove_file(kept);
        }
        for change in plan.changes.iter().filter(|change| change.action == Action::Remove) {
            for directory in Path::new(&change.path).ancestors().skip(1) {
                // Fails, as it should, when something is left in it.
                if directory.as_os_str().is_empty() || fs::remove_dir(out.join(directory)).is_err() {
                    break;
                }
            }
        }
    }
}

fn beside(place: &Path, suffix: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}{suffix}"))
}

fn write_new(path: &Path, artifact: &Artifact) -> io::Result<()> {
    let mode = if artifact.executable { 0o755 } else { 0o644 };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = with_mode(&mut options, mode).open(path)?;
    file.write_all(artifact.contents.as_bytes())?;
    // Not flushed to the disk: that takes 2 ms a file, a hundred times what writing it takes, and all that a power cut could
    // take away is rendered again in as long. A full disk refuses the bytes above.
    set_mode(&file, mode)
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode)
}

/// The mode, whatever the umask took from it. To ask for it costs less than to set it again.
#[cfg(unix)]
fn set_mode(file: &fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o7777 == mode {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn with_mode(options: &mut OpenOptions, _: u32) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_between_two_renames_is_taken_back() {
        let root = tempfile::tempdir().expect("a directory");
        let at = |path: &str| root.path().join(path);
        let change = |path: &str, action| Change {
            path: path.into(),
            action,
            new: (action != Action::Remove).then(|| Artifact {
                path: path.into(),
                contents: "new".into(),
                executable: false,
            }),
            old: None,
            ours: true,
        };
        fs::write(at("a"), "old a").expect("a file");
        fs::write(at("b"), "old b").expect("a file");
        // Somebody made it after the plan.
        fs::create_dir_all(at("z/in the way")).expect("a directory");
        let changes = vec![
            change("a", Action::Update),
            change("b", Action::Remove),
            change("new/c", Action::Create),
            change("z", Action::Create),
        ];
        let plan = Plan { changes, ..Plan::default() };
        let fault = apply(root.path(), &plan).expect_err("z cannot be replaced");
        assert!(fault.message.contains("z` cannot be written: is a directory"), "{}", fault.message);
        let mut names: Vec<_> =
            fs::read_dir(root.path()).expect("entries").flatten().map(|e| e.file_name()).collect();
        names.sort();
        assert_eq!(names, ["a", "b", "z"]);
        assert_eq!(fs::read_to_string(at("a")).expect("a file"), "old a");
        assert_eq!(fs::read_to_string(at("b")).expect("a file"), "old b");
    }
}
