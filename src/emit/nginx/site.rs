//! The servers of one site.

use super::headers::{Header, forwarded, response_words};
use super::http::or_root;
use super::names::Names;
use super::word::Word;
use crate::resolve::environment::Deployment;
use crate::resolve::proxy::{
    ACME_DIRECTORY, CERTIFICATES_DIRECTORY, Cache, Limit, Per, Placement, Proxy, Route, Site, Tls, Version,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// What one file holds: a server, and one before it that leads to TLS where there is TLS.
#[derive(Serialize)]
pub(super) struct Page {
    listen: u16,
    default_server: bool,
    names: Vec<Word>,
    acme: Option<Word>,
    tls: Option<Encryption>,
    allow: Vec<Word>,
    headers: Vec<Header>,
    forwarded: Vec<Header>,
    body_size: Option<String>,
    gzip: bool,
    locations: Vec<Location>,
    has_root: bool,
    retries: Vec<Retry>,
}

/// What a server needs to speak TLS.
#[derive(Serialize)]
pub(super) struct Encryption {
    certificate: Word,
    key: Word,
    profile: Profile,
}

/// How TLS is spoken, by version.
#[derive(Serialize)]
pub(super) struct Profile {
    cache: String,
    http2_directive: bool,
    tickets_off: bool,
}

#[derive(Serialize)]
struct Location {
    matches: Word,
    limit: Option<Limited>,
    body_size: Option<String>,
    cache: Option<String>,
    forwarded: Option<Vec<Header>>,
    stream: bool,
    timeout: Option<u64>,
    rewrite: Option<Rewrite>,
    upstream: String,
}

#[derive(Serialize)]
struct Limited {
    zone: String,
    burst: u32,
    retry: String,
}

/// Where a refused request learns when to come again.
#[derive(Serialize)]
struct Retry {
    location: String,
    seconds: u64,
}

#[derive(Serialize)]
struct Rewrite {
    exact: Word,
    below: Word,
    to: Word,
    to_below: Word,
    variable: String,
}

impl Profile {
    pub(super) fn of(proxy: &Proxy, names: &Names<'_>) -> Self {
        Self {
            // Memory has names too, and a service may be called `tls`: no name begins with an underscore.
            cache: names.of("_tls"),
            http2_directive: proxy.version >= Version(1, 25, 1),
            tickets_off: proxy.version < Version(1, 23, 2),
        }
    }
}

/// Where a site's certificate and key are; `None` for plain HTTP.
pub(super) fn certificate(site: &Site) -> Option<(String, String)> {
    match &site.tls {
        Tls::Off => None,
        Tls::LetsEncrypt { name, .. } => {
            let live = format!("{CERTIFICATES_DIRECTORY}/live/{name}");
            Some((format!("{live}/fullchain.pem"), format!("{live}/privkey.pem")))
        }
        Tls::Files { certificate, key, .. } => Some((certificate.clone(), key.clone())),
    }
}

/// A site as one file: over TLS, or plain, as a site with TLS is served until it has a certificate.
pub(super) fn page(deployment: &Deployment, names: &Names<'_>, site: &Site, over_tls: bool) -> Page {
    let proxy = names.proxy;
    let tls = certificate(site).filter(|_| over_tls).map(|(certificate, key)| Encryption {
        certificate: Word::new(&certificate),
        key: Word::new(&key),
        profile: Profile::of(proxy, names),
    });
    let headers = response_words(site, tls.is_some(), &names.variable("dollar"));
    let mut routes: Vec<&Route> = site.routes.iter().collect();
    routes.sort_by_key(|route| std::cmp::Reverse(route.path.len()));
    let waits: BTreeSet<u64> = routes.iter().filter_map(|route| route.limit.as_ref()).map(wait).collect();
    let with = Around { site, names };
    Page {
        listen: site.listen,
        default_server: site.domains.is_empty() && matches!(proxy.placement, Placement::Service { .. }),
        names: server_names(deployment, names, site),
        acme: matches!(site.tls, Tls::LetsEncrypt { .. }).then(|| Word::new(ACME_DIRECTORY)),
        tls,
        allow: site.allow.iter().map(|address| Word::new(address)).collect(),
        forwarded: forwarded(site, None, names),
        body_size: site.body_size.map(size),
        gzip: site.gzip,
        has_root: routes.iter().any(|route| *route.path == "/"),
        locations: routes.iter().map(|route| with.location(route)).collect(),
        retries: waits.into_iter().map(|seconds| Retry { location: with.retry(seconds), seconds }).collect(),
        headers,
    }
}

/// A site without a domain is asked by the machine's address. An nginx of its own gives it whatever nobody else
/// claims; on one that others use it has that address alone, or its port.
fn server_names(deployment: &Deployment, names: &Names<'_>, site: &Site) -> Vec<Word> {
    if !site.domains.is_empty() {
        return site.domains.iter().map(|domain| Word::new(domain)).collect();
    }
    let address = deployment.host.address.as_deref();
    match (&names.proxy.placement, address) {
        (Placement::Host | Placement::Shared { .. }, Some(address)) => vec![Word::new(address)],
        (Placement::Host | Placement::Shared { .. }, None) => {
            // A name that nobody can ask for: two `_` on one port would warn.
            vec![Word::new(&names.of(&site.name))]
        }
        (Placement::Service { .. }, _) => vec![Word::new("_")],
    }
}

/// What a location is made within.
struct Around<'a> {
    site: &'a Site,
    names: &'a Names<'a>,
}

impl Around<'_> {
    fn location(&self, route: &Route) -> Location {
        let long = route.stream || route.websocket;
        Location {
            matches: matches(&route.path),
            limit: route.limit.as_ref().map(|limit| Limited {
                zone: self.names.zone(self.site, route),
                burst: limit.burst,
                retry: self.retry(wait(limit)),
            }),
            body_size: route.body_size.filter(|_| route.body_size != self.site.body_size).map(size),
            cache: route.cache.as_ref().map(cache),
            forwarded: route.websocket.then(|| forwarded(self.site, Some(route), self.names)),
            stream: route.stream,
            timeout: route.timeout.or(long.then_some(3600)),
            rewrite: route.rewrite.as_deref().map(|to| self.rewrite(route, to)),
            upstream: self.names.of(&route.upstream),
        }
    }

    fn rewrite(&self, route: &Route, to: &str) -> Rewrite {
        let path = route.path.trim_end_matches('/');
        let to = to.trim_end_matches('/');
        Rewrite {
            exact: Word::regex("^", path, r"\z"),
            below: Word::regex("(?s)^", path, "(/.*)"),
            to: Word::path_then(or_root(to), ""),
            to_below: Word::path_then(to, "$1"),
            variable: self.names.target(self.site, route),
        }
    }

    fn retry(&self, seconds: u64) -> String {
        self.names.of(&format!("{}__retry_{seconds}", self.site.name))
    }
}

/// Whole segments: `/api` and what is below it, never `/apifoo`. One expression rather than `/api/`, which nginx
/// would answer `/api` with a redirect for.
fn matches(path: &str) -> Word {
    if path == "/" { Word::new("/") } else { Word::regex("^", path, r"(?:/|\z)") }
}

/// Seconds until the next request is due.
fn wait(limit: &Limit) -> u64 {
    let per: u32 = if limit.per == Per::Second { 1 } else { 60 };
    u64::from(per.div_ceil(limit.requests.max(1)))
}

fn cache(cache: &Cache) -> String {
    let immutable = if cache.immutable { ", immutable" } else { "" };
    format!("\"public, max-age={}{immutable}\"", cache.max_age)
}

/// Bytes, in the largest unit that holds them exactly.
fn size(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{}m", bytes >> 20),
        _ if bytes.is_multiple_of(1 << 10) => format!("{}k", bytes >> 10),
        _ => bytes.to_string(),
    }
}
