//! Places: every one of them is a part of the text that it points into.

use specc::diagnostic::Diagnostic;
use specc::report::{Format, Look, Report};
use specc::source::{Fragment, Sources, Span};
use std::borrow::Cow;

/// The text of an input. What is no UTF-8 is what the reader of files refuses.
pub fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// What is written at a span of the only source.
pub fn written(text: &str, span: Span) -> &str {
    let range = span.start as usize..span.end as usize;
    text.get(range).unwrap_or_else(|| panic!("{span:?} is no part of the text"))
}

/// A span is a part of the text.
pub fn holds(text: &str, span: Span) {
    written(text, span);
}

/// A span is a part of its source.
pub fn inside(sources: &Sources, span: Span) {
    written(&sources.get(span.source).text, span);
}

/// A fragment points into its source with every character.
pub fn fragment(text: &str, fragment: &Fragment) {
    holds(text, fragment.whole_span());
    for (at, c) in fragment.text().char_indices().take(200) {
        written(text, fragment.span(at, at + c.len_utf8()));
    }
    for hole in fragment.holes() {
        assert!(fragment.text()[hole.at..].starts_with('\u{1a}'), "no hole at {}", hole.at);
    }
}

/// Diagnostics point into the texts, and can be told to people, however narrow, and to programs.
pub fn told<'a>(sources: &'a Sources, found: impl IntoIterator<Item = &'a Diagnostic>) {
    let found: Vec<&Diagnostic> = found.into_iter().collect();
    for label in found.iter().flat_map(|diagnostic| &diagnostic.labels) {
        inside(sources, label.span);
    }
    if !found.is_empty() {
        let report = Report::new(sources, found);
        render(&report, Format::Human, 1);
        is_json(&render(&report, Format::Json, 100));
    }
}

/// A report can be written in every format; what should be JSON is.
pub fn reports(report: &Report<'_>) {
    for format in [Format::Human, Format::Github, Format::Junit] {
        assert!(report.findings.is_empty() || !render(report, format, 100).is_empty());
    }
    for format in [Format::Json, Format::Sarif, Format::Gitlab] {
        is_json(&render(report, format, 100));
    }
}

fn render(report: &Report<'_>, format: Format, width: usize) -> String {
    report.render(format, Look { color: false, width })
}

/// A text is JSON.
pub fn is_json(text: &str) {
    let read: Result<serde_json::Value, _> = serde_json::from_str(text);
    read.unwrap_or_else(|error| panic!("no JSON: {error}\n{text}"));
}
