//! `specc config` against the real Docker Compose: the same verdict, and the same model of what both accept.
//!
//! Nothing is recorded: Compose is asked each time. `hand_made` takes the cases of `fixtures/compose`, `generated` what
//! proptest makes of every key that Compose knows (`CASES=1000` for more of them).
#![allow(unreachable_pub, reason = "each module is the test's own")]

mod ask;
mod cases;
mod difference;
mod generate;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ask::{Answer, Programs};
use cases::Case;

/// Every case of `fixtures/compose`, or those whose names contain `CASE`.
#[test]
fn hand_made() {
    let Some(programs) = Programs::find() else { return };
    let chosen = std::env::var("CASE").unwrap_or_default();
    let cases: Vec<Case> = cases::all().into_iter().filter(|case| case.name.contains(&chosen)).collect();
    assert!(cases.len() >= 300 || !chosen.is_empty(), "cases are missing: {}", cases.len());
    let faults = in_parallel(&cases, |case| judge(&programs, case));
    let exceptions = cases.iter().filter(|case| case.exception.is_some()).count();
    let mut said = String::new();
    for fault in &faults {
        let _ = writeln!(said, "{fault}");
    }
    assert!(faults.is_empty(), "{said}{} of {} cases fail", faults.len(), cases.len());
    // Not `println!`, which the runner shows for failed tests only.
    let _ = writeln!(
        std::io::stderr(),
        "compose: {} hand-made cases agree, {exceptions} listed exceptions",
        cases.len() - exceptions
    );
}

/// What is wrong with a case, in words.
fn judge(programs: &Programs, case: &Case) -> Option<String> {
    let theirs = programs.compose(&case.directory, &case.args);
    let ours = programs.specc(&case.directory, &case.args);
    let disagreement = disagreement(&ours, &theirs);
    match (&case.exception, disagreement) {
        (Some(reason), _) if reason.is_empty() => {
            Some(format!("{}: its exception gives no reason", case.name))
        }
        (Some(_), None) => Some(format!("{}: is listed as an exception, and yet the two agree", case.name)),
        (None, Some(words)) => Some(format!("{}: {}\n{words}", case.name, case.args.join(" "))),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// How the answers differ, if they do.
fn disagreement(ours: &Answer, theirs: &Answer) -> Option<String> {
    match (ours, theirs) {
        // A crash is no opinion, but nobody can want to be where it happens.
        (Answer::Refused(_), Answer::Refused(_) | Answer::Crashed(_)) => None,
        (Answer::Model(ours), Answer::Model(theirs)) => {
            let lines = difference::between(ours, theirs);
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
        _ => Some(format!("  specc:   {ours}\n  Compose: {theirs}")),
    }
}

/// What `work` finds in each item, in their order; on all processors.
fn in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    if let Some(words) = work(item) {
                        found.lock().expect("no thread panics with it").push((index, words));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no thread panicked with it");
    found.sort();
    found.into_iter().map(|(_, words)| words).collect()
}
