//! Answers that come in pieces, and connections that become something else.

use crate::proxy::client::connect;
use crate::proxy::model::{deployment, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use specc::resolve::proxy::{Balance, Route};
use std::io::{BufRead, BufReader, Read, Write};

#[test]
fn an_event_stream_is_not_held_back() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let routes = vec![Route { stream: true, ..route("/api", "app") }];
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");

    let mut stream = connect(http);
    // Compression is what holds events back.
    write!(stream, "GET /api/events HTTP/1.1\r\nHost: a.test\r\nAccept-Encoding: gzip\r\n\r\n")
        .expect("a request");
    let mut lines = BufReader::new(stream).lines();
    for number in 1..=3 {
        // The next event leaves the container only now, so nothing pushes an earlier one through.
        app.go.send(()).expect("the container listens");
        let event = format!("data: {number}");
        assert!(
            lines.by_ref().map_while(Result::ok).any(|line| line.starts_with(&event)),
            "{event} did not come"
        );
    }
}

#[test]
fn a_websocket_is_passed_through_only_where_it_may_be() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let routes = vec![Route { websocket: true, ..route("/ws", "app") }, route("/", "app")];
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");

    let upgrade = |path: &str| {
        let mut stream = connect(http);
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("a request");
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).expect("an answer");
        (reader, status)
    };

    let (mut reader, status) = upgrade("/ws/socket");
    assert!(status.starts_with("HTTP/1.1 101"), "{status}");
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).expect("a header");
    }
    for word in [b"ping", b"pong"] {
        reader.get_mut().write_all(word).expect("the socket takes bytes");
        let mut back = [0; 4];
        reader.read_exact(&mut back).expect("the socket gives them back");
        assert_eq!(&back, word);
    }
    let (mut reader, status) = upgrade("/ws/plain");
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    let mut told = vec![0; 1500];
    let length = reader.read(&mut told).expect("an answer");
    assert!(length > 0);
    let (_, status) = upgrade("/plain");
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
}
