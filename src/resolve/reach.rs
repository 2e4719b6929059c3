//! How one service reaches another: over a network they share, or through a site of the other's host.

use super::codes;
use super::scope::{Member, Scope};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spec::forms::TlsSpec;
use crate::spec::model::Site;
use std::collections::HashMap;

/// How a service is reached from another.
pub(super) struct Reached {
    /// The name or address.
    pub(super) host: String,
    /// The port, where it is not the service's own.
    port: Option<u16>,
    /// The URL, where a site stands between.
    pub(super) url: Option<String>,
}

impl Reached {
    pub(super) fn port_or(&self, own: u16) -> String {
        self.port.unwrap_or(own).to_string()
    }
}

impl<'a> Scope<'a> {
    /// How `from` reaches `to`; a report when it cannot.
    pub(super) fn reach(&self, from: &Member<'a>, to: &Member<'a>, span: Span) -> Option<Reached> {
        if let Some(external) = &to.service.external {
            return Some(Reached { host: external.host.to_string(), port: None, url: None });
        }
        if from.host.is_none() || to.host.is_none() {
            return None; // Unplaced, which has been reported.
        }
        if from.host != to.host {
            return self.reach_across_hosts(from, to, span);
        }
        let (ours, theirs) = (self.networks_of(from), self.networks_of(to));
        if !ours.iter().any(|network| theirs.contains(network)) {
            if self.names_unknown_network(from) || self.names_unknown_network(to) {
                return None; // It may be the one that is meant, and it has been reported.
            }
            let list = |networks: &[String]| {
                networks.iter().map(|network| format!("`{network}`")).collect::<Vec<_>>().join(", ")
            };
            self.report_once(
                format!("reach {} {}", from.name, to.name),
                Diagnostic::new(
                    &codes::UNREACHABLE_SERVICE,
                    format!("`{}` cannot reach `{}`: they share no network", from.name, to.name),
                )
                .at(span, format!("`{}` is on {}", from.name, list(ours)))
                .at(to.span, format!("`{}` is on {}", to.name, list(theirs)))
                .help("add a network that both join to their `networks:`"),
            );
            return None;
        }
        Some(Reached { host: self.name_for(from, to), port: None, url: None })
    }

    /// The name by which `from` finds `to`. On a network that other projects join too, a short name such as `db` may
    /// be answered by another project's service, so there the name is one that is unique on the host.
    pub(super) fn name_for(&self, from: &Member<'a>, to: &Member<'a>) -> String {
        let shares = self.networks_of(from).iter().any(|key| self.is_external_network(key));
        if shares { self.naming.container(to.name) } else { to.name.to_owned() }
    }

    fn reach_across_hosts(&self, from: &Member<'a>, to: &Member<'a>, span: Span) -> Option<Reached> {
        let routes = self.routes.get(to.name).into_iter().flatten();
        let there = routes.filter(|(name, _)| self.placement.host_of(name) == to.host);
        let Some((name, path)) = there.min_by_key(|(name, path)| (path.len(), *name)) else {
            let host = to.host.unwrap_or_default();
            let here = from.host.unwrap_or_default();
            let help = match to.preset {
                Some(preset) if preset.name != "minio" => format!(
                    "run both on one host (a site serves HTTP, which `{}` does not speak), or describe it in \
                     this environment as a server elsewhere: `external: {{ host: … }}`",
                    preset.name
                ),
                _ => format!(
                    "add a site on `{host}`, such as `{0}-site: {{ listen: 8001, allow: [{here}], routes: {{ /: {0} }} }}`, \
                     or run both on one host",
                    to.name
                ),
            };
            self.report_once(
                format!("reach {} {}", from.name, to.name),
                Diagnostic::new(
                    &codes::NO_SITE_ACROSS_HOSTS,
                    format!(
                        "`{}` runs on host `{host}`, where no site serves it to `{}`",
                        to.name, from.name
                    ),
                )
                .at(span, format!("`{}` runs on host `{here}`", from.name))
                .at(to.span, format!("`{}` runs on host `{host}`", to.name))
                .help(help),
            );
            return None;
        };
        let base = self.site_url(name, span)?;
        let url = format!("{base}{}", path.trim_end_matches('/'));
        if url.starts_with("http://") {
            let call = (from.name.to_owned(), to.name.to_owned(), span);
            self.uses.borrow_mut().clear_calls.push(call);
        }
        let authority = base.split_once("://").map_or("", |(_, rest)| rest);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host.to_owned(), port.parse().ok()),
            _ => (authority.to_owned(), None),
        };
        let port = port.or(Some(if base.starts_with("https:") { 443 } else { 80 }));
        Some(Reached { host, port, url: Some(url) })
    }

    /// Which routes lead to each service: the site, and the path on it.
    pub(super) fn find_routes(&self) -> HashMap<&'a str, Vec<(&'a str, &'a str)>> {
        let mut routes: HashMap<_, Vec<_>> = HashMap::new();
        for (name, (_, site)) in &self.sites {
            for (path, route) in site.routes.iter() {
                routes.entry(route.to.service()).or_default().push((*name, path.as_str()));
            }
        }
        routes
    }

    /// The address of a site, as its visitors write it, without a slash at the end.
    pub(super) fn site_url(&self, name: &str, span: Span) -> Option<String> {
        let Some((_, site)) = self.sites.get(name) else {
            if self.placement.is_absent(name) {
                self.report_absent(name, span);
            } else {
                self.report_unknown(&codes::UNKNOWN_SITE, "site", name, span, self.sites.keys().copied());
            }
            return None;
        };
        let host = match self.domains_of(site).next() {
            Some(domain) => self.plain("a domain", domain)?,
            None => self.site_address(name, span)?,
        };
        if encrypted(site) {
            return Some(format!("https://{host}"));
        }
        Some(match site.listen.as_ref().map_or(80, |port| port.value.get()) {
            80 => format!("http://{host}"),
            port => format!("http://{host}:{port}"),
        })
    }

    fn site_address(&self, name: &str, span: Span) -> Option<String> {
        let host = self.placement.host_of(name)?;
        let address = self.host(host).and_then(|host| host.address.as_ref());
        if address.is_none() {
            self.report(
                Diagnostic::new(
                    &codes::INCOMPLETE_SITE,
                    format!("site `{name}` has no domain, and its host `{host}` has no address"),
                )
                .at(span, "so nobody can say where it is")
                .help(format!("give the site a `domain:`, or host `{host}` an `address:`")),
            );
        }
        address.map(|address| match address.ip() {
            Some(std::net::IpAddr::V6(address)) => format!("[{address}]"),
            _ => address.to_string(),
        })
    }
}

/// Whether a site is encrypted.
pub(super) fn encrypted(site: &Site) -> bool {
    site.tls.as_ref().is_some_and(|tls| !matches!(tls.value, TlsSpec::Off))
}
