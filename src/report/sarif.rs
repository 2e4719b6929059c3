//! For code scanning: SARIF 2.1.0, with the documentation of every rule.

use super::place::{Place, places};
use super::{Look, Report};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::rules;
use serde_json::{Value, json};
use std::fmt::Write as _;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log with one run.
pub(super) fn render(report: &Report<'_>, _: Look) -> String {
    let mut codes: Vec<&Code> = rules::ALL.iter().map(|rule| rule.code).collect();
    for finding in &report.findings {
        // Files that cannot be parsed are found by no rule.
        if !codes.contains(&finding.code) {
            codes.push(finding.code);
        }
    }
    let results: Vec<Value> = report
        .findings
        .iter()
        .zip(&report.fingerprints)
        .map(|(finding, fingerprint)| result(report, finding, fingerprint, &codes))
        .collect();
    let notifications: Vec<Value> = report
        .gaps
        .iter()
        .map(|gap| {
            json!({
                "level": "warning",
                "message": { "text": format!("not followed: {}", gap.reason) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(&gap.path) },
                    "region": { "startLine": gap.line },
                } }],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().copied().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.gaps.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: &Code) -> Value {
    let mut rule = json!({
        "id": code.name,
        "shortDescription": { "text": code.summary },
        "defaultConfiguration": { "level": level(code.severity) },
    });
    if let Some(known) = rules::find(code.name) {
        let docs = known.docs();
        rule["help"] = json!({ "text": docs, "markdown": docs });
    }
    rule
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report<'_>, finding: &Diagnostic, fingerprint: &str, codes: &[&Code]) -> Value {
    let places = places(report.sources, finding);
    let help = finding.help.iter().map(|help| format!("\n\n{help}"));
    let message: String = std::iter::once(finding.message.clone()).chain(help).collect();
    let related: Vec<Value> = places
        .iter()
        .enumerate()
        .skip(1)
        .map(|(id, place)| {
            let mut location = location(place);
            location["id"] = json!(id);
            location
        })
        .collect();
    json!({
        "ruleId": finding.code.name,
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": level(finding.severity()),
        "message": { "text": message },
        "locations": places.first().map(location).into_iter().collect::<Vec<_>>(),
        "relatedLocations": related,
        "partialFingerprints": { "specc/v1": fingerprint },
    })
}

fn location(place: &Place<'_>) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&place.path) },
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    } });
    if !place.label.is_empty() {
        location["message"] = json!({ "text": place.label });
    }
    location
}

/// A path as a reference of a URI.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                // Writing to a string does not fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
