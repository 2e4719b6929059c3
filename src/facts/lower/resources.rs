//! Volumes, networks, secrets and configs.

use super::fact;
use crate::facts::compose::{Entry, Map, Node};
use crate::facts::model::{ByName, Fact, Resource};

/// The resources of one kind, by key.
pub(super) fn resources(node: Option<&Node>) -> ByName<Resource> {
    super::entries(node).map(|(key, entry)| (key.clone(), resource(key, entry))).collect()
}

fn resource(key: &str, entry: &Entry) -> Resource {
    let empty = Map::default();
    let map = entry.node.as_map().unwrap_or(&empty);
    let name = fact(map, "name").unwrap_or_else(|| Fact::literal(key.to_owned(), entry.key));
    let device = entry.node.at(&["driver_opts", "device"]).and_then(Node::fact);
    let options = entry.node.at(&["driver_opts", "o"]).and_then(Node::as_text).unwrap_or_default();
    Resource {
        key: key.to_owned(),
        span: entry.key,
        // A name that Compose makes has the place of what it is made for.
        named: name.span != entry.key && name.span != entry.node.span,
        name,
        external: entry
            .node
            .get("external")
            .is_some_and(|external| external.is_true() || external.as_map().is_some()),
        file: fact(map, "file"),
        environment: fact(map, "environment"),
        device: device.filter(|_| options.split(',').any(|option| matches!(option, "bind" | "rbind"))),
        driver: fact(map, "driver").and_then(|driver| driver.known().cloned()),
    }
}
