//! Findings without secrets: what a rule quotes is masked before any format sees it.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use crate::syntax::secrets;
use foldhash::HashMap;
use std::collections::BTreeSet;

/// Masks the secrets in what findings say: those of the files that they point into, and what looks like one.
pub(super) fn redact(sources: &Sources, findings: &mut [Diagnostic]) {
    let mut known: HashMap<SourceId, Vec<&str>> = HashMap::default();
    for finding in findings {
        let files: BTreeSet<SourceId> = finding.labels.iter().map(|label| label.span.source).collect();
        for file in &files {
            known.entry(*file).or_insert_with(|| of_file(&sources.get(*file).text));
        }
        let mut files = files.iter().map(|file| known[file].as_slice());
        let together: Vec<&str>;
        let values = match (files.next(), files.next()) {
            (None, _) => &[],
            (Some(values), None) => values,
            (Some(one), Some(other)) => {
                together = in_order(one.iter().chain(other).chain(files.flatten()).copied().collect());
                &together
            }
        };
        let mask = |text: &mut String| *text = secrets::masked_sentence(text, values.iter().copied());
        mask(&mut finding.message);
        finding.help.as_mut().map(mask);
        finding.labels.iter_mut().for_each(|label| mask(&mut label.text));
    }
}

/// The secrets of a file that can be told from the words of a sentence, each once.
fn of_file(text: &str) -> Vec<&str> {
    let all: BTreeSet<&str> =
        secrets::ranges(text, 0..text.len()).into_iter().map(|range| &text[range]).collect();
    in_order(all.into_iter().filter(|value| secrets::is_distinctive(value)).collect())
}

/// The longest first: a value may hold another one.
fn in_order(mut values: Vec<&str>) -> Vec<&str> {
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values
}
