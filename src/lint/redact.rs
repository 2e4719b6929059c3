//! Findings without secrets: what a rule quotes is masked before any format sees it.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use crate::syntax::secrets;
use std::collections::{BTreeSet, HashMap};

/// Masks the secrets in what findings say: those of the files that they point into, and what looks like one.
pub(super) fn redact(sources: &Sources, findings: &mut [Diagnostic]) {
    let mut known: HashMap<SourceId, BTreeSet<&str>> = HashMap::new();
    for finding in findings {
        let files: BTreeSet<SourceId> = finding.labels.iter().map(|label| label.span.source).collect();
        for file in &files {
            known.entry(*file).or_insert_with(|| {
                let text = &*sources.get(*file).text;
                secrets::ranges(text, 0..text.len()).into_iter().map(|range| &text[range]).collect()
            });
        }
        // A value may hold another one.
        let mut values: Vec<&str> = files.iter().flat_map(|file| &known[file]).copied().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        let mask = |text: &mut String| *text = secrets::masked_sentence(text, values.iter().copied());
        mask(&mut finding.message);
        finding.help.as_mut().map(mask);
        finding.labels.iter_mut().for_each(|label| mask(&mut label.text));
    }
}
