//! Confs are cut into words as nginx cuts them: nginx itself is asked.

use crate::nginx::print;
use crate::support::programs::command;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use specc::source::SourceId;
use specc::syntax::nginx::{Conf, parse};
use std::fs;
use std::path::{Path, PathBuf};

/// What nginx says of a conf, and whether it takes it.
fn verdict(folder: &Path, text: &str) -> Option<(bool, String)> {
    let conf = folder.join("nginx.conf");
    fs::write(&conf, text).expect("a file");
    let mut nginx = command("nginx")?;
    nginx.arg("-p").arg(folder).arg("-c").arg(&conf).arg("-t");
    let said = nginx.output().expect("nginx runs");
    Some((said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned()))
}

/// What nginx must say of the first thing in a conf whose directives it does not know.
fn expected(folder: &Path, conf: &Conf) -> String {
    let first = conf.walk().next();
    let mut faults =
        conf.faults.iter().filter(|fault| !fault.message.contains("a block that is never closed"));
    if faults.any(|fault| first.is_none_or(|it| fault.span.start < it.head.end)) {
        return "unexpected ".to_owned();
    }
    match first {
        None => "no \"events\" section".to_owned(),
        Some(include) if include.is("include") => match (&include.block, include.args.as_slice()) {
            (Some(_), _) => "directive \"include\" is not terminated by \";\"".to_owned(),
            (None, [path]) => format!("{}/{}\" failed", folder.display(), path.text),
            _ => "invalid number of arguments in \"include\"".to_owned(),
        },
        Some(other) => format!("unknown directive \"{}\"", other.name.text),
    }
}

#[test]
fn words_are_those_of_nginx() {
    let folder = tempfile::tempdir().expect("a directory");
    let piece = prop::sample::select(vec![
        "a", "b", " ", "\n", "\t", "\r\n", ";", "{", "}", "\"", "'", "\\", "\\n", "\\\"", "$", "${", "#",
        ")", "é", ";", " ", "\"",
    ]);
    let text = (prop::sample::select(vec!["", "include "]), prop::collection::vec(piece, 1..12))
        .prop_map(|(head, pieces)| format!("{head}{}", pieces.concat()));
    // The same ones on each run: a failure is one that can be seen again.
    let texts = prop::collection::vec(text, 600).new_tree(&mut TestRunner::deterministic()).expect("texts");
    let mut wrong = Vec::new();
    for text in texts.current() {
        let Some((_, said)) = verdict(folder.path(), &text) else { return };
        let wanted = expected(folder.path(), &parse(SourceId(0), &text));
        if !said.contains(&wanted) {
            wrong.push(format!("{text:?}: {wanted:?}\n  {said}"));
        }
    }
    assert!(wrong.is_empty(), "{} of 600\n{}", wrong.len(), wrong.join("\n"));
}

/// Every rendered conf, put together as its nginx loads it.
fn rendered() -> Vec<PathBuf> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs");
    let files = walkdir::WalkDir::new(specs).sort_by_file_name().into_iter().flatten();
    let confs = files.map(walkdir::DirEntry::into_path);
    confs.filter(|path| path.extension().is_some_and(|extension| extension == "conf")).collect()
}

#[test]
fn what_nginx_takes_has_no_faults_and_survives_printing() {
    let folder = tempfile::tempdir().expect("a directory");
    let mut tried = 0;
    for path in rendered() {
        let text = fs::read_to_string(&path).expect("text");
        let conf = parse(SourceId(0), &text);
        assert!(conf.faults.is_empty(), "{}: {:?}", path.display(), conf.faults);
        let mut printed = String::new();
        print(&conf.directives, &mut printed);
        // Parts of a conf are tried where they belong; certificates and files beside them are not here.
        let frame = |text: &str| {
            if conf.walk().any(|directive| directive.is("http")) {
                text.to_owned()
            } else {
                format!("pid nginx.pid;\nevents {{}}\nhttp {{ access_log off;\n{text}\n}}\n")
            }
        };
        let Some((accepts, said)) = verdict(folder.path(), &frame(&text)) else { return };
        let Some((again, said_again)) = verdict(folder.path(), &frame(&printed)) else { return };
        assert_eq!(accepts, again, "{}: {said}\n{said_again}", path.display());
        tried += usize::from(accepts);
    }
    assert!(tried > 0, "nginx takes none of the rendered confs");
}
