//! One port of a host for two containers.

use super::support::{
    Claim, Clash, clashes, one_project, same_container, starts, two_names_for_one,
};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Address, Deployment, NetworkMode, Port, PortRange, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};

rule! {
    /// Two containers that run on one host publish one port.
    ///
    /// ## What
    /// Compares what services publish, ranges included: the same protocol, one port, and addresses that overlap
    /// (`8080:80` is every address, so it meets `127.0.0.1:8080:80`). Looked at are the services of one deployment
    /// that run together, and deployments that share a host; where nothing says whether they do, it is a warning, unless both
    /// publish port 80 or 443: such have a host each.
    /// Services of different profiles are alternatives, and so are `web` and `web-prod`, and services of which every
    /// call starts one by name.
    ///
    /// ## Why
    /// `docker compose config` accepts it; the deploy fails with `port is already allocated`. When a container is
    /// recreated the old one is already gone by then, so the failed deploy is an outage. In one incident a second
    /// Redis wanted 6380 in the middle of a production deploy.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.staging.yaml, and the same in compose.production.yaml
    /// services:
    ///   web:
    ///     ports: ["8080:80"]
    /// ```
    ///
    /// ## Fix
    /// Give one of them another port, or publish nothing and let a proxy reach both over a network:
    /// ```yaml
    /// services:
    ///   web:
    ///     ports: ["8081:80"]
    /// ```
    pub PORT_COLLISION = Error "port-collision";
}

struct Publication<'f> {
    service: &'f Service,
    port: &'f Port,
    published: PortRange,
    address: Address,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims = Vec::new();
    for deployment in &facts.deployments {
        let published: Vec<_> = publications(deployment).collect();
        within(facts, deployment, &published, findings);
        claims.extend(published.into_iter().map(|what| Claim { deployment, span: what.port.span, what }));
    }
    let collide = |one: &Claim<'_, Publication<'_>>, other: &Claim<'_, Publication<'_>>| {
        meet(&one.what, &other.what).is_some()
            && !same_container((one.deployment, one.what.service), (other.deployment, other.what.service))
            && (!one_project(one.deployment, other.deployment)
                || run_together(one.what.service, other.what.service))
    };
    for clash in clashes(facts, &claims, collide) {
        let first = &clash.claims[0].what;
        let shared = clash.claims.iter().skip(1).find_map(|claim| first.published.overlap(claim.what.published));
        let port = name(shared.unwrap_or(first.published), first.port);
        let finding = Diagnostic::new(
            &PORT_COLLISION,
            format!("{} {} publish {port}{}", clash.who(), clash.both(), clash.meeting.condition()),
        )
        .level(clash.meeting.level(PORT_COLLISION.severity));
        let finding = clash.label(finding, |claim, titles| {
            format!("`{}` of {titles} publishes {}", claim.what.service.name, shown(&claim.what))
        });
        findings.push(finding.help(if is_one_twice(&clash) {
            "Start it under one project name everywhere: a second copy of the same service fails with \"port is already \
             allocated\""
        } else {
            "Give each its own port, or publish none of them and let a proxy reach both over a network: whichever \
             starts second fails with \"port is already allocated\""
        }));
    }
}

/// Whether all claimants are one deployment, started under two names.
fn is_one_twice(clash: &Clash<'_, '_, Publication<'_>>) -> bool {
    let first = clash.claims[0].deployment;
    clash.claims.iter().skip(1).all(|claim| two_names_for_one(first, claim.deployment))
}

/// Two services of one deployment, or one service twice.
fn within(
    facts: &Repository,
    deployment: &Deployment,
    published: &[Publication<'_>],
    findings: &mut Findings<'_>,
) {
    for (at, one) in published.iter().enumerate() {
        for other in &published[at + 1..] {
            let same = one.service.name == other.service.name;
            // An entry that was merged from two files is one entry.
            if same && one.port.span == other.port.span
                || !run_together(one.service, other.service)
                || !same && are_alternatives(facts, deployment, one.service, other.service)
            {
                continue;
            }
            let Some(shared) = meet(one, other) else { continue };
            let port = name(shared, one.port);
            let message = if same {
                format!("`{}` publishes {port} twice, on addresses that overlap", one.service.name)
            } else {
                format!("`{}` and `{}` both publish {port}", one.service.name, other.service.name)
            };
            let help = if same {
                "Keep one of the two entries"
            } else if deployment.is_development() {
                "Give one of them another port"
            } else {
                "Give one of them another port, or publish it nowhere if only other containers use it"
            };
            let label = |what: &Publication<'_>| format!("`{}` publishes {}", what.service.name, shown(what));
            findings.push(
                Diagnostic::new(&PORT_COLLISION, message)
                    .at(one.port.span, label(one))
                    .at(other.port.span, label(other))
                    .help(help),
            );
        }
    }
}

/// What is surely published: fixed ports whose address is known.
fn publications(deployment: &Deployment) -> impl Iterator<Item = Publication<'_>> {
    let published = |service: &Service| {
        // Ports of a service on the host's own network are ignored.
        !matches!(
            service.network_mode.as_ref().and_then(|mode| mode.known()),
            Some(NetworkMode::Host | NetworkMode::None)
        )
    };
    deployment.services.values().filter(move |service| published(service)).flat_map(|service| {
        service.ports.iter().filter(|port| !port.picks_one).filter_map(move |port| {
            let published = *port.published.as_ref()?.known()?;
            let address = *port.address.known()?;
            (published.first > 0).then_some(Publication { service, port, published, address })
        })
    })
}

/// The ports that both publish.
fn meet(one: &Publication<'_>, other: &Publication<'_>) -> Option<PortRange> {
    (one.port.protocol == other.port.protocol && one.address.overlaps(other.address))
        .then(|| one.published.overlap(other.published))
        .flatten()
}

/// Services of different profiles are alternatives.
fn run_together(one: &Service, other: &Service) -> bool {
    one.profiles.is_empty()
        || other.profiles.is_empty()
        || one.profiles.iter().any(|profile| other.profiles.contains(profile))
}

/// Whether two services of one file are never meant to run at once: one is named as a variant of the other (`web` and
/// `web-prod`), or every call names the services that it starts, and none starts both.
fn are_alternatives(facts: &Repository, deployment: &Deployment, one: &Service, other: &Service) -> bool {
    let variant = |plain: &str, longer: &str| {
        let plain: Vec<&str> = plain.split(['-', '_', '.']).collect();
        let longer: Vec<&str> = longer.split(['-', '_', '.']).collect();
        let mut more = longer.iter().filter(|word| !plain.contains(word)).peekable();
        more.peek().is_some()
            && plain.iter().all(|word| longer.contains(word))
            && more.all(|word| VARIANTS.contains(word))
    };
    variant(&one.name, &other.name) || variant(&other.name, &one.name) || {
        let mut calls = starts(facts, deployment).filter_map(|call| {
            match recognise(facts.command(call)?)?.what {
                Docker::Compose(compose) => Some(compose),
                _ => None,
            }
        });
        let mut any = false;
        let apart = calls.all(|call| {
            any = true;
            let names = |service: &Service| call.services.iter().any(|word| word.is(&service.name));
            let depended = |service: &Service| {
                deployment.services.values().any(|user| {
                    user.depends_on.iter().any(|dependency| dependency.service == service.name)
                })
            };
            let both = names(one) && names(other) || depended(one) || depended(other);
            !call.services.is_empty() && !both
        });
        any && apart
    }
}

/// Words that make a service's name that of a variant.
const VARIANTS: &[&str] = &[
    "prod", "production", "dev", "development", "test", "tests", "staging", "local", "debug", "build", "watch", "hot",
    "no", "db", "nodb", "without", "gpu", "cpu", "cuda", "slim", "lite", "full", "sqlite", "postgres", "mysql", "redis",
    "memory", "https", "tls", "ssl", "arm64", "amd64", "alpine",
];

fn name(range: PortRange, port: &Port) -> String {
    let many = if range.first == range.last { "port" } else { "ports" };
    format!("{many} {range}/{}", port.protocol.name())
}

fn shown(what: &Publication<'_>) -> String {
    match what.address {
        Address::Every => format!("{} on every address", what.published),
        Address::Ip(ip) if ip.is_unspecified() => format!("{} on every address", what.published),
        Address::Ip(ip) => format!("{} on {ip}", what.published),
    }
}
