//! Lists in which nothing stands twice: of several items with one key the last one stays, in the place of the first.

use super::canonical::parse_mount;
use super::codes;
use super::node::{Data, Node};
use crate::diagnostic::Diagnostic;
use foldhash::{HashMap, HashMapExt as _};

/// Tidies every list of a whole file.
pub(super) fn unique(model: &mut Node, faults: &mut Vec<Diagnostic>) {
    let Data::Map(top) = &mut model.data else { return };
    for (kind, entry) in top.iter_mut() {
        let Data::Map(things) = &mut entry.node.data else { continue };
        for (name, thing) in things.iter_mut() {
            match kind.as_str() {
                "services" => service(name, &mut thing.node, faults),
                "networks" => {
                    list(
                        thing
                            .node
                            .as_map_mut()
                            .and_then(|map| map.get_mut("labels"))
                            .map(|entry| &mut entry.node),
                        pair,
                    );
                }
                _ => {}
            }
        }
    }
}

fn service(name: &str, service: &mut Node, faults: &mut Vec<Diagnostic>) {
    let Data::Map(map) = &mut service.data else { return };
    for (key, entry) in map.iter_mut() {
        let node = &mut entry.node;
        match key.as_str() {
            "annotations" | "cap_add" | "cap_drop" | "dns" | "dns_opt" | "dns_search" | "environment"
            | "labels" | "links" | "profiles" | "sysctls" | "tmpfs" => list(Some(node), pair),
            "expose" => {
                missing(node, faults, |item| {
                    let float = matches!(item.data, Data::Float(_));
                    float.then(|| format!("a port that the service `{name}` exposes has a fraction"))
                });
                list(Some(node), scalar);
            }
            "env_file" => list(Some(node), |item| text(item).or_else(|| text(item.get("path")?))),
            "volumes" => {
                missing(node, faults, |item| {
                    let lacks = item
                        .as_map()
                        .is_some_and(|_| item.get("target").and_then(Node::as_partial).is_none());
                    lacks.then(|| format!("a volume of the service `{name}` has no target"))
                });
                list(Some(node), target);
            }
            "devices" => {
                missing(node, faults, |item| {
                    let lacks = item.as_map().is_some_and(|map| !map.contains_key("target"));
                    lacks.then(|| format!("a device of the service `{name}` has no target"))
                });
                list(Some(node), target);
            }
            "secrets" => list(Some(node), |item| mounted(item, "/run/secrets")),
            "configs" => list(Some(node), |item| mounted(item, "")),
            "ports" => {
                missing(node, faults, |item| {
                    let target = item.get("target");
                    let lacks = item.as_map().is_some()
                        && target
                            .is_none_or(|target| target.as_int().is_none() && target.unknown().is_none());
                    lacks.then(|| format!("a port of the service `{name}` has no target port"))
                });
                list(Some(node), port);
            }
            "build" | "deploy" => {
                let Data::Map(inner) = &mut node.data else { continue };
                for (key, entry) in inner.iter_mut() {
                    if matches!(key.as_str(), "args" | "additional_contexts" | "platform" | "tags" | "labels")
                    {
                        list(Some(&mut entry.node), pair);
                    }
                }
            }
            "networks" => {
                let Data::Map(networks) = &mut node.data else { continue };
                for attachment in networks.values_mut() {
                    let Data::Map(inner) = &mut attachment.node.data else { continue };
                    for (key, entry) in inner.iter_mut() {
                        if matches!(key.as_str(), "aliases" | "link_local_ips") {
                            list(Some(&mut entry.node), pair);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// Reports the items that lack what they are told apart by.
fn missing(node: &Node, faults: &mut Vec<Diagnostic>, lacks: impl Fn(&Node) -> Option<String>) {
    for item in node.as_list().unwrap_or_default() {
        if faults.len() < super::load::FAULT_LIMIT
            && let Some(message) = lacks(item)
        {
            let fault = Diagnostic::new(&codes::COMPOSE_VALUE, message)
                .at(item.span, "no target")
                .help("say where it leads in the container: `target:`");
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
}

/// Keeps one item of each key. Items without a key stay.
fn list(node: Option<&mut Node>, key: impl Fn(&Node) -> Option<String>) {
    let Some(Data::List(items)) = node.map(|node| &mut node.data) else { return };
    if items.len() < 2 {
        return;
    }
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(items.len());
    let mut kept: Vec<Node> = Vec::with_capacity(items.len());
    for item in std::mem::take(items) {
        let known = key(&item).map(|key| (seen.get(&key).copied(), key));
        match known {
            Some((Some(at), _)) => kept[at] = item,
            Some((None, key)) => {
                seen.insert(key, kept.len());
                kept.push(item);
            }
            None => kept.push(item),
        }
    }
    *items = kept;
}

fn text(node: &Node) -> Option<String> {
    node.as_text().map(str::to_owned)
}

fn scalar(node: &Node) -> Option<String> {
    text(node).or_else(|| node.as_int().map(|number| number.to_string()))
}

/// What stands before the `=`.
fn pair(node: &Node) -> Option<String> {
    match &node.data {
        Data::Pair(pair) => Some(pair.0.clone()),
        Data::Text(text) => Some(text.split('=').next().unwrap_or_default().to_owned()),
        _ => None,
    }
}

/// Where a volume or a device is in the container.
fn target(node: &Node) -> Option<String> {
    match &node.data {
        Data::Map(_) => text(node.get("target")?),
        Data::Text(text) => parse_mount(text).ok().map(|mount| mount.target),
        _ => None,
    }
}

/// Where a secret or a config is in the container.
fn mounted(node: &Node, directory: &str) -> Option<String> {
    match &node.data {
        Data::Map(_) => match node.get("target") {
            Some(target) => text(target),
            None => Some(format!("{directory}/{}", node.get("source")?.as_text()?)),
        },
        Data::Text(text) => Some(format!("{directory}/{text}")),
        _ => None,
    }
}

fn port(node: &Node) -> Option<String> {
    match &node.data {
        Data::Int(number) => Some(number.to_string()),
        Data::Text(text) => Some(text.clone()),
        Data::Map(_) => {
            let target = node.get("target")?.as_int()?;
            // Nothing, an empty text, a number and the same number as text are four things to Compose.
            let published = match node.get("published") {
                Some(published) if published.as_int().is_some() => format!("number {}", scalar(published)?),
                Some(published) => format!("text {}", scalar(published)?),
                None => String::new(),
            };
            let part = |key: &str, default: &str| match node.get(key) {
                Some(node) => text(node),
                None => Some(default.to_owned()),
            };
            Some(format!("{}:{published}:{target}/{}", part("host_ip", "0.0.0.0")?, part("protocol", "tcp")?))
        }
        _ => None,
    }
}
