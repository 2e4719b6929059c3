//! The web server of a host, as the spec declares it.

use super::codes;
use super::proxy::{Placement, Server, Version};
use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::model::{ProxyPlacement, ProxySpec};

/// What is assumed of a proxy that is there already and does not say its version: directives that old and new take.
const OLDEST: Version = Version(1, 18, 0);
/// What a proxy of our own runs where the spec does not say.
const NGINX: Version = Version(1, 28, 0);
const CADDY: Version = Version(2, 10, 0);

impl Scope<'_> {
    /// Which program it is, and where it runs; `None` when that cannot be told, which is reported.
    pub(super) fn server(&self, spec: &Spanned<ProxySpec>) -> Option<(Server, Placement)> {
        let report = |span: Span, message: &str, help: &str| {
            self.report(Diagnostic::new(&codes::INVALID_PROXY, message).at(span, "here").help(help));
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
                let word = match placement.value {
                    ProxyPlacement::Service => "service",
                    ProxyPlacement::Host => "host",
                    ProxyPlacement::Shared => "shared",
                };
                report(span, &format!("`{name}` means nothing beside `{key}: {word}`"), &help);
            }
        }
        let own = server == Server::Nginx && placement.value == ProxyPlacement::Service;
        if let (Some(image), None) = (spec.image.as_ref().filter(|_| own), &spec.version) {
            report(
                image.span,
                "it is not known which nginx this image has, and its versions differ in what they understand",
                "add its `version:`, such as `version: \"1.28\"`",
            );
        }
        Some((
            server,
            match placement.value {
                ProxyPlacement::Service => Placement::Service { key: key.to_owned() },
                ProxyPlacement::Host => Placement::Host,
                ProxyPlacement::Shared => {
                    let (Some(container), Some(conf), Some(_)) = (&spec.container, &spec.conf, &spec.network)
                    else {
                        let missing = [
                            ("container", "the name of the container", spec.container.is_none()),
                            ("network", "the network on which it reaches services", spec.network.is_none()),
                            ("conf", "the directory it reads confs from", spec.conf.is_none()),
                        ];
                        let add: Vec<_> = missing
                            .iter()
                            .filter(|(_, _, missing)| *missing)
                            .map(|(key, what, _)| format!("`{key}:`, {what}"))
                            .collect();
                        let help = format!("add {}", add.join("; "));
                        report(placement.span, "a shared proxy must say where it is", &help);
                        return None;
                    };
                    Placement::Shared { container: container.to_string(), conf: conf.to_string() }
                }
            },
        ))
    }
}

/// The version that decides directives.
pub(super) fn version(spec: &ProxySpec, server: Server, placement: &Placement) -> Version {
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
