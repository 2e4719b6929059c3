//! What a user gets wrong, and what specc says of it.
//!
//! A case is a directory of `fixtures/bad`: a `specc.yaml` and whatever lies beside it, and in `expected.txt` what
//! `specc check` says to people there, with the exit status as the last line. A file `arguments` replaces `check`. What
//! cannot lie in a repository, such as a pipe or fifty megabytes, is made by [`made`] under the directory's name.
//! `SPECC_BLESS=1` writes the reports anew: read each of them before it is committed, as somebody who is in trouble.

mod codes;
mod made;
mod run;

use run::Case;

#[test]
fn reports_read_as_expected() {
    let bless = std::env::var_os("SPECC_BLESS").is_some();
    let wrong: Vec<String> = run::each(|case| {
        let actual = case.report();
        if bless {
            std::fs::write(case.expectation(), &actual).expect("a report is written");
        }
        let expected = case.expected();
        (actual != expected).then(|| format!("--- {}: expected\n{expected}--- found\n{actual}", case.name))
    });
    assert!(
        wrong.is_empty(),
        "{} reports differ; SPECC_BLESS=1 writes them anew\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Whoever is told what is wrong is also told where, and what to do next.
#[test]
fn findings_have_a_place_and_help() {
    let wrong: Vec<String> = run::each(|case| {
        let found = case.findings();
        let faults: Vec<_> = found.iter().filter_map(|finding| fault(case, finding)).collect();
        (!faults.is_empty()).then(|| faults.join("\n"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn fault(case: &Case, finding: &serde_json::Value) -> Option<String> {
    let code = finding["rule"].as_str().unwrap_or_default();
    let message = &finding["message"];
    let labelled = finding["locations"][0]["label"].as_str().is_some_and(|label| !label.is_empty());
    if !labelled && !codes::is_about_a_file(code) {
        return Some(format!("{}: [{code}] {message} has no place", case.name));
    }
    let helped = finding["help"].as_str().is_some_and(|help| !help.is_empty());
    (!helped).then(|| format!("{}: [{code}] {message} has no help", case.name))
}

/// A report is read by people: no line of it shows how specc is made.
#[test]
fn reports_are_in_plain_words() {
    let jargon = ["panicked", "unwrap", "Some(", "None)", "Spanned", "serde", "struct ", "enum ", "i/o"];
    for case in run::cases() {
        let expected = case.expected();
        for word in jargon {
            assert!(!expected.contains(word), "{}: the report says `{word}`", case.name);
        }
        assert!(expected.ends_with('\n'), "{}: there is no report", case.name);
        // `1 errors`, and the same thing said twice.
        assert!(!expected.contains(" 1 errors") && !expected.contains(" 1 warnings"), "{}", case.name);
    }
}
