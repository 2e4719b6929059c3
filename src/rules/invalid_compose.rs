//! Files that Compose refuses.

use super::support::refused;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::compose::codes;
use crate::facts::model::{Deployment, Repository, Service};
use crate::source::{SourceId, Span};
use crate::syntax::codes::DUPLICATE_KEY;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// Compose refuses the files as they are deployed.
    ///
    /// ## What
    /// Evaluates each deployment as Compose does (its files merged, variables put in, references followed) and reports what
    /// Compose would stop at. Parts that are only used together with others are judged together. A `<<` that is written
    /// twice is one finding for a file.
    ///
    /// ## Why
    /// What Compose refuses is found out in the middle of a deploy otherwise, on the machine.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx:1.27
    ///     port: ["80:80"]
    /// ```
    ///
    /// ## Fix
    /// Compose has no key `port`: it is called `ports`. What each finding says is what Compose would say, with the place.
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx:1.27
    ///     ports: ["80:80"]
    /// ```
    pub INVALID_COMPOSE = Error "invalid-compose";
}

/// Whether a fault is about a service that has neither an image nor a build.
fn has_nothing_to_run(deployment: &Deployment, place: Span) -> bool {
    let bare = |service: &&Service| service.image.is_none() && service.build.is_none();
    deployment.services.values().filter(bare).any(|service| service.span == place)
}

/// What is said of a service that files make together: with which others, and where they are put together.
fn merged_with(facts: &Repository, deployment: &Deployment, finding: Diagnostic) -> Diagnostic {
    let place = finding.labels[0].span;
    let others = deployment.files.iter().filter(|file| **file != place.source);
    let others: Vec<String> =
        others.map(|file| format!("`{}`", facts.sources.get(*file).path.display())).collect();
    if others.is_empty() {
        return finding;
    }
    let with = format!("even merged with {}", others.join(", "));
    let finding = Diagnostic { message: format!("{}, {with}", finding.message), ..finding };
    match deployment.invocations.iter().find(|call| call.span.source != place.source) {
        Some(call) => finding.at(call.span, "they are put together here"),
        None => finding,
    }
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut merged: BTreeMap<SourceId, BTreeSet<Span>> = BTreeMap::new();
    for (deployment, fault) in refused(facts) {
        // Rules of their own speak of what is not there.
        let elsewhere = [
            &codes::COMPOSE_REFERENCE,
            &codes::COMPOSE_REQUIRED_VARIABLE,
            &codes::COMPOSE_FILE_MISSING,
            &codes::NO_COMPOSE_FILE,
        ];
        // A fault without a place is about a file that cannot be read: a gap, or the business of `missing-compose-file`.
        if elsewhere.contains(&fault.code) || fault.labels.is_empty() {
            continue;
        }
        let place = fault.labels[0].span;
        if fault.code == &DUPLICATE_KEY && facts.sources.text(place) == "<<" {
            merged.entry(place.source).or_default().insert(place);
            continue;
        }
        let finding = Diagnostic { code: &INVALID_COMPOSE, severity: INVALID_COMPOSE.severity, ..fault.clone() };
        findings.push(if has_nothing_to_run(deployment, place) {
            merged_with(facts, deployment, finding)
        } else {
            finding
        });
    }
    for places in merged.into_values() {
        let mut finding = Diagnostic::new(&INVALID_COMPOSE, "the key `<<` is written twice in one mapping");
        for place in places {
            finding = finding.at(place, "written again here");
        }
        findings.push(finding.help("Give one `<<` all that is merged, as a list: `<<: [*one, *other]`"));
    }
}
