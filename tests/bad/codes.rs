//! Every code of every stage is reached by a case, or by a test that is named here.

use crate::run;
use specc::diagnostic::Code;
use specc::{cli, emit, resolve, spec, syntax, workspace};
use std::collections::BTreeSet;
use std::path::Path;

/// Every stage that reports something.
const STAGES: [&[&Code]; 6] = [
    syntax::codes::ALL,
    spec::codes::ALL,
    resolve::codes::ALL,
    workspace::codes::ALL,
    cli::codes::ALL,
    emit::write::codes::ALL,
];

/// What no report here shows, and the test that reaches it: all that is about writing is tested where files are
/// written; people are shown the first fifty errors, programs all thousand and that there are more.
const ELSEWHERE: [(&str, &[&Code]); 2] =
    [("tests/write/main.rs", emit::write::codes::ALL), ("tests/yaml.rs", &[&syntax::codes::TOO_MANY_ERRORS])];

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

/// A test that is said to reach a code at least names it.
#[test]
fn tests_elsewhere_name_what_they_reach() {
    for (test, codes) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(test);
        // Writing is tested by a part of the project that is merged on its own.
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let missing: Vec<_> = codes
            .iter()
            .map(|code| code.name)
            .filter(|name| !text.contains(&format!("\"{name}\"")))
            .collect();
        assert!(missing.is_empty() || !text.contains(codes[0].name), "{test} names no {missing:?}");
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
    [workspace::codes::ALL, cli::codes::ALL].iter().any(|stage| stage.iter().any(|known| known.name == code))
}
