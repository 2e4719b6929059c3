//! What is seen in scripts: `fixtures/scripts/<case>/` is a small repository, `expected.txt` what is found in it.

mod dump;
mod laws;

use specc::facts::script::{self, File, FileKind};
use specc::source::Sources;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scripts")
}

/// The files of a case.
fn read(case: &Path) -> (Sources, Vec<File>) {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(case).sort_by_file_name() {
        let entry = entry.expect("a case can be walked");
        let path = entry.path().strip_prefix(case).expect("it is below the case").to_path_buf();
        if !entry.file_type().is_file() || path == Path::new("expected.txt") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("fixtures are text");
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let kind = if name.starts_with(".env") { Some(FileKind::Env) } else { script::kind_of(&path, &text) };
        let source = sources.add(path.clone(), text);
        files.extend(kind.map(|kind| File { path, source, kind }));
    }
    (sources, files)
}

#[test]
fn every_case_is_seen_as_expected() {
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(fixtures()).expect("there are fixtures") {
        let case = entry.expect("fixtures can be listed").path();
        if !case.is_dir() {
            continue;
        }
        count += 1;
        let (sources, files) = read(&case);
        let found = dump::dump(&sources, &script::evaluate(&sources, &files));
        let expected = case.join("expected.txt");
        if std::env::var_os("SPECC_BLESS").is_some() {
            fs::write(&expected, &found).expect("expected output can be written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            let _ = write!(wrong, "\n{}:\n{found}", case.display());
        }
    }
    assert!(count > 0);
    assert!(wrong.is_empty(), "other than expected (SPECC_BLESS=1 writes it anew):{wrong}");
}
