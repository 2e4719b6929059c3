//! Texts of a spec stay texts: whatever a header holds arrives as it was written.

use crate::proxy::client::get;
use crate::proxy::model::{deployment, rewritten, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use specc::resolve::proxy::Balance;
use specc::spec::values::{HeaderValue, UrlPath};

/// What nginx reads as something else, in and out of quotes.
const AWKWARD: [&str; 24] = [
    "\"",
    "\\",
    "'",
    "$",
    "${host}",
    "$host",
    "{",
    "}",
    ";",
    "#",
    "\\\"",
    "\\n",
    "\\$",
    "$1",
    "~",
    "; } server {",
    "é",
    "\\",
    "$$",
    "\\\\",
    "`",
    "%",
    "$arg_x",
    "x",
];

/// Texts of such pieces, as many as one nginx is asked about at once.
fn texts(count: usize) -> Vec<String> {
    let piece = prop_oneof![proptest::sample::select(&AWKWARD[..]).prop_map(str::to_owned), "[ -~]{1,3}"];
    let texts = vec(vec(piece, 1..12).prop_map(|pieces| pieces.concat().trim().to_owned()), count);
    // The same ones on each run: a failure is one that can be seen again.
    texts.new_tree(&mut TestRunner::deterministic()).expect("texts").current()
}

#[test]
fn awkward_header_values_arrive_as_they_are() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let mut values = texts(150);
    values.extend(AWKWARD.map(str::to_owned));
    values.push("x".repeat(1024));
    values.push("\"".repeat(1024));
    values.push("$".repeat(60));
    // As long as a spec lets them be.
    assert!(HeaderValue::parse(&"\"".repeat(1024)).is_ok() && HeaderValue::parse(&"x".repeat(1025)).is_err());
    values.retain(|value| !value.is_empty());
    let named = || values.iter().enumerate().map(|(index, value)| (format!("X-T{index}"), value.clone()));
    let mut web = site("web", &["a.test"], http, vec![route("/", "app")]);
    web.headers = named().collect();
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    machine.write(&deployment("shop", service(), upstreams, vec![web]));
    let _nginx = machine.start("shop");

    let answer = get(http, "a.test", "/");
    assert_eq!(answer.status, 200, "{answer:?}");
    for (name, value) in named() {
        assert_eq!(answer.header(&name), Some(value.as_str()));
    }
}

#[test]
fn awkward_paths_match_themselves() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    // More than a spec may say.
    let paths = ["/a.b", "/a+b", "/(a)", "/a;b", "/~a", "/a'b", "/@a", "/a&b=c,d", "/-_!:"];
    let routes = paths.iter().map(|path| rewritten(path, &format!("/to{path}"), "app")).collect();
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");
    for path in paths {
        let body = get(http, "a.test", &format!("{path}/x")).body;
        assert!(body.starts_with(&format!("name: app\nGET /to{path}/x HTTP")), "{path}: {body}");
    }
    assert_eq!(get(http, "a.test", "/aXb").status, 404);
    for path in
        ["api", "/a b", "/a\"b", "/a$b", "/a{b", "/a?b", "/a#b", "/a%2Fb", "/a//b", "/a/../b", "/a\nb"]
    {
        assert!(UrlPath::parse(path).is_err(), "{path}");
    }
}
