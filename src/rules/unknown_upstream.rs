//! Proxies that send requests to nobody.

use super::support::{Names, sees_others};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::model::{Deployment, Repository, Service};
use crate::facts::proxy::{Endpoint, Lookup, Proxy};

rule! {
    /// A proxy sends requests to a name that no service has.
    ///
    /// ## What
    /// Looks at the proxies whose container is in a deployment, and reports a `proxy_pass`, `upstream` server or
    /// `reverse_proxy` to a bare name that no service on a network of the proxy has. Variables, names that are looked up
    /// again, and proxies on external networks are left alone.
    ///
    /// ## Why
    /// nginx does not start when one name cannot be found: "host not found in upstream", and every site behind it is down. Caddy
    /// answers 502.
    ///
    /// ## Example
    /// ```nginx
    /// location /api/ { proxy_pass http://calendar-api:3000; }
    /// ```
    /// where the service is called `calendar-backend`.
    ///
    /// ## Fix
    /// ```nginx
    /// location /api/ { proxy_pass http://calendar-backend:3000; }
    /// ```
    pub UNKNOWN_UPSTREAM = Error "unknown-upstream";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for proxy in facts.proxies.iter().filter(|proxy| proxy.complete) {
        let Some((id, name)) = &proxy.runs_in else { continue };
        let deployment = facts.deployment(*id);
        let Some(service) = deployment.service(name) else { continue };
        if sees_others(deployment, service) || !deployment.faults.is_empty() {
            continue;
        }
        look(proxy, deployment, service, findings);
    }
}

fn look(proxy: &Proxy, deployment: &Deployment, service: &Service, findings: &mut Findings<'_>) {
    let names = Names::of(deployment);
    for hop in proxy.hops().filter(|hop| hop.lookup == Lookup::Once || hop.upstream.is_none()) {
        let Some(host) = bare(hop.endpoint) else { continue };
        if names.has(service, host) || deployment.disabled.contains_key(host) {
            continue;
        }
        let elsewhere = deployment.services.contains_key(host);
        let help = match nearest(host, deployment.services.keys().map(String::as_str)) {
            _ if elsewhere => format!("Put `{}` and `{host}` on one network", service.name),
            Some(other) => format!("Did you mean `{other}`?"),
            None => "Name a service of this deployment, or let the proxy join the network that this one is on".to_owned(),
        };
        let message = if elsewhere {
            format!("`{}` cannot reach `{host}`: they share no network", service.name)
        } else {
            format!("`{}` sends requests to `{host}`, and nothing is called that", service.name)
        };
        findings.push(
            Diagnostic::new(&UNKNOWN_UPSTREAM, message)
                .at(hop.endpoint.span, "nobody answers to this name")
                .at(service.span, "this proxy's networks")
                .help(help),
        );
    }
}

/// A name as services have.
fn bare(endpoint: &Endpoint) -> Option<&str> {
    let host = endpoint.host.known().filter(|_| !endpoint.socket && !endpoint.host.interpolated)?;
    let is_name = !host.contains(['.', ':', '$', '{', '/']) && host.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_name && host != "localhost").then_some(host)
}
