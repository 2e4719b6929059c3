//! A case and what the real program says there.

use crate::made;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A directory of `fixtures/bad`.
pub(crate) struct Case {
    pub(crate) name: String,
    directory: PathBuf,
}

/// Every case, by name.
pub(crate) fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad");
    let mut cases: Vec<_> = fs::read_dir(root)
        .expect("fixtures/bad is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|directory| Case { name: name(&directory), directory })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    for made in made::NAMES {
        assert!(cases.iter().any(|case| case.name == *made), "fixtures/bad/{made} is missing");
    }
    cases
}

fn name(directory: &Path) -> String {
    directory.file_name().expect("a name").to_string_lossy().into_owned()
}

/// What `look` finds in the cases, in their order. Most of the time is spent waiting for the program.
pub(crate) fn each<T: Send>(look: impl Fn(&Case) -> Option<T> + Sync) -> Vec<T> {
    let cases = cases();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(one) = look(case) {
                        found.lock().expect("no panic").push((case.name.clone(), one));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no panic");
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found.into_iter().map(|(_, one)| one).collect()
}

impl Case {
    pub(crate) fn expectation(&self) -> PathBuf {
        self.directory.join("expected.txt")
    }

    pub(crate) fn expected(&self) -> String {
        fs::read_to_string(self.expectation()).unwrap_or_default()
    }

    /// What people read, and the exit status.
    pub(crate) fn report(&self) -> String {
        let Output { stdout, stderr, status, .. } = self.run(&[]);
        let text = [stderr, stdout].concat();
        let text = String::from_utf8(text).expect("a report is UTF-8");
        let status = status.code().expect("no signal ends it");
        format!("{text}exit status {status}\n")
    }

    /// What programs read of it.
    pub(crate) fn findings(&self) -> Vec<Value> {
        let output = self.run(&["--format", "json"]);
        let text = String::from_utf8_lossy(&output.stdout);
        // A directory that cannot be entered is said before the format is known.
        let document: Value = serde_json::from_str(&text).unwrap_or_default();
        document["findings"].as_array().cloned().unwrap_or_default()
    }

    fn run(&self, more: &[&str]) -> Output {
        let arguments = fs::read_to_string(self.directory.join("arguments"));
        let arguments = arguments.as_deref().unwrap_or("check").split_whitespace();
        let program = Path::new(env!("CARGO_BIN_EXE_specc"));
        let arguments: Vec<&str> =
            arguments.chain(more.iter().copied()).chain(["--color", "never"]).collect();
        if let Some(made) = made::Made::new(&self.name) {
            return made.run(program, &arguments);
        }
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.directory).env_remove("NO_COLOR");
        command.output().expect("specc starts")
    }
}
