//! An evaluated Compose project as a deployment of the model: from nodes to types.
//!
//! A value of a kind that the model does not expect is left out: Compose refuses it, which is a fault of its own.

mod mounts;
mod ports;
mod resources;
mod service;

use super::compose::{Entry, Loaded, Map, Node};
use super::model::{Deployment, DeploymentId, EnvFileUse, Fact, Service, Stage};
use crate::facts::model::ByName;
use std::path::Path;

/// The deployment that `loaded` is, about whose environment and host nothing is said yet. `base` is the absolute directory
/// that relative paths start from.
pub(super) fn deployment(id: DeploymentId, loaded: Loaded, base: &Path) -> Deployment {
    let services = |node: &Node| -> ByName<Service> {
        entries(Some(node))
            .map(|(name, entry)| (name.clone(), service::service(name, entry, &loaded, base)))
            .collect()
    };
    let resources = |key: &str| resources::resources(loaded.model.get(key));
    Deployment {
        id,
        environment: None,
        stage: Stage::Unknown,
        shown: false,
        host: None,
        directory: relative(&loaded.directory, base),
        invocations: Vec::new(),
        because: Vec::new(),
        services: loaded.model.get("services").map(services).unwrap_or_default(),
        disabled: services(&loaded.disabled),
        volumes: resources("volumes"),
        networks: resources("networks"),
        secrets: resources("secrets"),
        configs: resources("configs"),
        guessed: false,
        from_spec: false,
        swarm: false,
        project: loaded.name,
        files: loaded.files,
        env_files: loaded
            .env_files
            .into_iter()
            .map(|used| EnvFileUse {
                path: relative(&used.path, base),
                target: used.target.map(|path| relative(&path, base)),
                ..used
            })
            .collect(),
        variables: loaded.uses,
        faults: loaded.faults,
    }
}

/// A path of the project, relative to the repository's root where it is inside.
fn relative(path: &Path, base: &Path) -> std::path::PathBuf {
    path.strip_prefix(base).unwrap_or(path).to_path_buf()
}

/// The entries of a mapping; none of anything else.
fn entries(node: Option<&Node>) -> impl Iterator<Item = (&String, &Entry)> {
    node.and_then(Node::as_map).into_iter().flatten()
}

/// The items of a list; none of anything else.
fn items(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    node.and_then(Node::as_list).into_iter().flatten()
}

/// The value of a key as a fact.
fn fact(map: &Map, key: &str) -> Option<Fact<String>> {
    map.get(key).filter(|entry| !entry.node.is_null()).and_then(|entry| entry.node.fact())
}

/// The facts of a list.
fn facts(node: Option<&Node>) -> Vec<Fact<String>> {
    items(node).filter_map(Node::fact).collect()
}
