//! Every code of every stage is reached by a case, or by a test that is named here.

use crate::run;
use specc::diagnostic::Code;
use specc::{cli, emit, resolve, spec, syntax, workspace};
use std::collections::BTreeSet;

/// Every stage that reports something.
const STAGES: [&[&Code]; 6] = [
    syntax::codes::ALL,
    spec::codes::ALL,
    resolve::codes::ALL,
    workspace::codes::ALL,
    cli::codes::ALL,
    emit::write::codes::ALL,
];

/// What `specc check` never says: all of it is about writing, and is tested where files are written.
const ELSEWHERE: [(&str, &[&Code]); 1] = [("tests/write", emit::write::codes::ALL)];

#[test]
fn every_code_is_reached() {
    let reached: BTreeSet<String> = run::cases().iter().flat_map(|case| codes_in(&case.expected())).collect();
    let elsewhere: BTreeSet<&str> =
        ELSEWHERE.iter().flat_map(|(_, codes)| codes.iter().map(|code| code.name)).collect();
    let known: BTreeSet<&str> = STAGES.iter().flat_map(|stage| stage.iter().map(|code| code.name)).collect();
    let missing: Vec<_> =
        known.iter().filter(|name| !reached.contains(**name) && !elsewhere.contains(**name)).collect();
    assert!(missing.is_empty(), "no case of fixtures/bad reaches {missing:?}");
    let unknown: Vec<_> = reached.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "no stage declares {unknown:?}");
}

/// The codes of a report: `error[port-collision]`.
fn codes_in(report: &str) -> Vec<String> {
    let codes = report.lines().filter_map(|line| {
        let (severity, rest) = line.split_once('[')?;
        let code = rest.strip_suffix(']')?;
        ["error", "warning", "info"].contains(&severity).then(|| code.to_owned())
    });
    codes.collect()
}

/// Whether a finding is about a file or a command line as a whole, and not about a place in a text.
pub fn is_about_a_file(code: &str) -> bool {
    [workspace::codes::ALL, cli::codes::ALL].iter().any(|stage| stage.iter().any(|known| known.name == code))
}
