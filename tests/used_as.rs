//! Ways in which others run specc: the hooks, by the real pre-commit, and the steps of the GitHub action.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::programs;

const CLEAN: &str = "name: shop\nservices:\n  web:\n    image: registry.example/shop/web:1.4.0\n";
/// The comment has no reason: that is a warning, and an error where the settings say so.
const WRONG: &str = "name: shop\nservices:\n  web:\n    image: registry.example/shop/web:1.4.0 # specc: allow(port-collision)\n";
const STRICT: &str = "rules: { unused-allow: error }\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("a file");
}

/// `PATH` with the specc that was built at its start.
fn path() -> std::ffi::OsString {
    let built = Path::new(env!("CARGO_BIN_EXE_specc")).parent().expect("a folder").to_path_buf();
    let paths: Vec<PathBuf> =
        std::iter::once(built).chain(std::env::split_paths(&programs::path())).collect();
    std::env::join_paths(paths).expect("folders of PATH")
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = programs::command("git")?;
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.args([
        "-c",
        "user.name=Somebody",
        "-c",
        "user.email=somebody@shop.example",
        "-c",
        "commit.gpgsign=false",
    ]);
    let output = git.args(arguments).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A repository in a folder, with everything in it committed; the commit.
fn commit(folder: &Path) -> Option<String> {
    git(folder, &["init", "-q"])?;
    git(folder, &["add", "-A"])?;
    git(folder, &["commit", "-q", "-m", "Everything"])?;
    git(folder, &["rev-parse", "HEAD"])
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn pre_commit_runs_the_hooks() {
    let (Some(_), Some(_)) = (programs::pre_commit(), programs::command("git")) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (hooks, shop) = (folder.path().join("specc"), folder.path().join("shop"));
    for made in [&hooks, &shop] {
        fs::create_dir(made).expect("a folder");
    }
    let name = ".pre-commit-hooks.yaml";
    fs::copy(root().join(name), hooks.join(name)).expect("the hooks");
    let revision = commit(&hooks).expect("git is there");
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      - id: specc-lint-system\n",
        hooks.display()
    );
    write(&shop, ".pre-commit-config.yaml", &config);
    write(&shop, "specc-lint.yaml", STRICT);
    write(&shop, "compose.yaml", CLEAN);
    commit(&shop);
    let run = |arguments: &[&str]| {
        let mut pre_commit = programs::pre_commit().expect("it is there");
        pre_commit.current_dir(&shop).env("PATH", path()).env("PRE_COMMIT_HOME", folder.path().join("home"));
        pre_commit.env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments).output().expect("pre-commit runs")
    };
    let clean = run(&["run", "--all-files"]);
    assert!(clean.status.success() && said(&clean).contains("Passed"), "{}", said(&clean));

    write(&shop, "compose.yaml", WRONG);
    let wrong = run(&["run", "--all-files"]);
    assert!(!wrong.status.success() && said(&wrong).contains("error[unused-allow]"), "{}", said(&wrong));

    // What was rendered and edited since.
    write(&shop, "compose.yaml", CLEAN);
    write(
        &shop,
        ".pre-commit-config.yaml",
        &config.replace("specc-lint-system", "specc-render-check-system"),
    );
    fs::remove_file(shop.join("specc-lint.yaml")).expect("it was there");
    write(
        &shop,
        "specc.yaml",
        "project: shop\nhosts:\n  metal: {}\nservices:\n  api:\n    image: registry.example/shop/api:1.4.0\n\
         environments:\n  production:\n    runs_on: metal\n",
    );
    let rendered = Command::new(env!("CARGO_BIN_EXE_specc")).arg("render").current_dir(&shop).output();
    assert!(rendered.expect("specc runs").status.success());
    git(&shop, &["add", "-A"]);
    let fresh = run(&["run", "--all-files"]);
    assert!(fresh.status.success(), "{}", said(&fresh));
    let compose = shop.join("deploy/production/compose.yaml");
    let edited = fs::read_to_string(&compose).expect("it was rendered") + "# edited\n";
    fs::write(&compose, edited).expect("a file");
    let edited = run(&["run", "--all-files"]);
    assert!(!edited.status.success() && said(&edited).contains("generated-file-edited"), "{}", said(&edited));
}

#[test]
fn pre_commit_takes_the_manifest() {
    let Some(mut pre_commit) = programs::pre_commit() else { return };
    let output =
        pre_commit.args(["validate-manifest", ".pre-commit-hooks.yaml"]).current_dir(root()).output();
    let output = output.expect("pre-commit runs");
    assert!(output.status.success(), "{}", said(&output));
    let text = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: Vec<serde_yaml::Value> = serde_yaml::from_str(&text).expect("YAML");
    for hook in &hooks {
        assert_eq!(hook["pass_filenames"], serde_yaml::Value::Bool(false), "{hook:?}");
    }
    let languages: Vec<_> = hooks.iter().filter_map(|hook| hook["language"].as_str()).collect();
    assert_eq!(languages, ["rust", "rust", "system", "system"]);
}

/// The script of the action's last step, with what its inputs put into the environment.
#[test]
fn the_action_annotates_and_fails() {
    let Some(mut shellcheck) = programs::command("shellcheck") else { return };
    let text = fs::read_to_string(root().join("action.yml")).expect("the action");
    let action: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("scripts")).expect("a folder");
    let scripts: Vec<PathBuf> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .enumerate()
        .map(|(index, script)| {
            assert!(!script.contains("${{"), "inputs reach scripts through the environment: {script}");
            let place = folder.path().join(format!("scripts/{index}.sh"));
            fs::write(&place, script).expect("a file");
            place
        })
        .collect();
    let checked = shellcheck.args(["-s", "bash"]).args(&scripts).output().expect("shellcheck runs");
    assert!(checked.status.success(), "{}", said(&checked));

    let shop = folder.path().join("shop");
    fs::create_dir(&shop).expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    write(&shop, "compose.yaml", WRONG);
    let run = |fail_on: &str| {
        let mut bash = programs::command("bash").expect("bash is everywhere that GitHub is");
        bash.current_dir(folder.path()).env("PATH", path()).env("WHERE", "shop").env("FAIL_ON", fail_on);
        bash.env("PEDANTIC", "false").env("BASELINE", "").env("SARIF", "specc.sarif");
        // As GitHub runs it.
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(scripts.last().expect("a step"));
        bash.output().expect("bash runs")
    };
    let lenient = run("error");
    assert!(lenient.status.success(), "{}", said(&lenient));
    assert!(said(&lenient).contains("::warning file=shop/compose.yaml,line=4,"), "{}", said(&lenient));
    let sarif = fs::read_to_string(folder.path().join("specc.sarif")).expect("it was written");
    assert!(sarif.contains("\"ruleId\": \"unused-allow\""), "{sarif}");
    assert_eq!(run("warning").status.code(), Some(1));
}
