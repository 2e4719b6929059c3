//! One name for several containers.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};
use crate::source::Span;

rule! {
    /// A service with a container name of its own is scaled.
    ///
    /// ## What
    /// Reports a service that has a `container_name` and more than one replica (`deploy.replicas`, `scale`, or
    /// `up --scale` in a script).
    ///
    /// ## Why
    /// Two containers cannot have one name: Compose refuses the file, or `up --scale` fails half way, when the first
    /// container runs and the second does not.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   worker:
    ///     container_name: shop-worker
    ///     deploy: { replicas: 2 }
    /// ```
    ///
    /// ## Fix
    /// Take `container_name` out (Compose then numbers the containers: `shop-worker-1`), or write two services with a name
    /// each.
    pub REPLICAS_WITH_CONTAINER_NAME = Error "replicas-with-container-name";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.swarm) {
        for service in deployment.services.values() {
            if let Some(replicas) = service.replicas.as_ref().filter(|count| count.known().is_some_and(|count| *count > 1)) {
                report(service, replicas.span, findings);
            }
        }
        for (name, span) in scaled(facts, deployment) {
            if let Some(service) = deployment.service(&name) {
                report(service, span, findings);
            }
        }
    }
}

fn report(service: &Service, scaled: Span, findings: &mut Findings<'_>) {
    let Some(name) = &service.container_name else { return };
    findings.push(
        Diagnostic::new(
            &REPLICAS_WITH_CONTAINER_NAME,
            format!("`{}` has one container name and is to run more than once", service.name),
        )
        .at(name.span, "the name of a single container")
        .at(scaled, "more than one")
        .help("Take `container_name` out, and Compose numbers the containers; or write one service for each, with a name of its own"),
    );
}

/// The services that calls scale to more than one.
fn scaled(facts: &Repository, deployment: &Deployment) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for call in &deployment.invocations {
        let command = &facts.scripts[call.script].commands[call.command];
        let Some(Docker::Compose(call)) = recognise(command).map(|call| call.what) else { continue };
        for word in &call.scale {
            let Some((name, count)) = word.known().and_then(|text| text.split_once('=')) else { continue };
            if count.parse::<u64>().is_ok_and(|count| count > 1) {
                found.push((name.to_owned(), word.span));
            }
        }
    }
    found
}
