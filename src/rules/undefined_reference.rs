//! Names that lead nowhere.

use super::support::refused;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::compose::codes;
use crate::facts::model::Repository;

rule! {
    /// Something names a service, network, volume, secret or config that is not there.
    ///
    /// ## What
    /// Reports names in `depends_on`, `networks`, `volumes`, `secrets`, `configs`, `links`, `extends` and their like that no
    /// file of the deployment defines.
    ///
    /// ## Why
    /// Compose refuses the whole project for it, often after a rename that was done in one place only.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     image: acme/api:1.2
    ///     depends_on: [postgres]
    ///   db:
    ///     image: postgres:16
    /// ```
    ///
    /// ## Fix
    /// Use the name that is defined, or define the one that is used:
    /// ```yaml
    ///     depends_on: [db]
    /// ```
    pub UNDEFINED_REFERENCE = Error "undefined-reference";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for (_, fault) in refused(facts).filter(|(_, fault)| fault.code == &codes::COMPOSE_REFERENCE) {
        findings.push(Diagnostic {
            code: &UNDEFINED_REFERENCE,
            severity: UNDEFINED_REFERENCE.severity,
            ..fault.clone()
        });
    }
}
