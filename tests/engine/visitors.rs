//! Who reaches a published port: by IPv4 and by IPv6, from the machine and from elsewhere.

use crate::support::engine::{Engine, run};
use crate::support::programs::wait_until;
use std::fs;
use std::process::Command;

const SPEC: &str = r#"
project: visits
hosts: { box: {} }
services:
  everyone: { image: hello:1, port: 80, health: { path: /passwd, via: curl } }
  by-six: { image: hello:1, port: 80, health: { path: /passwd, via: curl } }
  nobody: { image: hello:1, port: 80, health: { path: /passwd, via: curl } }
environments:
  production:
    runs_on: box
    publish:
      everyone: { port: 8080, bind: 0.0.0.0 }
      by-six: { port: 8081, bind: "::1" }
      nobody: 8082
"#;

/// Networks of a deployment are of IPv4, which is nothing to a visitor: the engine takes both on the host.
#[test]
fn a_visitor_by_ipv6_reaches_what_is_published_for_all_and_nothing_else() {
    let Some(engine) = Engine::start() else { return };
    let Some(elsewhere) = Engine::start() else { return };
    engine.image("hello:1", &["curl"], &[r#"CMD ["httpd", "-f", "-p", "80", "-h", "/etc"]"#]);
    engine.connect("203.0.113.20", &elsewhere, "203.0.113.21");
    for (host, address, far) in
        [(&engine, "2001:db8::20", "2001:db8::21"), (&elsewhere, "2001:db8::21", "2001:db8::20")]
    {
        run(host.inside("ip").args(["address", "add", &format!("{address}/128"), "dev", "cable", "nodad"]));
        run(host.inside("ip").args(["route", "add", &format!("{far}/128"), "dev", "cable"]));
    }

    let project = tempfile::tempdir().expect("a folder");
    fs::write(project.path().join("specc.yaml"), SPEC).expect("a file");
    run(Command::new(env!("CARGO_BIN_EXE_specc")).arg("-C").arg(project.path()).args(["render", "--quiet"]));
    let rendered = project.path().join("deploy/production");
    run(engine.compose().current_dir(&rendered).args(["up", "-d", "--wait"]));

    let reaches = |from: &Engine, address: &str| {
        let mut curl = from.inside("curl");
        let said = curl.args(["-sf", "--max-time", "5", &format!("http://{address}/passwd")]).output();
        said.expect("curl runs").stdout.starts_with(b"root:")
    };
    // The cable's own addresses take a moment to settle.
    wait_until("the two machines see each other by IPv6", || reaches(&elsewhere, "[2001:db8::20]:8080"));
    for (from, address, answers) in [
        (&engine, "127.0.0.1:8080", true),
        (&engine, "[::1]:8080", true),
        (&elsewhere, "203.0.113.20:8080", true),
        (&elsewhere, "[2001:db8::20]:8080", true),
        (&engine, "[::1]:8081", true),
        (&engine, "127.0.0.1:8081", false),
        (&elsewhere, "[2001:db8::20]:8081", false),
        (&engine, "127.0.0.1:8082", true),
        (&engine, "[::1]:8082", false),
        (&elsewhere, "203.0.113.20:8082", false),
        (&elsewhere, "[2001:db8::20]:8082", false),
    ] {
        assert_eq!(reaches(from, address), answers, "{address}");
    }
}
