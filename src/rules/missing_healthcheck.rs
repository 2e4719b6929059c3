//! Services that nobody can ask how they are.

use super::support::{OneShots, has_probe};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};
use crate::source::Span;

rule! {
    /// A service has no health check.
    ///
    /// ## What
    /// Reports a long-running service without a probe, neither in Compose nor in the Dockerfile that it is built from. It is
    /// advice, shown with `--pedantic`; a warning where `docker compose up --wait` is called on it. A service that others
    /// wait for with `service_healthy` is the business of `unhealthy-dependency`.
    ///
    /// ## Why
    /// Without a probe "running" counts as healthy: `up --wait` succeeds while the service restarts in a loop, and the deploy is
    /// called good.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     image: ghcr.io/acme/api:1.4.2
    /// ```
    ///
    /// ## Fix
    /// Ask something that works only when the service does, with a program that is in the image:
    /// ```yaml
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-fsS", "http://127.0.0.1:8000/health"]
    ///       interval: 10s
    ///       start_period: 30s
    /// ```
    pub MISSING_HEALTHCHECK = Info "missing-healthcheck";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        let waits = waited_for(facts, deployment);
        let one_shots = OneShots::of(deployment);
        for service in deployment.services.values() {
            if has_probe(service) != Some(false) && service.health.is_some() || one_shots.has(service) {
                continue;
            }
            let seen = has_probe(service);
            if seen == Some(true) {
                continue;
            }
            // What a stranger's image has cannot be seen: that is worth a word, and no warning.
            let waited = waits.iter().find(|(services, _)| seen == Some(false) && (services.is_empty() || services.contains(&service.name)));
            report(service, waited.map(|(_, span)| *span), findings);
        }
    }
}

fn report(service: &Service, waited: Option<Span>, findings: &mut Findings<'_>) {
    let name = &service.name;
    let finding = match waited {
        Some(span) => Diagnostic::new(&MISSING_HEALTHCHECK, format!("`--wait` waits for `{name}`, which has no health check"))
            .level(Severity::Warning)
            .at(service.span, "counts as healthy as soon as it runs, even if it ends again")
            .at(span, "waited for here"),
        None => Diagnostic::new(&MISSING_HEALTHCHECK, format!("`{name}` has no health check"))
            .at(service.span, "nobody can ask how it is"),
    };
    findings.push(finding.help(format!(
        "Give `{name}` a `healthcheck` that asks something which works only when the service does"
    )));
}

/// The calls of `up --wait`: the services that each names (none for all), and where.
fn waited_for(facts: &Repository, deployment: &Deployment) -> Vec<(Vec<String>, Span)> {
    let calls = deployment.invocations.iter().filter_map(|call| facts.command(call)).filter_map(recognise);
    calls
        .filter_map(|call| match call.what {
            Docker::Compose(call) if call.wait && call.is(&["up", "start"]) => {
                let services: Option<Vec<String>> =
                    call.services.iter().map(|word| word.known().map(str::to_owned)).collect();
                services.map(|services| (services, call.span))
            }
            _ => None,
        })
        .collect()
}
