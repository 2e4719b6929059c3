//! Databases and their like on public addresses.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::catalog::Image;
use crate::facts::model::{Deployment, Fact, Port, PortRange, Repository, Service};
use crate::source::Span;
use foldhash::HashSet;

rule! {
    /// A database, cache, broker or admin tool can be reached from everywhere.
    ///
    /// ## What
    /// Reports a published port of a service whose image is known to be internal (databases, caches, brokers, search
    /// engines, object stores, admin tools), when it is published on every address. Loopback is fine, so is a
    /// deployment that holds nothing else but what such a service needs and what looks into it, and so is development.
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
    let mut seen: HashSet<Span> = HashSet::default();
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        if is_all_internal(deployment) {
            continue;
        }
        for service in deployment.services.values() {
            let Some(image) = service.known_image().filter(|image| image.kind.is_internal()) else { continue };
            let open: Vec<Open<'_>> =
                service.ports.iter().filter_map(|port| open(image, port)).filter(|open| seen.insert(open.port.span)).collect();
            if let Some(finding) = judge(facts, service, image, &open) {
                findings.push(finding);
            }
        }
    }
}

/// Whether the deployment is there to offer that very service, with what it needs and what looks into it.
fn is_all_internal(deployment: &Deployment) -> bool {
    deployment.services.values().all(|service| {
        service.known_image().is_some_and(|image| image.kind.is_internal())
            || service.repository().is_some_and(keeps_company)
    })
}

/// Whether an image is nothing without a store or broker beside it: its windows, gauges and helpers.
fn keeps_company(repository: &str) -> bool {
    const COMPANY: &[&str] = &[
        "kibana", "opensearch-dashboards", "logstash", "cp-schema-registry", "cp-kafka-connect", "cp-kafka-rest",
        "cp-ksqldb-server", "cp-ksqldb-cli", "cp-enterprise-control-center", "cloudbeaver", "akhq", "mc",
    ];
    let name = repository.rsplit('/').next().unwrap_or(repository);
    COMPANY.contains(&name) || name.ends_with("exporter")
}

/// A port of an internal service that is published on every address.
struct Open<'f> {
    port: &'f Port,
    published: Option<PortRange>,
    target: PortRange,
}

fn open<'f>(image: &Image, port: &'f Port) -> Option<Open<'f>> {
    let everywhere = port.address.known().is_some_and(|address| address.is_wildcard());
    let target = *port.target.known()?;
    let published = port.published.as_ref().and_then(Fact::known).copied();
    (everywhere && image.ports.iter().any(|known| target.contains(known.number))).then_some(Open { port, published, target })
}

/// The same entry on loopback, with its variables as they are written.
fn on_loopback(facts: &Repository, open: &Open<'_>) -> Option<String> {
    let published = open.published?;
    let written = facts.sources.text(open.port.span).trim().trim_matches(['"', '\'']);
    let of_variables = open.port.interpolated && written.contains("}:") && !written.contains(['\n', ' ', '[', '"', '\'']);
    let is_short = of_variables && ["${", "0.0.0.0:"].iter().any(|start| written.starts_with(start));
    Some(if is_short {
        format!("\"127.0.0.1:{}\"", written.trim_start_matches("0.0.0.0:"))
    } else {
        format!("\"127.0.0.1:{published}:{}\"", open.target)
    })
}

fn judge(facts: &Repository, service: &Service, image: &Image, open: &[Open<'_>]) -> Option<Diagnostic> {
    let at = match open {
        [] => return None,
        [Open { published: None, .. }] => "a port that the engine picks".to_owned(),
        [Open { published: Some(published), .. }] => format!("port {published}"),
        several => {
            let names: Vec<String> = several.iter().map(|open| open.published.unwrap_or(open.target).to_string()).collect();
            let (last, others) = names.split_last()?;
            format!("ports {} and {last}", others.join(", "))
        }
    };
    let loopback: Vec<String> = open.iter().filter_map(|open| on_loopback(facts, open)).collect();
    let them = if open.len() == 1 { "it" } else { "them" };
    let help = if loopback.is_empty() {
        format!("Take {them} out: containers reach `{}` over their network", service.name)
    } else {
        format!(
            "Take {them} out, since containers reach `{}` over their network, or publish {them} on loopback alone: {}",
            service.name,
            loopback.join(", "),
        )
    };
    let kind = image.kind.name();
    let finding = Diagnostic::new(
        &EXPOSED_INTERNAL_PORT,
        format!("`{}`, {} {kind}, can be reached from everywhere on {at}", service.name, article(kind)),
    );
    let places = open.iter().enumerate();
    let finding = places.fold(finding, |finding, (nth, open)| {
        finding.at(open.port.span, if nth == 0 { "published on every address, past the host's firewall" } else { "and here" })
    });
    Some(finding.help(help))
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
