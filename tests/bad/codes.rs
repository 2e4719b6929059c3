//! Every code of every stage is reached by a case, or by a test that is named here.

use crate::run;
use specc::diagnostic::Code;
use specc::emit::write::codes::{
    GENERATED_FILE_EDITED, MANIFEST_DAMAGED, NOT_OURS, OUTPUT_BLOCKED, OUTPUT_ESCAPES, OUTPUT_LEFT_OVER,
    OUTPUT_MISSING, OUTPUT_OUTSIDE_REPOSITORY, OUTPUT_STALE, OUTPUT_UNWRITABLE, SECRETS_NOT_IGNORED,
};
use specc::{cli, emit, lint, resolve, spec, syntax, workspace};
use std::collections::BTreeSet;
use std::path::Path;

/// Every stage that reports something.
const STAGES: [&[&Code]; 7] = [
    syntax::codes::ALL,
    spec::codes::ALL,
    resolve::codes::ALL,
    workspace::codes::ALL,
    cli::codes::ALL,
    emit::write::codes::ALL,
    lint::codes::ALL,
];

/// What no report here shows, and the tests that reach it: what is about writing is tested where files are written;
/// people are shown the first fifty errors, programs all thousand and that there are more.
const ELSEWHERE: [(&str, &[&Code]); 4] = [
    (
        "tests/write/main.rs",
        &[
            &OUTPUT_MISSING,
            &OUTPUT_STALE,
            &OUTPUT_LEFT_OVER,
            &GENERATED_FILE_EDITED,
            &NOT_OURS,
            &MANIFEST_DAMAGED,
            &SECRETS_NOT_IGNORED,
        ],
    ),
    ("tests/write/links.rs", &[&OUTPUT_BLOCKED, &OUTPUT_ESCAPES, &OUTPUT_OUTSIDE_REPOSITORY]),
    ("tests/write/failures.rs", &[&OUTPUT_UNWRITABLE]),
    ("tests/yaml.rs", &[&syntax::codes::TOO_MANY_ERRORS]),
];

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

/// A test that is said to reach a code names it.
#[test]
fn tests_elsewhere_name_what_they_reach() {
    for (test, codes) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(test);
        let text = std::fs::read_to_string(path).expect("a test");
        for code in codes {
            assert!(text.contains(&format!("\"{}", code.name)), "{test} does not name {}", code.name);
        }
    }
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
pub(crate) fn is_about_a_file(code: &str) -> bool {
    [workspace::codes::ALL, cli::codes::ALL, emit::write::codes::ALL, lint::codes::ALL]
        .iter()
        .any(|stage| stage.iter().any(|known| known.name == code))
}
