//! nginx as part of a deployment, in a container as `resolve` promises it: files read-only, memory for the choice
//! of confs, certificates in a volume that certbot's container writes.

use crate::proxy::model::{deployment, letsencrypt, route, service, site};
use crate::support::engine::{Engine, run};
use crate::support::programs::wait_until;
use specc::emit::nginx::emit;
use specc::resolve::proxy::{Balance, Upstream};
use std::fs;
use std::path::Path;

const COMPOSE: &str = r#"
name: shop-production
services:
  app:
    image: app:1
    command: [httpd, -f, -p, "8000", -h, /etc]
  nginx:
    image: nginx:1.22.1
    command: [sh, /etc/specc/nginx/control.sh, run]
    ports: ["80:80", "443:443"]
    tmpfs: [/run/specc, /var/lib/nginx]
    volumes:
      - { type: bind, source: ./nginx, target: /etc/specc/nginx, read_only: true }
      - { type: volume, source: acme, target: /var/www/acme, read_only: true }
      - { type: volume, source: certificates, target: /etc/letsencrypt, read_only: true }
    healthcheck: { test: [CMD, sh, /etc/specc/nginx/control.sh, probe], interval: 1s, timeout: 10s, retries: 60 }
    depends_on: { app: { condition: service_started, restart: true } }
  certificates:
    image: app:1
    profiles: [certificates]
    entrypoint: [sh, /etc/specc/nginx/certificates.sh]
    volumes:
      - { type: bind, source: ./nginx, target: /etc/specc/nginx, read_only: true }
      - { type: volume, source: acme, target: /var/www/acme }
      - { type: volume, source: certificates, target: /etc/letsencrypt }
      - { type: bind, source: ./certbot, target: /bin/certbot, read_only: true }
volumes:
  acme: {}
  certificates: {}
"#;

/// Asks nginx for a challenge's answer, as Let's Encrypt does, before it makes the certificate.
const CERTBOT: &str = r#"#!/bin/sh
set -e
mkdir -p /var/www/acme/.well-known/acme-challenge /etc/letsencrypt/live/a.test
echo proof >/var/www/acme/.well-known/acme-challenge/token
[ "$(wget -q -O - http://nginx/.well-known/acme-challenge/token --header 'Host: a.test')" = proof ]
cd /etc/letsencrypt/live/a.test
OPENSSL_CONF=/dev/null openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a.test -keyout privkey.pem -out fullchain.pem
"#;

fn write(folder: &Path, header: &str) {
    let servers = vec!["app:8000".to_owned()];
    let upstreams = vec![Upstream { name: "app".to_owned(), servers, balance: Balance::RoundRobin }];
    let mut web = site("web", &["a.test"], 80, vec![route("/", "app")]);
    web.tls = letsencrypt("a.test");
    web.headers = vec![("X-Render".to_owned(), header.to_owned())];
    for artifact in emit(&deployment("shop", service(), upstreams, vec![web])) {
        let path = folder.join(artifact.path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(path, artifact.contents).expect("a file");
    }
}

#[test]
fn a_deployments_own_nginx_runs_gets_its_certificate_and_takes_up_a_new_render() {
    let Some(engine) = Engine::start() else { return };
    engine.image("app:1", &["openssl"], &[]);
    engine.image("nginx:1.22.1", &["nginx"], &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("compose.yaml"), COMPOSE).expect("a file");
    fs::write(at("certbot"), CERTBOT).expect("a file");
    run(std::process::Command::new("chmod").arg("755").arg(folder.path()).arg(at("certbot")));
    write(folder.path(), "first");
    let up =
        engine.compose().current_dir(&folder).args(["up", "-d", "--wait"]).output().expect("compose runs");
    if !up.status.success() {
        let logs = run(engine.compose().current_dir(&folder).args(["logs", "nginx"]));
        panic!("{}{}", String::from_utf8_lossy(&up.stderr), String::from_utf8_lossy(&logs.stdout));
    }

    let ask = |url: &str| {
        let mut curl = engine.inside("curl");
        curl.args(["-sik", "--max-time", "20", "--connect-to", "::127.0.0.1:", url]);
        String::from_utf8_lossy(&curl.output().expect("curl runs").stdout).into_owned()
    };
    assert!(ask("http://a.test/group").contains("root:x:0:"));

    run(engine.compose().current_dir(&folder).args(["run", "--rm", "certificates"]));
    run(engine.compose().current_dir(&folder).args([
        "exec",
        "-T",
        "nginx",
        "sh",
        "/etc/specc/nginx/control.sh",
        "reload",
    ]));
    // A while after a reload the old workers take connections still, and know of no certificate.
    wait_until("the site has turned to TLS", || {
        let answer = ask("https://a.test/group");
        ask("http://a.test/").contains(" 301 ")
            && answer.contains("root:x:0:")
            && answer.contains("\r\nx-render: first\r\n")
    });

    write(folder.path(), "second");
    run(engine.compose().current_dir(&folder).args([
        "exec",
        "-T",
        "nginx",
        "sh",
        "/etc/specc/nginx/control.sh",
        "reload",
    ]));
    wait_until("the new render is served", || ask("https://a.test/").contains("\r\nx-render: second\r\n"));
}
