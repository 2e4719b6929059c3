//! The command line's contract: what goes where, and the exit status.

use assert_cmd::Command;
use std::fs;

fn specc(directory: &std::path::Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("specc").expect("the program");
    let output =
        command.current_dir(directory).args(arguments).env("NO_COLOR", "1").output().expect("it ran");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a status"), text(output.stdout), text(output.stderr))
}

#[test]
fn wrong_arguments_are_status_2() {
    let root = tempfile::tempdir().expect("a directory");
    for arguments in [
        &["chekc"][..],
        &[],
        &["render", "--relase", "x"],
        &["render", "--release", "latest"],
        &["render", "--release", "-x"],
        &["render", "--check", "--force"],
        &["check", "--format", "xml"],
        &["-q", "-v", "check"],
        &["-C", "nowhere", "check"],
        &["check"],
        &["render"],
    ] {
        let (status, stdout, stderr) = specc(root.path(), arguments);
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr.is_empty() && !stderr.contains("panicked"), "{arguments:?}: {stderr}");
    }
    for arguments in [&["--help"][..], &["--version"], &["help", "render"], &["render", "-h"], &["schema"]] {
        let (status, stdout, stderr) = specc(root.path(), arguments);
        assert_eq!((status, stderr.as_str(), stdout.is_empty()), (0, "", false), "{arguments:?}");
    }
    assert!(fs::read_dir(root.path()).expect("a directory").next().is_none(), "nothing is written");
}

#[test]
fn a_file_that_cannot_be_read_is_status_2_in_both_formats() {
    let root = tempfile::tempdir().expect("a directory");
    fs::write(root.path().join("specc.yaml"), b"project: \xff\n").expect("a file");
    let (status, stdout, stderr) = specc(root.path(), &["check"]);
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert!(stderr.starts_with("error[file-not-utf8]\n  × `specc.yaml` is not UTF-8 text"), "{stderr}");
    let (status, stdout, stderr) = specc(root.path(), &["check", "--format", "json"]);
    assert_eq!((status, stderr.as_str()), (2, ""));
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(report["findings"][0]["locations"][0]["path"], "specc.yaml");
    assert_eq!(report["summary"]["error"], 1);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let program = assert_cmd::cargo::cargo_bin("specc");
    for arguments in [&["--help"][..], &["schema"]] {
        let mut child = Command::new(&program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && stderr.is_empty(), "{arguments:?}: {stderr}");
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = Command::new(&program).arg("schema").stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2), "what could not be said was not done");
}
