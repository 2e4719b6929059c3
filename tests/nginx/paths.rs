//! Which container gets a request, and what path it is asked for.

use crate::proxy::client::get;
use crate::proxy::model::{deployment, rewritten, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use specc::resolve::proxy::Balance;

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
