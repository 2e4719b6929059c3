//! Where a finding points, in the terms that formats share.

use crate::diagnostic::{Diagnostic, Label};
use crate::lint::path_of;
use crate::source::{Position, Sources, shown};
use std::fmt::Write as _;

/// A place that a finding names.
pub(super) struct Place<'a> {
    /// The file, with `/` between its parts.
    pub(super) path: String,
    pub(super) label: &'a str,
    pub(super) start: Position,
    pub(super) end: Position,
}

/// The places of a finding, the primary one first: there is always one.
pub(super) fn places<'a>(sources: &Sources, finding: &'a Diagnostic) -> Vec<Place<'a>> {
    if finding.labels.is_empty() {
        let start = Position { line: 1, column: 1, offset: 0 };
        return vec![Place { path: path_of(sources, finding), label: "", start, end: start }];
    }
    let place = |label: &'a Label| {
        let source = sources.get(label.span.source);
        Place {
            path: shown(&source.path),
            label: &label.text,
            start: source.position(label.span.start),
            end: source.position(label.span.end),
        }
    };
    finding.labels.iter().map(place).collect()
}

/// Everything that is said of a finding beside its place, as plain text of several lines.
pub(super) fn prose(finding: &Diagnostic, places: &[Place<'_>]) -> String {
    let mut text = finding.message.clone();
    // Writing to a string does not fail.
    for place in places.iter().skip(1) {
        let _ = write!(text, "\n{}:{}:{}", place.path, place.start.line, place.start.column);
        if !place.label.is_empty() {
            let _ = write!(text, ": {}", place.label);
        }
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}
