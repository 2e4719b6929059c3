//! Rendered nginx confs, served by the real nginx on loopback.

mod proxy;
mod support;

use proxy::client::{ask, get};
use proxy::model::{cached, deployment, limited, rewritten, route, service, site, upstream};
use proxy::nginx::Machine;
use proxy::port;
use proxy::upstream::Upstream;
use specc::resolve::proxy::{Balance, Per};

#[test]
fn paths_match_whole_segments_and_keep_what_was_asked() {
    let Some(machine) = Machine::new() else { return };
    let (front, back) = (Upstream::start("front"), Upstream::start("back"));
    let http = port();
    let routes = vec![
        rewritten("/health", "/live", "back"),
        rewritten("/old", "/new", "back"),
        rewritten("/strip", "/", "back"),
        route("/api", "back"),
        route("/", "front"),
    ];
    let upstreams = vec![
        upstream("front", &[front.port], Balance::RoundRobin),
        upstream("back", &[back.port], Balance::RoundRobin),
    ];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");

    for (asked, name, got) in [
        ("/", "front", "/"),
        ("/apifoo", "front", "/apifoo"),
        ("/api", "back", "/api"),
        ("/api/", "back", "/api/"),
        ("/api/x?q=1", "back", "/api/x?q=1"),
        ("/api/a%2Fb", "back", "/api/a%2Fb"),
        ("/api%0Afoo", "front", "/api%0Afoo"),
        ("/health", "back", "/live"),
        ("/health?x=1", "back", "/live?x=1"),
        ("/healthz", "front", "/healthz"),
        ("/old", "back", "/new"),
        ("/old/", "back", "/new/"),
        ("/old/x?q=1", "back", "/new/x?q=1"),
        ("/old?q=/../x", "back", "/new?q=/../x"),
        ("/old/a%2Fb", "back", "/new/a%2Fb"),
        ("/old/a%20b%3F?c%20d", "back", "/new/a%20b%3F?c%20d"),
        ("/old//x/../y", "back", "/new/y"),
        ("/%6Fld/x?q", "back", "/new/x?q"),
        ("/old/..%2fx", "front", "/old/..%2fx"),
        ("/strip", "back", "/"),
        ("/strip?q", "back", "/?q"),
        ("/strip/x%2Fy", "back", "/x%2Fy"),
        ("/strip/.hidden", "back", "/.hidden"),
    ] {
        let answer = get(http, "a.test", asked);
        assert_eq!(answer.status, 200, "{asked}: {answer:?}");
        let said = format!("name: {name}\nGET {got} HTTP/1.1");
        assert!(answer.body.starts_with(&said), "{asked}: {said} / {}", answer.body);
    }
}

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
