//! What reading says of files that cannot be read.

use specc::source::Sources;
use specc::workspace::{find_spec, read};
use std::fs;
use std::path::Path;

fn said(path: &Path) -> String {
    let fault = read(&mut Sources::default(), path).expect_err("refused");
    let name = |text: &str| text.replace(&format!("{}/", path.parent().expect("a parent").display()), "");
    format!("{}: {}. {}", fault.code.name, name(&fault.message), name(&fault.help.unwrap_or_default()))
}

#[test]
fn every_kind_of_bad_file_has_its_words() {
    let root = tempfile::tempdir().expect("a directory");
    let at = |name: &str| root.path().join(name);
    let put = |name: &str, bytes: &[u8]| fs::write(at(name), bytes).expect("a file");
    put("specc.yml", b"project: x\n");
    assert_eq!(
        said(&at("specc.yaml")),
        "file-missing: `specc.yaml` does not exist. Did you mean `specc.yml`?"
    );
    put("latin", b"a: 1\nb: \xe9t\xe9\n");
    assert_eq!(
        said(&at("latin")),
        "file-not-utf8: `latin` is not UTF-8 text: byte 8 (line 2) belongs to no character. Save the file as UTF-8"
    );
    put("wide", b"\xff\xfea\0");
    assert!(said(&at("wide")).ends_with("The file looks like UTF-16: save it as UTF-8"));
    fs::create_dir(at("dir")).expect("a directory");
    assert_eq!(said(&at("dir")), "file-is-directory: `dir` is a directory, not a file. ");
    assert!(said(&at("dir/deeper/still/x")).contains("There is no directory"));
    fs::File::create(at("huge")).and_then(|file| file.set_len(300 << 20)).expect("a file");
    assert_eq!(said(&at("huge")), "file-too-large: `huge` is larger than 256 MiB, the most that is read. ");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().expect("a directory");
    let at = |name: &str| root.path().join(name);
    assert!(
        std::process::Command::new("mkfifo").arg(at("pipe")).status().is_ok_and(|status| status.success())
    );
    assert_eq!(said(&at("pipe")), "file-not-regular: `pipe` is a named pipe, not a file. ");
    symlink("/dev/zero", at("zero")).expect("a link");
    assert_eq!(said(&at("zero")), "file-not-regular: `zero` is a device, not a file. ");
    symlink("loop", at("loop")).expect("a link");
    assert_eq!(
        said(&at("loop")),
        "file-unreadable: `loop` cannot be read: too many levels of symbolic links. "
    );
    symlink("nowhere", at("dangling")).expect("a link");
    assert_eq!(
        said(&at("dangling")),
        "file-missing: `dangling` is a link to `nowhere`, which does not exist. "
    );
}

#[test]
fn fifty_megabytes_are_read() {
    let root = tempfile::tempdir().expect("a directory");
    let path = root.path().join("large.yaml");
    fs::write(&path, "key: value\n".repeat(5_000_000)).expect("a file");
    let mut sources = Sources::default();
    let source = read(&mut sources, &path).expect("it is read");
    assert_eq!(sources.get(source).position(54_999_999).line, 5_000_000);
}

#[test]
fn the_project_is_looked_for_up_to_the_repository() {
    let root = tempfile::tempdir().expect("a directory");
    let deep = root.path().join("repo/a/b");
    fs::create_dir_all(&deep).expect("a directory");
    fs::write(root.path().join("specc.yaml"), "").expect("a file");
    assert_eq!(find_spec(&deep).expect("found"), root.path().join("specc.yaml"));
    fs::create_dir(root.path().join("repo/.git")).expect("a directory");
    assert_eq!(find_spec(&deep).expect_err("not beyond the repository").code.name, "spec-missing");
    fs::write(deep.join("specc.yml"), "").expect("a file");
    let help = find_spec(&deep).expect_err("misnamed").help;
    assert_eq!(help.as_deref(), Some("Rename `specc.yml` to `specc.yaml`"));
    fs::write(root.path().join("repo/specc.yaml"), "").expect("a file");
    assert_eq!(find_spec(&deep).expect("found"), root.path().join("repo/specc.yaml"));
}
