//! What rules see of proxies: `fixtures/proxy/<name>/tree`, and what is seen beside it.

use proptest::prelude::*;
use specc::facts::model::{BuiltImage, Fact, Probe};
use specc::facts::proxy::{Endpoint, HeaderKind, Proxy, Software};
use specc::source::{Sources, Span};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn place(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    let path = source.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    format!("{path}:{} `{}`", source.position(span.start).line, sources.text(span))
}

fn value<T: ToString>(fact: &Fact<T>) -> String {
    fact.known().map_or_else(|| "?".to_owned(), ToString::to_string)
}

fn endpoint(endpoint: &Endpoint) -> String {
    let host = endpoint.host.value.shape().replace('\u{fffc}', "?");
    let port = endpoint.port.as_ref().map_or_else(|| "-".to_owned(), value);
    format!("{} {host} {port}{}", endpoint.scheme, if endpoint.socket { " socket" } else { "" })
}

fn shown(sources: &Sources, proxy: &Proxy) -> String {
    let mut text = String::new();
    let software = if proxy.software == Software::Nginx { "nginx" } else { "caddy" };
    let place = |span| place(sources, span);
    let service = proxy.runs_in.as_ref().map_or("-", |(_, service)| service.as_str());
    let _ = writeln!(text, "{software} in {service}{}", if proxy.complete { ", complete" } else { "" });
    for id in &proxy.files {
        let _ = writeln!(text, "  file {}", sources.get(*id).path.display());
    }
    for span in &proxy.not_followed {
        let _ = writeln!(text, "  not followed {}", place(*span));
    }
    for (span, message) in &proxy.faults {
        let _ = writeln!(text, "  fault {}: {message}", place(*span));
    }
    for site in &proxy.sites {
        let names: Vec<String> = site.names.iter().map(value).collect();
        let catches_all = if site.catches_all { " and all others" } else { "" };
        let _ = writeln!(text, "  site {}{catches_all} at {}", names.join(" "), place(site.span));
        for listen in &site.listens {
            let address = listen.address.map_or_else(|| "*".to_owned(), |address| address.to_string());
            let port = listen.port.map_or_else(|| "?".to_owned(), |port| port.to_string());
            let tls = if listen.tls { " tls" } else { "" };
            let _ = writeln!(text, "    listens {address} {port}{tls} at {}", place(listen.span));
        }
        if let Some(span) = site.certificate {
            let _ = writeln!(text, "    certificate {}", place(span));
        }
        for redirect in &site.redirects {
            let mut what = String::new();
            what.push_str(if redirect.to_https { " https" } else { "" });
            what.push_str(if redirect.keeps_host { " same-host" } else { "" });
            what.push_str(if redirect.conditional { " perhaps" } else { "" });
            let _ = writeln!(text, "    redirects to {}{what} at {}", redirect.to, place(redirect.span));
        }
    }
    for upstream in &proxy.upstreams {
        let _ = writeln!(text, "  upstream {}", upstream.name);
        for server in &upstream.servers {
            let resolve = if server.resolve { " resolve" } else { "" };
            let _ = writeln!(
                text,
                "    {}{resolve} at {}",
                endpoint(&server.endpoint),
                place(server.endpoint.span)
            );
        }
    }
    for target in &proxy.targets {
        let upstream = target.upstream.map_or("", |_| ", a group");
        let resolver = target.resolver.map_or("", |_| ", resolver");
        let (what, lookup) = (endpoint(&target.endpoint), target.lookup);
        let at = place(target.endpoint.span);
        let _ = writeln!(text, "  {} {what}, {lookup:?}{upstream}{resolver} at {at}", target.directive);
    }
    for setting in &proxy.tls {
        let values: Vec<&str> = setting.values.iter().map(|value| value.as_str()).collect();
        let _ = writeln!(text, "  {}: {}", setting.directive, values.join(" "));
    }
    for (at, block) in proxy.blocks.iter().enumerate() {
        let names = |kind| {
            let names: Vec<&str> =
                proxy.headers(at, kind).iter().map(|header| header.name.as_str()).collect();
            let lost: Vec<&str> =
                proxy.lost_headers(at, kind).iter().map(|header| header.name.as_str()).collect();
            format!("{}{}{}", names.join(" "), if lost.is_empty() { "" } else { " LOST " }, lost.join(" "))
        };
        let (answer, forwarded) = (names(HeaderKind::Answer), names(HeaderKind::Forwarded));
        let _ = writeln!(text, "  block {}: [{answer}] [{forwarded}]", block.title);
    }
    text
}

fn shown_image(image: &BuiltImage) -> String {
    let list = |facts: &[Fact<String>]| facts.iter().map(value).collect::<Vec<_>>().join(" | ");
    let base = image.base.as_ref().map_or_else(|| "-".to_owned(), value);
    let mut text = format!("built upon {base} in {}\n", image.context.display());
    let exposed: Vec<String> = image.exposed.iter().map(value).collect();
    let _ = writeln!(text, "  exposes {}", exposed.join(" "));
    let health = image.health.as_ref().map_or("-".to_owned(), |health| match &health.probe {
        Probe::Shell(text) => value(text),
        Probe::Exec(words) => list(words),
        Probe::Disabled | Probe::OfImage => "none".to_owned(),
    });
    let _ = writeln!(text, "  health {health}");
    let _ = writeln!(text, "  runs {}", image.command.as_deref().map(list).unwrap_or_default());
    for copy in &image.copies {
        let _ = writeln!(text, "  copies {} to {}", list(&copy.sources), value(&copy.target));
    }
    text
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/proxy");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("fixtures") {
        let fixture = entry.expect("a fixture").path();
        let facts = specc::facts::read(&fixture.join("tree"), &specc::spec::model::Lint::default());
        let mut found: String = facts.proxies.iter().map(|proxy| shown(&facts.sources, proxy)).collect();
        for service in facts.deployments.iter().flat_map(|deployment| deployment.services.values()) {
            if let Some(image) = service.build.as_ref().and_then(|build| build.image.as_ref()) {
                let _ = write!(found, "{} {}", service.name, shown_image(image));
            }
        }
        let expected = fixture.join("expected.txt");
        if std::env::var_os("SPECC_BLESS").is_some() {
            fs::write(&expected, &found).expect("the fixture can be written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", fixture.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words of all three languages, and what breaks them.
fn text(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop::sample::select(words);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

const NGINX: &[&str] = &[
    "http {",
    "server {",
    "location / {",
    "upstream a {",
    "if ($a) {",
    "}",
    ";",
    " ",
    "\n",
    "listen ",
    "server_name ",
    "proxy_pass ",
    "fastcgi_pass ",
    "server ",
    "set $a ",
    "return 301 ",
    "add_header ",
    "include ",
    "resolver ",
    "http://",
    "https://$host",
    "$a",
    "${A}",
    "${A",
    "$",
    "é",
    "[::1]:80",
    "[",
    "]",
    ":",
    ":é",
    "unix:/a",
    "\"",
    "'",
    "\\",
    "*.conf",
    "../",
    "nginx.conf",
];
const CADDY: &[&str] = &[
    "{",
    "}",
    "\n",
    " ",
    "{$A:é b}",
    "{$A}",
    "{$",
    "{env.A}",
    "{args[0]}",
    "reverse_proxy ",
    "import ",
    "(a) {\n",
    "a",
    "redir ",
    "https://",
    "header ",
    "tls {\n",
    "handle /a {\n",
    "to ",
    ":80",
    "[::1]",
    "é",
    "unix/",
    "\"",
    "`",
    ",",
    "Caddyfile",
    "*",
];
const DOCKER: &[&str] = &[
    "FROM ",
    "a",
    "AS b",
    "b",
    "\n",
    " ",
    "ARG A=",
    "ARG A",
    "ENV A ",
    "ENV A=",
    "$A",
    "${A:-é}",
    "${A",
    "${A:+b}",
    "\\",
    "$",
    "COPY ",
    "--from=b ",
    "EXPOSE ",
    "8000-8002/tcp",
    "65535-1",
    "HEALTHCHECK ",
    "CMD ",
    "[\"a\"]",
    "WORKDIR ",
    "../..",
    "/etc/nginx/",
    "é",
    "ENTRYPOINT ",
    "USER ",
    "RUN <<E\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_confs_hold_they_are_read(nginx in text(NGINX), part in text(NGINX), caddy in text(CADDY), docker in text(DOCKER)) {
        let tree = tempfile::tempdir().expect("a directory");
        let put = |path: &str, text: &str| fs::write(tree.path().join(path), text).expect("a file");
        put("nginx.conf", &format!("http {{ include a.conf; {nginx}"));
        put("a.conf", &format!("server {{ listen 80; {part}"));
        put("Caddyfile", &caddy);
        put("Dockerfile", &docker);
        put(
            "compose.yaml",
            "name: a\nservices:\n  a:\n    image: nginx:1\n    environment: {A: é}\n    volumes: [./nginx.conf:/etc/nginx/nginx.conf, \
             ./a.conf:/etc/nginx/a.conf]\n  b:\n    build: .\n    volumes: [./Caddyfile:/etc/caddy/Caddyfile]\n",
        );
        let facts = specc::facts::read(tree.path(), &specc::spec::model::Lint::default());
        for proxy in &facts.proxies {
            shown(&facts.sources, proxy);
            proxy.hops().count();
        }
    }
}
