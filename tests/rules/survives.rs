//! Whatever a repository holds, lint ends and says something: the fixtures' files, cut, doubled, mixed up and with noise in
//! them. `CASES=5000` looks longer.

use crate::copy::Repo;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use specc::facts;
use specc::lint::{self, Options};
use specc::report::{Format, Look, Report};
use specc::spec::model::Lint;
use std::fs;
use std::path::{Path, PathBuf};

/// Something that is done to a file.
#[derive(Clone, Debug)]
enum Change {
    /// It ends here.
    Cut(Index),
    /// A line is there twice.
    Double(Index),
    /// A line is gone.
    Drop(Index),
    /// A line is that of another file.
    Swap(Index, Index, Index),
    /// This stands in it.
    Insert(Index, String),
}

fn change() -> impl Strategy<Value = (Index, Change)> {
    let noise = prop_oneof![
        "\\PC{0,12}",
        Just("${".to_owned()),
        Just("$(".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("{{".to_owned()),
        Just("<<EOF\n".to_owned()),
        Just("\n\t- &a *a\n".to_owned()),
        Just("\u{feff}\r\n".to_owned()),
        Just(": [{".to_owned()),
        Just("\\\n".to_owned()),
        Just("99999999999999999999".to_owned()),
    ];
    let change = prop_oneof![
        any::<Index>().prop_map(Change::Cut),
        any::<Index>().prop_map(Change::Double),
        any::<Index>().prop_map(Change::Drop),
        any::<(Index, Index, Index)>().prop_map(|(at, file, line)| Change::Swap(at, file, line)),
        (any::<Index>(), noise).prop_map(|(at, text)| Change::Insert(at, text)),
    ];
    (any::<Index>(), change)
}

/// The small repositories that are spoiled.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let below = |folder: &str, depth: usize| {
        walkdir::WalkDir::new(root.join(folder)).min_depth(depth).max_depth(depth).sort_by_file_name()
    };
    let all = below("rules", 2).into_iter().chain(below("incidents", 2)).chain(below("healthy", 1));
    all.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    all.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn spoil(root: &Path, (file, change): &(Index, Change)) {
    let files = files(root);
    if files.is_empty() {
        return;
    }
    let path = file.get(&files);
    let Ok(text) = fs::read_to_string(path) else { return };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let boundary = |at: &Index| {
        let mut at = at.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let spoiled = match change {
        Change::Cut(at) => text[..boundary(at)].to_owned(),
        Change::Insert(at, noise) => {
            let at = boundary(at);
            format!("{}{noise}{}", &text[..at], &text[at..])
        }
        _ if lines.is_empty() => return,
        Change::Double(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at].clone());
            lines.concat()
        }
        Change::Drop(at) => {
            lines.remove(at.index(lines.len()));
            lines.concat()
        }
        Change::Swap(at, other, line) => {
            let other = fs::read_to_string(other.get(&files)).unwrap_or_default();
            let others: Vec<&str> = other.split_inclusive('\n').collect();
            let at = at.index(lines.len());
            if !others.is_empty() {
                (*line.get(&others)).clone_into(&mut lines[at]);
            }
            lines.concat()
        }
    };
    fs::write(path, spoiled).expect("a file of the copy is written");
}

#[test]
fn lint_survives_whatever_a_repository_holds() {
    let cases = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let fixtures = fixtures();
    let strategy = (any::<Index>(), proptest::collection::vec(change(), 1..6));
    let outcome = runner.run(&strategy, |(fixture, changes)| {
        let repo = Repo::of(&fixtures[fixture.index(fixtures.len())]);
        for change in &changes {
            spoil(&repo.root(), change);
        }
        let facts = facts::read(&repo.root(), &Lint::default());
        let outcome = lint::run(&facts, &Lint::default(), &Options { pedantic: true, ..Options::default() });
        // Every place is one of a text that was read, and every report can be written.
        let findings = outcome.findings.iter().collect();
        let report = Report::new(&facts.sources, findings);
        for format in
            [Format::Human, Format::Json, Format::Sarif, Format::Github, Format::Gitlab, Format::Junit]
        {
            let text = report.render(format, Look { color: false, width: 100 });
            prop_assert!(outcome.findings.is_empty() || !text.is_empty());
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
