//! For GitHub: workflow commands, which become annotations at the lines of a pull request.

use super::place::{places, prose};
use super::{Look, Report};
use crate::diagnostic::Severity;

/// One command a finding and gap, then the line that counts them.
pub(super) fn render(report: &Report<'_>, _: Look) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let command = match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let places = places(report.sources, finding);
        let mut properties = Vec::new();
        if let Some(place) = places.first() {
            properties.push(("file", place.path.clone()));
            properties.push(("line", place.start.line.to_string()));
            properties.push(("endLine", place.end.line.to_string()));
            // Columns are taken for one line alone.
            if place.start.line == place.end.line {
                let last = place.end.column.saturating_sub(1).max(place.start.column);
                properties.push(("col", place.start.column.to_string()));
                properties.push(("endColumn", last.to_string()));
            }
        }
        properties.push(("title", format!("specc: {}", finding.code.name)));
        text.push_str(&line(command, &properties, &prose(finding, &places)));
    }
    for gap in &report.gaps {
        let properties = [
            ("file", gap.path.clone()),
            ("line", gap.line.to_string()),
            ("title", "specc: not followed".to_owned()),
        ];
        text.push_str(&line("warning", &properties, &gap.reason));
    }
    let summary = report.summary();
    if !summary.is_empty() {
        text.push_str(&summary);
        text.push('\n');
    }
    text
}

fn line(command: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value).replace(':', "%3A").replace(',', "%2C")))
        .collect();
    format!("::{command} {}::{}\n", properties.join(","), escape(message))
}

fn escape(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| if matches!(letter, '\n' | '\r') { letter } else { super::excerpt::plain(letter) })
        .collect();
    plain.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
