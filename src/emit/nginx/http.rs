//! What stands beside the servers: upstreams, zones and maps.

use super::headers::need_dollar;
use super::names::Names;
use super::word::Word;
use crate::resolve::proxy::{Balance, Limit, Per, Proxy, Route, Upstream};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Http {
    connection: Option<String>,
    dollar: Option<String>,
    targets: Vec<Target>,
    zones: Vec<Zone>,
    upstreams: Vec<Group>,
}

/// The path that a rewritten route asks for, as the client encoded it.
#[derive(Serialize)]
struct Target {
    variable: String,
    exact: Word,
    below: Word,
    replaced: Word,
    replaced_below: Word,
}

#[derive(Serialize)]
struct Zone {
    name: String,
    rate: String,
}

#[derive(Serialize)]
struct Group {
    name: String,
    method: Option<&'static str>,
    servers: Vec<Word>,
    resolve: bool,
}

pub(super) fn http(proxy: &Proxy, names: &Names<'_>) -> Http {
    let routes = || proxy.sites.iter().flat_map(|site| site.routes.iter().map(move |route| (site, route)));
    Http {
        connection: routes().any(|(_, route)| route.websocket).then(|| names.variable("connection")),
        dollar: need_dollar(&proxy.sites).then(|| names.variable("dollar")),
        targets: routes()
            .filter_map(|(site, route)| {
                Some(target(route, route.rewrite.as_deref()?, names.target(site, route)))
            })
            .collect(),
        zones: routes()
            .filter_map(|(site, route)| {
                let limit = route.limit.as_ref()?;
                Some(Zone { name: names.zone(site, route), rate: rate(limit) })
            })
            .collect(),
        upstreams: proxy.upstreams.iter().map(|upstream| group(proxy, upstream, names)).collect(),
    }
}

fn group(proxy: &Proxy, upstream: &Upstream, names: &Names<'_>) -> Group {
    Group {
        name: names.of(&upstream.name),
        method: match upstream.balance {
            Balance::RoundRobin => None,
            Balance::IpHash => Some("ip_hash"),
            Balance::LeastConn => Some("least_conn"),
        },
        servers: upstream.servers.iter().map(|server| Word::new(server)).collect(),
        resolve: proxy.resolves_at_run_time(),
    }
}

/// nginx decodes a path before it compares it, so only the path as it came keeps what is encoded. One that needed
/// cleaning (dots, doubled slashes) is not taken from there: what was matched is what must be asked.
fn target(route: &Route, rewrite: &str, variable: String) -> Target {
    let path = route.path.trim_end_matches('/');
    let to = rewrite.trim_end_matches('/');
    let dirty = r"(?![^?]*(?://|/\.|\x5c|%2[eE]|%5[cC]|%2[fF](?:[./]|%)|/%2[fF]))";
    Target {
        exact: Word::regex("~^", path, r"((?:\?.*)?)$"),
        below: Word::regex("~^", path, &format!("({dirty}/.*)$")),
        replaced: Word::path_then(or_root(to), "$1"),
        replaced_below: Word::path_then(to, "$1"),
        variable,
    }
}

/// A path without its trailing slash, where that leaves one.
pub(super) fn or_root(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

fn rate(limit: &Limit) -> String {
    format!("{}r/{}", limit.requests, if limit.per == Per::Second { "s" } else { "m" })
}
