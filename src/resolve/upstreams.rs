//! What a route leads to: the containers of a service, where the host's web server reaches them.

use super::codes;
use super::environment::{Container, Publish};
use super::proxy::{Balance, Placement, Upstream};
use super::scope::{ByService, Scope};
use super::site_checks::Front;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::forms::RouteTarget;
use crate::spec::model;

impl Scope<'_> {
    /// The containers behind a route; `None` when there are none, which is reported.
    pub(super) fn upstream(
        &self,
        route: &Spanned<RouteTarget>,
        front: Front<'_>,
        containers: &ByService<'_>,
    ) -> Option<Upstream> {
        let member = self.member(route.to.service(), route.to.span)?;
        let port = self.port(member, route.to.port(), route.to.span)?;
        let name =
            route.to.port().map_or_else(|| member.name.to_owned(), |port| format!("{}-{port}", member.name));
        let balance = match member.service.balance.as_ref().map(|balance| balance.value) {
            Some(model::Balance::IpHash) => Balance::IpHash,
            Some(model::Balance::LeastConn) => Balance::LeastConn,
            Some(model::Balance::RoundRobin) | None => Balance::RoundRobin,
        };
        if let Some(external) = &member.service.external {
            self.report(
                Diagnostic::new(
                    &codes::UNROUTABLE,
                    format!("`{}` runs elsewhere, and a site serves what runs here", member.name),
                )
                .at(route.to.span, "routed to here")
                .at(external.span, "external")
                .help("route to a service of this project; it may ask the other one"),
            );
            return None;
        }
        let own = containers.get(member.name).copied().unwrap_or_default();
        if own.is_empty() {
            let (here, there) = (self.placement.host_of(member.name), member.span);
            // On this host there are none only because the service has errors of its own.
            if here.is_some() && here != Some(front.host) {
                self.report(
                    Diagnostic::new(
                        &codes::UNROUTABLE,
                        format!("`{}` does not run on the host of this site", member.name),
                    )
                    .at(route.to.span, "routed to here")
                    .at(there, format!("runs on `{}`", here.unwrap_or_default()))
                    .help("place both on one host, or route to a site of the other host"),
                );
            }
            return None;
        }
        let servers = match front.placement {
            Placement::Service { .. } => own.iter().map(|one| format!("{}:{port}", one.key)).collect(),
            Placement::Shared { .. } => own.iter().map(|one| format!("{}:{port}", one.name.value)).collect(),
            Placement::Host => {
                let published =
                    |one: &Container| one.ports.iter().find(|known| known.container == port).map(address);
                let servers: Option<Vec<_>> = own.iter().map(published).collect();
                let Some(servers) = servers else {
                    self.report_once(
                        format!("unpublished {name}"),
                        Diagnostic::new(
                            &codes::UNROUTABLE,
                            format!("a proxy on the host reaches `{}` only by a published port", member.name),
                        )
                        .at(route.to.span, "routed to here")
                        .at(self.span, "and not published in this environment")
                        .help(format!("add `publish: {{ {name}: 8000 }}` to the environment, on a port that is free; it stays on loopback")),
                    );
                    return None;
                };
                servers
            }
        };
        Some(Upstream { name, servers, balance })
    }
}

/// Where a published port is asked from the host itself.
fn address(published: &Spanned<Publish>) -> String {
    let bind = match published.bind {
        std::net::IpAddr::V4(bind) if bind.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(bind) if bind.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        bind => bind,
    };
    std::net::SocketAddr::new(bind, published.host).to_string()
}
