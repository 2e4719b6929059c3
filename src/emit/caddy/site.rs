//! The sites of a Caddyfile.

use super::word::Word;
use crate::emit::nginx::response;
use crate::resolve::environment::Deployment;
use crate::resolve::proxy::{Balance, Placement, Proxy, Route, Site, Tls, Upstream};
use serde::Serialize;
use std::collections::HashMap;

#[derive(Serialize)]
pub(super) struct Page {
    addresses: Vec<Word>,
    /// Said here, since Caddy's own redirects come after whatever answers for unclaimed names.
    redirects: Vec<Word>,
    tls: Option<Encryption>,
    headers: Vec<Header>,
    allow: Vec<Word>,
    gzip: bool,
    handles: Vec<Handle>,
    has_root: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Encryption {
    /// Of Let's Encrypt, which Caddy asks by itself.
    Email(Word),
    Files {
        certificate: Word,
        key: Word,
    },
}

#[derive(Serialize)]
struct Header {
    name: Word,
    value: Word,
}

/// A set of paths that are served alike; a rewritten route has two, its own path and what is below.
#[derive(Serialize)]
struct Handle {
    /// None for everything that is left.
    paths: Option<Vec<Word>>,
    rewrite: Option<Rewrite>,
    servers: Vec<Word>,
    policy: Option<&'static str>,
    stream: bool,
    timeout: Option<u64>,
    body_size: Option<u64>,
    cache: Option<Word>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
enum Rewrite {
    /// The whole path.
    Exact(Word),
    /// What comes before the rest.
    Prefix { strip: Option<Word>, add: Option<Word> },
}

/// The upstreams of a proxy by name: a large one has thousands, and each route asks for one.
pub(super) type Upstreams<'a> = HashMap<&'a str, &'a Upstream>;

pub(super) fn upstreams(proxy: &Proxy) -> Upstreams<'_> {
    proxy.upstreams.iter().map(|upstream| (upstream.name.as_str(), upstream)).collect()
}

pub(super) fn page(deployment: &Deployment, proxy: &Proxy, upstreams: &Upstreams<'_>, site: &Site) -> Page {
    let tls = match &site.tls {
        Tls::Off => None,
        Tls::LetsEncrypt { email, .. } => email.as_deref().map(|email| Encryption::Email(Word::new(email))),
        Tls::Files { certificate, key, .. } => {
            Some(Encryption::Files { certificate: Word::new(certificate), key: Word::new(key) })
        }
    };
    let headers = response(site, site.tls != Tls::Off);
    let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
    let mut routes: Vec<&Route> = site.routes.iter().collect();
    routes.sort_by_key(|route| std::cmp::Reverse(route.path.len()));
    Page {
        addresses: addresses(deployment, proxy, site),
        redirects: redirects(site),
        tls,
        headers,
        allow: site.allow.iter().map(|address| Word::new(address)).collect(),
        gzip: site.gzip,
        has_root: routes.iter().any(|route| *route.path == "/"),
        handles: routes.iter().flat_map(|route| handles(upstreams, site, route)).collect(),
    }
}

/// A site without a domain is asked by the machine's address: whoever nobody else is meant by in a Caddy of its
/// own, that address alone in one that others use.
fn addresses(deployment: &Deployment, proxy: &Proxy, site: &Site) -> Vec<Word> {
    let port = if site.listen == 80 { String::new() } else { format!(":{}", site.listen) };
    if site.domains.is_empty() {
        let own = matches!(proxy.placement, Placement::Service { .. });
        let address = deployment.host.address.as_deref().filter(|_| !own);
        return vec![match address {
            Some(address) if address.contains(':') => Word::new(&format!("http://[{address}]{port}")),
            Some(address) => Word::new(&format!("http://{address}{port}")),
            None => Word::new(&format!("http://:{}", site.listen)),
        }];
    }
    let address = |domain: &str| match site.tls {
        Tls::Off => format!("http://{domain}{port}"),
        _ => format!("https://{domain}"),
    };
    site.domains.iter().map(|domain| Word::new(&address(domain))).collect()
}

fn redirects(site: &Site) -> Vec<Word> {
    let plain = |domain: &str| Word::new(&format!("http://{domain}"));
    let encrypted = site.domains.iter().filter(|_| site.tls != Tls::Off);
    encrypted.map(|domain| plain(domain)).collect()
}

fn handles(upstreams: &Upstreams<'_>, site: &Site, route: &Route) -> Vec<Handle> {
    let path = route.path.trim_end_matches('/');
    let below = format!("{path}/*");
    let exact = if path.is_empty() { "/" } else { path };
    let Some(to) = route.rewrite.as_deref().map(|to| to.trim_end_matches('/')) else {
        let paths = (!path.is_empty()).then(|| vec![Word::new(path), Word::new(&below)]);
        return vec![handle(upstreams, site, route, paths, None)];
    };
    let whole = Rewrite::Exact(Word::new(if to.is_empty() { "/" } else { to }));
    let prefix = Rewrite::Prefix {
        strip: (!path.is_empty()).then(|| Word::new(path)),
        // The first slash of what is left: a replacement keeps what is encoded, which a rewrite does not.
        add: (!to.is_empty()).then(|| Word::new(&format!("{to}/"))),
    };
    let rest = (!path.is_empty()).then(|| vec![Word::new(&below)]);
    vec![
        handle(upstreams, site, route, Some(vec![Word::new(exact)]), Some(whole)),
        handle(upstreams, site, route, rest, Some(prefix)),
    ]
}

fn handle(
    upstreams: &Upstreams<'_>,
    site: &Site,
    route: &Route,
    paths: Option<Vec<Word>>,
    rewrite: Option<Rewrite>,
) -> Handle {
    let upstream = upstreams.get(route.upstream.as_str());
    let servers = upstream.map_or(&[][..], |upstream| &upstream.servers);
    let policy = upstream.map(|upstream| match upstream.balance {
        Balance::RoundRobin => "round_robin",
        Balance::IpHash => "ip_hash",
        Balance::LeastConn => "least_conn",
    });
    let timeout = if route.stream || route.websocket { route.timeout } else { route.timeout.or(Some(60)) };
    Handle {
        paths,
        rewrite,
        servers: servers.iter().map(|server| Word::new(server)).collect(),
        policy: policy.filter(|_| servers.len() > 1),
        stream: route.stream,
        timeout,
        body_size: route.body_size.or(site.body_size).filter(|&bytes| bytes > 0),
        cache: route.cache.as_ref().map(|cache| {
            let immutable = if cache.immutable { ", immutable" } else { "" };
            Word::quoted(&format!("public, max-age={}{immutable}", cache.max_age))
        }),
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: Word::new(name), value: Word::quoted(value) }
}
