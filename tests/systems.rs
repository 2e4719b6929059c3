//! The systems under `fixtures/specs`: what they render to, and what the real programs make of it.
//!
//! A new system is a directory with a `specc.yaml`; `tests/run --bless` renders its `deploy/`, or the report of
//! `specc check` into `expected.txt` where it does not compile.

mod support;

use std::path::Path;
use std::process::{Command, Output};
use support::compose_proof::prove;
use support::project::{compile, specs};

fn specc(directory: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_specc"));
    command.current_dir(directory).args(words).args(["--color", "never"]);
    command.output().expect("specc starts")
}

fn blessing() -> bool {
    std::env::var_os("SPECC_BLESS").is_some()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

#[test]
fn each_renders_to_what_stands_beside_it() {
    for directory in specs() {
        let expected = directory.join("expected.txt");
        let checked = specc(&directory, &["check"]);
        if !checked.status.success() {
            let report = said(&checked);
            if blessing() {
                std::fs::write(&expected, &report).expect("a fixture can be written");
            }
            let known = std::fs::read_to_string(&expected).unwrap_or_default();
            assert_eq!(known, report, "{}", directory.display());
            continue;
        }
        assert!(!expected.exists(), "{} compiles now", directory.display());
        if blessing() {
            specc(&directory, &["render", "--force"]);
        }
        let rendered = specc(&directory, &["render", "--check"]);
        assert!(rendered.status.success(), "{}\n{}", directory.display(), said(&rendered));
    }
}

#[test]
fn two_projects_on_one_host_collide_until_they_are_told_apart() {
    let specs = specs();
    let named = |name: &str| specs.iter().find(|path| path.ends_with(name)).expect("a fixture");
    let colliding = said(&specc(named("colliding/shop"), &["check"]));
    for code in ["port-collision", "container-name-collision", "duplicate-server-name"] {
        assert!(colliding.contains(code), "{code} is missing:\n{colliding}");
    }
    assert!(specc(named("apart/shop"), &["check"]).status.success());
}

/// Field by field, under a clean environment; that other projects' names stop Compose, that the shell changes nothing, and
/// that `sh` and `PyYAML` read the same.
#[test]
fn compose_reads_each_as_it_is_meant() {
    let mut proven = 0;
    for directory in specs() {
        let text = std::fs::read_to_string(directory.join("specc.yaml")).expect("specs are text");
        let (environments, diagnostics) = compile(&text);
        if diagnostics.has_errors() {
            continue;
        }
        for deployment in environments.iter().flat_map(|environment| &environment.deployments) {
            let rendered = directory.join("deploy").join(&deployment.directory);
            if !rendered.exists() {
                continue; // Compiles alone, but not beside its neighbour.
            }
            if prove(&rendered, deployment).is_none() {
                return;
            }
            proven += 1;
        }
    }
    assert!(proven >= 9, "only {proven} deployments were proven");
}
