//! Probes that ask a port where nobody answers.

mod probe;
mod script;

use super::{Findings, rule};
use crate::facts::model::Repository;

rule! {
    /// A probe asks a port that nothing listens on, or a script one that nothing publishes.
    ///
    /// ## What
    /// Compares the port that a health check asks inside its container with what is known of the container: what its image or
    /// Dockerfile exposes, what its command and variables name, what is published of it. And the ports that scripts ask on the
    /// host, after they have started a deployment, with what that deployment publishes. What is not known is never compared.
    ///
    /// ## Why
    /// Such a check can only fail. One deploy asked `localhost:8000` on the host, a port that was only reachable inside the
    /// network, and rolled back every release.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   cache:
    ///     image: redis:7.4
    ///     healthcheck: { test: ["CMD", "redis-cli", "-p", "6380", "ping"] }
    /// ```
    ///
    /// ## Fix
    /// Ask the port that the server listens on inside the container; from the host, ask the published one, or ask inside:
    /// ```sh
    /// docker compose exec -T api curl -fsS http://127.0.0.1:8000/health
    /// ```
    pub HEALTH_PORT_MISMATCH = Error "health-port-mismatch";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for service in facts.deployments.iter().flat_map(|deployment| deployment.services.values()) {
        probe::check(service, findings);
    }
    script::check(facts, findings);
}
