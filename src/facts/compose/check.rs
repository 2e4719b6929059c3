//! Whether a project agrees with itself: what Compose checks after reading and before doing anything.

use super::codes;
use super::node::{Map, Node};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::collections::HashMap;

fn fault(
    faults: &mut Vec<Diagnostic>,
    code: &'static Code,
    span: Span,
    message: String,
    label: &str,
    help: &str,
) {
    faults.push(Diagnostic::new(code, message).at(span, label).help(help));
}

/// Checks volumes, secrets and configs one by one, before names are made.
pub(super) fn things(model: &Node, faults: &mut Vec<Diagnostic>) {
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
            let count = keys.iter().filter(|key| map.contains_key(**key)).count();
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

/// What checks look things up in.
struct Project<'p> {
    model: &'p Node,
    services: &'p Map,
    disabled: &'p Map,
}

impl Project<'_> {
    fn has(&self, kind: &str, name: &str) -> bool {
        self.model.get(kind).and_then(Node::as_map).is_some_and(|map| map.contains_key(name))
    }
}

/// Checks the services that run.
pub(super) fn services(model: &Node, disabled: &Node, faults: &mut Vec<Diagnostic>) {
    let none = Map::new();
    let services = model.get("services").and_then(Node::as_map).unwrap_or(&none);
    let project = Project { model, services, disabled: disabled.as_map().unwrap_or(&none) };
    for (name, entry) in services {
        one(&project, name, entry.key, &entry.node, faults);
    }
    container_names(services, faults);
    cycles(services, faults);
}

fn one(project: &Project<'_>, name: &str, key: Span, service: &Node, faults: &mut Vec<Diagnostic>) {
    let mut report = |code: &'static Code, span: Span, message: String, label: &str, help: &str| {
        fault(faults, code, span, message, label, help);
    };
    if service.get("build").is_none() && service.get("image").is_none() {
        let message = format!("the service `{name}` has neither an image nor a build");
        report(&codes::COMPOSE_CONFLICT, key, message, "nothing to run", "add `image:` or `build:`");
    }
    if let Some(build) = service.get("build") {
        if let (Some(_), Some(file)) = (build.get("dockerfile_inline"), build.get("dockerfile")) {
            let message = format!("the service `{name}` has both a Dockerfile and an inline one");
            report(
                &codes::COMPOSE_CONFLICT,
                file.span,
                message,
                "one of two",
                "keep one of `dockerfile` and `dockerfile_inline`",
            );
        }
        let platforms = build.get("platforms").and_then(Node::as_list).unwrap_or_default();
        if let Some(platform) = service.get("platform").filter(|platform| platform.as_text().is_some())
            && !platforms.is_empty()
            && !platforms.iter().any(|one| one.unknown().is_some() || one.as_text() == platform.as_text())
        {
            let message = format!("the service `{name}` runs on a platform that it is not built for");
            report(
                &codes::COMPOSE_CONFLICT,
                platform.span,
                message,
                "not among `build.platforms`",
                "add it to `build.platforms`",
            );
        }
        refer(project, name, build, "secrets", faults);
    }
    let mut report = |code: &'static Code, span: Span, message: String, label: &str, help: &str| {
        fault(faults, code, span, message, label, help);
    };
    let networks = service.get("networks").and_then(Node::as_map);
    if let Some(mode) = service.get("network_mode") {
        if networks.is_some_and(|networks| !networks.is_empty()) {
            let message = format!("the service `{name}` has both `network_mode` and `networks`");
            report(&codes::COMPOSE_CONFLICT, mode.span, message, "one of two", "keep one of them");
        }
        if let Some(other) = mode.as_text().and_then(|mode| mode.strip_prefix("service:"))
            && !project.services.contains_key(other)
        {
            let message =
                format!("the service `{name}` shares the network of `{other}`, which is no service");
            report(
                &codes::COMPOSE_REFERENCE,
                mode.span,
                message,
                "no such service",
                "name a service of this project",
            );
        }
    }
    for (network, entry) in networks.into_iter().flatten() {
        if !project.has("networks", network) {
            let message =
                format!("the service `{name}` joins the network `{network}`, which is not declared");
            report(
                &codes::COMPOSE_REFERENCE,
                entry.key,
                message,
                "no such network",
                "declare it under `networks:`",
            );
        }
    }
    let probe = service.at(&["healthcheck", "test"]).and_then(Node::as_list).unwrap_or_default();
    if let Some(first) = probe.first()
        && first.as_text().is_some_and(|word| !matches!(word, "CMD" | "CMD-SHELL" | "NONE"))
    {
        let message = format!("the health check of `{name}` must begin with `CMD`, `CMD-SHELL` or `NONE`");
        report(&codes::COMPOSE_VALUE, first.span, message, "another word", "begin the list with `CMD`");
    }
    for (other, entry) in service.get("depends_on").and_then(Node::as_map).into_iter().flatten() {
        let required =
            !matches!(entry.node.get("required").map(|node| &node.data), Some(super::Data::Bool(false)));
        if !project.services.contains_key(other) && (required || !project.disabled.contains_key(other)) {
            let message = format!("the service `{name}` depends on `{other}`, which is no service that runs");
            report(
                &codes::COMPOSE_REFERENCE,
                entry.key,
                message,
                "no such service",
                "name a service, or enable its profile",
            );
        }
    }
    for volume in service.get("volumes").and_then(Node::as_list).unwrap_or_default() {
        let kind = volume.get("type").and_then(Node::as_text);
        match volume.get("source") {
            Some(source) if kind == Some("volume") => {
                if let Some(source_name) = source.as_text()
                    && !project.has("volumes", source_name)
                {
                    let message = format!(
                        "the service `{name}` mounts the volume `{source_name}`, which is not declared"
                    );
                    report(
                        &codes::COMPOSE_REFERENCE,
                        source.span,
                        message,
                        "no such volume",
                        "declare it under `volumes:`, or begin a path with `./`",
                    );
                }
            }
            None if kind == Some("bind") => {
                let message = format!("a bind mount of the service `{name}` has no source");
                report(&codes::COMPOSE_VALUE, volume.span, message, "no source", "add `source:`");
            }
            _ => {}
        }
    }
    refer(project, name, service, "secrets", faults);
    refer(project, name, service, "configs", faults);
    limits(name, service, faults);
}

/// Whether the secrets or configs that something uses are declared.
fn refer(project: &Project<'_>, service: &str, node: &Node, kind: &str, faults: &mut Vec<Diagnostic>) {
    for used in node.get(kind).and_then(Node::as_list).unwrap_or_default() {
        let source = used.get("source");
        let name = match source {
            Some(source) if source.unknown().is_some() => continue,
            Some(source) => source.as_text().unwrap_or_default(),
            None => "",
        };
        if !project.has(kind, name) {
            let message =
                format!("the service `{service}` uses `{name}`, which is not declared under `{kind}:`");
            fault(
                faults,
                &codes::COMPOSE_REFERENCE,
                used.span,
                message,
                "not declared",
                &format!("declare it under `{kind}:`"),
            );
        }
    }
}

/// Settings that have two places must be the same in both.
fn limits(name: &str, service: &Node, faults: &mut Vec<Diagnostic>) {
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

/// Two services cannot have one container name.
fn container_names(services: &Map, faults: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for entry in services.values() {
        let Some(node) = entry.node.get("container_name") else { continue };
        let Some(name) = node.as_text() else { continue };
        if let Some(before) = seen.get(name) {
            faults.push(
                Diagnostic::new(
                    &codes::COMPOSE_CONFLICT,
                    format!("two services have the container name `{name}`"),
                )
                .at(node.span, "again")
                .at(*before, "before")
                .help("give each service a name of its own, or none"),
            );
        }
        seen.entry(name).or_insert(node.span);
    }
}

/// Services that wait for each other.
fn cycles(services: &Map, faults: &mut Vec<Diagnostic>) {
    // 1 while its dependencies are walked, 2 when they are done.
    let mut state = vec![0u8; services.len()];
    let after = |at: usize| -> Vec<(usize, Span)> {
        let depends = services[at].node.get("depends_on").and_then(Node::as_map);
        let known = depends.into_iter().flatten();
        known.filter_map(|(name, entry)| Some((services.get_index_of(name)?, entry.key))).collect()
    };
    for start in 0..services.len() {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, after(start))];
        while let Some((at, rest)) = stack.last_mut() {
            let at = *at;
            let Some((next, span)) = rest.pop() else {
                state[at] = 2;
                stack.pop();
                continue;
            };
            match state[next] {
                0 => {
                    state[next] = 1;
                    stack.push((next, after(next)));
                }
                1 => {
                    let name = services.get_index(next).map_or("", |(name, _)| name.as_str());
                    let message = format!("the service `{name}` waits for itself, through others or not");
                    faults.push(
                        Diagnostic::new(&codes::COMPOSE_CYCLE, message)
                            .at(span, "closes the circle")
                            .help("take one of the dependencies out"),
                    );
                    return;
                }
                _ => {}
            }
        }
    }
}
