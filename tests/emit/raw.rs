//! Raw blocks: merged last, over whatever was computed.

use serde_yaml::Value;

use crate::sample::{file, full, render};
use crate::support::compose_proof::prove;

fn with(service: &str, all: &str) -> (Value, specc::resolve::Deployment) {
    let mut deployment = full();
    deployment.containers[0].raw = Some(serde_yaml::from_str(service).unwrap());
    deployment.raw = Some(serde_yaml::from_str(all).unwrap());
    let text = file(&deployment, "compose.yaml");
    (serde_yaml::from_str(&text).unwrap(), deployment)
}

#[test]
fn maps_merge_lists_and_scalars_replace_and_null_removes() {
    let (value, deployment) = with(
        "{ hostname: db, restart: always, init: null, healthcheck: { retries: 9, timeout: null },
           deploy: { resources: { limits: { cpus: '2' } } }, ports: [], ulimits: { nofile: { soft: 1, hard: 2 } } }",
        "{ services: { postgres: { hostname: other }, extra: { image: busybox } }, volumes: { more: null, new: {} },
           networks: null, x-note: 'no' }",
    );
    let postgres = &value["services"]["postgres"];
    assert_eq!(postgres["hostname"], "other");
    assert_eq!(postgres["restart"], "always");
    assert_eq!(postgres.get("init"), None);
    assert_eq!(postgres["healthcheck"]["retries"], 9);
    assert_eq!(postgres["healthcheck"].get("timeout"), None);
    assert_eq!(postgres["healthcheck"]["interval"], "90s");
    assert_eq!(postgres["deploy"]["resources"]["limits"]["cpus"], "2");
    assert_eq!(postgres["deploy"]["resources"]["limits"]["memory"], "4g");
    assert_eq!(postgres["ports"], Value::Sequence(vec![]));
    assert_eq!(value["services"]["extra"]["image"], "busybox");
    assert_eq!(value["volumes"].get("more"), None);
    assert!(value["volumes"].get("new").is_some());
    assert_eq!(value.get("networks"), None);
    assert_eq!(value["x-note"], "no");
    drop(deployment);
}

#[test]
fn a_map_of_variables_loses_no_secret() {
    let (value, deployment) =
        with("{ environment: { TZ: UTC, POSTGRES_INITDB_ARGS: '--data-checksums' } }", "{ x-a: 1 }");
    let environment = value["services"]["postgres"]["environment"].as_mapping().unwrap();
    assert!(environment["POSTGRES_PASSWORD"].as_str().unwrap().starts_with("${"));
    assert_eq!(environment["TZ"], "UTC");
    prove(render(&deployment).path(), &deployment);
}
