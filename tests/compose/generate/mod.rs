//! Random projects that use every key of the Compose specification, mostly as it allows.

mod nested;
mod project;
mod resources;
mod schema;
mod service;
mod values;
mod yaml;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::project::Project;
use crate::ask::{Answer, Programs};

/// How many projects are compared, if `CASES` does not say.
const CASES: usize = 200;

/// How many disagreements each thread looks for before it stops, and in how many steps it makes each of them small.
const FAULTS: usize = 3;
const STEPS: usize = 250;

/// Both programs take the same projects, and for the same. The seed is fixed, or `SEED`.
#[test]
fn generated() {
    let Some(programs) = Programs::find() else { return };
    let (cases, seed) = (number("CASES", CASES), number("SEED", 1));
    let accepted = AtomicUsize::new(0);
    let threads: Vec<usize> = (0..std::thread::available_parallelism().map_or(2, usize::from)).collect();
    let faults = crate::in_parallel(&threads, |thread| {
        let mut runner = TestRunner::new_with_rng(Config::default(), rng(seed * 1000 + thread));
        let projects = project::project();
        let mut faults = Vec::new();
        for _ in 0..cases.div_ceil(threads.len()) {
            let mut tree = projects.new_tree(&mut runner).expect("a project");
            let (theirs, fault) = compare(&programs, &tree.current());
            accepted.fetch_add(usize::from(matches!(theirs, Answer::Model(_))), Ordering::Relaxed);
            let Some(fault) = fault else { continue };
            faults.push(minimise(&programs, tree.as_mut(), fault));
            if faults.len() == FAULTS {
                break;
            }
        }
        (!faults.is_empty()).then(|| faults.join("\n\n"))
    });
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    let accepted = accepted.into_inner();
    let _ =
        writeln!(std::io::stderr(), "compose: {cases} generated projects agree, {accepted} of them accepted");
    assert!(
        accepted * 3 > cases,
        "most of what is generated should be right: {accepted} of {cases} are accepted"
    );
}

/// What Compose says of a project, and how specc differs.
fn compare(programs: &Programs, project: &Project) -> (Answer, Option<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().canonicalize().expect("a path").join("shop");
    project.write(&directory);
    let theirs = programs.compose(&directory, &project.args);
    if matches!(theirs, Answer::Crashed(_)) {
        return (theirs, None);
    }
    let fault = crate::disagreement(&programs.specc(&directory, &project.args), &theirs);
    (theirs, fault)
}

/// The smallest project found below this one on which the two still disagree.
fn minimise(programs: &Programs, tree: &mut dyn ValueTree<Value = Project>, fault: String) -> String {
    let (mut smallest, mut fault) = (tree.current(), fault);
    let mut go_on = tree.simplify();
    for _ in 0..STEPS {
        if !go_on {
            break;
        }
        let project = tree.current();
        go_on = if let (_, Some(words)) = compare(programs, &project) {
            (smallest, fault) = (project, words);
            tree.simplify()
        } else {
            tree.complicate()
        };
    }
    format!("{smallest:?}\n{fault}")
}

/// The generator leaves out no key that Compose's own schema knows.
#[test]
fn every_key_is_generated() {
    let Some(schema) = schema::of_compose() else { return };
    let known = schema.keys();
    let mut runner = TestRunner::new_with_rng(Config::default(), rng(1));
    let mut made = BTreeSet::new();
    let projects = project::project();
    for _ in 0..1500 {
        let project = projects.new_tree(&mut runner).expect("a project").current();
        for tree in &project.trees {
            schema.keys_in(tree, &mut made);
        }
    }
    let missing: Vec<_> = known.difference(&made).collect();
    assert!(known.len() > 200, "the schema was not understood: {known:?}");
    assert!(missing.is_empty(), "{missing:#?}");
}

fn rng(seed: usize) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}
