//! Findings without secrets: what a rule quotes is masked before any format sees it.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use crate::syntax::secrets;
use foldhash::{HashMap, HashSet};
use std::collections::BTreeSet;

/// Masks the secrets in what findings say: those of the files that they point into, and what looks like one.
pub(super) fn redact(sources: &Sources, findings: &mut [Diagnostic]) {
    let mut known = Known::default();
    for finding in findings {
        let files: BTreeSet<SourceId> = finding.labels.iter().map(|label| label.span.source).collect();
        for file in &files {
            known.read(sources, *file);
        }
        let mask = |text: &mut String| *text = secrets::masked_sentence(text, known.within(text, &files));
        mask(&mut finding.message);
        finding.help.as_mut().map(mask);
        finding.labels.iter_mut().for_each(|label| mask(&mut label.text));
    }
}

/// The secrets of files, found by how they begin: a file may have thousands, and a sentence has hardly any.
#[derive(Default)]
struct Known<'s> {
    read: HashSet<SourceId>,
    by_start: HashMap<[u8; START], Vec<(SourceId, &'s str)>>,
}

/// No secret that can be told from words is shorter.
const START: usize = 4;

impl<'s> Known<'s> {
    /// Adds the secrets of a file that can be told from the words of a sentence.
    fn read(&mut self, sources: &'s Sources, file: SourceId) {
        if !self.read.insert(file) {
            return;
        }
        let text = &sources.get(file).text;
        let all: BTreeSet<&str> =
            secrets::ranges(text, 0..text.len()).into_iter().map(|range| &text[range]).collect();
        for value in all.into_iter().filter(|value| secrets::is_distinctive(value)) {
            if let Some(start) = value.as_bytes().first_chunk() {
                self.by_start.entry(*start).or_default().push((file, value));
            }
        }
    }

    /// The secrets of these files that stand in a text, the longest first: a value may hold another one.
    fn within(&self, text: &str, files: &BTreeSet<SourceId>) -> Vec<&'s str> {
        let mut found = Vec::new();
        for rest in (0..text.len()).map(|at| &text.as_bytes()[at..]) {
            let Some(alike) = rest.first_chunk().and_then(|start| self.by_start.get(start)) else { continue };
            let here = alike
                .iter()
                .filter(|(file, value)| rest.starts_with(value.as_bytes()) && files.contains(file));
            found.extend(here.map(|(_, value)| *value));
        }
        found.sort_by_key(|value| std::cmp::Reverse(value.len()));
        found
    }
}
