//! From the merged tree to the model: implicit networks and dependencies, names, variables without a value.

use super::decode;
use super::load::Work;
use super::map::Map;
use super::node::{Data, Entry, Node, Partial};
use super::types;
use super::variables::{Found, Variables};
use crate::facts::value::Value;
use crate::source::Span;

/// Writes out what is implied, and decodes the whole.
pub(super) fn normalise(work: &mut Work<'_>, model: &mut Node, name: &Value<String>, variables: &Variables) {
    implicit_network(model);
    let Data::Map(top) = &mut model.data else { return };
    for (kind, entry) in top.iter_mut() {
        let fields = match kind.as_str() {
            "services" => types::SERVICE,
            "networks" => types::NETWORK,
            "volumes" => types::VOLUME,
            "secrets" | "configs" => types::FILE_OBJECT,
            _ => continue,
        };
        let Data::Map(things) = &mut entry.node.data else { continue };
        for (key, thing) in things.iter_mut() {
            if kind == "services" {
                service(&mut thing.node, variables);
            } else {
                named(key, thing, name);
            }
            decode::object(&mut thing.node, fields, &format!("{kind}.{key}"), &mut work.out.faults);
        }
        things.sort_keys();
    }
    top.retain(|kind, entry| {
        let known = ["services", "networks", "volumes", "secrets", "configs"].contains(&kind.as_str());
        if known { entry.node.as_map().is_some() } else { kind.starts_with("x-") }
    });
}

/// Services that join no network join `default`, which then is there.
fn implicit_network(model: &mut Node) {
    let span = model.span;
    let Data::Map(top) = &mut model.data else { return };
    let mut used = None;
    if let Some(Data::Map(services)) = top.get_mut("services").map(|entry| &mut entry.node.data) {
        for entry in services.values_mut() {
            let service = &mut entry.node;
            let Some(map) = service.as_map() else { continue };
            if map.contains_key("network_mode") {
                continue;
            }
            let place = entry.key;
            match map.get("networks").map(|entry| &entry.node) {
                Some(networks) if networks.as_map().is_some_and(|map| !map.is_empty()) => {
                    if let Some(own) = networks.entry("default") {
                        used.get_or_insert(own.key);
                    }
                }
                _ => {
                    let mut networks = Node::map(place);
                    networks.insert("default", Node::new(Data::Null, place));
                    service.insert("networks", networks);
                    used.get_or_insert(span);
                }
            }
        }
    }
    let Some(place) = used else { return };
    let networks = top.or_insert_with("networks", || Entry { key: place, node: Node::map(place) });
    if networks.node.is_null() {
        networks.node = Node::map(place);
    }
    if let Data::Map(networks) = &mut networks.node.data
        && !networks.contains_key("default")
    {
        networks.insert("default".to_owned(), Entry { key: place, node: Node::new(Data::Null, place) });
    }
}

/// The name on the engine of what is only keyed.
fn named(key: &str, thing: &mut Entry, project: &Value<String>) {
    if thing.node.is_null() {
        thing.node = Node::map(thing.key);
    }
    let node = &mut thing.node;
    if node.get("name").is_some_and(|name| !name.is_null()) {
        return;
    }
    let external = node.get("external").is_some_and(Node::is_true);
    let data = match project {
        _ if external => Data::Text(key.to_owned()),
        Value::Known(project) => Data::Text(format!("{project}_{key}")),
        Value::Unknown(unknown) => {
            let text = format!("{}_{key}", super::HOLE);
            Data::Unknown(Box::new(Partial { unknown: unknown.clone(), text }))
        }
    };
    let place = thing.key;
    node.insert("name", Node::new(data, place));
}

fn service(service: &mut Node, variables: &Variables) {
    let span = service.span;
    let Data::Map(map) = &mut service.data else { return };
    if let Some(policy) = map.get_mut("pull_policy")
        && policy.node.as_text() == Some("if_not_present")
    {
        policy.node.data = Data::Text("missing".to_owned());
    }
    if let Some(build) = map.get_mut("build").filter(|build| build.node.as_map().is_some()) {
        let build = &mut build.node;
        let span = build.span;
        if build.get("dockerfile").is_none_or(Node::is_null)
            && build.get("dockerfile_inline").is_none_or(Node::is_null)
        {
            build.insert("dockerfile", Node::text("Dockerfile", span));
        }
        if let Some(args) = build.as_map_mut().and_then(|map| map.get_mut("args")) {
            supply(&mut args.node, variables, false);
        }
    }
    if let Some(environment) = map.get_mut("environment") {
        supply(&mut environment.node, variables, true);
    }
    if let Some(Data::List(volumes)) = map.get_mut("volumes").map(|entry| &mut entry.node.data) {
        for volume in volumes {
            if let Some(target) = volume.as_map_mut().and_then(|map| map.get_mut("target"))
                && let Data::Text(path) = &target.node.data
            {
                target.node.data = Data::Text(clean(path));
            }
        }
    }
    let implied = implied_dependencies(map);
    if implied.is_empty() {
        return;
    }
    let depends = map.or_insert_with("depends_on", || Entry { key: span, node: Node::map(span) });
    let Data::Map(depends) = &mut depends.node.data else { return };
    for (name, place, restart) in implied {
        depends.or_insert_with(&name, || {
            let mut long = Node::map(place);
            long.insert("condition", Node::text("service_started", place));
            long.insert("restart", Node::new(Data::Bool(restart), place));
            long.insert("required", Node::new(Data::Bool(true), place));
            Entry { key: place, node: long }
        });
    }
}

/// The services that links, shared namespaces and shared volumes make this one wait for.
fn implied_dependencies(map: &Map) -> Vec<(String, Span, bool)> {
    let mut implied = Vec::new();
    let items = |key: &str| map.get(key).and_then(|entry| entry.node.as_list()).unwrap_or_default();
    for link in items("links") {
        if let Some(text) = link.as_text() {
            let mut parts = text.split(':');
            let (name, more) = (parts.next().unwrap_or_default(), parts.count());
            implied.push((if more == 1 { name } else { text }.to_owned(), link.span, true));
        }
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        let node = map.get(key).map(|entry| &entry.node);
        if let Some(node) = node
            && let Some(name) = node.as_text().and_then(|text| text.strip_prefix("service:"))
        {
            implied.push((name.to_owned(), node.span, true));
        }
    }
    for volume in items("volumes_from") {
        if let Some(text) = volume.as_text().filter(|text| !text.starts_with("container:")) {
            let name = text.split(':').next().unwrap_or_default();
            implied.push((name.to_owned(), volume.span, false));
        }
    }
    implied
}

/// `scale` is what `deploy.replicas` is, once the two have been compared.
pub(super) fn replicas(service: &mut Node) {
    let Some(scale) = service.get("scale").cloned() else { return };
    let Some(deploy) = service.as_map_mut().and_then(|map| map.get_mut("deploy")) else { return };
    let Data::Map(map) = &mut deploy.node.data else { return };
    if !map.contains_key("replicas") {
        let at = usize::from(map.contains_key("mode"));
        map.insert_at(at, "replicas", Entry { key: scale.span, node: scale });
    }
}

/// Gives variables without a value the one they have in the environment.
fn supply(node: &mut Node, variables: &Variables, keep: bool) {
    let mut map = match std::mem::replace(&mut node.data, Data::Null) {
        Data::Map(map) => map,
        Data::List(list) => decode::pair_list(list),
        other => {
            node.data = other;
            return;
        }
    };
    map.retain(|key, entry| {
        if !entry.node.is_null() {
            return true;
        }
        entry.node.interpolated = true;
        let unknown = |unknown| Data::Unknown(Box::new(Partial { unknown, text: super::HOLE.to_string() }));
        match variables.find(key) {
            Found::Set(variable) => {
                entry.node.data = match &variable.value {
                    Value::Known(value) => Data::Text(value.clone()),
                    Value::Unknown(reason) => unknown(reason.clone()),
                };
                true
            }
            Found::Unset => keep,
            Found::Perhaps => {
                entry.node.data = unknown(variables.doubt(key));
                true
            }
        }
    });
    node.data = Data::Map(map);
}

/// A path of a container without `.`, `..` and needless slashes.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let rooted = path.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
