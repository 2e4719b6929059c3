//! Deployments made by hand.

use specc::resolve::environment::{Deployment, Host};
use specc::resolve::proxy::{
    Balance, Cache, Limit, Per, Placement, Proxy, Route, Server, Site, Tls, Upstream, Version,
};
use specc::source::{SourceId, Span, Spanned};

pub fn spanned(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), nowhere())
}

fn nowhere() -> Span {
    Span::new(SourceId(0), 0, 0)
}

/// A deployment of `project` in production with an nginx, as Debian has it.
pub fn deployment(
    project: &str,
    placement: Placement,
    upstreams: Vec<Upstream>,
    sites: Vec<Site>,
) -> Deployment {
    Deployment {
        project: project.to_owned(),
        environment: "production".to_owned(),
        host: Host { name: "server".to_owned(), address: Some("127.0.0.1".to_owned()), path: None },
        compose_project: format!("{project}-production"),
        directory: "production".to_owned(),
        root: "../..".to_owned(),
        containers: Vec::new(),
        networks: Vec::new(),
        volumes: Vec::new(),
        secrets: Vec::new(),
        release: None,
        proxy: Some(Proxy {
            server: Server::Nginx,
            placement,
            version: Version(1, 22, 1),
            conf: None,
            prefix: format!("{}__production", project.replace('-', "_")),
            upstreams,
            sites,
        }),
        schedule: Vec::new(),
        raw: None,
    }
}

pub fn service() -> Placement {
    Placement::Service { key: "nginx".to_owned() }
}

pub fn upstream(name: &str, servers: &[u16], balance: Balance) -> Upstream {
    let servers = servers.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    Upstream { name: name.to_owned(), servers, balance }
}

/// A plain site; no domain makes it one that is asked by address.
pub fn site(name: &str, domains: &[&str], listen: u16, routes: Vec<Route>) -> Site {
    Site {
        name: spanned(name),
        domains: domains.iter().map(|domain| spanned(domain)).collect(),
        listen,
        tls: Tls::Off,
        allow: Vec::new(),
        headers: Vec::new(),
        body_size: None,
        gzip: true,
        routes,
    }
}

pub fn letsencrypt(name: &str) -> Tls {
    Tls::LetsEncrypt { name: name.to_owned(), email: None, hsts: 63_072_000 }
}

pub fn route(path: &str, upstream: &str) -> Route {
    Route {
        path: spanned(path),
        upstream: upstream.to_owned(),
        rewrite: None,
        stream: false,
        websocket: false,
        limit: None,
        body_size: None,
        timeout: None,
        cache: None,
    }
}

pub fn rewritten(path: &str, to: &str, upstream: &str) -> Route {
    Route { rewrite: Some(to.to_owned()), ..route(path, upstream) }
}

pub fn limited(path: &str, upstream: &str, requests: u32, per: Per, burst: u32) -> Route {
    Route { limit: Some(Limit { requests, per, burst }), ..route(path, upstream) }
}

pub fn cached(path: &str, upstream: &str) -> Route {
    Route { cache: Some(Cache { max_age: 31_536_000, immutable: true }), ..route(path, upstream) }
}
