//! Caddyfiles and their trees: `fixtures/conf/caddyfile/*.caddyfile`, with the tree beside each; and what Caddy itself says.

use crate::support::programs::command;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use specc::source::{SourceId, Span};
use specc::syntax::caddyfile::{Caddyfile, Directive, Word, parse, parse_part};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn words<'a>(words: impl IntoIterator<Item = &'a Word>) -> String {
    let shown = words
        .into_iter()
        .map(|word| if word.quoted { format!("{:?}", word.text) } else { word.text.clone() });
    shown.collect::<Vec<_>>().join(" | ")
}

fn dump(directives: &[Directive], depth: usize, text: &mut String) {
    for directive in directives {
        let line = words(std::iter::once(&directive.name).chain(&directive.args));
        let brace = if directive.block.is_some() { " {" } else { "" };
        let _ = writeln!(text, "{:>4} {:depth$}{line}{brace}", directive.span.start, "", depth = depth * 2);
        dump(directive.inside(), depth + 1, text);
    }
}

fn shown(file: &Caddyfile, source: &str) -> String {
    let mut text = String::new();
    for block in &file.blocks {
        let _ = writeln!(text, "{:>4} {:?} {}", block.head.start, block.kind, words(&block.keys));
        dump(&block.directives, 1, &mut text);
    }
    for comment in &file.comments {
        let _ =
            writeln!(text, "{:>4} {}", comment.start, &source[comment.start as usize..comment.end as usize]);
    }
    for fault in &file.faults {
        let _ = writeln!(text, "{:>4}-{} fault: {}", fault.span.start, fault.span.end, fault.message);
    }
    text
}

fn caddyfiles() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conf/caddyfile");
    let paths = fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("a fixture").path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "caddyfile")).collect();
    paths.sort();
    paths
}

#[test]
fn fixtures() {
    let mut wrong = Vec::new();
    for path in caddyfiles() {
        let source = fs::read_to_string(&path).expect("text");
        let found = shown(&parse(SourceId(0), &source), &source);
        let expected = path.with_extension("txt");
        if std::env::var_os("SPECC_BLESS").is_some() {
            fs::write(&expected, &found).expect("the fixture can be written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What Caddy makes of a file.
fn adapted(text: &str) -> Option<Result<serde_json::Value, String>> {
    let folder = tempfile::tempdir().expect("a directory");
    fs::write(folder.path().join("Caddyfile"), text).expect("a file");
    let mut caddy = command("caddy")?;
    caddy.env("HOME", folder.path()).current_dir(folder.path());
    let said = caddy.args(["adapt", "--config", "Caddyfile"]).output().expect("caddy runs");
    if !said.status.success() {
        return Some(Err(String::from_utf8_lossy(&said.stderr).into_owned()));
    }
    Some(Ok(serde_json::from_slice(&said.stdout).expect("JSON")))
}

/// Every text under a key, at any depth.
fn under(value: &serde_json::Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                if name == key {
                    let texts = value.as_array().into_iter().flatten().chain(std::iter::once(value));
                    found.extend(texts.filter_map(|text| text.as_str()).map(str::to_owned));
                }
                under(value, key, found);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| under(value, key, found)),
        _ => {}
    }
}

#[test]
fn sites_and_targets_are_those_of_caddy() {
    let mut tried = 0;
    for path in caddyfiles() {
        let text = fs::read_to_string(&path).expect("text");
        let Some(answer) = adapted(&text) else { return };
        let ours = parse(SourceId(0), &text);
        let broken = path.file_stem().is_some_and(|name| name.to_string_lossy().starts_with("broken"));
        assert_eq!(answer.is_err(), broken, "{}: {answer:?}", path.display());
        assert_eq!(ours.faults.is_empty(), !broken, "{}: {:?}", path.display(), ours.faults);
        let Ok(json) = answer else { continue };
        let (mut dials, mut hosts) = (BTreeSet::new(), BTreeSet::new());
        under(&json, "dial", &mut dials);
        under(&json, "host", &mut hosts);
        let tree = tempfile::tempdir().expect("a directory");
        fs::write(tree.path().join("Caddyfile"), &text).expect("a file");
        let facts = specc::facts::read(tree.path(), &specc::spec::model::Lint::default());
        let proxy = &facts.proxies[0];
        // Without an environment, defaults are what is meant.
        let names = proxy.sites.iter().flat_map(|site| {
            let known = site.names.iter().filter_map(|name| name.known().cloned());
            known.chain(site.fallbacks.iter().map(|fallback| fallback.name.clone()))
        });
        assert_eq!(names.collect::<BTreeSet<_>>(), hosts, "{}", path.display());
        let targets = proxy.targets.iter().filter_map(|target| {
            let host = target.endpoint.host.known()?;
            let port = target.endpoint.port.as_ref().and_then(|port| port.known());
            Some(match port {
                _ if target.endpoint.socket => host.replacen("unix:", "unix/", 1),
                Some(port) if host == "localhost" => format!(":{port}"),
                Some(port) => format!("{host}:{port}"),
                None => host.clone(),
            })
        });
        assert_eq!(targets.collect::<BTreeSet<_>>(), dials, "{}", path.display());
        tried += 1;
    }
    assert!(tried > 1, "Caddy takes none of the fixtures");
}

#[test]
fn words_are_those_of_caddy() {
    let piece = prop::sample::select(vec![
        "a", "b", " ", "\"", "\"", "`", "\\\"", "\\a", "#", "é", "a{", "b}", "\n", "\r", "\\\n", "'", ";",
        "<",
    ]);
    let text = prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    let texts = prop::collection::vec(text, 120).new_tree(&mut TestRunner::deterministic()).expect("texts");
    let mut agreed = 0;
    let mut wrong = Vec::new();
    for text in texts.current() {
        // A backslash in a comment makes Caddy take the next line for a part of this one: nobody means that.
        if text.contains('#') && text.contains('\\') {
            continue;
        }
        let whole = format!(":80 {{\n\t@m path x{text}\n\trespond @m ok\n}}\n");
        let Some(answer) = adapted(&whole) else { return };
        let Ok(json) = answer else { continue };
        let ours = parse(SourceId(0), &whole);
        let matcher = ours.walk().next().expect("a directive");
        let values: Vec<&str> = matcher.args[1..].iter().map(|word| word.text.as_str()).collect();
        let path = json.pointer("/apps/http/servers/srv0/routes/0/match/0/path");
        if path == Some(&serde_json::json!(values)) && ours.faults.is_empty() {
            agreed += 1;
        } else {
            wrong.push(format!("{whole:?}\n  caddy {path:?}\n  ours  {values:?} {:?}", ours.faults));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed > 20, "{agreed}");
}

fn in_bounds(file: &Caddyfile, text: &str) {
    let whole = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for directive in file.walk() {
        assert!(whole(directive.span) && whole(directive.head) && whole(directive.name.span));
        assert!(directive.args.iter().all(|word| whole(word.span)));
    }
    assert!(
        file.blocks.iter().all(|block| whole(block.head) && block.keys.iter().all(|key| whole(key.span)))
    );
    assert!(file.comments.iter().chain(file.faults.iter().map(|fault| &fault.span)).all(|span| whole(*span)));
}

#[test]
fn nothing_is_too_deep() {
    let text = "a {\n".repeat(200_000);
    in_bounds(&parse(SourceId(0), &text), &text);
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        in_bounds(&parse(SourceId(0), &text), &text);
    }

    #[test]
    fn anything_like_a_caddyfile_is_read(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", "é", " ", "\n", "{", "}", "\"", "`", "\\", "{$A:b c}", "{$", "#", "\u{feff}", "<<E", "E", ",", "(a)", "import",
            "\u{a0}", "\r\n",
        ]), 0..40),
    ) {
        let text = parts.concat();
        in_bounds(&parse(SourceId(0), &text), &text);
        in_bounds(&parse_part(SourceId(0), &text), &text);
    }
}

/// References that nothing closes are looked for once a line, not once each.
#[test]
fn long_lines_end() {
    let text = "${".repeat(400_000);
    let started = std::time::Instant::now();
    assert_eq!(parse(SourceId(0), &text).blocks.len(), 1);
    let took = started.elapsed();
    assert!(took.as_secs() < 10, "took {took:?}");
}
