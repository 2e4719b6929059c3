//! The order in which somebody wrote keys changes no byte.

use proptest::prelude::*;
use specc::emit::emit;
use specc::resolve::environment::Deployment;

use crate::sample::full;

fn shuffled() -> impl Strategy<Value = Deployment> {
    let deployment = full();
    let containers = Just(deployment.containers.clone()).prop_shuffle();
    let networks = Just(deployment.networks.clone()).prop_shuffle();
    let secrets = Just(deployment.secrets.clone()).prop_shuffle();
    let schedule = Just(deployment.schedule.clone()).prop_shuffle();
    let inside = (0..8usize, 0..4usize, 0..2usize);
    (containers, networks, secrets, schedule, inside).prop_map(
        move |(containers, networks, secrets, schedule, by)| {
            let mut deployment = Deployment { containers, networks, secrets, schedule, ..deployment.clone() };
            for container in &mut deployment.containers {
                let (environment, mounts, pairs) = by;
                rotate(&mut container.environment, environment);
                rotate(&mut container.mounts, mounts);
                rotate(&mut container.ports, pairs);
                rotate(&mut container.needs, pairs);
                rotate(&mut container.networks, pairs);
                rotate(&mut container.logging.options, pairs);
            }
            deployment
        },
    )
}

fn rotate<T>(list: &mut [T], by: usize) {
    if !list.is_empty() {
        list.rotate_left(by % list.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn order_changes_no_byte(deployment in shuffled()) {
        prop_assert_eq!(emit(deployment), emit(full()));
    }
}

#[test]
fn nor_does_the_order_of_a_raw_blocks_keys() {
    let with = |raw: &str, all: &str| {
        let mut deployment = full();
        deployment.containers[0].raw = Some(serde_yaml::from_str(raw).unwrap());
        deployment.raw = Some(serde_yaml::from_str(all).unwrap());
        emit(deployment)
    };
    let one = with("{ hostname: a, ulimits: { nofile: 1, nproc: 2 } }", "{ x-a: 1, x-b: { c: 1, d: 2 } }");
    let other = with("{ ulimits: { nproc: 2, nofile: 1 }, hostname: a }", "{ x-b: { d: 2, c: 1 }, x-a: 1 }");
    assert_eq!(one, other);
}

#[test]
fn a_manifest_lists_every_file_by_its_hash() {
    let files = emit(full());
    let manifest = files.iter().find(|file| file.path == "manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest.contents).unwrap();
    assert_eq!(manifest["version"], 1);
    assert!(manifest.get("release").is_none());
    let listed: Vec<&str> = manifest["files"].as_object().unwrap().keys().map(String::as_str).collect();
    let others: Vec<&str> =
        files.iter().map(|file| file.path.as_str()).filter(|path| *path != "manifest.json").collect();
    assert_eq!(listed, others);
    for file in files.iter().filter(|file| file.path != "manifest.json") {
        assert_eq!(manifest["files"][&file.path], specc::emit::manifest::hash(file.contents.as_bytes()));
    }
    // The standard's own example.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(specc::emit::manifest::hash(b"abc"), abc);
}
