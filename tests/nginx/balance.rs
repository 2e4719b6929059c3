//! How requests are spread, and what happens to them when something stops or reloads.

use crate::proxy::client::get;
use crate::proxy::model::{deployment, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use crate::support::programs::wait_until;
use specc::resolve::proxy::Balance;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

fn named(port: u16, path: &str) -> String {
    let answer = get(port, "a.test", path);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn requests_are_spread_as_the_service_says() {
    let Some(machine) = Machine::new() else { return };
    let (one, two) = (Upstream::start("one"), Upstream::start("two"));
    let ports = [one.port, two.port];
    let http = port();
    let upstreams = vec![
        upstream("hash", &ports, Balance::IpHash),
        upstream("least", &ports, Balance::LeastConn),
        upstream("turn", &ports, Balance::RoundRobin),
    ];
    let routes = vec![route("/hash", "hash"), route("/least", "least"), route("/turn", "turn")];
    machine.write(&deployment("shop", service(), upstreams, vec![site("web", &["a.test"], http, routes)]));
    let _nginx = machine.start("shop");

    let count = |path: &str| (0..8).filter(|_| named(http, path) == "name: one").count();
    assert_eq!(count("/turn"), 4, "in turn");
    assert!([0, 8].contains(&count("/hash")), "one client keeps one container");

    // While one container is busy with a request, the other gets all that come.
    let held = thread::spawn(move || named(http, "/least/held"));
    let mut spare = String::new();
    wait_until("one container is busy", || {
        let names: Vec<_> = (0..6).map(|_| named(http, "/least")).collect();
        spare.clone_from(&names[0]);
        names.iter().all(|name| *name == names[0])
    });
    for container in [&one, &two] {
        container.go.send(()).expect("the container listens");
    }
    assert_ne!(held.join().expect("an answer"), spare);
}

#[test]
fn a_request_goes_to_another_container_when_one_is_gone() {
    let Some(machine) = Machine::new() else { return };
    let (one, two) = (Upstream::start("one"), Upstream::start("two"));
    let http = port();
    let upstreams = vec![upstream("app", &[one.port, two.port], Balance::RoundRobin)];
    let sites = vec![site("web", &["a.test"], http, vec![route("/", "app")])];
    machine.write(&deployment("shop", service(), upstreams, sites));
    let _nginx = machine.start("shop");
    two.stop();
    for _ in 0..6 {
        assert_eq!(named(http, "/"), "name: one");
    }
}

#[test]
fn a_reload_loses_no_request() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let mut shop = deployment(
        "shop",
        service(),
        upstreams,
        vec![site("web", &["a.test"], http, vec![route("/", "app")])],
    );
    machine.write(&shop);
    let _nginx = machine.start("shop");

    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        named(http, "/");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for number in 0..4 {
            let proxy = shop.proxy.as_mut().expect("a proxy");
            proxy.sites[0].headers = vec![("X-Number".to_owned(), number.to_string())];
            machine.write(&shop);
            let reload = machine.run("shop", Some("reload"));
            assert!(reload.status.success(), "{reload:?}");
            let number = number.to_string();
            wait_until("the new configuration answers", || {
                get(http, "a.test", "/").header("x-number") == Some(&number)
            });
            let before = answered.load(Ordering::Relaxed);
            wait_until("others are answered", || {
                clients.iter().any(thread::ScopedJoinHandle::is_finished)
                    || answered.load(Ordering::Relaxed) > before + 20
            });
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_conf_that_nginx_refuses_is_not_loaded() {
    let Some(machine) = Machine::new() else { return };
    let app = Upstream::start("app");
    let http = port();
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let sites = vec![site("web", &["a.test"], http, vec![route("/", "app")])];
    machine.write(&deployment("shop", service(), upstreams, sites));
    let _nginx = machine.start("shop");
    std::fs::write(machine.path("shop/nginx/conf.d/by-hand.conf"), "nonsense;").expect("a file");
    let reload = machine.run("shop", Some("reload"));
    assert!(!reload.status.success());
    assert!(String::from_utf8_lossy(&reload.stderr).contains("unknown directive \"nonsense\""), "{reload:?}");
    named(http, "/");
}
