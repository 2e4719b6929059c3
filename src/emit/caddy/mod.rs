//! The file of Caddy: whole where Caddy is part of the deployment, sites to import elsewhere.

mod site;
mod word;

use super::Artifact;
use super::nginx::notice;
use super::template::{environment, render};
use crate::resolve::environment::Deployment;
use crate::resolve::proxy::{Placement, Server, Tls};
use minijinja::context;
use minijinja::value::Serde;
use std::collections::BTreeSet;

const TEMPLATES: [(&str, &str); 1] = [("Caddyfile", include_str!("../../../templates/caddy/Caddyfile.j2"))];

/// The files of a deployment's Caddy; none when it has no Caddy. Elsewhere than in the deployment's own container,
/// `import` of the machine's Caddyfile takes the file in. Caddy counts no requests: a limit on a route is refused
/// before this.
pub fn emit(deployment: &Deployment) -> Vec<Artifact> {
    let Some(proxy) = deployment.proxy.as_ref().filter(|proxy| proxy.server == Server::Caddy) else {
        return Vec::new();
    };
    // What asks for a name that nobody serves gets no answer, where nobody else could be meant.
    let mut unclaimed = BTreeSet::new();
    if matches!(proxy.placement, Placement::Service { .. }) {
        let plain = |tls: &Tls| *tls == Tls::Off;
        unclaimed.extend(proxy.sites.iter().map(|site| if plain(&site.tls) { site.listen } else { 80 }));
        for site in proxy.sites.iter().filter(|site| site.domains.is_empty()) {
            unclaimed.remove(&site.listen);
        }
    }
    let upstreams = site::upstreams(proxy);
    let page = |site| site::page(deployment, proxy, &upstreams, site);
    let sites: Vec<_> = proxy.sites.iter().map(page).collect();
    let context = context! {
        notice => notice(deployment),
        unclaimed => Serde(unclaimed),
        sites => Serde(sites),
    };
    let contents = render(&environment(&TEMPLATES), "Caddyfile", context);
    vec![Artifact { path: "caddy/Caddyfile".to_owned(), contents, executable: false }]
}
