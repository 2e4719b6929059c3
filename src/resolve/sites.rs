//! Sites as the web server of a host serves them.

use super::codes;
use super::environment::Container;
use super::proxy::{Cache, Limit, Per, Placement, Proxy, Route, Server, Site, Tls, Upstream, Version};
use super::scope::{ByService, Scope, by_service};
use super::site_checks::Front;
use super::web_server::version;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::forms::{RouteTarget, TlsSpec};
use crate::spec::model::{self, ProxySpec};
use crate::spec::template::Template;
use crate::spec::values::{self, Allowed};
use std::collections::BTreeMap;

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
        let front = Front { host, server, placement: &placement };
        let sites: Vec<_> =
            names.iter().filter_map(|name| self.site(name, front, &containers, &mut upstreams)).collect();
        check_refusal(self, spec, front, version, &sites);
        let upstreams = upstreams.into_values().collect();
        let conf = spec.conf.as_ref().filter(|_| placement == Placement::Host).map(ToString::to_string);
        Some(Proxy { server, placement, version, conf, prefix: self.naming.prefix(), upstreams, sites })
    }

    fn site(
        &self,
        name: &str,
        front: Front<'_>,
        containers: &ByService<'_>,
        upstreams: &mut BTreeMap<String, Upstream>,
    ) -> Option<Site> {
        let (span, site) = self.sites[name];
        let domains: Vec<_> = self
            .domains_of(site)
            .filter_map(|template| {
                let text = self.plain("a domain", template)?;
                self.check_domain(&text, template).then(|| Spanned::new(text, template.span))
            })
            .collect();
        self.check_site(name, site, &domains, front);
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
                self.check_route(front.server, route);
                let upstream = self.upstream(route, front, containers)?;
                let name = upstream.name.clone();
                upstreams.insert(name.clone(), upstream);
                Some(resolve_route(Spanned::new(path.to_string(), path.span), name, route))
            })
            .collect();
        routes.sort_by(|one, other| {
            other.path.len().cmp(&one.path.len()).then_with(|| one.path.value.cmp(&other.path.value))
        });
        self.check_paths(name, &routes);
        let hsts = site.hsts.as_ref().map_or(HSTS, |time| time.value.seconds());
        // A site whose domains mean nothing is not one that is asked by address.
        let lost = domains.is_empty() && (site.domain.is_some() || site.domains.is_some());
        (!lost).then(|| Site {
            name: Spanned::new(name.to_owned(), span),
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

    fn tls(&self, name: &str, site: &model::Site, hsts: u64) -> Tls {
        match site.tls.as_ref().map(|tls| &tls.value) {
            None | Some(TlsSpec::Off) => Tls::Off,
            Some(TlsSpec::LetsEncrypt { email }) => Tls::LetsEncrypt {
                name: self.naming.certificate(name),
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
}

/// Before 1.19.4 an nginx of our own would answer with some site's certificate for a name that it does not serve.
fn check_refusal(
    scope: &Scope<'_>,
    spec: &Spanned<ProxySpec>,
    front: Front<'_>,
    version: Version,
    sites: &[Site],
) {
    let own = front.server == Server::Nginx && matches!(front.placement, Placement::Service { .. });
    if own && version < Version(1, 19, 4) && sites.iter().any(|site| site.tls != Tls::Off) {
        let span = spec.version.as_ref().map_or(spec.span, |version| version.span);
        scope.report(
            Diagnostic::new(
                &codes::UNSUPPORTED_BY_PROXY,
                "nginx before 1.19.4 cannot refuse TLS for names that it does not serve",
            )
            .at(span, "an old version")
            .help("write a newer one, such as `version: \"1.28\"`"),
        );
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
    }
}
