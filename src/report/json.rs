//! For programs: one JSON document. Version 1 is frozen: fields may be added, none changed.

use super::place::{Place, places};
use super::{Gap, Look, ReadFile, Report, SeenDeployment};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Position, Sources};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    summary: Summary,
    read: &'a [ReadFile],
    deployments: &'a [SeenDeployment],
    gaps: &'a [Gap],
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    fingerprint: &'a str,
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: String,
    primary: bool,
    label: &'a str,
    start: Position,
    end: Position,
}

/// The document, and a newline at its end.
pub(super) fn render(report: &Report<'_>, _: Look) -> String {
    let document = Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: Summary {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            info: report.count(Severity::Info),
            suppressed: report.suppressed,
        },
        read: &report.read,
        deployments: &report.deployments,
        gaps: &report.gaps,
        findings: report
            .findings
            .iter()
            .zip(&report.fingerprints)
            .map(|(finding, fingerprint)| Finding {
                rule: finding.code.name,
                severity: finding.severity().name(),
                message: &finding.message,
                help: finding.help.as_deref(),
                fingerprint,
                locations: locations(report.sources, finding),
            })
            .collect(),
    };
    // Strings and numbers always serialise.
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

fn locations<'a>(sources: &Sources, finding: &'a Diagnostic) -> Vec<Location<'a>> {
    let location = |(index, place): (usize, Place<'a>)| Location {
        path: place.path,
        primary: index == 0,
        label: place.label,
        start: place.start,
        end: place.end,
    };
    places(sources, finding).into_iter().enumerate().map(location).collect()
}
