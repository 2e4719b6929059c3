//! Old findings that a repository lives with, by their fingerprints.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};
use foldhash::HashSet;
use serde::{Deserialize, Serialize};

/// What `--write-baseline` writes and `--baseline` reads.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// One finding: the fingerprint decides, the rest is for whoever reads the file.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    fingerprint: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    path: String,
}

/// The fingerprints of old findings.
#[derive(Debug, Default)]
pub struct Baseline(HashSet<String>);

impl Baseline {
    /// Reads the text of a baseline.
    pub fn parse(source: SourceId, sources: &Sources) -> Result<Self, Diagnostic> {
        let text = &sources.get(source).text;
        let document: Result<Document, _> = serde_json::from_str(text);
        match document {
            Ok(document) if document.version == 1 => {
                Ok(Self(document.findings.into_iter().map(|entry| entry.fingerprint).collect()))
            }
            _ => Err(Diagnostic::new(&codes::BASELINE_DAMAGED, "this file is not a baseline")
                .at(
                    Span::new(source, 0, text.lines().next().map_or(0, str::len)),
                    "expected JSON with `version` 1",
                )
                .help("write one with `specc lint --write-baseline FILE`")),
        }
    }

    /// Whether the finding with this fingerprint is old.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.0.contains(fingerprint)
    }
}

/// The text of a baseline of these findings, sorted, so that a new one changes one line.
pub fn write<'a>(
    sources: &Sources,
    findings: impl IntoIterator<Item = &'a Diagnostic>,
    fingerprints: &[String],
) -> String {
    let mut entries: Vec<Entry> = findings
        .into_iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| Entry {
            fingerprint: fingerprint.clone(),
            rule: finding.code.name.to_owned(),
            path: super::path_of(sources, finding),
        })
        .collect();
    entries.sort_by(|one, other| {
        (&one.path, &one.rule, &one.fingerprint).cmp(&(&other.path, &other.rule, &other.fingerprint))
    });
    let document = Document { version: 1, findings: entries };
    // Strings always serialise.
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}
