//! Volumes, secrets and configs, one by one.

use super::fault;
use crate::diagnostic::Diagnostic;
use crate::facts::compose::codes;
use crate::facts::compose::node::Node;

/// Checks volumes, secrets and configs one by one, before names are made.
pub(in crate::facts::compose) fn things(model: &Node, faults: &mut Vec<Diagnostic>) {
    let all = |kind: &str| model.get(kind).and_then(Node::as_map).into_iter().flatten();
    for (name, volume) in all("volumes") {
        if !volume.node.get("external").is_some_and(Node::is_true) {
            continue;
        }
        let other = volume.node.as_map().into_iter().flatten();
        for (key, entry) in
            other.filter(|(key, _)| !matches!(key.as_str(), "name" | "external") && !key.starts_with("x-"))
        {
            let message = format!("the volume `{name}` is external and cannot have `{key}`");
            fault(
                faults,
                &codes::COMPOSE_CONFLICT,
                entry.key,
                message,
                "means nothing there",
                "take one of the two out",
            );
        }
    }
    for (kind, keys) in
        [("configs", &["file", "environment", "content"][..]), ("secrets", &["file", "environment"][..])]
    {
        for (name, thing) in all(kind) {
            let Some(map) = thing.node.as_map() else { continue };
            let count = keys.iter().filter(|key| map.contains_key(key)).count();
            let choice = keys.join("`, `");
            if count > 1 {
                let message = format!("`{kind}.{name}` can have one of `{choice}` alone");
                fault(
                    faults,
                    &codes::COMPOSE_CONFLICT,
                    thing.key,
                    message,
                    "has several",
                    "keep one of them",
                );
            } else if count == 0 && !map.contains_key("driver") && !map.contains_key("external") {
                let message = format!("`{kind}.{name}` needs one of `{choice}`");
                fault(
                    faults,
                    &codes::COMPOSE_CONFLICT,
                    thing.key,
                    message,
                    "has none",
                    "say where it comes from",
                );
            }
        }
    }
    for (name, service) in all("services") {
        let reserved = service.node.at(&["deploy", "resources", "reservations", "devices"]);
        let devices =
            [reserved, service.node.get("gpus")].into_iter().flatten().filter_map(Node::as_list).flatten();
        for device in
            devices.filter(|device| device.get("count").is_some() && device.get("device_ids").is_some())
        {
            let message = format!("a device of the service `{name}` has both `count` and `device_ids`");
            fault(faults, &codes::COMPOSE_CONFLICT, device.span, message, "has both", "keep one of the two");
        }
        let watched = service.node.at(&["develop", "watch"]).and_then(Node::as_list).unwrap_or_default();
        for watch in
            watched.iter().filter_map(|watch| watch.get("path")).filter(|path| path.as_text() == Some(""))
        {
            let message = format!("the service `{name}` watches an empty path");
            fault(faults, &codes::COMPOSE_VALUE, watch.span, message, "empty", "name a path");
        }
    }
}
