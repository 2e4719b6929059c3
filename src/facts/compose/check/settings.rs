//! Settings of one service that contradict each other.

use super::fault;
use crate::diagnostic::Diagnostic;
use crate::facts::compose::codes;
use crate::facts::compose::node::Node;

/// Settings that have two places must be the same in both.
pub(super) fn check(name: &str, service: &Node, faults: &mut Vec<Diagnostic>) {
    let mut differ = |old: &str, path: &[&str]| {
        let Some(first) = service.get(old) else { return };
        let Some(whole) = service.at(&path[..path.len() - 1]) else { return };
        let second = whole.get(path[path.len() - 1]);
        if first.unknown().is_some() || second.is_some_and(|second| second.unknown().is_some()) {
            return;
        }
        let shown = |node: &Node| node.display().and_then(|value| value.known().cloned());
        // A resource that is there without the setting has none, which is another one.
        let zero = || if path[0] == "deploy" && path.len() == 2 { None } else { Some("0".to_owned()) };
        let second_text = second.map_or_else(zero, shown);
        if second_text.is_some() && second_text != shown(first) {
            let message =
                format!("the service `{name}` says one thing in `{old}` and another in `{}`", path.join("."));
            fault(
                faults,
                &codes::COMPOSE_CONFLICT,
                first.span,
                message,
                "one value here",
                "keep one of the two",
            );
        }
    };
    differ("scale", &["deploy", "replicas"]);
    differ("cpus", &["deploy", "resources", "limits", "cpus"]);
    differ("mem_limit", &["deploy", "resources", "limits", "memory"]);
    differ("mem_reservation", &["deploy", "resources", "reservations", "memory"]);
    differ("pids_limit", &["deploy", "resources", "limits", "pids"]);
    let scale = service.get("scale").or_else(|| service.at(&["deploy", "replicas"]));
    if let Some(container) = service.get("container_name")
        && let Some(scale) = scale
        && scale.as_int().is_some_and(|scale| scale > 1)
    {
        let message = format!("the service `{name}` has a container name and runs more than once");
        faults.push(
            Diagnostic::new(&codes::COMPOSE_CONFLICT, message)
                .at(scale.span, "several containers")
                .at(container.span, "one name")
                .help("take `container_name:` out"),
        );
    }
    for watch in service.at(&["develop", "watch"]).and_then(Node::as_list).unwrap_or_default() {
        let action = watch.get("action").and_then(Node::as_text);
        if watch.get("target").is_none() && !matches!(action, Some("rebuild" | "restart")) {
            let message = format!("the service `{name}` watches a path without saying where to copy it");
            fault(faults, &codes::COMPOSE_VALUE, watch.span, message, "no target", "add `target:`");
        }
    }
}
