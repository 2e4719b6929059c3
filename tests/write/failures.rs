//! Whatever stops a run, the old output is whole.

use super::{FILES, OTHER, Place, codes, deployment, must, place, rendered, request, tree};
use specc::emit::write;
use std::fs;
use std::path::Path;
use std::process::Command;

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
    must(write::write(&request(&place.out, vec![third])));
    let names: Vec<String> = tree(&place.out).into_keys().collect();
    assert_eq!(names, [".gitignore", "production", "production/compose.yaml", "production/manifest.json"]);
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
                    must(write::write(&request(&place.out, vec![deployment("production", &files)])));
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

/// What the failing runs below run, in a process of its own.
#[test]
#[ignore = "a part of other tests"]
fn child() {
    let Some(out) = std::env::var_os("SPECC_TEST_OUT") else { return };
    let big = "x".repeat(200_000);
    let files =
        [("compose.yaml", "name: shop2\n"), ("env/shop/web.env", "A=2\n"), ("zz/big.txt", big.as_str())];
    match write::write(&request(Path::new(&out), vec![deployment("production", &files)])) {
        Ok(plan) if plan.refusals.is_empty() => println!("RESULT written"),
        Ok(plan) => println!("RESULT refused {:?}", codes(&plan.refusals)),
        Err(fault) => println!("RESULT {} {}", fault.code.name, fault.message),
    }
}

/// Runs `child` through a shell that takes something away from it first; what it says.
fn deprived(out: &Path, prelude: &str) -> String {
    let this = std::env::current_exe().expect("this program");
    let script = format!("{prelude} \"$0\" --exact failures::child --ignored --nocapture");
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg(this)
        .env("SPECC_TEST_OUT", out)
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let result =
        said.lines().find_map(|line| line.split_once("RESULT ")).map(|(_, result)| result.to_owned());
    result.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

fn fails_and_changes_nothing(place: &Place, prelude: &str, why: &str) {
    let before = tree(&place.out);
    let said = deprived(&place.out, prelude);
    assert!(said.starts_with("output-unwritable"), "{said}");
    assert!(said.contains(why), "{said}");
    assert_eq!(tree(&place.out), before);
}

#[test]
fn a_file_that_grows_too_large_leaves_the_old_output() {
    fails_and_changes_nothing(
        &rendered(),
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
    let place = rendered();
    let drop = if is_root() { "exec setpriv --reuid 65534 --clear-groups" } else { "exec" };
    // Of the three directories written to, one is closed.
    let open =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    for above in place.out.ancestors().take(3) {
        open(above, 0o777);
    }
    open(&place.out.join("production"), 0o777);
    open(&place.out.join("production/env"), 0o777);
    open(&place.out.join("production/env/shop"), 0o555);
    let this = std::env::current_exe().expect("this program");
    let reachable = Command::new("sh").arg("-c").arg(format!("{drop} test -x \"$0\"")).arg(&this).status();
    if !reachable.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: another user cannot run {}", this.display());
        return;
    }
    fails_and_changes_nothing(&place, drop, "permission denied");
}

#[test]
fn a_full_disk_leaves_the_old_output() {
    let mount = tempfile::tempdir().expect("a directory");
    let mounted = is_root()
        && Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=100k", "none"])
            .arg(mount.path())
            .status()
            .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("SKIPPED: no small file system can be mounted here");
        return;
    }
    let out = mount.path().join("deploy");
    must(write::write(&request(&out, vec![deployment("production", FILES)])));
    let before = tree(&out);
    let said = deprived(&out, "exec");
    let after = tree(&out);
    let unmounted = Command::new("umount").arg(mount.path()).status();
    assert!(said.starts_with("output-unwritable") && said.contains("no space is left on the disk"), "{said}");
    assert_eq!(after, before);
    assert!(unmounted.is_ok_and(|status| status.success()));
}
