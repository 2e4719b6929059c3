//! wish-with-me: two domains, event streams, limits that differ by path, and a service that is asked by address.

use crate::played::{Played, one};
use crate::proxy::client::{Answer, get, secure};
use crate::proxy::nginx::Machine;
use crate::support::programs::{program, wait_until};
use std::collections::{BTreeMap, BTreeSet};

const DOMAIN: &str = "wishwith.example";

fn assert_from(answer: &Answer, container: &str, path: &str) {
    let said = format!("name: {container}\nGET {path} HTTP/1.1\n");
    assert!(answer.status == 200 && answer.body.starts_with(&said), "{said} / {answer:?}");
}

fn container(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.lines().next().unwrap_or_default().to_owned()
}

fn assert_headers(answer: &Answer, hsts: Option<&str>) {
    for (name, value) in [
        ("x-content-type-options", Some("nosniff")),
        ("x-frame-options", Some("SAMEORIGIN")),
        ("referrer-policy", Some("strict-origin-when-cross-origin")),
        ("strict-transport-security", hsts),
    ] {
        assert_eq!(answer.header(name), value, "{name}: {answer:?}");
    }
}

#[test]
fn paths_balancing_and_limits_are_as_the_spec_says() {
    let Some(machine) = Machine::new() else { return };
    let played = Played::new(one("wish-with-me", "production/ubuntu"), BTreeMap::new());
    played.install(&machine);
    let _nginx = machine.start(&played.deployment.project);
    let http = played.http();

    for domain in [DOMAIN, "api.wishwith.example"] {
        assert_from(&get(http, domain, "/"), "frontend", "/");
        assert_from(&get(http, domain, "/apifoo"), "frontend", "/apifoo");
        assert_from(&get(http, domain, "/healthy"), "frontend", "/healthy");
    }
    // One client keeps one of the two containers.
    let names: BTreeSet<_> = (0..8).map(|_| container(&get(http, DOMAIN, "/api/x"))).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let api = names.first().expect("one").trim_start_matches("name: ").to_owned();
    assert!(["core-api-1", "core-api-2"].contains(&api.as_str()), "{api}");
    assert_from(&get(http, DOMAIN, "/health"), &api, "/live");
    assert_from(&get(http, DOMAIN, "/health?deep=1"), &api, "/live?deep=1");
    assert_from(&get(http, DOMAIN, "/api/auth/login"), &api, "/api/auth/login");

    // 5r/m with a burst of 5: one of the six was the login above.
    let answers: Vec<_> = (0..7).map(|_| get(http, DOMAIN, "/api/auth/login")).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    assert_eq!(answers[6].header("retry-after"), Some("12"));
    assert_headers(&answers[6], None);

    // 10r/s with a burst of 20, whatever was asked before.
    std::thread::sleep(std::time::Duration::from_millis(2200));
    let answers: Vec<_> = (0..60).map(|_| get(http, DOMAIN, "/api/x")).collect();
    let let_through = answers.iter().take_while(|answer| answer.status == 200).count();
    assert!((21..60).contains(&let_through), "{let_through}");
    assert_eq!((answers[let_through].status, answers[let_through].header("retry-after")), (429, Some("1")));
    // Whoever is held back there is served elsewhere.
    assert_from(&get(http, DOMAIN, "/"), "frontend", "/");

    played.containers["frontend:80"].stop();
    wait_until("the frontend is gone", || get(http, DOMAIN, "/").status == 502);
    assert_headers(&get(http, DOMAIN, "/"), None);
}

#[test]
fn with_certificates_everything_is_said_over_tls() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    let played = Played::new(one("wish-with-me", "production/ubuntu"), BTreeMap::new());
    played.install(&machine);
    played.certify(&machine);
    let _nginx = machine.start(&played.deployment.project);
    let plain = get(played.http(), "api.wishwith.example", "/api/x?q=1");
    let to = Some("https://api.wishwith.example/api/x?q=1");
    assert_eq!((plain.status, plain.header("location")), (301, to));

    let hsts = Some("max-age=63072000");
    let home = secure(machine.tls, DOMAIN, "/");
    assert_from(&home, "frontend", "/");
    assert!(
        home.body.contains("X-Forwarded-Proto: https\n") && home.body.contains("Host: wishwith.example\n")
    );
    assert_headers(&home, hsts);
    assert_headers(&secure(machine.tls, DOMAIN, "/status/500"), hsts);
    assert_eq!(
        container(&secure(machine.tls, "api.wishwith.example", "/api/x")).get(..14),
        Some("name: core-api")
    );
    let answers: Vec<_> = (0..7).map(|_| secure(machine.tls, DOMAIN, "/api/auth/login")).collect();
    assert_eq!((answers[5].status, answers[6].status), (200, 429));
    assert_headers(&answers[6], hsts);
}

#[test]
fn the_other_host_serves_the_resolver_to_the_first_one_alone() {
    let Some(machine) = Machine::new() else { return };
    let mut played = Played::new(one("wish-with-me", "production/montreal"), BTreeMap::new());
    played.install(&machine);
    let nginx = machine.start(&played.deployment.project);
    let port = played.ports[&8001];
    assert_eq!(get(port, "198.51.100.30", "/").status, 403, "this machine is not `ubuntu`");
    drop(nginx);

    let proxy = played.deployment.proxy.as_mut().expect("a proxy");
    assert_eq!(proxy.sites[0].allow, ["203.0.113.20"]);
    proxy.sites[0].allow = vec!["127.0.0.1".to_owned()];
    played.install(&machine);
    let _nginx = machine.start(&played.deployment.project);
    let names: BTreeSet<_> = (0..8).map(|_| container(&get(port, "198.51.100.30", "/resolve"))).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["name: item-resolver-1", "name: item-resolver-2"]);
}
