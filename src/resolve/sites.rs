//! Sites as the web server of a host serves them.

use super::codes;
use super::environment::{Container, Publish};
use super::proxy::{
    Balance, Cache, Limit, Per, Placement, Proxy, Route, Server, Site, Tls, Upstream, Version,
};
use super::reach::encrypted;
use super::scope::{ByService, Scope, by_service};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::forms::{RouteTarget, TlsSpec};
use crate::spec::model::{self, ProxyPlacement, ProxySpec};
use crate::spec::template::Template;
use crate::spec::values::{self, Allowed};
use std::collections::BTreeMap;

/// What is assumed of a proxy that is there already and does not say its version: directives that old and new take.
const OLDEST: Version = Version(1, 18, 0);
/// What a proxy of our own runs where the spec does not say.
const NGINX: Version = Version(1, 28, 0);
const CADDY: Version = Version(2, 10, 0);
/// How long browsers insist on HTTPS where a site does not say: two years, as Mozilla's guideline has it.
const HSTS: u64 = 63_072_000;

impl<'a> Scope<'a> {
    /// The web server in front of the sites of `host`, if there are any.
    pub(super) fn proxy(&self, host: &str, containers: &[Container]) -> Option<Proxy> {
        let here = |name: &&&str| self.placement.host_of(name) == Some(host);
        let names: Vec<&str> = self.sites.keys().filter(here).copied().collect();
        let first = *names.first()?;
        let Some(spec) = self.host(host).and_then(|host| host.proxy.as_ref()) else {
            let (span, _) = self.sites[first];
            self.report(
                Diagnostic::new(&codes::NO_PROXY, format!("host `{host}` has no web server to serve `{first}`"))
                    .at(span, format!("placed on `{host}`"))
                    .help(format!("say which: `proxy: {{ nginx: service }}` of host `{host}` (or `host`, `shared`; or `caddy`)")),
            );
            return None;
        };
        let (server, placement) = self.server(spec)?;
        let version = version(spec, server, &placement);
        let containers = by_service(containers);
        let mut upstreams = BTreeMap::new();
        let sites = names
            .iter()
            .filter_map(|name| self.site(name, server, &placement, &containers, &mut upstreams))
            .collect();
        let upstreams = upstreams.into_values().collect();
        Some(Proxy { server, placement, version, prefix: self.naming.prefix(), upstreams, sites })
    }

    fn server(&self, spec: &Spanned<ProxySpec>) -> Option<(Server, Placement)> {
        let report = |span: Span, message: &str, help: &str| {
            self.report(Diagnostic::new(&codes::INVALID_PROXY, message).at(span, "this proxy").help(help));
        };
        let (server, placement) = match (&spec.nginx, &spec.caddy) {
            (Some(nginx), None) => (Server::Nginx, nginx),
            (None, Some(caddy)) => (Server::Caddy, caddy),
            (None, None) => {
                report(
                    spec.span,
                    "a proxy says which program it is",
                    "write `nginx: service` or `caddy: service`",
                );
                return None;
            }
            (Some(_), Some(caddy)) => {
                report(caddy.span, "a host has one web server, nginx or Caddy", "keep one of them");
                return None;
            }
        };
        let key = if server == Server::Nginx { "nginx" } else { "caddy" };
        let shared = placement.value == ProxyPlacement::Shared;
        for (name, span, meant) in [
            ("container", spec.container.as_ref().map(|key| key.span), shared),
            ("network", spec.network.as_ref().map(|key| key.span), shared),
            ("conf", spec.conf.as_ref().map(|key| key.span), placement.value != ProxyPlacement::Service),
            ("image", spec.image.as_ref().map(|key| key.span), placement.value == ProxyPlacement::Service),
        ] {
            if let Some(span) = span.filter(|_| !meant) {
                let help = format!("take `{name}` out, or choose another placement");
                report(span, &format!("`{name}` means nothing for a proxy that is placed so"), &help);
            }
        }
        Some((
            server,
            match placement.value {
                ProxyPlacement::Service => Placement::Service { key: key.to_owned() },
                ProxyPlacement::Host => Placement::Host,
                ProxyPlacement::Shared => {
                    let (Some(container), Some(conf), Some(_)) = (&spec.container, &spec.conf, &spec.network)
                    else {
                        report(
                            spec.span,
                            "a shared proxy says where it is",
                            "add `container:`, `network:` and `conf:`, the directory it reads confs from",
                        );
                        return None;
                    };
                    Placement::Shared { container: container.to_string(), conf: conf.to_string() }
                }
            },
        ))
    }

    fn site(
        &self,
        name: &str,
        server: Server,
        placement: &Placement,
        containers: &ByService<'_>,
        upstreams: &mut BTreeMap<String, Upstream>,
    ) -> Option<Site> {
        let (span, site) = self.sites[name];
        let domains: Vec<_> = self
            .domains_of(site)
            .filter_map(|template| {
                let text = self.plain("a domain", template)?;
                self.check_domain(&text, template.span);
                Some(Spanned::new(text, template.span))
            })
            .collect();
        self.check_tls(name, site, &domains);
        if site.routes.iter().next().is_none() {
            self.report(
                Diagnostic::new(&codes::INCOMPLETE_SITE, format!("site `{name}` serves nothing"))
                    .at(span, "no routes")
                    .help("add `routes: { /: … }`"),
            );
        }
        let mut headers: Vec<_> =
            site.headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        headers.sort();
        let mut routes: Vec<_> = site
            .routes
            .iter()
            .filter_map(|(path, route)| {
                self.check_route(server, route);
                let upstream = self.upstream(route, placement, containers)?;
                let name = upstream.name.clone();
                upstreams.insert(name.clone(), upstream);
                Some(resolve_route(Spanned::new(path.to_string(), path.span), name, route))
            })
            .collect();
        routes.sort_by(|one, other| {
            other.path.len().cmp(&one.path.len()).then_with(|| one.path.value.cmp(&other.path.value))
        });
        let hsts = site.hsts.as_ref().map_or(HSTS, |time| time.value.seconds());
        Some(Site {
            name: name.to_owned(),
            domains,
            listen: site.listen.as_ref().map_or(80, |port| port.value.get()),
            tls: self.tls(name, site, hsts),
            allow: self.allowed(site),
            headers,
            body_size: site.body.as_ref().map(|size| size.value.bytes()),
            gzip: site.gzip.as_ref().is_none_or(|gzip| gzip.value),
            routes,
        })
    }

    /// The domains of a site as they are written.
    pub(super) fn domains_of(
        &self,
        site: &'a model::Site,
    ) -> impl Iterator<Item = &'a Spanned<Template>> + use<'a> {
        if let (Some(domain), Some(domains)) = (&site.domain, &site.domains) {
            self.report(
                Diagnostic::new(&codes::CONFLICTING_KEYS, "a site has `domain` or `domains`, not both")
                    .at(domains.span, "several here")
                    .at(domain.span, "one here")
                    .help("put them all into `domains`"),
            );
        }
        site.domain.iter().chain(site.domains.iter().flat_map(|domains| domains.value.iter()))
    }

    fn check_domain(&self, text: &str, span: Span) {
        if let Err(invalid) = crate::spec::values::Domain::parse(text) {
            let diagnostic = Diagnostic::new(&codes::INVALID_DOMAIN, invalid.message)
                .at(span, format!("is `{text}` here"));
            self.report(invalid.help.into_iter().fold(diagnostic, Diagnostic::help));
        }
    }

    fn check_tls(&self, name: &str, site: &model::Site, domains: &[Spanned<String>]) {
        let Some(tls) = site.tls.as_ref().filter(|_| encrypted(site)) else { return };
        let named = domains
            .iter()
            .any(|domain| domain.value != "localhost" && domain.parse::<std::net::IpAddr>().is_err());
        let files = matches!(tls.value, TlsSpec::Files { .. });
        if named || (files && !domains.is_empty()) {
            return;
        }
        let declared = site.domain.is_some() || site.domains.is_some();
        if declared && domains.is_empty() {
            return; // Its domains mean nothing, which has been reported.
        }
        self.report(
            Diagnostic::new(
                &codes::TLS_WITHOUT_DOMAIN,
                format!(
                    "site `{name}` asks for TLS, and has no domain that a certificate could be issued for"
                ),
            )
            .at(tls.span, "TLS here")
            .help("give the site a `domain:`, or write `tls: off`: an address is served in plain HTTP"),
        );
    }

    fn tls(&self, name: &str, site: &model::Site, hsts: u64) -> Tls {
        match site.tls.as_ref().map(|tls| &tls.value) {
            None | Some(TlsSpec::Off) => Tls::Off,
            Some(TlsSpec::LetsEncrypt { email }) => Tls::LetsEncrypt {
                name: format!("{}-{name}", self.naming.compose_project()),
                email: email.as_ref().map(ToString::to_string),
                hsts,
            },
            Some(TlsSpec::Files { certificate, key }) => {
                Tls::Files { certificate: certificate.to_string(), key: key.to_string(), hsts }
            }
        }
    }

    fn allowed(&self, site: &model::Site) -> Vec<String> {
        let mut allowed: Vec<_> = site
            .allow
            .iter()
            .filter_map(|entry| match &entry.value {
                Allowed::Network(network) => Some(network.to_string()),
                Allowed::Host(name) => {
                    let host = self.host(name.as_str());
                    let Some(host) = host else {
                        let known = self.spec.hosts.iter().map(|(key, _)| key.as_str());
                        self.report_unknown(&codes::UNKNOWN_HOST, "host", name.as_str(), entry.span, known);
                        return None;
                    };
                    let address = host.address.as_ref().filter(|address| address.ip().is_some());
                    if address.is_none() {
                        self.report(
                            Diagnostic::new(
                                &codes::NO_SUCH_FIELD,
                                format!("host `{}` has no IP address to let in", name.as_str()),
                            )
                            .at(entry.span, "its address is needed here")
                            .help(format!("give host `{}` an IP address as its `address:`", name.as_str())),
                        );
                    }
                    address.map(ToString::to_string)
                }
            })
            .collect();
        allowed.sort();
        allowed.dedup();
        allowed
    }

    fn check_route(&self, server: Server, route: &Spanned<RouteTarget>) {
        if server == Server::Caddy
            && let Some(limit) = &route.limit
        {
            self.report(
                Diagnostic::new(&codes::UNSUPPORTED_BY_PROXY, "Caddy has no rate limits without a plugin")
                    .at(limit.span, "a rate limit here")
                    .help("take the limit out, or serve the host with nginx"),
            );
        }
    }

    fn upstream(
        &self,
        route: &Spanned<RouteTarget>,
        placement: &Placement,
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
        let own = containers.get(member.name).copied().unwrap_or_default();
        if own.is_empty() && member.service.external.is_none() {
            let (here, there) = (self.placement.host_of(member.name), member.span);
            if here.is_some() {
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
        let servers = match (placement, &member.service.external) {
            (_, Some(external)) => vec![format!("{}:{port}", external.host.value)],
            (Placement::Service { .. }, None) => {
                own.iter().map(|one| format!("{}:{port}", one.key)).collect()
            }
            (Placement::Shared { .. }, None) => {
                own.iter().map(|one| format!("{}:{port}", one.name.value)).collect()
            }
            (Placement::Host, None) => {
                let published =
                    |one: &Container| one.ports.iter().find(|known| known.container == port).map(address);
                let servers: Option<Vec<_>> = own.iter().map(published).collect();
                let Some(servers) = servers else {
                    self.report(
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

fn version(spec: &ProxySpec, server: Server, placement: &Placement) -> Version {
    match (&spec.version, server, placement) {
        (Some(version), _, _) => {
            // `1.27` may be any of its kind, so it is taken for the oldest.
            Version(version.major, version.minor, version.patch.unwrap_or_default())
        }
        (None, Server::Nginx, Placement::Service { .. }) => NGINX,
        (None, Server::Caddy, _) => CADDY,
        (None, Server::Nginx, _) => OLDEST,
    }
}

fn resolve_route(path: Spanned<String>, upstream: String, route: &RouteTarget) -> Route {
    let trimmed =
        |path: &str| if path == "/" { path.to_owned() } else { path.trim_end_matches('/').to_owned() };
    Route {
        path: path.map(|path| trimmed(&path)),
        upstream,
        rewrite: route.path.as_ref().map(|path| trimmed(path.as_str())),
        stream: route.stream,
        websocket: route.websocket,
        limit: route.limit.as_ref().map(|limit| Limit {
            requests: limit.rate.value.requests(),
            per: match limit.rate.value.per() {
                values::Per::Minute => Per::Minute,
                values::Per::Second => Per::Second,
            },
            burst: limit.burst.as_ref().map_or(0, |burst| burst.value.get()),
        }),
        body_size: route.body.as_ref().map(|size| size.value.bytes()),
        timeout: route.timeout.as_ref().map(|time| time.value.seconds()),
        cache: route
            .cache
            .as_ref()
            .map(|cache| Cache { max_age: cache.age.value.seconds(), immutable: cache.immutable }),
        request_headers: Vec::new(),
    }
}
