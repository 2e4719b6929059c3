//! Services that may take all of a machine's memory.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;

rule! {
    /// A service may take all the memory of its machine.
    ///
    /// ## What
    /// Reports a service of a deployment without a memory limit: no `deploy.resources.limits.memory` and no `mem_limit`.
    /// Development is left alone. This is advice: it is shown with `--pedantic`.
    ///
    /// ## Why
    /// A worker with a leak takes the memory of everything beside it, and the kernel ends whichever process it finds,
    /// often the database. With a limit the worker alone is restarted.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   worker:
    ///     image: ghcr.io/acme/worker:1.4.2
    /// ```
    ///
    /// ## Fix
    /// ```yaml
    /// services:
    ///   worker:
    ///     image: ghcr.io/acme/worker:1.4.2
    ///     deploy:
    ///       resources:
    ///         limits: { memory: 512M }
    /// ```
    pub MISSING_RESOURCE_LIMITS = Info "missing-resource-limits";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        for service in deployment.services.values().filter(|service| service.memory_limit.is_none()) {
            findings.push(
                Diagnostic::new(&MISSING_RESOURCE_LIMITS, format!("`{}` has no memory limit", service.name))
                    .at(service.span, "may take all the memory of its machine")
                    .help("Add `deploy: { resources: { limits: { memory: … } } }`, somewhat above what it uses at its busiest"),
            );
        }
    }
}
