//! Domains to which two sites of one host answer.

use super::codes;
use super::collisions::Tenant;
use super::proxy::Tls;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use std::collections::{HashMap, HashSet};

/// Reports domains to which two sites of a host answer.
pub(super) fn check(host: &str, tenants: &[Tenant<'_>], diagnostics: &mut Diagnostics) {
    let mut claims: HashMap<(u16, &str), DomainClaim<'_>> = HashMap::new();
    let mut reported = HashSet::new();
    for tenant in tenants {
        for site in tenant.deployment.proxy.iter().flat_map(|proxy| &proxy.sites) {
            let encrypted = (site.tls != Tls::Off).then_some(443);
            for domain in &site.domains {
                for listen in std::iter::once(site.listen).chain(encrypted) {
                    let claim = DomainClaim { span: domain.span, site: &site.name, tenant };
                    let other = claims.entry((listen, domain.as_str())).or_insert(claim);
                    let itself = std::ptr::eq(other.tenant, tenant) && other.span == domain.span;
                    let (least, most) = (other.span.min(domain.span), other.span.max(domain.span));
                    // Two sites of one spec meet in each of its environments, for one reason.
                    if itself || !(tenant.ours || other.tenant.ours) || !reported.insert((least, most)) {
                        continue;
                    }
                    let (one, other) = if tenant.ours { (&claim, &*other) } else { (&*other, &claim) };
                    diagnostics.push(same_domain(host, domain, one, other));
                }
            }
        }
    }
}

/// A site that answers to a domain.
#[derive(Clone, Copy)]
struct DomainClaim<'a> {
    span: Span,
    site: &'a str,
    tenant: &'a Tenant<'a>,
}

fn same_domain(host: &str, domain: &str, one: &DomainClaim<'_>, other: &DomainClaim<'_>) -> Diagnostic {
    if one.site == other.site && std::ptr::eq(one.tenant, other.tenant) {
        return Diagnostic::new(
            &codes::DUPLICATE_SERVER_NAME,
            format!("site `{}` answers to `{domain}` twice", one.site),
        )
        .at(one.span, "listed again here")
        .at(other.span, "first listed here")
        .help("take one of them out");
    }
    let place = |claim: &DomainClaim<'_>| format!("site `{}` of {}", claim.site, claim.tenant.label);
    let help = if one.span == other.span {
        "a web server gives a domain to one site only: take it from a variable, `${vars.domain}`, that differs by environment"
    } else {
        "a web server gives a domain to one site only; use another domain for one of them"
    };
    Diagnostic::new(&codes::DUPLICATE_SERVER_NAME, format!("two sites on host `{host}` answer to `{domain}`"))
        .at(one.span, place(one))
        .at(other.span, place(other))
        .help(help)
}
