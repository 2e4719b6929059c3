//! The README: its spec compiles, and what it says is printed is printed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("there is a README")
}

/// The first block of `language` after `after`.
fn block(text: &str, after: &str, language: &str) -> String {
    let rest = text.split_once(after).expect("the README still says this").1;
    let opened = rest.split_once(&format!("```{language}\n")).expect("a block").1;
    opened.split_once("```").expect("a block that ends").0.to_owned()
}

fn specc(directory: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_specc"));
    command.current_dir(directory).args(words).args(["--color", "never"]).output().expect("specc starts")
}

fn project(spec: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("api")).expect("a folder");
    fs::write(folder.path().join("api/Dockerfile"), "FROM scratch\n").expect("a file");
    fs::write(folder.path().join("specc.yaml"), spec).expect("a file");
    folder
}

#[test]
fn its_spec_renders_to_the_tree_it_shows() {
    let text = readme();
    let folder = project(&block(&text, "before a deploy.", "yaml"));
    let rendered = specc(folder.path(), &["render", "production"]);
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    assert!(rendered.stderr.is_empty(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let tree = block(&text, "routes: { /: api }", "console");
    let deploy = folder.path().join("deploy/production");
    let mut shown = 0;
    for line in tree.lines().filter(|line| line.starts_with("  ")) {
        let names = line.trim_start().split("   ").next().unwrap_or_default();
        for name in names.split(", ") {
            let path = deploy.join(name.trim().trim_end_matches("/…"));
            assert!(path.exists(), "the README shows {name}");
            shown += 1;
        }
    }
    assert!(shown >= 6, "the tree of the README is gone");
}

#[test]
fn its_collision_is_what_specc_says() {
    let text = readme();
    let spec = block(&text, "before a deploy.", "yaml");
    let staging = "environments:\n  staging: { runs_on: metal, vars: { domain: staging.shop.example } }\n";
    let folder = project(&spec.replace("environments:\n", staging));
    let checked = specc(folder.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    let expected = block(&text, "two in the morning", "text");
    assert!(said.contains(expected.trim()), "specc says:\n{said}\nthe README says:\n{expected}");
}

/// The rules as a table: `tests/run --bless readme` writes it anew.
#[test]
fn its_rules_are_those_of_specc() {
    const START: &str = "<!-- rules: written by `tests/run --bless readme` -->\n";
    const END: &str = "<!-- end of rules -->";
    let text = readme();
    let (before, rest) = text.split_once(START).expect("the README still has the table's start");
    let (_, after) = rest.split_once(END).expect("the README still has the table's end");
    let row = |rule: &&specc::rules::Rule| {
        let code = rule.code;
        format!("| `{}` | {} | {} |", code.name, code.severity.name(), code.summary)
    };
    let rows: Vec<String> = specc::rules::ALL.iter().map(row).collect();
    let rows = rows.join("\n");
    let written = format!("{before}{START}| rule | level | |\n|---|---|---|\n{rows}\n{END}{after}");
    if std::env::var_os("SPECC_BLESS").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), &written).expect("a README");
    }
    assert!(readme() == written, "the table of rules is stale: `tests/run --bless readme` writes it anew");
}

/// What it says of settings and of CI is YAML, and the settings are such.
#[test]
fn its_settings_are_taken() {
    let text = readme();
    let settings = block(&text, "It runs neither Docker", "yaml");
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    fs::write(folder.path().join("specc-lint.yaml"), settings).expect("a file");
    let linted = specc(folder.path(), &["lint"]);
    assert!(linted.status.success(), "{}", String::from_utf8_lossy(&linted.stderr));
    let more = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    for block in more {
        serde_yaml::from_str::<serde_yaml::Value>(block).expect("what the README shows as YAML is YAML");
    }
}

#[test]
fn every_command_is_listed() {
    let text = readme();
    for command in specc::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(text.contains(&format!("`specc {name}")), "the README does not mention `specc {name}`");
    }
}
