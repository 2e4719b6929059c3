//! Dockerfiles and their instructions: `fixtures/conf/dockerfile/*.Dockerfile`, with the instructions beside each.

use proptest::prelude::*;
use specc::source::{SourceId, Sources, Span};
use specc::syntax::dockerfile::{Dockerfile, Word, parse};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn shown(file: &Dockerfile, sources: &Sources) -> String {
    let mut text = String::new();
    for instruction in &file.instructions {
        let inner = instruction.inner.as_ref().map(|inner| format!(" {inner}")).unwrap_or_default();
        let json = if instruction.json { " json" } else { "" };
        let _ = writeln!(text, "{:>3} {}{inner}{json}", instruction.line, instruction.name);
        for flag in &instruction.flags {
            let _ = writeln!(text, "      --{} {:?} `{}`", flag.name, flag.value, sources.text(flag.span));
        }
        if matches!(instruction.name.as_str(), "ENV" | "ARG" | "LABEL") {
            for (name, value) in instruction.pairs() {
                let value = value.map_or_else(
                    || "-".to_owned(),
                    |value| format!("{} `{}`", value.text, sources.text(value.span)),
                );
                let _ = writeln!(text, "      {} = {value}", name.text);
            }
        } else {
            for word in &instruction.words {
                let _ = writeln!(text, "      {} `{}`", word.text, sources.text(word.span));
            }
        }
        for heredoc in &instruction.heredocs {
            let _ = writeln!(text, "      <<{} {:?}", heredoc.name, sources.text(heredoc.body));
        }
    }
    let name = |word: Option<&Word>| word.map_or_else(|| "-".to_owned(), |word| word.text.clone());
    for stage in file.stages() {
        let count = stage.instructions.len();
        let _ = writeln!(text, "stage {} from {}: {count}", name(stage.name), name(stage.base));
    }
    for comment in &file.comments {
        let _ = writeln!(text, "comment {}", sources.text(*comment));
    }
    for fault in &file.faults {
        let _ = writeln!(text, "fault {}: {}", sources.text(fault.span), fault.message);
    }
    text
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conf/dockerfile");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        if path.extension().is_none_or(|extension| extension != "Dockerfile") {
            continue;
        }
        let mut sources = Sources::default();
        let source = sources.add(&path, fs::read_to_string(&path).expect("text"));
        let file = parse(source, &sources.get(source).text.clone());
        let found = shown(&file, &sources);
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

fn in_bounds(file: &Dockerfile, text: &str) {
    let whole = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for instruction in &file.instructions {
        assert!(whole(instruction.span) && whole(instruction.keyword) && whole(instruction.rest));
        assert!(instruction.words.iter().all(|word| whole(word.span)), "{:?}", instruction.words);
        assert!(instruction.flags.iter().all(|flag| whole(flag.span)));
        assert!(instruction.heredocs.iter().all(|heredoc| whole(heredoc.body)));
        for (name, value) in instruction.pairs() {
            assert!(
                whole(name.span) && value.is_none_or(|value| whole(value.span)),
                "{:?}",
                instruction.words
            );
        }
    }
    assert!(file.comments.iter().chain(file.faults.iter().map(|fault| &fault.span)).all(|span| whole(*span)));
    file.stages();
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        in_bounds(&parse(SourceId(0), &text), &text);
    }

    #[test]
    fn anything_like_a_dockerfile_is_read(
        parts in prop::collection::vec(prop::sample::select(vec![
            "FROM ", "RUN ", "COPY ", "ENV ", "ARG ", "HEALTHCHECK ", "ONBUILD ", "a", "é", " ", "\n", "\\\n", "\r\n", "\\", "`",
            "\"", "'", "=", "--", "--b=", "#", "# escape=`\n", "<<E", "<<-\"E\"", "E\n", "[\"", "\"]", ",", "\u{feff}", "\u{a0}", "\t",
        ]), 0..40),
    ) {
        let text = parts.concat();
        in_bounds(&parse(SourceId(0), &text), &text);
    }
}
