//! What answers say, errors too; and what is refused.

use crate::proxy::client::{ask, get};
use crate::proxy::model::{cached, deployment, limited, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use specc::resolve::proxy::{Balance, Per, Route};

#[test]
fn every_answer_has_the_headers() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let gone = Upstream::start("gone");
    gone.stop();
    let http = port();
    let routes = vec![
        cached("/static", "app"),
        limited("/login", "app", 5, Per::Minute, 0),
        route("/gone", "gone"),
        route("/app", "app"),
    ];
    let upstreams = vec![
        upstream("app", &[app.port], Balance::RoundRobin),
        upstream("gone", &[gone.port], Balance::RoundRobin),
    ];
    let mut web = site("web", &["a.test"], http, routes);
    web.headers = vec![("x-frame-options".into(), "DENY".into()), ("X-Own".into(), "site's".into())];
    machine.write(&deployment("shop", service(), upstreams, vec![web]));
    let _nginx = machine.start("shop");

    let limited = || {
        let answers: Vec<_> = (0..6).map(|_| get(http, "a.test", "/login")).collect();
        answers.into_iter().find(|answer| answer.status == 429).expect("the limit is reached")
    };
    let big = vec![b'x'; (1 << 20) + 1];
    let too_big = ask(http, "POST", "a.test", "/app", &[], &big).expect("an answer");
    for (answer, status) in [
        (get(http, "a.test", "/app"), 200),
        (get(http, "a.test", "/app/status/404"), 404),
        (get(http, "a.test", "/app/status/500"), 500),
        (get(http, "a.test", "/nothing"), 404),
        (get(http, "a.test", "/gone"), 502),
        (get(http, "a.test", "/static/x.js"), 200),
        (get(http, "a.test", "/static/status/404"), 404),
        (limited(), 429),
        (too_big, 413),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
        assert_eq!(answer.header("x-own"), Some("site's"), "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        assert_eq!(answer.header("strict-transport-security"), None, "{answer:?}");
        assert_eq!(answer.header("server"), Some("nginx"), "{answer:?}");
        assert_eq!(answer.header("retry-after"), (status == 429).then_some("12"), "{answer:?}");
    }
    let fresh = get(http, "a.test", "/static/x.js");
    assert_eq!(fresh.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(get(http, "a.test", "/static/status/404").header("cache-control"), None);
    assert_eq!(get(http, "a.test", "/app").header("cache-control"), Some("no-store"));
}

#[test]
fn limits_let_a_burst_through_and_then_say_when_to_come_again() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let routes = vec![limited("/", "app", 1, Per::Minute, 3)];
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");

    let answers: Vec<_> = (0..6).map(|_| get(http, "a.test", "/")).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 429, 429]);
    assert_eq!(answers[5].header("retry-after"), Some("60"));
}

#[test]
fn bodies_are_as_great_as_the_site_and_the_route_say() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let upload = Route { body_size: Some(3000), ..route("/upload", "app") };
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let mut web = site("web", &["a.test"], http, vec![route("/", "app"), upload]);
    web.body_size = Some(2048);
    machine.write(&deployment("shop", service(), upstreams, vec![web]));
    let _nginx = machine.start("shop");

    for (path, bytes, status) in
        [("/", 2048, 200), ("/", 2049, 413), ("/upload", 3000, 200), ("/upload/x", 3001, 413)]
    {
        let answer = ask(http, "POST", "a.test", path, &[], &vec![b'x'; bytes]).expect("an answer");
        assert_eq!(answer.status, status, "{path} {bytes}");
    }
}

#[test]
fn a_container_learns_who_asked_and_cannot_be_told_otherwise() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let sites = vec![site("web", &["a.test"], http, vec![route("/", "app")])];
    machine.write(&deployment("shop", service(), upstreams, sites));
    let _nginx = machine.start("shop");

    let lies = [("X-Forwarded-For", "9.9.9.9"), ("X-Real-IP", "9.9.9.9"), ("Proxy", "http://evil.test")];
    let told = ask(http, "GET", "a.test", "/", &lies, b"").expect("an answer").body;
    for line in [
        &format!("Host: a.test:{http}"),
        "X-Real-IP: 127.0.0.1",
        "X-Forwarded-For: 127.0.0.1",
        &format!("X-Forwarded-Host: a.test:{http}"),
        "X-Forwarded-Proto: http",
    ] {
        assert!(told.lines().any(|other| other == line), "{line}: {told}");
    }
    assert!(!told.contains("evil") && !told.contains("9.9.9.9") && !told.contains("Connection:"), "{told}");
}

#[test]
fn only_those_who_may_are_let_in_and_strangers_names_are_not_answered() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let (named, mine, others) = (port(), port(), port());
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let by_address = |name: &str, port: u16, allow: &str| {
        let mut site = site(name, &[], port, vec![route("/", "app")]);
        site.allow = vec![allow.to_owned()];
        site
    };
    let sites = vec![
        site("web", &["a.test", "*.b.test"], named, vec![route("/", "app")]),
        by_address("mine", mine, "127.0.0.0/8"),
        by_address("others", others, "203.0.113.20"),
    ];
    machine.write(&deployment("shop", service(), upstreams, sites));
    let _nginx = machine.start("shop");

    assert_eq!(get(named, "a.test", "/").status, 200);
    assert_eq!(get(named, "x.b.test", "/").status, 200);
    assert!(ask(named, "GET", "c.test", "/", &[], b"").is_none(), "an unknown name is answered");
    assert_eq!(get(mine, "203.0.113.7", "/").status, 200);
    assert_eq!(get(others, "203.0.113.7", "/").status, 403);
}

#[test]
fn text_is_compressed_where_the_site_says_so() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let (squeezed, plain) = (port(), port());
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let mut other = site("other", &["a.test"], plain, vec![route("/", "app")]);
    other.gzip = false;
    let sites = vec![site("web", &["a.test"], squeezed, vec![route("/", "app")]), other];
    machine.write(&deployment("shop", service(), upstreams, sites));
    let _nginx = machine.start("shop");

    for (port, encoding) in [(squeezed, Some("gzip")), (plain, None)] {
        let answer =
            ask(port, "GET", "a.test", "/long", &[("Accept-Encoding", "gzip")], b"").expect("an answer");
        assert_eq!(answer.header("content-encoding"), encoding);
    }
}
