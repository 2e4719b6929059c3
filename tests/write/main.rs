//! Writing is all or nothing, touches only what is specc's, and never leaves the output directory.

mod failures;
#[cfg(unix)]
mod links;
#[path = "../support/programs.rs"]
#[allow(dead_code, unreachable_pub, reason = "only a part is used here")]
mod programs;

use sha2::{Digest, Sha256};
use specc::diagnostic::Diagnostic;
use specc::emit::Artifact;
use specc::emit::write::{self, Action, Plan, Prune, Rendered, Request};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A deployment of these files, with the manifest that belongs to them.
fn deployment(directory: &str, files: &[(&str, &str)]) -> Rendered {
    let mut artifacts: Vec<Artifact> = files
        .iter()
        .map(|(path, contents)| Artifact {
            path: (*path).into(),
            contents: (*contents).into(),
            executable: Path::new(path).extension().is_some_and(|extension| extension == "sh"),
        })
        .collect();
    let hash = |text: &str| {
        let digest: [u8; 32] = Sha256::digest(text).into();
        digest.chunks(8).fold(String::new(), |hex, eight| {
            let number = eight.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            format!("{hex}{number:016x}")
        })
    };
    let hashes: BTreeMap<&str, String> = files.iter().map(|(path, text)| (*path, hash(text))).collect();
    let manifest = serde_json::json!({"version": 1, "environment": "0", "release": null, "files": hashes});
    artifacts.push(Artifact {
        path: "manifest.json".into(),
        contents: format!("{manifest:#}\n"),
        executable: false,
    });
    Rendered { directory: directory.into(), artifacts }
}

fn request(out: &Path, deployments: Vec<Rendered>) -> Request<'_> {
    let known = deployments.iter().map(|one| one.directory.clone()).collect();
    Request { out, within: None, deployments, known, prune: Prune::All, force: false }
}

const FILES: &[(&str, &str)] =
    &[("compose.yaml", "name: shop\n"), ("env/shop/web.env", "A=1\n"), ("run.sh", "#!/bin/sh\n")];
const OTHER: &[(&str, &str)] = &[("compose.yaml", "name: shop2\n"), ("nginx/web.conf", "server {}\n")];

struct Place {
    _root: tempfile::TempDir,
    out: PathBuf,
}

fn place() -> Place {
    let root = tempfile::tempdir().expect("a directory");
    Place { out: root.path().join("repo/deploy"), _root: root }
}

/// A place where `FILES` are rendered as `production`.
fn rendered() -> Place {
    let place = place();
    must(write::write(request(&place.out, vec![deployment("production", FILES)])));
    place
}

fn must(plan: Result<Plan, Diagnostic>) -> Plan {
    let plan = plan.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
    plan
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|found| found.code.name).collect()
}

/// Every file below a directory with its content; links by where they lead.
fn tree(out: &Path) -> BTreeMap<String, String> {
    let files =
        walkdir::WalkDir::new(out).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry"));
    files
        .filter(|entry| entry.path() != out)
        .map(|entry| {
            let path = entry.path().strip_prefix(out).expect("below").display().to_string();
            let kind = entry.file_type();
            let contents = if kind.is_dir() {
                "(directory)".into()
            } else if kind.is_symlink() {
                format!("-> {}", fs::read_link(entry.path()).expect("a link").display())
            } else {
                fs::read_to_string(entry.path()).expect("a file")
            };
            (path, contents)
        })
        .collect()
}

#[test]
fn what_was_written_stays_until_the_spec_changes() {
    let place = rendered();
    let first = tree(&place.out);
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            ".gitignore",
            "production",
            "production/compose.yaml",
            "production/env",
            "production/env/shop",
            "production/env/shop/web.env",
            "production/manifest.json",
            "production/run.sh"
        ]
    );
    let plan = must(write::inspect(request(&place.out, vec![deployment("production", FILES)])));
    assert!(!plan.is_stale() && plan.findings.is_empty() && plan.diff(&place.out, false).is_empty());
    let again = must(write::write(request(&place.out, vec![deployment("production", FILES)])));
    assert!(again.changes.iter().all(|change| change.action == Action::Keep));

    fs::write(place.out.join("production/.env"), "SECRET=1").expect("a file");
    let next = request(&place.out, vec![deployment("production", OTHER)]);
    let plan = must(write::inspect(next.clone()));
    assert_eq!(
        codes(&plan.findings),
        ["output-stale", "output-missing", "output-stale", "output-left-over", "output-left-over"]
    );
    let diff = plan.diff(Path::new("deploy"), false);
    assert!(
        diff.contains("--- a/deploy/production/compose.yaml\n+++ b/deploy/production/compose.yaml\n"),
        "{diff}"
    );
    assert!(diff.contains("-name: shop\n+name: shop2\n"), "{diff}");
    assert!(!diff.contains("SECRET"));
    assert!(plan.diff(Path::new("deploy"), true).contains("\u{1b}[31m-name: shop\u{1b}[0m\n"));
    must(write::write(next.clone()));
    let names = tree(&place.out).into_keys().collect::<Vec<_>>();
    assert_eq!(
        names,
        [
            ".gitignore",
            "production",
            "production/.env",
            "production/compose.yaml",
            "production/manifest.json",
            "production/nginx",
            "production/nginx/web.conf"
        ],
        "what is no longer produced is gone, with its directory; .env is not"
    );
}

#[cfg(unix)]
#[test]
fn modes_do_not_depend_on_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let place = rendered();
    let mode = |path: &str| {
        fs::metadata(place.out.join("production").join(path)).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!((mode("compose.yaml"), mode("run.sh")), (0o644, 0o755));
    fs::set_permissions(place.out.join("production/run.sh"), fs::Permissions::from_mode(0o644))
        .expect("a mode");
    must(write::write(request(&place.out, vec![deployment("production", FILES)])));
    assert_eq!(mode("run.sh"), 0o755);
}

#[test]
fn a_hand_edit_is_kept_until_it_is_forced_away() {
    let place = rendered();
    fs::write(place.out.join("production/compose.yaml"), "name: mine\n").expect("a file");
    let before = tree(&place.out);
    let mut same = request(&place.out, vec![deployment("production", FILES)]);
    assert_eq!(codes(&write::inspect(same.clone()).expect("a plan").findings), ["generated-file-edited"]);
    assert_eq!(codes(&write::write(same.clone()).expect("a plan").refusals), ["generated-file-edited"]);
    // Nothing else is written either.
    let other = write::write(request(&place.out, vec![deployment("production", OTHER)])).expect("a plan");
    assert_eq!(codes(&other.refusals), ["generated-file-edited"]);
    assert_eq!(tree(&place.out), before);
    same.force = true;
    must(write::write(same.clone()));
    assert_eq!(tree(&place.out)["production/compose.yaml"], "name: shop\n");

    // An edited file that is no longer produced is not removed either.
    fs::write(place.out.join("production/run.sh"), "mine").expect("a file");
    let other = write::write(request(&place.out, vec![deployment("production", OTHER)])).expect("a plan");
    assert_eq!(codes(&other.refusals), ["generated-file-edited"]);
}

#[test]
fn files_of_others_are_not_ours() {
    let place = place();
    fs::create_dir_all(place.out.join("production")).expect("a directory");
    fs::write(place.out.join("production/compose.yaml"), "PASSWORD: hunter2\n").expect("a file");
    let before = tree(&place.out);
    let wanted = request(&place.out, vec![deployment("production", FILES)]);
    let plan = write::write(wanted.clone()).expect("a plan");
    assert_eq!(codes(&plan.refusals), ["not-ours"]);
    assert_eq!(tree(&place.out), before);
    assert!(!plan.diff(&place.out, false).contains("hunter2"), "a file of others may hold secrets");
    // What stands there already, to the byte, is nobody's loss.
    fs::write(place.out.join("production/compose.yaml"), "name: shop\n").expect("a file");
    must(write::write(wanted.clone()));
}

#[test]
fn a_damaged_manifest_says_so_and_needs_force() {
    for (damage, why) in [
        ("{", "not JSON"),
        ("{\"version\": 2, \"files\": {}}", "version is 2"),
        ("{\"version\": 1, \"files\": {\"../../../etc/passwd\": \"0\"}}", "does not write"),
        ("{\"version\": 1, \"files\": {\".env\": \"0\"}}", "does not write"),
        ("[]", "no version"),
    ] {
        let place = rendered();
        fs::write(place.out.join("production/manifest.json"), damage).expect("a file");
        let before = tree(&place.out);
        let mut wanted = request(&place.out, vec![deployment("production", OTHER)]);
        let plan = write::write(wanted.clone()).expect("a plan");
        assert_eq!(codes(&plan.refusals), ["manifest-damaged"], "{damage}");
        assert!(plan.refusals[0].message.contains(why), "{}", plan.refusals[0].message);
        assert_eq!(tree(&place.out), before);
        wanted.force = true;
        must(write::write(wanted.clone()));
        assert_eq!(tree(&place.out)["production/compose.yaml"], "name: shop2\n");
    }
}

#[test]
fn left_over_deployments_go_when_everything_is_rendered() {
    let place = place();
    let both = || vec![deployment("production", FILES), deployment("staging/ubuntu", FILES)];
    must(write::write(request(&place.out, both())));
    fs::create_dir_all(place.out.join("notes")).expect("a directory");
    fs::write(place.out.join("notes/manifest.json"), "{\"name\": \"a web app\"}").expect("a file");
    // Staging is known, only not rendered now.
    let mut one = request(&place.out, vec![deployment("production", FILES)]);
    one.known.push("staging/ubuntu".into());
    assert!(!must(write::inspect(one.clone())).is_stale());
    // Staging is gone from the spec, but only production was asked for.
    let mut one = request(&place.out, vec![deployment("production", FILES)]);
    one.prune = Prune::Environments(vec!["production".into()]);
    let plan = must(write::write(one.clone()));
    assert_eq!(codes(&plan.findings), ["output-left-over"]);
    assert!(plan.is_stale() && place.out.join("staging/ubuntu/compose.yaml").exists());
    one.prune = Prune::All;
    fs::write(place.out.join("staging/ubuntu/compose.yaml"), "mine").expect("a file");
    assert_eq!(codes(&write::write(one.clone()).expect("a plan").refusals), ["generated-file-edited"]);
    one.force = true;
    must(write::write(one.clone()));
    assert!(!place.out.join("staging").exists() && place.out.join("notes/manifest.json").exists());
    // An environment that moves to several hosts leaves nothing of its one-host form.
    let mut moved = request(&place.out, vec![deployment("production/ubuntu", FILES)]);
    moved.prune = Prune::Environments(vec!["production".into()]);
    must(write::write(moved.clone()));
    assert!(!place.out.join("production/compose.yaml").exists());
    assert!(place.out.join("production/ubuntu/compose.yaml").exists());
}

#[test]
fn secrets_stay_out_of_git() {
    let place = rendered();
    assert!(tree(&place.out)[".gitignore"].lines().any(|line| line == ".env"));
    fs::write(place.out.join(".gitignore"), "*.log\n").expect("a file");
    let plan = must(write::write(request(&place.out, vec![deployment("production", FILES)])));
    assert_eq!(codes(&plan.findings), ["secrets-not-ignored"]);
    assert!(!plan.is_stale());
    assert_eq!(tree(&place.out)[".gitignore"], "*.log\n", "people's own file is left alone");
    fs::write(place.out.join(".gitignore"), "# own\n*.log\n**/.env\n").expect("a file");
    assert!(
        must(write::inspect(request(&place.out, vec![deployment("production", FILES)]))).findings.is_empty()
    );
}

#[test]
fn the_release_of_the_last_run_is_known() {
    let place = rendered();
    assert_eq!(write::last_release(&place.out, "production"), None);
    let manifest = "{\"version\": 1, \"release\": \"abc\", \"files\": {}}";
    fs::write(place.out.join("production/manifest.json"), manifest).expect("a file");
    assert_eq!(write::last_release(&place.out, "production").as_deref(), Some("abc"));
}
