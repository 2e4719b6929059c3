//! memcached: both probes, and a client with the URL.

use crate::harness::{Trial, alpine};
use crate::support::programs::{Server, command, program, wait_until};
use specc::catalog::Credentials;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

#[test]
fn memcached_is_reached_and_asked() {
    let trial = Trial::new("memcached", Credentials::default(), "");
    let Some(mut memcached) = command("memcached") else { return };
    let (Some(busybox), Some(_)) = (alpine(&trial, &["sh", "nc", "grep", "timeout"]), program("bash")) else {
        return;
    };
    // Each variant of the image has one of the two programs.
    let ready = || [trial.is_ready("1.6"), trial.is_ready_with("1.6-alpine", &busybox)];

    assert_eq!(ready(), [false; 2], "nothing runs");
    // It refuses to be root; whoever is not root is not asked.
    memcached.args(["-u", "nobody", "-l", "127.0.0.1", "-U", "0", "-p", &trial.port.to_string()]);
    let server = Server::start(&mut memcached);
    wait_until("the probes pass", || ready() == [true; 2]);

    let url = trial.url(None);
    let address = url.strip_prefix("memcached://").expect("its scheme");
    let mut connection = TcpStream::connect(address).expect("the address of the URL");
    connection.write_all(b"set wish 0 60 4\r\ntree\r\nget wish\r\n").expect("it listens");
    let lines = BufReader::new(connection).lines().take(3).map(|line| line.expect("it answers"));
    assert_eq!(lines.collect::<Vec<_>>(), ["STORED", "VALUE wish 0 4", "tree"]);

    drop(server);
    wait_until("the probes fail again", || ready() == [false; 2]);
}

#[test]
fn memcached_probe_wants_an_answer_and_not_just_a_listener() {
    let trial = Trial::new("memcached", Credentials::default(), "");
    let (Some(busybox), Some(_)) = (alpine(&trial, &["sh", "nc", "grep", "timeout"]), program("bash")) else {
        return;
    };
    // Connections wait in its queue: nobody ever answers.
    let _mute = std::net::TcpListener::bind(("127.0.0.1", trial.port)).expect("the port is free");
    assert!(!trial.is_ready("1.6"));
    assert!(!trial.is_ready_with("1.6-alpine", &busybox));
}
