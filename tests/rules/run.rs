//! A case, and what the real program says there.

use crate::copy::Repo;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a case is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bad,
    Good,
    Before,
    After,
    Healthy,
}

/// A small repository among the fixtures.
pub(crate) struct Case {
    pub(crate) kind: Kind,
    directory: PathBuf,
}

/// What was said.
pub(crate) struct Said {
    pub(crate) text: String,
    rules: BTreeSet<String>,
}

/// What is said of a repository in which nothing is found.
pub(crate) const CLEAN: &str = "clean\nexit status 0\n";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The cases of these kinds, by name.
pub(crate) fn cases(kinds: &[Kind]) -> Vec<Case> {
    let mut found = Vec::new();
    for folder in ["rules", "incidents"] {
        for group in directories(&fixtures().join(folder)) {
            found.extend(directories(&group).into_iter().filter_map(Case::new));
        }
    }
    let healthy = directories(&fixtures().join("healthy"));
    found.extend(healthy.into_iter().map(|directory| Case { kind: Kind::Healthy, directory }));
    let only = std::env::var("SPECC_ONLY").unwrap_or_default();
    found.retain(|case| kinds.contains(&case.kind) && case.name().contains(&only));
    found
}

fn directories(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// What `look` finds in the cases. Most of the time is spent waiting for the program.
pub(crate) fn each<T: Send>(cases: &[Case], look: impl Fn(&Case) -> Option<T> + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    if let Some(one) = look(case) {
                        found.lock().expect("no panic").push((at, one));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no panic");
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, one)| one).collect()
}

impl Case {
    fn new(directory: PathBuf) -> Option<Self> {
        let name = name(&directory);
        let kinds =
            [("bad", Kind::Bad), ("good", Kind::Good), ("before", Kind::Before), ("after", Kind::After)];
        let (_, kind) = kinds.into_iter().find(|(start, _)| name.starts_with(start))?;
        Some(Self { kind, directory })
    }

    /// Its path below `fixtures`.
    pub(crate) fn name(&self) -> String {
        self.directory.strip_prefix(fixtures()).unwrap_or(&self.directory).display().to_string()
    }

    /// The rule, or the incident, that it is about.
    pub(crate) fn rule(&self) -> &str {
        let group = self.directory.parent().and_then(Path::file_name);
        group.and_then(|group| group.to_str()).unwrap_or_default()
    }

    /// A file beside the directory.
    fn beside(&self, extension: &str) -> PathBuf {
        self.directory.with_file_name(format!("{}.{extension}", name(&self.directory)))
    }

    pub(crate) fn expectation(&self) -> PathBuf {
        self.beside("txt")
    }

    /// What people read, and the exit status.
    pub(crate) fn lint(&self) -> Said {
        let Output { stdout, stderr, status, .. } = self.run("human");
        let text = String::from_utf8([stderr, stdout].concat()).expect("a report is UTF-8");
        // Not how many files were read: that is for whoever looks for more of them to change.
        let text: String = text
            .split_inclusive('\n')
            .map(|line| if line.starts_with("clean: ") { "clean\n" } else { line })
            .collect();
        let status = status.code().expect("no signal ends it");
        Said { rules: rules_in(&text), text: format!("{text}exit status {status}\n") }
    }

    /// What programs read.
    pub(crate) fn findings(&self) -> Vec<Value> {
        let document: Value = serde_json::from_slice(&self.run("json").stdout).expect("a report is JSON");
        document["findings"].as_array().cloned().unwrap_or_default()
    }

    fn run(&self, format: &str) -> Output {
        let repo = Repo::of(&self.directory);
        let arguments = fs::read_to_string(self.beside("args")).unwrap_or_default();
        let wanted = fs::read_to_string(self.directory.with_file_name("rules")).unwrap_or_default();
        let mut wanted = wanted.split_whitespace().chain([self.rule()]);
        let pedantic = wanted.any(crate::is_advice).then_some("--pedantic");
        let mut command = Command::new(env!("CARGO_BIN_EXE_specc"));
        command.arg("lint").args(arguments.split_whitespace().chain(pedantic)).args(["--format", format]);
        command.args(["--color", "never"]).current_dir(repo.root()).env_remove("NO_COLOR");
        command.output().expect("specc starts")
    }

    /// What is wrong with what was said, whatever is expected.
    pub(crate) fn faults(&self, said: &Said) -> Vec<String> {
        let mut faults = Vec::new();
        match self.kind {
            Kind::Bad if !said.rules.contains(self.rule()) => {
                faults.push(format!("{} does not speak\n{}", self.rule(), said.text));
            }
            Kind::Before => {
                let rules = fs::read_to_string(self.directory.with_file_name("rules")).unwrap_or_default();
                if rules.trim().is_empty() {
                    faults.push("a file `rules` beside it must name the rules that speak".to_owned());
                }
                let found = self.findings();
                let silent = rules.lines().filter(|line| !line.trim().is_empty() && !speaks(&found, line));
                faults.extend(silent.map(|line| format!("nothing says: {line}\n{}", said.text)));
            }
            Kind::Good if said.rules.contains(self.rule()) => {
                faults.push(format!("{} speaks\n{}", self.rule(), said.text));
            }
            Kind::Good | Kind::After | Kind::Healthy if !is_clean(&said.text) => {
                faults.push(format!("is not clean\n{}", said.text));
            }
            _ => {}
        }
        faults
    }
}

/// Whether a finding is what a line asks for: `port-collision`, or `port-collision compose.yaml:12`, the place of any of
/// its labels, or the file alone.
fn speaks(found: &[Value], line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (rule, place) = (words.next(), words.next());
    found.iter().filter(|finding| finding["rule"].as_str() == rule).any(|finding| {
        let mut locations = finding["locations"].as_array().into_iter().flatten();
        let is_at = |location: &Value, place: &str| {
            let path = location["path"].as_str().unwrap_or_default();
            place == path || place == format!("{path}:{}", location["start"]["line"])
        };
        place.is_none_or(|place| locations.any(|location| is_at(location, place)))
    })
}

/// Whether nothing was found. Advice may be: a good case of a rule of level info is asked for all advice.
fn is_clean(text: &str) -> bool {
    text.ends_with("exit status 0\n") && !text.contains("error[") && !text.contains("warning[")
}

/// The rules of a report: `error[port-collision]`.
fn rules_in(report: &str) -> BTreeSet<String> {
    let found = report.lines().filter_map(|line| {
        let (severity, rest) = line.split_once('[')?;
        let rule = rest.strip_suffix(']')?;
        ["error", "warning", "info"].contains(&severity).then(|| rule.to_owned())
    });
    found.collect()
}
