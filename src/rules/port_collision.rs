//! One port of a host for two containers.

use super::support::{Claim, Clash, Groups, clashes_of_services, one_project, starts, two_names_for_one};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Address, Deployment, NetworkMode, Port, PortRange, Protocol, Repository, Service};
use crate::facts::script::Word;
use crate::facts::script::docker::{Docker, recognise};
use foldhash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

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
            && (!one_project(one.deployment, other.deployment)
                || run_together(one.what.service, other.what.service))
    };
    let starts = |claim: &Claim<'_, Publication<'_>>| (claim.what.port.protocol, claim.what.published.first);
    let starts: BTreeSet<(Protocol, u16)> = claims.iter().map(starts).collect();
    // Two ranges overlap where one of them begins.
    let ports = |claim: &Claim<'_, Publication<'_>>| {
        starts.range(ports_of(&claim.what)).copied().collect()
    };
    for clash in clashes_of_services(facts, &claims, |claim| claim.what.service, ports, collide) {
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

/// The ports that are published.
fn ports_of(what: &Publication<'_>) -> RangeInclusive<(Protocol, u16)> {
    let (protocol, range) = (what.port.protocol, what.published);
    (protocol, range.first)..=(protocol, range.last.max(range.first))
}

/// Two services of one deployment, or one service twice. Of several that hang together each is told of once, with one that
/// it meets.
fn within(
    facts: &Repository,
    deployment: &Deployment,
    published: &[Publication<'_>],
    findings: &mut Findings<'_>,
) {
    let mut groups = Groups::new(published.len());
    let mut alternatives = None;
    for meeting in at_one_port(published) {
        for (place, &at) in meeting.iter().enumerate() {
            for &other_at in &meeting[place + 1..] {
                if groups.root(at) == groups.root(other_at) {
                    continue;
                }
                let (one, other) = (&published[at], &published[other_at]);
                let same = one.service.name == other.service.name;
                // An entry that was merged from two files is one entry.
                if same && one.port.span == other.port.span || !run_together(one.service, other.service) {
                    continue;
                }
                let Some(shared) = meet(one, other) else { continue };
                let alternatives = alternatives.get_or_insert_with(|| Alternatives::of(facts, deployment));
                if !same && alternatives.has(one.service, other.service) {
                    continue;
                }
                groups.join(at, other_at);
                findings.push(twice(deployment, one, other, shared));
            }
        }
    }
}

/// The places of what may meet: everything that is published at the first port of one of them.
fn at_one_port(published: &[Publication<'_>]) -> impl Iterator<Item = Vec<usize>> {
    let mut first: BTreeMap<(Protocol, u16), Vec<usize>> = BTreeMap::new();
    for what in published {
        first.entry((what.port.protocol, what.published.first)).or_default();
    }
    for (at, what) in published.iter().enumerate() {
        for (_, here) in first.range_mut(ports_of(what)) {
            here.push(at);
        }
    }
    first.into_values()
}

fn twice(deployment: &Deployment, one: &Publication<'_>, other: &Publication<'_>, shared: PortRange) -> Diagnostic {
    let same = one.service.name == other.service.name;
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
    Diagnostic::new(&PORT_COLLISION, message)
        .at(one.port.span, label(one))
        .at(other.port.span, label(other))
        .help(help)
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

/// Which services of one file are never meant to run at once: one is named as a variant of the other (`web` and `web-prod`), or
/// every call names the services that it starts, and none starts both.
struct Alternatives<'f> {
    /// The calls that name each service, where every call names what it starts.
    calls: Option<HashMap<String, Vec<usize>>>,
    /// The services that others need.
    needed: HashSet<&'f str>,
}

impl<'f> Alternatives<'f> {
    fn of(facts: &Repository, deployment: &'f Deployment) -> Self {
        let calls = starts(facts, deployment).filter_map(|call| match recognise(facts.command(call)?)?.what {
            Docker::Compose(compose) => Some(compose.services),
            _ => None,
        });
        let calls: Vec<Vec<Word>> = calls.collect();
        let all_name = !calls.is_empty() && calls.iter().all(|services| !services.is_empty());
        let by_service = || {
            let mut by_service: HashMap<String, Vec<usize>> = HashMap::default();
            for (at, services) in calls.iter().enumerate() {
                for name in services.iter().filter_map(Word::known) {
                    by_service.entry(name.to_owned()).or_default().push(at);
                }
            }
            by_service
        };
        let users = deployment.services.values().flat_map(|user| &user.depends_on);
        Self {
            calls: all_name.then(by_service),
            needed: users.map(|dependency| dependency.service.as_str()).collect(),
        }
    }

    fn has(&self, one: &Service, other: &Service) -> bool {
        self.are_called_apart(&one.name, &other.name)
            || is_variant(&one.name, &other.name)
            || is_variant(&other.name, &one.name)
    }

    fn are_called_apart(&self, one: &str, other: &str) -> bool {
        let Some(calls) = &self.calls else { return false };
        let of = |name: &str| calls.get(name).map(Vec::as_slice).unwrap_or_default();
        !self.needed.contains(one)
            && !self.needed.contains(other)
            && !of(one).iter().any(|call| of(other).binary_search(call).is_ok())
    }
}

/// Whether the longer name is the plain one with words of a variant.
fn is_variant(plain: &str, longer: &str) -> bool {
    const BETWEEN: [char; 3] = ['-', '_', '.'];
    let has = |name: &str, word: &str| name.split(BETWEEN).any(|part| part == word);
    let mut more = longer.split(BETWEEN).filter(|word| !has(plain, word)).peekable();
    more.peek().is_some()
        && plain.split(BETWEEN).all(|word| has(longer, word))
        && more.all(|word| VARIANTS.contains(&word))
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
