//! What names a finding from one version of a file to the next.

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The fingerprint of each finding, in their order: of its rule, its path, its message and the text it points at, so that
/// lines added above change nothing. Findings that agree in all of these are counted.
pub(super) fn fingerprints(sources: &Sources, findings: &[&Diagnostic]) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let subject = subject(sources, finding);
            let count = seen.entry(subject.clone()).and_modify(|count| *count += 1).or_insert(1);
            let digest = Sha256::digest(if *count == 1 { subject } else { format!("{subject}\0{count}") });
            format!(
                "{:016x}",
                digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
            )
        })
        .collect()
}

fn subject(sources: &Sources, finding: &Diagnostic) -> String {
    let primary = finding.labels.first().map(|label| label.span);
    let path = super::json::path_of(sources, finding);
    // The first line: that of a whole service would change with everything in it.
    let text = primary.and_then(|span| sources.text(span).lines().next()).unwrap_or_default().trim();
    format!("{}\0{path}\0{}\0{text}", finding.code.name, without_positions(&finding.message))
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
