//! The scripts that choose confs by the certificates there are, and that ask for certificates.

use super::names::Names;
use crate::resolve::certbot;
use crate::resolve::proxy::{
    ACME_DIRECTORY, CERTIFICATES_DIRECTORY, NGINX_DIRECTORY, NGINX_STATE_DIRECTORY, Placement, Proxy, Tls,
};
use serde::Serialize;

/// Where nginx on the machine itself reads confs from unless the spec says another place, as Debian and nginx's own packages have it.
const HOST_CONFS: &str = "/etc/nginx/conf.d";

#[derive(Serialize)]
pub(super) struct Control {
    placement: &'static str,
    prefix: String,
    /// Where chosen confs go.
    enabled: String,
    certificates: String,
    directory: &'static str,
    /// The Compose service that it is, in a deployment of its own.
    service: Option<String>,
    container: Option<String>,
    sites: Vec<Switch>,
    probe_port: u16,
}

/// A site that has two confs, and the certificate that decides between them.
#[derive(Serialize)]
struct Switch {
    site: String,
    certificate: String,
}

#[derive(Serialize)]
pub(super) struct Certificates {
    /// Whether nginx is asked to reload: elsewhere than in a deployment of its own, where it watches by itself.
    reload: bool,
    acme: String,
    commands: Vec<String>,
    renew: String,
}

/// Where the chosen confs go: a place of the container's own, or the directory that nginx reads.
pub(super) fn enabled(proxy: &Proxy) -> String {
    match &proxy.placement {
        Placement::Service { .. } => format!("{NGINX_STATE_DIRECTORY}/nginx"),
        Placement::Host => proxy.conf.clone().unwrap_or_else(|| HOST_CONFS.to_owned()),
        Placement::Shared { conf, .. } => conf.clone(),
    }
}

/// A port inside the container for its probe, which no site listens on.
pub(super) fn probe_port(proxy: &Proxy) -> u16 {
    let taken = |port: &u16| proxy.sites.iter().any(|site| site.listen == *port);
    (8181..u16::MAX).find(|port| !taken(port)).unwrap_or(8181)
}

pub(super) fn control(proxy: &Proxy, names: &Names<'_>) -> Control {
    let switches = proxy.sites.iter().filter_map(|site| match &site.tls {
        Tls::LetsEncrypt { name, .. } => {
            Some(Switch { site: names.of(&site.name), certificate: shell(name) })
        }
        _ => None,
    });
    let container = match &proxy.placement {
        Placement::Shared { container, .. } => Some(shell(container)),
        _ => None,
    };
    let service = match &proxy.placement {
        Placement::Service { key } => Some(key.clone()),
        _ => None,
    };
    Control {
        service,
        placement: match proxy.placement {
            Placement::Service { .. } => "service",
            Placement::Host => "host",
            Placement::Shared { .. } => "shared",
        },
        prefix: proxy.prefix.clone(),
        enabled: shell(&enabled(proxy)),
        certificates: shell(CERTIFICATES_DIRECTORY),
        directory: NGINX_DIRECTORY,
        container,
        sites: switches.collect(),
        probe_port: probe_port(proxy),
    }
}

/// `None` when no site has a certificate of Let's Encrypt.
pub(super) fn certificates(proxy: &Proxy) -> Option<Certificates> {
    let line = |words: Vec<String>| words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ");
    let commands: Vec<String> = proxy.sites.iter().filter_map(certbot::certonly).map(line).collect();
    (!commands.is_empty()).then(|| Certificates {
        reload: !matches!(proxy.placement, Placement::Service { .. }),
        acme: shell(ACME_DIRECTORY),
        commands,
        renew: line(certbot::renew()),
    })
}

/// A word of a shell script.
fn shell(word: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
    if !word.is_empty() && word.bytes().all(bare) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
