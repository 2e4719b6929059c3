//! What deployments on one host would take from each other: ports, names, volumes, networks.

use super::codes;
use super::environment::{Deployment, Protocol, Role};
use super::proxy::{Placement, Tls};
use super::server_names;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::spec::model::Taken;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// A deployment on a host, with what to call it.
#[derive(Clone, Debug)]
pub(super) struct Tenant<'a> {
    pub(super) deployment: &'a Deployment,
    /// `staging`, or `billing's staging` for one of a neighbouring project.
    pub(super) label: String,
    /// Where the environment is named, for things that have no place of their own.
    pub(super) span: Span,
    /// Whether it is one of this project's: two strangers that collide are not our finding.
    pub(super) ours: bool,
}

/// Reports everything that two tenants of a host, or a tenant and a stranger, both claim.
pub(super) fn check(
    host: &str,
    tenants: &[Tenant<'_>],
    taken: &Taken,
    sound_names: bool,
    diagnostics: &mut Diagnostics,
) {
    ports(host, tenants, taken, diagnostics);
    // A pattern that cannot tell things apart has been reported; what it makes collide is no news.
    if sound_names {
        names(host, tenants, taken, diagnostics);
    }
    server_names::check(host, tenants, diagnostics);
}

/// A claim on a port, or on several in a row.
struct PortClaim {
    ports: std::ops::RangeInclusive<u16>,
    /// `None` claims every address.
    bind: Option<IpAddr>,
    /// `None` claims every protocol.
    protocol: Option<Protocol>,
    span: Span,
    /// Where the environment is named, when the claim's own place is one that all environments of a host share.
    environment: Option<Span>,
    owner: String,
    ours: bool,
    /// Whether it is a proxy's, which has its own way out.
    proxy: bool,
    /// Claims of one group are one and the same listener.
    listener: Option<&'static str>,
}

impl PortClaim {
    fn meets(&self, other: &Self) -> bool {
        let listener = self.listener.is_some() && self.listener == other.listener;
        let protocol = self.protocol.is_none() || other.protocol.is_none() || self.protocol == other.protocol;
        !listener && protocol && (self.ours || other.ours) && addresses_overlap(self.bind, other.bind)
    }
}

/// A wildcard of either family meets every address: without one Docker listens on both families, and `[::]` takes
/// IPv4 too where the machine is set up so.
fn addresses_overlap(one: Option<IpAddr>, other: Option<IpAddr>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let (one, other) = (one.to_canonical(), other.to_canonical());
            one == other || one.is_unspecified() || other.is_unspecified()
        }
        _ => true,
    }
}

fn ports(host: &str, tenants: &[Tenant<'_>], taken: &Taken, diagnostics: &mut Diagnostics) {
    let claims = port_claims(tenants, taken);
    let mut by_port: HashMap<u16, Vec<usize>> = HashMap::new();
    let mut reported = HashSet::new();
    for (index, claim) in claims.iter().enumerate() {
        for port in claim.ports.clone() {
            let here = by_port.entry(port).or_default();
            let other = here.iter().map(|other| &claims[*other]).find(|other| other.meets(claim));
            if let Some(other) = other
                && reported.insert((other.span, claim.span))
            {
                diagnostics.push(port_collision(host, port, other, claim));
            }
            here.push(index);
        }
    }
}

fn port_claims(tenants: &[Tenant<'_>], taken: &Taken) -> Vec<PortClaim> {
    let mut claims = Vec::new();
    for spanned in &taken.ports {
        claims.push(PortClaim {
            ports: spanned.value.first().get()..=spanned.value.last().get(),
            bind: None,
            protocol: None,
            span: spanned.span,
            environment: None,
            owner: "somebody else".to_owned(),
            ours: false,
            proxy: false,
            listener: None,
        });
    }
    for tenant in tenants {
        for container in &tenant.deployment.containers {
            for port in &container.ports {
                claims.push(PortClaim {
                    ports: port.host..=port.host,
                    bind: Some(port.bind),
                    protocol: Some(port.protocol),
                    span: port.span,
                    environment: Some(tenant.span),
                    owner: format!("`{}` in {}", container.service, tenant.label),
                    ours: tenant.ours,
                    proxy: container.role == Role::Proxy,
                    listener: None,
                });
            }
        }
        // A proxy on the machine itself is one listener for all its sites; a shared one is its owner's business.
        let Some(proxy) = &tenant.deployment.proxy else { continue };
        if proxy.placement != Placement::Host {
            continue;
        }
        for site in &proxy.sites {
            let encrypted = (site.tls != Tls::Off).then_some(443);
            for port in std::iter::once(site.listen).chain(encrypted) {
                claims.push(PortClaim {
                    ports: port..=port,
                    bind: None,
                    protocol: Some(Protocol::Tcp),
                    span: site.domains.first().map_or(site.name.span, |domain| domain.span),
                    environment: Some(tenant.span),
                    owner: format!("site `{}` in {}", site.name, tenant.label),
                    ours: tenant.ours,
                    proxy: true,
                    listener: Some("the proxy on the host"),
                });
            }
        }
    }
    claims
}

fn port_collision(host: &str, port: u16, one: &PortClaim, other: &PortClaim) -> Diagnostic {
    let place = |claim: &PortClaim| {
        let bind = claim.bind.filter(|bind| !bind.is_unspecified());
        let bind = bind.map_or_else(|| "every address".to_owned(), |bind| format!("`{bind}`"));
        format!("{} takes port {port} on {bind}", claim.owner)
    };
    // Two environments that take one port by one line of the spec are told apart by where they are named.
    let shared = one.span == other.span;
    let span = |claim: &PortClaim| claim.environment.filter(|_| shared).unwrap_or(claim.span);
    let (one, other) = if other.ours { (one, other) } else { (other, one) };
    let help = if one.proxy && other.proxy {
        "two deployments cannot each bring a web server to one port of a host: put one in front of both, with \
         `proxy: { nginx: host }` or `proxy: { nginx: shared, … }`"
            .to_owned()
    } else {
        format!("publish one of them on another port of `{host}`, or let a site serve it instead of a port")
    };
    Diagnostic::new(&codes::PORT_COLLISION, format!("two things want port {port} of host `{host}`"))
        .at(span(other), place(other))
        .at(span(one), place(one))
        .help(help)
}

/// What a name is taken for on a host.
struct NameClaim<'a> {
    span: Span,
    owner: &'a str,
    ours: bool,
    external: bool,
}

/// A kind of name, and how a collision of two is reported.
struct Kind {
    code: &'static Code,
    what: &'static str,
    help: &'static str,
}

const CONTAINERS: Kind = Kind {
    code: &codes::CONTAINER_NAME_COLLISION,
    what: "container name",
    help: "a name that one deployment has, no other can start; tell them apart in `names: { container: … }`",
};
const PROJECTS: Kind = Kind {
    code: &codes::PROJECT_NAME_COLLISION,
    what: "Compose project",
    help: "Compose would take one deployment's containers for the other's and replace them; tell the projects apart",
};
const VOLUMES: Kind = Kind {
    code: &codes::SHARED_VOLUME,
    what: "volume",
    help: "both would write to the same data; name one of them differently, or declare it `{ external: … }` in both",
};
const NETWORKS: Kind = Kind {
    code: &codes::SHARED_NETWORK,
    what: "network",
    help: "services of one deployment would answer for the other's; tell the networks apart, or declare it external",
};

fn names(host: &str, tenants: &[Tenant<'_>], taken: &Taken, diagnostics: &mut Diagnostics) {
    let containers = tenants.iter().map(|tenant| tenant.deployment.containers.len()).sum();
    let claims = HashMap::with_capacity(containers);
    let mut table = Names { host, diagnostics, claims, one_project: HashSet::new() };
    for name in &taken.names {
        for kind in [&PROJECTS, &CONTAINERS, &VOLUMES, &NETWORKS] {
            let claim = NameClaim { span: name.span, owner: "somebody else", ours: false, external: false };
            table.enter(kind, name.as_str(), claim);
        }
    }
    for tenant in tenants {
        table.enter_of(tenant, &PROJECTS, &tenant.deployment.compose_project, tenant.span, false);
    }
    for tenant in tenants {
        let deployment = tenant.deployment;
        for container in &deployment.containers {
            table.enter_of(tenant, &CONTAINERS, &container.name, container.name.span, false);
        }
        for volume in &deployment.volumes {
            table.enter_of(tenant, &VOLUMES, &volume.name, volume.name.span, volume.external);
        }
        for network in &deployment.networks {
            table.enter_of(tenant, &NETWORKS, &network.name, tenant.span, network.external);
        }
    }
}

/// The names that are taken on a host so far.
struct Names<'a, 'd> {
    host: &'a str,
    diagnostics: &'d mut Diagnostics,
    claims: HashMap<(&'static str, &'a str), NameClaim<'a>>,
    /// Pairs of tenants with one Compose project: all their names are one, for this one reason.
    one_project: HashSet<(&'a str, &'a str)>,
}

impl<'a> Names<'a, '_> {
    fn enter_of(
        &mut self,
        tenant: &'a Tenant<'_>,
        kind: &'static Kind,
        name: &'a str,
        span: Span,
        external: bool,
    ) {
        self.enter(kind, name, NameClaim { span, owner: &tenant.label, ours: tenant.ours, external });
    }

    /// What is declared external is shared on purpose, with its maker and with others who declare it so.
    fn enter(&mut self, kind: &'static Kind, name: &'a str, claim: NameClaim<'a>) {
        let Some(other) = self.claims.get(&(kind.what, name)) else {
            self.claims.insert((kind.what, name), claim);
            return;
        };
        let pair = (claim.owner, other.owner);
        if claim.external
            || other.external
            || !(claim.ours || other.ours)
            || self.one_project.contains(&pair)
            // Two containers of one deployment have one name only when they have one key, which is reported as such.
            || (claim.owner == other.owner && kind.code == CONTAINERS.code)
        {
            return;
        }
        if kind.code == PROJECTS.code {
            self.one_project.insert(pair);
        }
        let (one, other) = if claim.ours { (&claim, other) } else { (other, &claim) };
        self.diagnostics.push(
            Diagnostic::new(
                kind.code,
                format!("two things on host `{}` have the {} `{name}`", self.host, kind.what),
            )
            .at(one.span, format!("`{name}` of {}", one.owner))
            .at(other.span, format!("`{name}` of {}", other.owner))
            .help(kind.help),
        );
    }
}
