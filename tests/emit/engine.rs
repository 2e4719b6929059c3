//! What a real engine makes of the file: what plain Compose honours, and that a project without `.env` can be stopped.

use std::fs;

use serde_json::Value as Json;
use specc::resolve::environment::*;

use crate::sample::{at, container, empty, full, render, secret};
use crate::support::compose_proof::dotenv;
use crate::support::engine::{Engine, run};

/// `HostConfig`, `Config` and the rest, as the engine has them.
fn inspect(engine: &Engine, name: &str) -> Json {
    let output = run(engine.docker().args(["inspect", name]));
    let list: Json = serde_json::from_slice(&output.stdout).unwrap();
    list[0].clone()
}

#[test]
fn the_engine_honours_what_is_written() {
    let Some(engine) = Engine::start() else { return };
    engine.image("postgres:16-alpine", &[], &[r#"CMD ["sleep", "1000"]"#]);
    let mut deployment = empty();
    let mut web = container("web");
    let source = full().containers[0].clone();
    web.limits = Resources { cpus: Some("0.5".into()), memory: Some(64 << 20), pids: Some(200) };
    web.reservations = Resources { cpus: None, memory: Some(32 << 20), pids: None };
    web.stop_grace = Some(1);
    web.shm_size = source.shm_size;
    web.user = Some("65534:65534".into());
    web.environment = vec![("SECRET".into(), at(Value(vec![Piece::Secret("SHOP_PRODUCTION_TOKEN".into())])))];
    web.ports =
        vec![at(Publish { bind: [127, 0, 0, 1].into(), host: 8080, container: 80, protocol: Protocol::Tcp })];
    web.mounts = vec![Mount { source: MountSource::Tmpfs, target: "/scratch".into(), read_only: false }];
    web.probe = Some(Probe {
        test: ["sh", "-c", "[ \"$SECRET\" = 'a$b\"c' ]"].map(str::to_owned).to_vec(),
        interval: 1,
        timeout: 5,
        retries: 3,
        start_period: 1,
    });
    let mut alone = container("alone");
    alone.networks = Vec::new();
    deployment.containers = vec![web, alone];
    deployment.secrets = vec![secret("token", false)];
    let folder = render(&deployment);
    fs::write(folder.path().join(".env"), format!("SHOP_PRODUCTION_TOKEN={}\n", dotenv("a$b\"c"))).unwrap();
    run(engine.compose().current_dir(&folder).args(["up", "-d", "--wait"]));

    let web = inspect(&engine, "shop-production-web");
    let host = &web["HostConfig"];
    assert_eq!(host["NanoCpus"], 500_000_000);
    assert_eq!(host["Memory"], 64 << 20);
    assert_eq!(host["MemoryReservation"], 32 << 20);
    assert_eq!(host["PidsLimit"], 200);
    assert_eq!(host["ShmSize"], 1_000_000);
    assert_eq!(host["Init"], true);
    assert_eq!(host["RestartPolicy"]["Name"], "unless-stopped");
    assert_eq!(host["LogConfig"]["Config"]["max-size"], "10m");
    assert_eq!(host["PortBindings"]["80/tcp"][0]["HostIp"], "127.0.0.1");
    assert_eq!(web["Config"]["StopTimeout"], 1);
    assert_eq!(web["Config"]["User"], "65534:65534");
    assert_eq!(web["State"]["Health"]["Status"], "healthy");
    assert!(web["NetworkSettings"]["Networks"].get("shop-production").is_some());
    assert_eq!(inspect(&engine, "shop-production-alone")["HostConfig"]["NetworkMode"], "none");

    // As the header of the file says.
    fs::remove_file(folder.path().join(".env")).unwrap();
    let refused = engine.compose().current_dir(&folder).arg("down").output().unwrap();
    assert!(!refused.status.success());
    run(engine.compose().current_dir(&folder).args(["-p", "shop-production", "down"]));
    let left = run(engine.docker().args(["ps", "-aq"]));
    assert_eq!(left.stdout, b"");
}
