//! For GitLab: the list that a merge request shows as code quality.

use super::place::{places, prose};
use super::{Look, Report};
use crate::diagnostic::Severity;
use crate::lint::fingerprint;
use serde_json::{Value, json};

/// One JSON array.
pub(super) fn render(report: &Report<'_>, _: Look) -> String {
    let findings = report.findings.iter().zip(&report.fingerprints).map(|(finding, fingerprint)| {
        let places = places(report.sources, finding);
        let severity = match finding.severity() {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        };
        let (path, lines) = places
            .first()
            .map_or((".", (1, 1)), |place| (place.path.as_str(), (place.start.line, place.end.line)));
        entry(&prose(finding, &places), finding.code.name, fingerprint, severity, path, lines)
    });
    let gaps = report.gaps.iter().map(|gap| {
        let fingerprint = fingerprint::digest(&format!("gap\0{}\0{}", gap.path, gap.reason));
        let words = format!("not followed: {}", gap.reason);
        entry(&words, "not-followed", &fingerprint, "minor", &gap.path, (gap.line, gap.line))
    });
    let list: Vec<Value> = findings.chain(gaps).collect();
    format!("{:#}\n", Value::Array(list))
}

fn entry(
    description: &str,
    name: &str,
    fingerprint: &str,
    severity: &str,
    path: &str,
    (begin, end): (usize, usize),
) -> Value {
    json!({
        "description": description,
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": { "path": path, "lines": { "begin": begin, "end": end } },
    })
}
