//! Files that Compose refuses.

use super::support::refused;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::compose::codes;
use crate::facts::model::Repository;
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

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut merged: BTreeMap<SourceId, BTreeSet<Span>> = BTreeMap::new();
    for (_, fault) in refused(facts) {
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
        findings.push(Diagnostic { code: &INVALID_COMPOSE, severity: INVALID_COMPOSE.severity, ..fault.clone() });
    }
    for places in merged.into_values() {
        let mut finding = Diagnostic::new(&INVALID_COMPOSE, "the key `<<` is written twice in one mapping");
        for place in places {
            finding = finding.at(place, "written again here");
        }
        findings.push(finding.help("Give one `<<` all that is merged, as a list: `<<: [*one, *other]`"));
    }
}
