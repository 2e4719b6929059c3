//! The Compose file, proven by Compose, and what its bytes promise.

use serde_yaml::Value;
use specc::resolve::environment::*;

use crate::sample::{at, container, empty, file, full, render, variable};
use crate::support::compose_proof::prove;

#[test]
fn compose_reads_what_the_deployment_says() {
    let deployment = full();
    prove(render(&deployment).path(), &deployment);
}

#[test]
fn compose_reads_a_deployment_with_a_release() {
    let mut deployment = full();
    deployment.release.as_mut().unwrap().tag = Some("1.2.3".into());
    let text = file(&deployment, "compose.yaml");
    assert!(text.contains("image: shop/api:1.2.3\n"), "{text}");
    assert!(!text.contains("SHOP_PRODUCTION_RELEASE"));
    assert!(!file(&deployment, ".env.example").contains("SHOP_PRODUCTION_RELEASE"));
    prove(render(&deployment).path(), &deployment);
}

#[test]
fn a_deployment_without_secrets_is_guarded_too() {
    let mut deployment = empty();
    deployment.containers = vec![container("web")];
    prove(render(&deployment).path(), &deployment);
    assert!(!render(&deployment).path().join(".env.example").exists());
}

#[test]
fn compose_reads_a_deployment_in_the_root() {
    let mut deployment = full();
    deployment.root = ".".into();
    deployment.containers[0].mounts.push(Mount {
        source: MountSource::Repository(at(".".into())),
        target: "/repository".into(),
        read_only: true,
    });
    prove(render(&deployment).path(), &deployment);
}

#[test]
fn three_kinds_of_interpolation_are_left() {
    let deployment = full();
    let text = file(&deployment, "compose.yaml").replace("$$", "");
    for (place, _) in text.match_indices('$') {
        let rest = &text[place..];
        let guarded = rest.starts_with("${COMPOSE_PROJECT_NAME}/")
            || rest.starts_with("${SHOP_PRODUCTION_RELEASE:?")
            || deployment.secrets.iter().any(|secret| rest.starts_with(&format!("${{{}:?", secret.variable)));
        assert!(guarded, "{}", rest.lines().next().unwrap());
    }
}

#[test]
fn the_header_says_what_to_do() {
    let text = file(&full(), "compose.yaml");
    let header: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
    let header = header.join("\n");
    for words in ["specc.yaml", "specc render production", "docker compose -p shop-production down", ".env"] {
        assert!(header.contains(words), "{header}");
    }
}

#[test]
fn an_edit_to_one_service_changes_that_service_alone() {
    let before = full();
    let mut after = full();
    after.containers[0].environment.push(variable("POSTGRES_DB", "other"));
    let (before, after) = (specc::emit::emit(before), specc::emit::emit(after));
    let changed: Vec<&str> =
        before.iter().zip(&after).filter(|(a, b)| a != b).map(|(file, _)| file.path.as_str()).collect();
    assert_eq!(changed, ["env/shop-production/postgres.env", "manifest.json"]);
}

#[test]
fn a_changed_file_recreates_what_mounts_it() {
    let mut deployment = full();
    let mounts = &mut deployment.containers[0].mounts;
    mounts.push(Mount { source: MountSource::Output("env/".into()), target: "/env".into(), read_only: true });
    let label = |deployment: &Deployment| {
        let value: Value = serde_yaml::from_str(&file(deployment, "compose.yaml")).unwrap();
        let label = |key: &str| value["services"][key]["labels"].get("dev.specc.files").cloned();
        assert_eq!(label("api-1"), None);
        label("postgres").unwrap()
    };
    let before = label(&deployment);
    deployment.containers[0].environment.push(variable("POSTGRES_DB", "other"));
    assert_ne!(label(&deployment), before);
    prove(render(&deployment).path(), &deployment);
}
