//! For whatever shows test results: `JUnit`'s XML, a failed test for each finding.

use super::place::{places, prose};
use super::{Look, Report};
use std::fmt::{self, Write as _};

/// One document. A run that found nothing is one test that passed.
pub(super) fn render(report: &Report<'_>, _: Look) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = draw(&mut text, report);
    text
}

fn draw(text: &mut String, report: &Report<'_>) -> fmt::Result {
    let (failures, errors) = (report.findings.len(), report.gaps.len());
    let tests = (failures + errors).max(1);
    writeln!(text, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(text, r#"<testsuites name="specc" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    writeln!(
        text,
        r#"  <testsuite name="specc lint" tests="{tests}" failures="{failures}" errors="{errors}">"#
    )?;
    for finding in &report.findings {
        let places = places(report.sources, finding);
        let (path, line) = places.first().map_or((".", 1), |place| (&place.path, place.start.line));
        writeln!(
            text,
            r#"    <testcase classname="{}" name="{} {}:{line}">"#,
            escape(path),
            finding.code.name,
            escape(path)
        )?;
        writeln!(
            text,
            r#"      <failure type="{}" message="{}">{}</failure>"#,
            finding.severity().name(),
            escape(&finding.message),
            escape(&prose(finding, &places))
        )?;
        writeln!(text, "    </testcase>")?;
    }
    for gap in &report.gaps {
        let path = escape(&gap.path);
        let reason = escape(&gap.reason);
        writeln!(text, r#"    <testcase classname="{path}" name="not followed {path}:{}">"#, gap.line)?;
        writeln!(text, r#"      <error type="gap" message="{reason}">{reason}</error>"#)?;
        writeln!(text, "    </testcase>")?;
    }
    if failures + errors == 0 {
        writeln!(text, r#"    <testcase classname="specc" name="lint"/>"#)?;
    }
    writeln!(text, "  </testsuite>\n</testsuites>")
}

/// Text as XML takes it, in attributes too. XML has no way to write most control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter => escaped.push(super::excerpt::plain(letter)),
        }
    }
    escaped
}
