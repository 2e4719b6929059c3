//! Files that are read by other servers and builders.

use super::place::{holds, text, written};
use specc::source::{SourceId, Span};
use specc::syntax::{caddyfile as caddy, dockerfile as docker, nginx as conf};

/// nginx's configuration.
pub fn nginx(data: &[u8]) {
    let text = &*text(data);
    let read = conf::parse(SourceId(0), text);
    for directive in read.walk() {
        holds(text, directive.head);
        holds(text, directive.span);
        for word in std::iter::once(&directive.name).chain(&directive.args) {
            told_in_parts(text, &word.text, word.span, word.part(0, word.text.len()));
        }
    }
    read.comments.iter().for_each(|span| assert!(written(text, *span).starts_with('#')));
    read.faults.iter().for_each(|fault| holds(text, fault.span));
    assert!(read.faults.is_sorted_by_key(|fault| fault.span.start), "faults are in order");
}

/// Caddyfiles, whole and as they are imported.
pub fn caddyfile(data: &[u8]) {
    let text = &*text(data);
    for read in [caddy::parse(SourceId(0), text), caddy::parse_part(SourceId(0), text)] {
        for block in &read.blocks {
            holds(text, block.head);
            block.keys.iter().for_each(|key| holds(text, key.span));
        }
        for directive in read.walk() {
            holds(text, directive.head);
            holds(text, directive.span);
            for word in std::iter::once(&directive.name).chain(&directive.args) {
                told_in_parts(text, &word.text, word.span, word.part(0, word.text.len()));
            }
        }
        read.comments.iter().for_each(|span| assert!(written(text, *span).starts_with('#')));
        read.faults.iter().for_each(|fault| holds(text, fault.span));
    }
}

/// A part of a word, here one of all its letters, is told exactly where the word is written as it reads, else it is all of it.
fn told_in_parts(text: &str, word: &str, span: Span, part: Span) {
    holds(text, span);
    assert!(written(text, part) == word || part == span, "{word:?}");
}

/// Dockerfiles, with their pairs and stages.
pub fn dockerfile(data: &[u8]) {
    let text = &*text(data);
    let read = docker::parse(SourceId(0), text);
    for instruction in &read.instructions {
        for span in [instruction.keyword, instruction.rest, instruction.span] {
            holds(text, span);
        }
        let pairs = instruction.pairs();
        let pairs = pairs.iter().flat_map(|(name, value)| std::iter::once(name).chain(value));
        for word in instruction.words.iter().chain(pairs) {
            let there = written(text, word.span);
            assert!(!word.plain || there == word.text, "{word:?} is not {there:?}");
        }
        instruction.flags.iter().for_each(|flag| holds(text, flag.span));
        instruction.heredocs.iter().for_each(|heredoc| holds(text, heredoc.body));
    }
    let stages = read.stages();
    for (at, stage) in stages.iter().enumerate() {
        if let Some(base) = stage.base.and_then(|base| docker::find(&stages, &base.text, at)) {
            assert!(base < at, "a stage is built upon one before it");
        }
    }
    read.comments.iter().for_each(|span| assert!(written(text, *span).starts_with('#')));
    read.faults.iter().for_each(|fault| holds(text, fault.span));
}
