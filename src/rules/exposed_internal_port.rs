//! Databases and their like on public addresses.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Fact, Repository, Service};

rule! {
    /// A database, cache, broker or admin tool can be reached from everywhere.
    ///
    /// ## What
    /// Reports a published port of a service whose image is known to be internal (databases, caches, brokers, search
    /// engines, object stores, admin tools), when it is published on every address. Loopback is fine, so is a
    /// deployment that holds nothing else, and so is development.
    ///
    /// ## Why
    /// Docker writes its own firewall rules, which come before those of `ufw`: a port that is published without an address
    /// is open to the internet even where the firewall seems to close it. Open databases are found within hours.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   postgres:
    ///     image: postgres:16
    ///     ports: ["5432:5432"]
    /// ```
    ///
    /// ## Fix
    /// Other containers reach it over their network without any published port. For a look from the host, loopback does:
    /// ```yaml
    ///     ports: ["127.0.0.1:5432:5432"]
    /// ```
    pub EXPOSED_INTERNAL_PORT = Warning "exposed-internal-port";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        if is_all_internal(deployment) {
            continue;
        }
        for service in deployment.services.values() {
            look(service, findings);
        }
    }
}

/// Whether the deployment is there to offer that very service.
fn is_all_internal(deployment: &Deployment) -> bool {
    // Windows of the stores, which are nothing without them.
    let shows = |service: &Service| {
        service.repository().is_some_and(|name| name.ends_with("kibana") || name.ends_with("opensearch-dashboards"))
    };
    deployment.services.values().all(|service| {
        service.known_image().is_some_and(|image| image.kind.is_internal()) || shows(service)
    })
}

fn look(service: &Service, findings: &mut Findings<'_>) {
    let Some(image) = service.known_image().filter(|image| image.kind.is_internal()) else { return };
    for port in &service.ports {
        let everywhere = port.address.known().is_some_and(|address| address.is_wildcard());
        let target = port.target.known().copied();
        if !everywhere || target.is_none_or(|target| !image.ports.iter().any(|known| target.contains(known.number))) {
            continue;
        }
        let kind = image.kind.name();
        let published = port.published.as_ref().and_then(Fact::known).copied();
        let at = published.map_or_else(|| "a port that the engine picks".to_owned(), |published| format!("port {published}"));
        let help = match (published, target) {
            (Some(published), Some(target)) => format!(
                "Take it out, since containers reach `{}` over their network, or publish it on loopback alone: \
                 \"127.0.0.1:{published}:{target}\"",
                service.name
            ),
            _ => format!("Take it out: containers reach `{}` over their network", service.name),
        };
        findings.push(
            Diagnostic::new(
                &EXPOSED_INTERNAL_PORT,
                format!("`{}`, {} {kind}, can be reached from everywhere on {at}", service.name, article(kind)),
            )
            .at(port.span, "published on every address, past the host's firewall")
            .help(help),
        );
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
