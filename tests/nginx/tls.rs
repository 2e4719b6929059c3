//! From no certificate to TLS.

use crate::proxy::client::{Answer, curl, get, parse, secure};
use crate::proxy::model::{deployment, letsencrypt, limited, route, service, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use crate::support::programs::{command, program, wait_until};
use specc::resolve::environment::Deployment;
use specc::resolve::proxy::{Balance, Per, Placement, Tls};
use std::fs;
use std::thread;
use std::time::Duration;

fn shop(placement: Placement, app: &Upstream, http: u16) -> Deployment {
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let routes = vec![limited("/login", "app", 1, Per::Minute, 0), route("/", "app")];
    let mut web = site("web", &["a.test", "www.a.test"], http, routes);
    web.tls = letsencrypt("a.test");
    deployment("shop", placement, upstreams, vec![web])
}

/// A while after a reload the old workers take connections still, beside the new ones.
fn wait_for_tls(http: u16) {
    let mut in_a_row = 0;
    wait_until("the site has turned to TLS", || {
        in_a_row = if get(http, "a.test", "/").status == 301 { in_a_row + 1 } else { 0 };
        in_a_row == 20
    });
}

fn assert_secure(machine: &Machine, http: u16) {
    let plain = get(http, "www.a.test", "/x?q=1");
    assert_eq!((plain.status, plain.header("location")), (301, Some("https://www.a.test/x?q=1")));
    assert_eq!(plain.header("strict-transport-security"), None);
    for path in ["/", "/status/404", "/login", "/login"] {
        let answer = secure(machine.tls, "a.test", path);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"), "{path}");
        if answer.status == 200 {
            for line in ["Host: a.test", "X-Forwarded-Proto: https"] {
                assert!(answer.body.lines().any(|other| other == line), "{line}: {}", answer.body);
            }
        }
    }
}

#[test]
fn a_deployments_own_nginx_turns_to_tls_by_itself() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    let app = Upstream::start("app");
    let http = port();
    machine.write(&shop(service(), &app, http));
    let nginx = machine.start("shop");

    let challenges = machine.path("acme/.well-known/acme-challenge");
    fs::create_dir_all(&challenges).expect("a folder");
    fs::write(challenges.join("token"), "proof").expect("a file");
    let challenge = || get(http, "a.test", "/.well-known/acme-challenge/token");
    let answered = |answer: &Answer| (answer.status, answer.body.clone()) == (200, "proof".to_owned());

    // Without a certificate there is a site, and nobody is told to come by TLS alone.
    assert!(answered(&challenge()));
    let plain = get(http, "a.test", "/");
    assert_eq!((plain.status, plain.header("strict-transport-security")), (200, None));
    assert_eq!(curl(machine.tls, "a.test", "/", &[]).status.code(), Some(35), "the handshake is refused");

    machine.certify("a.test");
    wait_for_tls(http);
    assert!(answered(&challenge()));
    assert_secure(&machine, http);

    // Names that are not served: no handshake; and no answer where the name inside is another.
    assert_eq!(curl(machine.tls, "b.test", "/", &[]).status.code(), Some(35));
    let inner = curl(machine.tls, "a.test", "/", &["--http1.1", "--header", "Host: b.test"]);
    assert_eq!(parse(&inner.stdout).map(|answer| answer.status), Some(421), "{inner:?}");
    assert_eq!(curl(machine.tls, "a.test", "/", &["--tls-max", "1.1"]).status.code(), Some(35));
    let two = curl(machine.tls, "a.test", "/", &["--http2"]);
    assert!(two.stdout.starts_with(b"HTTP/2 200"), "{two:?}");

    // The next start finds the certificate there; without it, the site is plain again rather than nginx dead.
    drop(nginx);
    let nginx = machine.start("shop");
    assert_secure(&machine, http);
    drop(nginx);
    fs::remove_dir_all(machine.path("letsencrypt/live")).expect("the certificates go");
    let _nginx = machine.start("shop");
    assert_eq!(get(http, "a.test", "/").status, 200);
}

/// What the handshake shows.
fn certificate(machine: &Machine) -> String {
    let mut openssl = command("openssl").expect("openssl is installed");
    let address = format!("127.0.0.1:{}", machine.tls);
    let said = openssl.args(["s_client", "-connect", &address, "-servername", "a.test"]).output();
    let said = String::from_utf8_lossy(&said.expect("openssl runs").stdout).into_owned();
    let (_, rest) = said.split_once("-----BEGIN CERTIFICATE-----").expect("a certificate is shown");
    rest.split_once("-----END").expect("a whole one").0.to_owned()
}

#[test]
fn a_half_written_renewal_changes_nothing_until_it_is_whole() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    let app = Upstream::start("app");
    let http = port();
    machine.certify("a.test");
    machine.write(&shop(service(), &app, http));
    let _nginx = machine.start("shop");
    let first = certificate(&machine);

    // The next one, as it will be, and what of it there is at each moment.
    let live = machine.path("letsencrypt/live/a.test");
    let [chain, key] = ["fullchain.pem", "privkey.pem"].map(|name| live.join(name));
    let old_key = fs::read(&key).expect("the key");
    machine.certify("a.test");
    let [new_chain, new_key] = [&chain, &key].map(|path| fs::read(path).expect("a file"));
    let error_log = || fs::read_to_string(machine.path("error.log")).unwrap_or_default();
    let moments: [(&str, &[u8], &[u8]); 4] = [
        ("nothing of the chain", b"", &new_key),
        ("half of the chain", &new_chain[..new_chain.len() / 2], &new_key),
        ("half of the key", &new_chain, &new_key[..new_key.len() / 2]),
        ("the old key", &new_chain, &old_key),
    ];
    for (what, chain_now, key_now) in moments {
        fs::write(&key, key_now).expect("a file");
        fs::write(&chain, chain_now).expect("a file");
        // The watch looks each second here: it meets this moment more than once.
        thread::sleep(Duration::from_millis(2500));
        assert_eq!(get(http, "a.test", "/").status, 301, "{what}: the site is still one of TLS");
        assert_eq!(certificate(&machine), first, "{what}: the old certificate is shown");
        assert_eq!(secure(machine.tls, "a.test", "/").status, 200, "{what}: and serves\n{}", error_log());
        let reload = machine.run("shop", Some("reload"));
        assert!(!reload.status.success(), "{what}: who asks is told\n{reload:?}");
    }

    // Now it is whole, and nobody has to say so.
    fs::write(&key, &new_key).expect("a file");
    wait_until("the new certificate is shown", || certificate(&machine) != first);
    assert_secure(&machine, http);
}

#[test]
fn the_machines_nginx_is_given_confs_that_it_accepts() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    let app = Upstream::start("app");
    let http = port();
    machine.write_own_nginx();
    machine.write(&shop(Placement::Host, &app, http));
    let put = machine.run("shop", None);
    assert!(put.status.success(), "{put:?}");
    let _nginx = machine.start_own(http);
    assert_eq!(get(http, "a.test", "/").status, 200);

    machine.certify("a.test");
    let reload = || machine.run("shop", Some("reload"));
    assert!(reload().status.success());
    wait_for_tls(http);
    assert_secure(&machine, http);

    // A broken certificate: what was there before stays, whole.
    let names = || {
        let mut names: Vec<_> = fs::read_dir(machine.path("conf.d"))
            .expect("the confs")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let before = names();
    fs::write(machine.path("letsencrypt/live/a.test/fullchain.pem"), "half").expect("a file");
    assert!(!reload().status.success());
    assert_eq!(names(), before);
    assert_secure(&machine, http);

    // Twice the same is once.
    machine.certify("a.test");
    assert!(reload().status.success() && reload().status.success());
    assert_eq!(names(), before);
}

#[test]
fn a_certificate_of_ones_own_is_used_as_it_is() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    let app = Upstream::start("app");
    let http = port();
    machine.certify("own");
    let mut shop = shop(service(), &app, http);
    let live = machine.path("letsencrypt/live/own");
    let proxy = shop.proxy.as_mut().expect("a proxy");
    proxy.sites[0].tls = Tls::Files {
        certificate: live.join("fullchain.pem").display().to_string(),
        key: live.join("privkey.pem").display().to_string(),
        hsts: 63_072_000,
    };
    machine.write(&shop);
    let _nginx = machine.start("shop");
    assert_secure(&machine, http);
}
