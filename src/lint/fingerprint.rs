//! What names a finding from one version of a file to the next.

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Sources, shown};
use crate::syntax::secrets;
use foldhash::HashMap;
use sha2::{Digest, Sha256};

/// The fingerprint of each finding, in their order: of its rule, its path, its message and the text it points at, so that
/// lines added above change nothing, and neither does another password. Findings that agree in all of these are counted.
pub fn of<'a>(sources: &Sources, findings: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::default();
    findings
        .into_iter()
        .map(|finding| {
            let subject = subject(sources, finding);
            let count = seen.entry(subject.clone()).and_modify(|count| *count += 1).or_insert(1);
            digest(&if *count == 1 { subject } else { format!("{subject}\0{count}") })
        })
        .collect()
}

/// A short name of a text.
pub fn digest(subject: &str) -> String {
    let number =
        Sha256::digest(subject).iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{number:016x}")
}

fn subject(sources: &Sources, finding: &Diagnostic) -> String {
    let primary = finding.labels.first().map(|label| label.span);
    let path = path_of(sources, finding);
    let text =
        primary.map(|span| first_line(sources.get(span.source), span.start, span.end)).unwrap_or_default();
    let text = text.trim();
    format!("{}\0{path}\0{}\0{text}", finding.code.name, without_positions(&finding.message))
}

/// The path of a finding's primary location, with `/` between its parts.
pub fn path_of(sources: &Sources, finding: &Diagnostic) -> String {
    let labelled = finding.labels.first().map(|label| shown(sources.path(label.span)));
    labelled.or_else(|| finding.path.as_deref().map(shown)).unwrap_or_else(|| {
        // What is about no place at all is about the first file that was read.
        sources.iter().next().map_or_else(|| ".".into(), |(_, source)| shown(&source.path))
    })
}

/// The first line of a span: that of a whole service would change with everything in it.
fn first_line(source: &Source, start: u32, end: u32) -> String {
    let (start, end) = (start as usize, end as usize);
    let line = source.text.get(start..end).and_then(|text| text.lines().next()).unwrap_or_default();
    secrets::masked(&source.text, start..start + line.len())
}

/// The message with its blanks made one, and without the numbers of lines and bytes.
fn without_positions(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in message.split_whitespace() {
        let place = words
            .last()
            .is_some_and(|last| matches!(last.trim_start_matches('('), "line" | "column" | "byte"));
        if !(place && word.starts_with(|c: char| c.is_ascii_digit())) {
            words.push(word);
        }
    }
    words.join(" ")
}
