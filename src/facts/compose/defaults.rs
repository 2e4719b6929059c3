//! What Compose adds to what is written.

use super::node::{Data, Node};

/// Adds the defaults of a whole file.
pub(super) fn apply(model: &mut Node) {
    let services = model.as_map_mut().and_then(|map| map.get_mut("services"));
    let Some(Data::Map(services)) = services.map(|entry| &mut entry.node.data) else { return };
    for service in services.values_mut() {
        let Data::Map(map) = &mut service.node.data else { continue };
        for (key, entry) in map.iter_mut() {
            match key.as_str() {
                "build" if entry.node.as_map().is_some_and(|build| !build.contains_key("context")) => {
                    let span = entry.node.span;
                    entry.node.insert("context", Node::text(".", span));
                }
                "secrets" => each(&mut entry.node, secret),
                "ports" => each(&mut entry.node, |port| {
                    or(port, "protocol", Data::Text("tcp".to_owned()));
                    or(port, "mode", Data::Text("ingress".to_owned()));
                }),
                "gpus" => each(&mut entry.node, device),
                "deploy" => {
                    let devices = ["resources", "reservations", "devices"];
                    let node = devices.iter().try_fold(&mut entry.node, |node, key| {
                        node.as_map_mut()?.get_mut(key).map(|entry| &mut entry.node)
                    });
                    if let Some(node) = node {
                        each(node, device);
                    }
                }
                _ => {}
            }
        }
    }
}

fn each(node: &mut Node, change: impl Fn(&mut Node)) {
    if let Data::List(list) = &mut node.data {
        list.iter_mut().for_each(change);
    }
}

fn or(node: &mut Node, key: &str, data: Data) {
    if node.as_map().is_some_and(|map| !map.contains_key(key)) {
        let span = node.span;
        node.insert(key, Node::new(data, span));
    }
}

/// Where a secret is in the container.
fn secret(node: &mut Node) {
    let Some(source) = node.get("source").and_then(Node::as_text) else { return };
    let target = Data::Text(format!("/run/secrets/{source}"));
    or(node, "target", target);
}

/// All devices, where nothing says how many or which.
fn device(node: &mut Node) {
    if node.get("device_ids").is_none() {
        or(node, "count", Data::Text("all".to_owned()));
    }
}
