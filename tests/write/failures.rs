//! Whatever stops a run, the old output is whole.

use super::{OTHER, deployment, must, place, rendered, request, tree};
use specc::emit::write::{self, Action};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn what_an_interrupted_run_left_is_understood_and_cleaned() {
    let place = rendered();
    // As if killed between two renames: one file is new, the manifest is old, the new one is staged.
    let next = deployment("production", OTHER);
    let production = place.out.join("production");
    fs::write(production.join("compose.yaml"), &next.artifacts[0].contents).expect("a file");
    fs::write(production.join(".manifest.json.specc-new"), &next.artifacts[2].contents).expect("a file");
    fs::write(production.join(".compose.yaml.specc-old"), "name: shop\n").expect("a file");
    // The spec has changed again since.
    let third = deployment("production", &[("compose.yaml", "name: shop3\n")]);
    must(write::write(request(&place.out, vec![third])));
    let names: Vec<String> = tree(&place.out).into_keys().collect();
    assert_eq!(names, [".gitignore", "production", "production/compose.yaml", "production/manifest.json"]);
}

#[test]
fn a_directory_that_an_interrupted_run_staged_is_cleaned() {
    let place = place();
    // As if killed before either of them got its name.
    for staged in [".staging.specc-new", "production/.left.specc-new"] {
        let staged = place.out.join(staged);
        fs::create_dir_all(staged.join("env")).expect("a directory");
        fs::write(staged.join("env/web.env"), "A=1\n").expect("a file");
        fs::write(staged.join("manifest.json"), "{}").expect("a file");
    }
    let names = ["production/left", "production/right"].map(|name| deployment(name, OTHER));
    let plan = must(write::write(request(&place.out, names.into())));
    assert!(plan.changes.iter().all(|change| change.action == Action::Create));
    let left: Vec<String> = tree(&place.out)
        .into_keys()
        .filter(|path| path.split('/').any(|name| name.starts_with('.')))
        .collect();
    assert_eq!(left, [".gitignore"]);
}

#[test]
fn two_runs_at_once_leave_the_files_of_one() {
    let place = place();
    let versions: Vec<Vec<(String, String)>> = (0..4)
        .map(|version| (0..40).map(|file| (format!("env/{file}.env"), format!("V={version}\n"))).collect())
        .collect();
    std::thread::scope(|scope| {
        for version in &versions {
            scope.spawn(|| {
                for _ in 0..5 {
                    let files: Vec<(&str, &str)> =
                        version.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                    must(write::write(request(&place.out, vec![deployment("production", &files)])));
                }
            });
        }
    });
    let contents = tree(&place.out);
    let mut values: Vec<&String> = contents
        .iter()
        .filter(|(path, _)| path.starts_with("production/env/"))
        .map(|(_, text)| text)
        .collect();
    values.dedup();
    assert_eq!(values.len(), 1);
    assert!(contents.keys().all(|path| !path.contains("specc-")));
}

/// A project that was rendered, and whose spec has changed since: one setting is large now, so that its env-file grows.
fn stale_project(root: &Path) {
    let spec = |setting: &str| {
        format!(
            "project: shop\nhosts: {{ metal: {{}} }}\nservices:\n  web:\n    image: shop/web:1.4.0\n    env: {{ SETTING: \"{setting}\" }}\n\
             environments:\n  production: {{ runs_on: metal }}\n"
        )
    };
    fs::write(root.join("specc.yaml"), spec("small")).expect("a spec");
    let rendered = specc(root, "exec");
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    fs::write(root.join("specc.yaml"), spec(&"x".repeat(200_000))).expect("a spec");
}

/// Renders the project through a shell that takes something away from specc first.
fn specc(root: &Path, prelude: &str) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("{prelude} \"$0\" render --color never"))
        .arg(env!("CARGO_BIN_EXE_specc"))
        .current_dir(root)
        .output()
        .expect("a shell")
}

fn fails_and_changes_nothing(root: &Path, prelude: &str, why: &str) {
    let before = tree(&root.join("deploy"));
    let output = specc(root, prelude);
    let said = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("output-unwritable") && said.contains(why), "{said}");
    assert_eq!(tree(&root.join("deploy")), before);
}

#[test]
fn a_file_that_grows_too_large_leaves_the_old_output() {
    let root = tempfile::tempdir().expect("a directory");
    stale_project(root.path());
    fails_and_changes_nothing(
        root.path(),
        "trap '' XFSZ; ulimit -f 100; exec",
        "larger than the system allows",
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout == b"0\n"
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_leaves_the_old_output() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().expect("a directory");
    stale_project(root.path());
    let drop = if is_root() { "exec setpriv --reuid 65534 --clear-groups" } else { "exec" };
    let set = |path: &str, mode| {
        fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    // Of the directories written to, one is closed.
    for open in ["", "deploy", "deploy/production", "deploy/production/env"] {
        set(open, 0o777);
    }
    set("deploy/production/env/shop-production", 0o555);
    let reachable = Command::new("sh")
        .args(["-c", &format!("{drop} test -x \"$0\""), env!("CARGO_BIN_EXE_specc")])
        .status();
    if !reachable.is_ok_and(|status| status.success()) {
        return crate::programs::skip("a specc that another user can run");
    }
    fails_and_changes_nothing(root.path(), drop, "permission denied");
}

#[test]
fn a_full_disk_leaves_the_old_output() {
    let mount = tempfile::tempdir().expect("a directory");
    let mounted = is_root()
        && Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=320k", "none"])
            .arg(mount.path())
            .status()
            .is_ok_and(|status| status.success());
    if !mounted {
        return crate::programs::skip("a small file system, which root can mount");
    }
    stale_project(mount.path());
    let failed = std::panic::catch_unwind(|| {
        fails_and_changes_nothing(mount.path(), "exec", "no space is left on the disk");
    });
    let unmounted = Command::new("umount").arg(mount.path()).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    failed.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
