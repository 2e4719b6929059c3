//! What a site asks for that no web server can do, or not the one of its host.

use super::codes;
use super::proxy::{CERTIFICATES_DIRECTORY, Placement, Route, Server};
use super::reach::encrypted;
use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::forms::{RouteTarget, TlsSpec};
use crate::spec::model::Site;
use crate::spec::template::Template;
use crate::spec::values::{AbsolutePath, Domain};
use std::collections::HashMap;
use std::net::IpAddr;

/// Where plain HTTP is asked for, and where Let's Encrypt comes for its proof.
const HTTP: u16 = 80;
/// Where TLS is spoken, whatever a site says.
const HTTPS: u16 = 443;

/// Directories of a container that a mount from the host would hide.
const OF_THE_IMAGE: [&str; 15] = [
    "",
    "/bin",
    "/dev",
    "/etc",
    "/etc/nginx",
    "/etc/specc",
    "/lib",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
    "/var",
];

/// The web server that a site stands behind.
#[derive(Clone, Copy)]
pub(super) struct Front<'f> {
    pub(super) host: &'f str,
    pub(super) server: Server,
    pub(super) placement: &'f Placement,
}

impl<'a> Scope<'a> {
    /// Whether a domain is one now that its references are followed.
    pub(super) fn check_domain(&self, text: &str, template: &Spanned<Template>) -> bool {
        let Err(invalid) = Domain::parse(text) else { return true };
        let label = if template.as_written() == text {
            "no domain".to_owned()
        } else {
            format!("is `{text}` in `{}`", self.environment)
        };
        let diagnostic = Diagnostic::new(&codes::INVALID_DOMAIN, invalid.message).at(template.span, label);
        self.report(invalid.help.into_iter().fold(diagnostic, Diagnostic::help));
        false
    }

    /// Everything about a site but its domains and routes, each by itself.
    pub(super) fn check_site(
        &self,
        name: &str,
        site: &'a Site,
        domains: &[Spanned<String>],
        front: Front<'_>,
    ) {
        self.check_address(name, site, front);
        self.check_headers(name, site, front);
        if self.check_tls(name, site, domains) {
            self.check_listen(site, front);
        }
        if let Some(TlsSpec::Files { certificate, key }) = site.tls.as_ref().map(|tls| &tls.value) {
            for path in [certificate, key] {
                self.check_certificate_file(path, front);
            }
        }
    }

    /// A site without a domain on a web server that others use has its host's address alone: it may not take what is
    /// asked for by names that nobody serves.
    fn check_address(&self, name: &str, site: &Site, front: Front<'_>) {
        let declared = site.domain.is_some() || site.domains.is_some();
        if declared || matches!(front.placement, Placement::Service { .. }) {
            return;
        }
        let address = self.host(front.host).and_then(|host| host.address.as_ref());
        let sixth = address.and_then(|address| address.ip()).is_some_and(|ip: IpAddr| ip.is_ipv6());
        let (message, help) = if address.is_none() {
            (
                format!("site `{name}` has no domain, and host `{}` no address to ask it at", front.host),
                format!("give the site a `domain:`, or host `{}` its `address:`", front.host),
            )
        } else if sixth && front.server == Server::Nginx {
            (
                format!("site `{name}` is asked at an IPv6 address, and its nginx listens on IPv4 alone"),
                format!("give the site a `domain:`, or host `{}` an IPv4 address", front.host),
            )
        } else {
            return;
        };
        let (span, _) = self.sites[name];
        self.report(Diagnostic::new(&codes::INCOMPLETE_SITE, message).at(span, "asked by nobody").help(help));
    }

    fn check_listen(&self, site: &Site, front: Front<'_>) {
        let Some(listen) = site.listen.as_ref().filter(|port| port.value.get() != HTTP) else { return };
        let (message, help) = match site.tls.as_ref().map(|tls| &tls.value) {
            _ if listen.value.get() == HTTPS => (
                "port 443 is for TLS, and `listen` is the port for plain HTTP",
                "leave `listen` out: with `tls:` a site is asked at 443 too",
            ),
            Some(TlsSpec::LetsEncrypt { .. }) => (
                "Let's Encrypt asks for its proof at port 80, and this site listens elsewhere",
                "leave `listen` out, or bring a certificate: `tls: { certificate: …, key: … }`",
            ),
            Some(TlsSpec::Files { .. }) if front.server == Server::Caddy => {
                ("Caddy serves a site with TLS at ports 80 and 443, and nowhere else", "leave `listen` out")
            }
            _ => return,
        };
        self.report(
            Diagnostic::new(&codes::UNSERVABLE_PORT, message).at(listen.span, "this port").help(help),
        );
    }

    fn check_headers(&self, name: &str, site: &Site, front: Front<'_>) {
        let mut seen = HashMap::new();
        for (header, value) in &site.headers {
            if let Some(other) = seen.insert(header.as_str().to_ascii_lowercase(), header.span) {
                self.report(
                    Diagnostic::new(
                        &codes::CONFLICTING_KEYS,
                        format!("site `{name}` sets the header `{}` twice", header.as_str()),
                    )
                    .at(header.span, "again here")
                    .at(other, "here first")
                    .help("keep one of them: upper and lower case are the same in a header's name"),
                );
            }
            let stray = value.as_str().chars().find_map(|c| match c {
                '{' | '}' => Some("brace"),
                '`' => Some("backquote"),
                _ => None,
            });
            if let Some(stray) = stray.filter(|_| front.server == Server::Caddy) {
                // Braces mean placeholders there, and a backquote ends a text.
                self.report(
                    Diagnostic::new(
                        &codes::UNSUPPORTED_BY_PROXY,
                        format!("Caddy's configuration cannot carry the {stray} of this value"),
                    )
                    .at(value.span, "a header's value")
                    .help("write the value without `{`, `}` and backquotes, or serve the host with nginx"),
                );
            }
        }
    }

    /// Whether there is a name to encrypt for, where the site is encrypted.
    fn check_tls(&self, name: &str, site: &Site, domains: &[Spanned<String>]) -> bool {
        let Some(tls) = site.tls.as_ref().filter(|_| encrypted(site)) else { return true };
        if site.domain.is_none() && site.domains.is_none() {
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
        let mut sound = !domains.is_empty();
        let issued = matches!(tls.value, TlsSpec::LetsEncrypt { .. });
        for domain in domains.iter().filter(|_| issued) {
            let Ok(parsed) = Domain::parse(domain) else { continue };
            let (message, help) = if parsed.is_wildcard() {
                (
                    format!(
                        "Let's Encrypt issues a certificate for `{parsed}` only by DNS, which specc does not do"
                    ),
                    "list each name in `domains:`, or get the certificate yourself and say where it is: \
                     `tls: { certificate: …, key: … }`",
                )
            } else if parsed.is_local() {
                (
                    format!(
                        "Let's Encrypt issues no certificate for `{parsed}`, which means every machine itself"
                    ),
                    "use a domain that leads to the host, or write `tls: off` where there is none",
                )
            } else {
                continue;
            };
            sound = false;
            self.report(
                Diagnostic::new(&codes::NO_CERTIFICATE, message)
                    .at(domain.span, "this domain")
                    .at(tls.span, "its certificate")
                    .help(help),
            );
        }
        sound
    }

    /// A container sees certificates that lie on the host only by a mount of their directory: of the directory, since
    /// what renews a certificate replaces the file.
    fn check_certificate_file(&self, path: &Spanned<AbsolutePath>, front: Front<'_>) {
        let Placement::Service { key } = front.placement else { return };
        let directory = path.as_str().rsplit_once('/').map_or("", |(directory, _)| directory);
        let (message, help) = if OF_THE_IMAGE.contains(&directory) {
            let shown = if directory.is_empty() { "/" } else { directory };
            (
                format!("`{key}` would lose its own `{shown}` to the one of the host, which holds this file"),
                "put certificates and keys into a directory of their own, such as `/etc/ssl/shop`",
            )
        } else if below(path.as_str(), CERTIFICATES_DIRECTORY) && self.asks_for_certificates(front.host) {
            (
                format!(
                    "`{CERTIFICATES_DIRECTORY}` of `{key}` holds the certificates that it asks for itself"
                ),
                "write `tls: letsencrypt` here too, or put this file into a directory elsewhere",
            )
        } else {
            return;
        };
        self.report(
            Diagnostic::new(&codes::UNSUPPORTED_BY_PROXY, message).at(path.span, "this file").help(help),
        );
    }

    /// Whether a site of the host has a certificate of Let's Encrypt.
    fn asks_for_certificates(&self, host: &str) -> bool {
        self.sites.iter().any(|(name, (_, site))| {
            let tls = site.tls.as_ref().map(|tls| &tls.value);
            self.placement.host_of(name) == Some(host) && matches!(tls, Some(TlsSpec::LetsEncrypt { .. }))
        })
    }

    /// `/api` and `/api/` are one path.
    pub(super) fn check_paths(&self, name: &str, routes: &[Route]) {
        for pair in routes.windows(2).filter(|pair| pair[0].path.value == pair[1].path.value) {
            let path = &pair[1].path;
            self.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    format!("site `{name}` has two routes for `{}`", path.value),
                )
                .at(path.span, "again here")
                .at(pair[0].path.span, "here first")
                .help("keep one of them: a path with and without a slash at its end is the same path"),
            );
        }
    }

    pub(super) fn check_route(&self, server: Server, route: &Spanned<RouteTarget>) {
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
}

/// Whether a path lies in a directory, or below it.
pub(super) fn below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}
