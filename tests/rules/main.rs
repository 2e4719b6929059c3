//! What `specc lint` says of small repositories.
//!
//! - `fixtures/rules/<rule>/bad*/` and `good*/`: a bad one breaks the rule, a good one tempts it and is clean.
//! - `fixtures/incidents/<id>/before/` and `after/`: what happened, and the corrected copy. The file `rules` beside them
//!   names the rules that must speak of it, one a line, each with a place that it must name: `port-collision a.yaml:12`.
//! - `fixtures/healthy/<name>/`: common layouts, clean.
//!
//! A directory is linted as it is, without configuration, from a copy that is called `repo` and holds `.git`; a file
//! `_gitignore` becomes `.gitignore` there. What is said stands beside it in `<directory>.txt`, with the exit status
//! (no such file: nothing is found); arguments, such as `--pedantic`, may stand in `<directory>.args`. Rules of level info are
//! always run with `--pedantic`.
//!
//! `SPECC_BLESS=1` writes the reports anew: read them. `SPECC_ONLY=port-collision` looks at paths that contain it alone.

mod copy;
mod projects;
mod run;
mod survives;

use run::{Case, Kind, cases};
use specc::diagnostic::Severity;
use specc::rules;
use std::path::Path;

/// Every case of these kinds that is wrong, with what is wrong.
fn judge(kinds: &[Kind]) {
    let bless = std::env::var_os("SPECC_BLESS").is_some();
    let wrong: Vec<String> = run::each(&cases(kinds), |case| {
        let said = case.lint();
        if bless && said.text == run::CLEAN {
            let _ = std::fs::remove_file(case.expectation());
        } else if bless {
            std::fs::write(case.expectation(), &said.text).expect("a report is written");
        }
        let expected = std::fs::read_to_string(case.expectation()).unwrap_or_else(|_| run::CLEAN.to_owned());
        let mut faults = case.faults(&said);
        if expected != said.text {
            faults.push(format!("expected\n{expected}\nfound\n{}", said.text));
        }
        (!faults.is_empty()).then(|| format!("--- {}: {}", case.name(), faults.join("\n")))
    });
    assert!(wrong.is_empty(), "{} of the cases are wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rules_speak_where_they_should() {
    judge(&[Kind::Bad, Kind::Good]);
}

#[test]
fn incidents_are_found_and_their_corrections_are_clean() {
    judge(&[Kind::Before, Kind::After]);
}

#[test]
fn healthy_repositories_are_clean() {
    judge(&[Kind::Healthy]);
}

/// Three that break the rule and three that tempt it, each rule that there is.
#[test]
fn every_rule_has_its_cases() {
    let all: Vec<Case> = cases(&[Kind::Bad, Kind::Good]);
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        for kind in [Kind::Bad, Kind::Good] {
            let count = all.iter().filter(|case| case.kind == kind && case.rule() == rule.code.name).count();
            if count < 3 {
                wrong.push(format!("{}: {count} {kind:?} cases", rule.code.name));
            }
        }
    }
    let known = |case: &&Case| rules::find(case.rule()).is_some();
    wrong.extend(
        all.iter().filter(|case| !known(case)).map(|case| format!("{}: there is no such rule", case.name())),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever is told what is wrong is also told where, and what to do next.
#[test]
fn findings_have_a_place_and_help() {
    let wrong: Vec<String> = run::each(&cases(&[Kind::Bad, Kind::Before]), |case| {
        let faults: Vec<String> = case
            .findings()
            .iter()
            .filter(|finding| {
                let has = |text: &serde_json::Value| text.as_str().is_some_and(|text| !text.is_empty());
                !has(&finding["help"]) || !has(&finding["locations"][0]["label"])
            })
            .map(|finding| format!("{}: [{}] {}", case.name(), finding["rule"], finding["message"]))
            .collect();
        (!faults.is_empty()).then(|| faults.join("\n"))
    });
    assert!(wrong.is_empty(), "without a label at its primary place, or without help:\n{}", wrong.join("\n"));
}

/// What `git` would keep out of a commit of the fixtures is there all the same.
#[test]
fn no_fixture_holds_a_gitignore() {
    let walk = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    let wrong: Vec<_> = walk
        .into_iter()
        .map(|entry| entry.expect("fixtures can be walked").into_path())
        .filter(|path| {
            ["rules", "incidents", "healthy"].iter().any(|folder| path.iter().any(|part| part == *folder))
        })
        .filter(|path| path.file_name().is_some_and(|name| name == ".gitignore"))
        .collect();
    assert!(wrong.is_empty(), "call them `_gitignore`: {wrong:?}");
}

/// Whether the rule is run with `--pedantic`.
pub(crate) fn is_advice(name: &str) -> bool {
    rules::find(name).is_some_and(|rule| rule.code.severity == Severity::Info)
}
