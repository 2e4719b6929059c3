//! Confs and their trees: `fixtures/conf/nginx/*.conf`, with the tree beside each.

use proptest::prelude::*;
use specc::source::{SourceId, Span};
use specc::syntax::nginx::{Conf, Directive, Word, parse};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn word(word: &Word) -> String {
    word.quote.map_or_else(|| word.text.clone(), |quote| format!("{quote}{}{quote}", word.text))
}

fn dump(directives: &[Directive], depth: usize, text: &mut String) {
    for directive in directives {
        let words: Vec<String> = std::iter::once(&directive.name).chain(&directive.args).map(word).collect();
        let _ = writeln!(
            text,
            "{:>4} {:depth$}{}",
            directive.span.start,
            "",
            words.join(" | "),
            depth = depth * 2
        );
        dump(directive.inside(), depth + 1, text);
    }
}

fn shown(conf: &Conf, source: &str) -> String {
    let mut text = String::new();
    dump(&conf.directives, 0, &mut text);
    for comment in &conf.comments {
        let _ =
            writeln!(text, "{:>4} {}", comment.start, &source[comment.start as usize..comment.end as usize]);
    }
    for fault in &conf.faults {
        let _ = writeln!(text, "{:>4}-{} fault: {}", fault.span.start, fault.span.end, fault.message);
    }
    text
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conf/nginx");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        if path.extension().is_none_or(|extension| extension != "conf") {
            continue;
        }
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

fn in_bounds(conf: &Conf, text: &str) {
    let whole = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for directive in conf.walk() {
        assert!(whole(directive.span) && whole(directive.head) && whole(directive.name.span));
        assert!(directive.args.iter().all(|word| whole(word.span) && whole(word.part(0, word.text.len()))));
    }
    assert!(conf.comments.iter().chain(conf.faults.iter().map(|fault| &fault.span)).all(|span| whole(*span)));
}

/// The conf written anew, every word in quotes.
pub(crate) fn print(directives: &[Directive], text: &mut String) {
    for directive in directives {
        for word in std::iter::once(&directive.name).chain(&directive.args) {
            let escaped = word.text.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = write!(text, "\"{escaped}\" ");
        }
        if directive.block.is_some() {
            text.push_str("{\n");
            print(directive.inside(), text);
            text.push_str("}\n");
        } else {
            text.push_str(";\n");
        }
    }
}

#[test]
fn nothing_is_too_deep() {
    let text = "a {".repeat(200_000);
    in_bounds(&parse(SourceId(0), &text), &text);
    let text = "a {".repeat(70) + "b c;" + &"}".repeat(70);
    let conf = parse(SourceId(0), &text);
    assert_eq!(conf.faults.len(), 1, "{:?}", conf.faults);
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        in_bounds(&parse(SourceId(0), &text), &text);
    }

    #[test]
    fn anything_like_a_conf_is_read(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", "é", " ", "\n", ";", "{", "}", "\"", "'", "\\", "$", "${", "#", "\u{feff}", "b_by_lua_block {", "--", "[[", "]]", ")",
        ]), 0..40),
    ) {
        let text = parts.concat();
        let conf = parse(SourceId(0), &text);
        in_bounds(&conf, &text);
        // What is printed is read as the same directives, unless Lua was left out.
        if conf.faults.is_empty() && !text.contains("lua") {
            let mut printed = String::new();
            print(&conf.directives, &mut printed);
            let again = parse(SourceId(0), &printed);
            prop_assert!(again.faults.is_empty(), "{:?}", again.faults);
            let mut twice = String::new();
            print(&again.directives, &mut twice);
            prop_assert_eq!(printed, twice);
        }
    }
}
