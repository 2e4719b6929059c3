//! What the four systems render to runs on the floor that is promised: a real engine, and the Compose beside it.
//!
//! Servers that Debian packages are real (postgres, redis, nginx, caddy); applications, minio and mongo are stand-ins
//! under the names that the Compose file asks for: see `images`. Two things are not as rendered: probes ask every
//! second instead of every ten, and the proxy is said to be of the version that Debian has.
#![allow(unreachable_pub, reason = "each module is the test's own")]

mod chitram;
mod copilotos_bridge;
mod filter_ical;
mod images;
mod machine;
#[path = "../support/mod.rs"]
mod support;
mod visitors;
mod wish_with_me;

use std::fs;

use support::engine::{Engine, run};

#[test]
fn an_engine_runs_a_project() {
    let Some(engine) = Engine::start() else { return };
    engine.image("hello:1", &["curl"], &[r#"CMD ["httpd", "-f", "-p", "80", "-h", "/etc"]"#]);

    let output = run(engine.docker().args(["run", "--rm", "hello:1", "echo", "hello"]));
    assert_eq!(output.stdout, b"hello\n");

    let project = tempfile::tempdir().unwrap();
    let file = r#"
name: hello
services:
  web:
    image: hello:1
    ports: ["127.0.0.1:80:80"]
    healthcheck: { test: [CMD, curl, -sf, "http://127.0.0.1/passwd"], interval: 1s }
"#;
    fs::write(project.path().join("compose.yaml"), file).unwrap();
    run(engine.compose().current_dir(&project).args(["up", "-d", "--wait"]));
    let output = run(engine.inside("curl").args(["-sf", "http://127.0.0.1/group"]));
    assert_eq!(output.stdout, b"root:x:0:\nnogroup:x:65534:\n");
}
