//! Rendered Caddyfiles, served by the real Caddy on loopback.

mod proxy;
mod support;

use proxy::caddy::Caddy;
use proxy::client::{ask, connect, get};
use proxy::model::{cached, deployment, letsencrypt, rewritten, route, service, site, upstream};
use proxy::port;
use proxy::upstream::Upstream;
use specc::resolve::environment::Deployment;
use specc::resolve::proxy::{Balance, Placement, Route, Server, Site, Tls};
use std::io::{BufRead, BufReader, Write};

fn shop(
    placement: Placement,
    upstreams: Vec<specc::resolve::proxy::Upstream>,
    sites: Vec<Site>,
) -> Deployment {
    let mut shop = deployment("shop", placement, upstreams, sites);
    shop.proxy.as_mut().expect("a proxy").server = Server::Caddy;
    shop
}

#[test]
fn paths_match_whole_segments_and_keep_what_was_asked() {
    let Some(mut caddy) = Caddy::new() else { return };
    let (front, back) = (Upstream::start("front"), Upstream::start("back"));
    let routes = vec![
        route("/api", "back"),
        rewritten("/health", "/live", "back"),
        rewritten("/old", "/new", "back"),
        rewritten("/strip", "/", "back"),
        route("/", "front"),
    ];
    let upstreams = vec![
        upstream("front", &[front.port], Balance::RoundRobin),
        upstream("back", &[back.port], Balance::RoundRobin),
    ];
    let http = port();
    caddy.write(&shop(service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    caddy.start(&[http]);
    for (asked, name, got) in [
        ("/", "front", "/"),
        ("/apifoo", "front", "/apifoo"),
        ("/api", "back", "/api"),
        ("/api/x?q=1", "back", "/api/x?q=1"),
        ("/api/a%2Fb", "back", "/api/a%2Fb"),
        ("/health?x=1", "back", "/live?x=1"),
        ("/healthz", "front", "/healthz"),
        ("/old", "back", "/new"),
        ("/old/", "back", "/new/"),
        ("/old/x?q=1", "back", "/new/x?q=1"),
        ("/old/a%2Fb%3F", "back", "/new/a%2Fb%3F"),
        ("/%6Fld/x", "back", "/new/x"),
        ("/strip", "back", "/"),
        ("/strip/x%2Fy?q", "back", "/x%2Fy?q"),
    ] {
        let answer = get(http, "a.test", asked);
        let said = format!("name: {name}\nGET {got} HTTP/1.1");
        assert!(answer.status == 200 && answer.body.starts_with(&said), "{asked}: {said} / {answer:?}");
    }
    assert!(ask(http, "GET", "b.test", "/", &[], b"").is_none(), "an unknown name is answered");
}

#[test]
fn every_answer_has_the_headers() {
    let Some(mut caddy) = Caddy::new() else { return };
    let app = Upstream::start("app");
    let gone = Upstream::start("gone");
    gone.stop();
    let http = port();
    let upload = Route { body_size: Some(10), ..route("/upload", "app") };
    let upstreams = vec![
        upstream("app", &[app.port], Balance::RoundRobin),
        upstream("gone", &[gone.port], Balance::RoundRobin),
    ];
    let mut web = site(
        "web",
        &[],
        http,
        vec![cached("/static", "app"), route("/gone", "gone"), upload, route("/app", "app")],
    );
    web.headers =
        vec![("x-frame-options".into(), "DENY".into()), ("X-Own".into(), r#"it's "\ $x; #"#.into())];
    caddy.write(&shop(service(), upstreams, vec![web]));
    caddy.start(&[http]);
    for (path, status) in [
        ("/app", 200),
        ("/app/status/404", 404),
        ("/app/status/500", 500),
        ("/nothing", 404),
        ("/gone", 502),
        ("/static/x.js", 200),
        ("/static/status/404", 404),
    ] {
        let answer = get(http, "203.0.113.7", path);
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
        assert_eq!(answer.header("x-own"), Some(r#"it's "\ $x; #"#), "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        assert_eq!(answer.header("server"), None, "{answer:?}");
    }
    let fresh = get(http, "a", "/static/x.js");
    assert_eq!(fresh.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(get(http, "a", "/static/status/404").header("cache-control"), None);
    // Older ones say 502 for a body that is too great.
    let big = ask(http, "POST", "a", "/upload", &[], &[b'x'; 11]).expect("an answer").status;
    assert!([413, 502].contains(&big), "{big}");
    assert_eq!(ask(http, "POST", "a", "/upload", &[], &[b'x'; 10]).expect("an answer").status, 200);
    let lies = [("X-Forwarded-For", "9.9.9.9"), ("X-Real-IP", "9.9.9.9"), ("Proxy", "evil")];
    let told = ask(http, "GET", "a.test", "/app", &lies, b"").expect("an answer").body;
    assert!(!told.contains("9.9.9.9") && !told.contains("evil"), "{told}");
    for line in ["X-Real-Ip: 127.0.0.1", "X-Forwarded-For: 127.0.0.1"] {
        assert!(told.lines().any(|other| other == line), "{line}: {told}");
    }
}

#[test]
fn streams_flow_and_strangers_stay_out() {
    let Some(mut caddy) = Caddy::new() else { return };
    let (one, two) = (Upstream::start("one"), Upstream::start("two"));
    let (open, closed) = (port(), port());
    let upstreams = vec![
        upstream("app", &[one.port], Balance::RoundRobin),
        upstream("two", &[one.port, two.port], Balance::IpHash),
    ];
    let stream = Route { stream: true, ..route("/", "app") };
    let mut stranger = site("closed", &[], closed, vec![route("/", "app")]);
    stranger.allow = vec!["203.0.113.0/24".to_owned(), "10.0.0.1".to_owned()];
    let sites = vec![site("open", &[], open, vec![stream, route("/two", "two")]), stranger];
    caddy.write(&shop(service(), upstreams, sites));
    caddy.start(&[open, closed]);

    assert_eq!(get(closed, "a", "/").status, 403);
    let first = get(open, "a", "/two").body;
    assert!((0..5).all(|_| get(open, "a", "/two").body == first), "one client keeps one container");
    let mut stream = connect(open);
    write!(stream, "GET /events HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n").expect("a request");
    let mut lines = BufReader::new(stream).lines();
    for number in 1..=3 {
        one.go.send(()).expect("the container listens");
        let event = format!("data: {number}");
        assert!(lines.by_ref().map_while(Result::ok).any(|line| line.starts_with(&event)), "no {event}");
    }
}

#[test]
fn plain_http_leads_to_tls_where_there_is_tls() {
    let Some(mut caddy) = Caddy::new() else { return };
    let Some(mut openssl) = support::programs::command("openssl") else { return };
    let (key, certificate) = (caddy.path("key.pem"), caddy.path("cert.pem"));
    let words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl.args(words).args(["-subj", "/CN=a.test", "-addext", "subjectAltName=DNS:a.test", "-keyout"]);
    assert!(openssl.arg(&key).arg("-out").arg(&certificate).output().expect("openssl runs").status.success());
    let app = Upstream::start("app");
    let mut web = site("web", &["a.test"], 80, vec![route("/", "app")]);
    let file = |path: &std::path::Path| path.display().to_string();
    web.tls = Tls::Files { certificate: file(&certificate), key: file(&key), hsts: 60 };
    caddy.write(&shop(service(), vec![upstream("app", &[app.port], Balance::RoundRobin)], vec![web]));
    caddy.start(&[caddy.tls, caddy.http]);

    let answer = get(caddy.http, "a.test", "/x");
    assert_eq!((answer.status, answer.header("location")), (301, Some("https://a.test/x")));
    assert!(ask(caddy.http, "GET", "b.test", "/", &[], b"").is_none(), "an unknown name is answered");
    let Some(mut curl) = support::programs::command("curl") else { return };
    curl.args(["--silent", "--insecure", "--include", "--http1.1", "https://a.test/x", "--connect-to"]);
    let output = curl.arg(format!("::127.0.0.1:{}", caddy.tls)).output().expect("curl runs");
    let answer = proxy::client::parse(&output.stdout).expect("an answer");
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=60"));
    assert!(answer.body.contains("X-Forwarded-Proto: https\n"), "{answer:?}");
}

#[test]
fn a_caddy_that_others_use_is_given_sites_only() {
    let Some(caddy) = Caddy::new() else { return };
    let mut web = site("web", &["a.test", "www.a.test"], 80, vec![route("/", "app")]);
    web.tls = letsencrypt("a.test");
    let sites = vec![web, site("address", &[], 8001, vec![route("/", "app")])];
    let upstreams = vec![upstream("app", &[8000], Balance::RoundRobin)];
    let deployment = shop(Placement::Host, upstreams, sites);
    caddy.write(&deployment);
    let text = specc::emit::caddy::emit(&deployment).remove(0).contents;
    assert!(text.contains("\nhttps://a.test, https://www.a.test {\n") && !text.contains("abort"), "{text}");
    assert!(text.contains("\nhttp://127.0.0.1:8001 {\n"), "{text}");
}

#[test]
fn awkward_header_values_arrive_as_they_are() {
    let Some(mut caddy) = Caddy::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let values = [
        "\"",
        "\\",
        "\\\"",
        "a\\",
        "'",
        "$",
        "$HOME",
        "#",
        "a # b",
        ";",
        "// x",
        "*",
        "%",
        "\\n",
        "<<X",
        "import x",
        "é",
        "[a](b)",
        "x, y",
        "&",
        "\"a\" b \"",
        "~",
        "!",
        "|",
        "&&",
    ];
    let named =
        || values.iter().enumerate().map(|(index, value)| (format!("X-T{index}"), (*value).to_owned()));
    let mut web = site("web", &["a.test"], http, vec![route("/", "app")]);
    web.headers = named().collect();
    caddy.write(&shop(service(), vec![upstream("app", &[app.port], Balance::RoundRobin)], vec![web]));
    caddy.start(&[http]);
    let answer = get(http, "a.test", "/");
    for (name, value) in named() {
        assert_eq!(answer.header(&name), Some(value.as_str()));
    }
}

#[test]
fn an_address_of_ipv6_stands_in_brackets() {
    let Some(caddy) = Caddy::new() else { return };
    let upstreams = vec![upstream("app", &[8000], Balance::RoundRobin)];
    let sites = vec![site("web", &[], 8090, vec![route("/", "app")])];
    let mut shop = shop(Placement::Host, upstreams, sites);
    shop.host.address = Some("2001:db8::1".to_owned());
    caddy.write(&shop);
    let written = std::fs::read_to_string(caddy.path("Caddyfile")).expect("a file");
    assert!(written.contains("http://[2001:db8::1]:8090"), "{written}");
}
