//! What a block serves, and which headers that has a use for.

use crate::facts::model::{Repository, Service};
use crate::facts::proxy::{Block, HeaderKind, Proxy};
use crate::rules::support::Names;
use std::path::Path;

/// Headers that are missed when they are gone.
const ANSWERS: &[&str] = &[
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cross-origin-embedder-policy",
];

/// Those among them that matter for what is no page: the others tell a browser how to treat a document.
const FILES: &[&str] = &["strict-transport-security", "x-content-type-options", "cross-origin-resource-policy"];

const FORWARDED: &[&str] =
    &["host", "x-real-ip", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"];

/// What Django and Rails answer with unless they are told not to.
const BY_FRAMEWORK: &[&str] = &[
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
];

/// The headers of a kind that a block would be missed without, in small letters.
pub(super) fn wanted(
    facts: &Repository,
    (proxy, at): (&Proxy, usize),
    kind: HeaderKind,
) -> Vec<&'static str> {
    let block = &proxy.blocks[at];
    if kind == HeaderKind::Forwarded {
        // A location that sends nothing on has no use for headers of requests.
        return if block.proxies { FORWARDED.to_vec() } else { Vec::new() };
    }
    let upgrades = block.forwarded.iter().any(|header| header.name.eq_ignore_ascii_case("upgrade"));
    // A word for a probe is no page, nor is what changes over to another protocol.
    if block.fixed || upgrades || is_probe(block) {
        return Vec::new();
    }
    let of = if serves_files(block) { FILES } else { ANSWERS };
    let set = sets_itself(facts, proxy, at);
    of.iter().copied().filter(|name| !set.contains(name)).collect()
}

/// The words of a block's path: `location ^~ /static/js/` has `static` and `js`.
fn words(block: &Block) -> impl Iterator<Item = &str> {
    block.title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).skip(1)
}

/// Whether a block is there to be asked whether everything is well.
fn is_probe(block: &Block) -> bool {
    let words: Vec<&str> = words(block).collect();
    words.len() < 4
        && words.last().is_some_and(|last| {
            matches!(*last, "health" | "healthz" | "healthcheck" | "ping" | "ready" | "readyz" | "live" | "livez")
        })
}

/// Whether files are served that are no pages: by the ends of their names, or by their directory.
fn serves_files(block: &Block) -> bool {
    const ENDS: &[&str] = &[
        "js", "mjs", "css", "map", "png", "jpg", "jpeg", "jpe", "gif", "ico", "svg", "webp", "avif", "woff", "woff2",
        "ttf", "otf", "eot", "wasm", "mp4", "webm", "mp3", "ogg", "txt", "json", "webmanifest",
    ];
    const PLACES: &[&str] = &["static", "assets", "_next", "build", "dist", "fonts", "images", "img", "css", "js"];
    let words: Vec<&str> = words(block).collect();
    let pages = words.iter().any(|word| matches!(*word, "html" | "htm" | "php"));
    let last = words.last().is_some_and(|last| ENDS.contains(last));
    let place = words.first().is_some_and(|first| PLACES.contains(first));
    !pages && (last || place)
}

/// What the application that a block sends requests to sets by itself, as far as its sources tell.
fn sets_itself(facts: &Repository, proxy: &Proxy, at: usize) -> &'static [&'static str] {
    let targets = proxy.targets.iter().filter(|target| target.block == at);
    let hosts = targets.flat_map(|target| match target.upstream {
        Some(upstream) => proxy.upstreams[upstream].servers.iter().map(|server| &server.endpoint).collect(),
        None => vec![&target.endpoint],
    });
    let mut set: Option<&'static [&'static str]> = None;
    for host in hosts {
        let Some(service) = host.host.known().and_then(|host| behind(facts, proxy, host)) else { return &[] };
        let by = by_framework(facts, service);
        match set {
            Some(before) if before.len() < by.len() => {}
            _ => set = Some(by),
        }
    }
    set.unwrap_or_default()
}

/// The service that a proxy means by a name. Where nothing says in which deployment it runs, the first that has it.
fn behind<'f>(facts: &'f Repository, proxy: &Proxy, host: &str) -> Option<&'f Service> {
    let runs_in = proxy.runs_in.as_ref().map(|(id, name)| (facts.deployment(*id), name));
    let reached = runs_in.and_then(|(deployment, name)| {
        Names::of(deployment).reached(deployment.service(name)?, host)
    });
    let called = |service: &&Service| {
        let names = [&service.hostname, &service.container_name];
        service.name == host || names.into_iter().flatten().any(|name| name.known().is_some_and(|name| name == host))
    };
    reached.or_else(|| facts.deployments.iter().flat_map(|deployment| deployment.services.values()).find(called))
}

fn by_framework(facts: &Repository, service: &Service) -> &'static [&'static str] {
    let Some(image) = service.build.as_ref().and_then(|build| build.image.as_ref()) else { return &[] };
    let here = |name: &str| facts.exists(&image.context.join(name));
    if here("manage.py") || here("config/application.rb") {
        return BY_FRAMEWORK;
    }
    if has_helmet(facts, &image.context.join("package.json")) { ANSWERS } else { &[] }
}

/// Whether an application of Node has the package that sets them all.
fn has_helmet(facts: &Repository, package: &Path) -> bool {
    let mut read = facts.scripts.iter().map(|script| facts.sources.get(script.source));
    read.find(|source| source.path == package)
        .is_some_and(|source| source.text.contains("\"helmet\"") || source.text.contains("/helmet\"") || source.text.contains("-helmet\""))
}
