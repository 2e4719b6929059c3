//! Carrying a plan out: everything is staged first, then renamed into place; what fails puts everything back.

use super::disk::unwritable;
use super::staging::{KEPT, STAGED, Staging, beside};
use super::{Action, Change, Plan, manifest};
use crate::diagnostic::Diagnostic;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Does what the plan says, or leaves everything as it was and says what was in the way.
pub(super) fn apply(out: &Path, plan: &Plan) -> Result<(), Diagnostic> {
    for path in &plan.stale {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(|error| unwritable(path, &error))?;
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

pub(super) type Failure = (PathBuf, io::Error);

/// What was done, so that it can be taken back.
#[derive(Default)]
struct Work {
    undo: Vec<Undo>,
    /// Second names of old files, to be removed in the end.
    kept: Vec<PathBuf>,
}

/// One step back.
pub(super) enum Undo {
    /// Remove the file, if it is there.
    Remove(PathBuf),
    /// Remove the directory.
    RemoveDirectory(PathBuf),
    /// Give the new directory the name again under which it waited, to be emptied by the steps before.
    Withdraw { staged: PathBuf, place: PathBuf },
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
        let mut staging = Staging::new(out);
        // What waits in a new directory needs nothing more than that the directory gets its name.
        let mut single = Vec::new();
        for change in files.into_iter().chain(manifests) {
            if self.stage(out, change, &mut staging)? {
                single.push(change);
            }
        }
        for (staged, place) in staging.new_directories() {
            fs::rename(&staged, &place).map_err(|error| (place.clone(), error))?;
            self.undo.push(Undo::Withdraw { staged, place });
        }
        for change in single {
            self.commit(out, change)?;
        }
        Ok(())
    }

    /// Whether the change is still to be committed by itself.
    fn stage(&mut self, out: &Path, change: &Change, staging: &mut Staging) -> Result<bool, Failure> {
        let mut single = true;
        if let Some(artifact) = &change.new {
            single = staging.write(artifact, &mut self.undo)?;
        }
        if change.action == Action::Update {
            let place = out.join(&change.path);
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
        Ok(single)
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
                Undo::Withdraw { staged, place } => {
                    let _ = fs::rename(place, staged);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::Artifact;

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
