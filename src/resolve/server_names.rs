//! The names by which the sites of a host are asked: a web server gives each to one site.

use super::codes;
use super::collisions::Tenant;
use super::environment::Deployment;
use super::proxy::{Placement, Site, Tls};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use std::collections::{HashMap, HashSet};

/// Reports every name that two sites of a host would answer to at one port.
pub(super) fn check(host: &str, tenants: &[Tenant<'_>], diagnostics: &mut Diagnostics) {
    let mut claims: HashMap<(u16, &str), DomainClaim<'_>> = HashMap::new();
    let mut reported = HashSet::new();
    for tenant in tenants {
        let Some(proxy) = &tenant.deployment.proxy else { continue };
        for site in &proxy.sites {
            let encrypted = (site.tls != Tls::Off && !site.domains.is_empty()).then_some(443);
            for (name, span) in names_of(tenant.deployment, &proxy.placement, site) {
                for listen in std::iter::once(site.listen).chain(encrypted) {
                    let claim = DomainClaim { span, site, tenant };
                    let other = claims.entry((listen, name)).or_insert(claim);
                    let itself = std::ptr::eq(other.tenant, tenant) && other.span == span;
                    // Whatever nobody else is asked for is each server's own; two on one port are reported as such.
                    let apart = name == ANYTHING && !std::ptr::eq(other.tenant, tenant);
                    if itself || apart || !(tenant.ours || other.tenant.ours) {
                        continue;
                    }
                    // Two sites of one spec meet in each of its environments, for one reason.
                    if !reported.insert((other.span.min(span), other.span.max(span))) {
                        continue;
                    }
                    let (one, other) = if tenant.ours { (&claim, &*other) } else { (&*other, &claim) };
                    diagnostics.push(if site.domains.is_empty() && other.site.domains.is_empty() {
                        same_address(host, listen, one, other)
                    } else {
                        same_domain(host, name, one, other)
                    });
                }
            }
        }
    }
}

/// What stands for every name that no other site has.
const ANYTHING: &str = "";

/// What a site is asked for, and where that is written. A site without a domain has its host's address, or on a web
/// server of its own whatever is left.
fn names_of<'a>(deployment: &'a Deployment, placement: &Placement, site: &'a Site) -> Vec<(&'a str, Span)> {
    if !site.domains.is_empty() {
        return site.domains.iter().map(|domain| (domain.as_str(), domain.span)).collect();
    }
    let own = matches!(placement, Placement::Service { .. });
    let address = deployment.host.address.as_deref().filter(|_| !own);
    vec![(address.unwrap_or(ANYTHING), site.name.span)]
}

/// A site that answers to a domain.
#[derive(Clone, Copy)]
struct DomainClaim<'a> {
    span: Span,
    site: &'a Site,
    tenant: &'a Tenant<'a>,
}

impl DomainClaim<'_> {
    fn label(&self) -> String {
        format!("site `{}` of {}", self.site.name, self.tenant.label)
    }
}

fn same_address(host: &str, listen: u16, one: &DomainClaim<'_>, other: &DomainClaim<'_>) -> Diagnostic {
    Diagnostic::new(
        &codes::DUPLICATE_SERVER_NAME,
        format!("two sites without a domain want port {listen} of host `{host}`"),
    )
    .at(one.span, one.label())
    .at(other.span, other.label())
    .help("a port leads to one of them only: give one a `domain:`, or a port of its own with `listen:`")
}

fn same_domain(host: &str, domain: &str, one: &DomainClaim<'_>, other: &DomainClaim<'_>) -> Diagnostic {
    if std::ptr::eq(one.site, other.site) {
        return Diagnostic::new(
            &codes::DUPLICATE_SERVER_NAME,
            format!("site `{}` answers to `{domain}` twice", one.site.name),
        )
        .at(one.span, "listed again here")
        .at(other.span, "first listed here")
        .help("take one of them out");
    }
    let help = if one.span == other.span {
        "a web server gives a domain to one site only: take it from a variable, `${vars.domain}`, that differs by environment"
    } else {
        "a web server gives a domain to one site only; use another domain for one of them"
    };
    Diagnostic::new(&codes::DUPLICATE_SERVER_NAME, format!("two sites on host `{host}` answer to `{domain}`"))
        .at(one.span, one.label())
        .at(other.span, other.label())
        .help(help)
}
