//! Short forms written out: after this every port, mount, build and dependency has its long form.

mod mount;
mod port;

pub use mount::{Mount, parse_mount};
pub use port::{PortEntry, parse_port};

use super::codes;
use super::merge::into_mapping;
use super::node::{Data, HOLE, Node, Partial};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// So many ports can ranges of one file stand for.
const PORT_LIMIT: usize = 200_000;

/// Writes out every short form of a whole file.
pub(super) fn canonical(model: &mut Node, faults: &mut Vec<Diagnostic>) {
    let mut left = PORT_LIMIT;
    let Data::Map(top) = &mut model.data else { return };
    for (key, entry) in top.iter_mut() {
        let Data::Map(things) = &mut entry.node.data else { continue };
        match key.as_str() {
            "services" => {
                for (name, service) in things.iter_mut() {
                    one_service(name, &mut service.node, &mut left, faults);
                }
            }
            "volumes" | "networks" | "secrets" | "configs" => {
                for (name, thing) in things.iter_mut() {
                    external(key, name, &mut thing.node, faults);
                }
            }
            _ => {}
        }
    }
}

/// `text` as a node in place of `whole`: unknown, if it has a hole.
pub(super) fn piece(text: &str, whole: &Node) -> Node {
    let data = match &whole.data {
        Data::Unknown(partial) if text.contains(HOLE) => {
            Data::Unknown(Box::new(Partial { unknown: partial.unknown.clone(), text: text.to_owned() }))
        }
        _ => Data::Text(text.to_owned()),
    };
    Node { data, span: whole.span, interpolated: whole.interpolated }
}

/// A refusal of one value.
fn refuse(faults: &mut Vec<Diagnostic>, span: Span, message: String, label: &str, help: &str) {
    faults.push(Diagnostic::new(&codes::COMPOSE_VALUE, message).at(span, label).help(help));
}

fn one_service(name: &str, service: &mut Node, left: &mut usize, faults: &mut Vec<Diagnostic>) {
    let Data::Map(map) = &mut service.data else { return };
    for (key, entry) in map.iter_mut() {
        let node = &mut entry.node;
        match key.as_str() {
            "build" => build(node, faults),
            "depends_on" => depends_on(node),
            "env_file" => {
                wrap_in_list(node);
                each(node, |item| {
                    name_it(item, "path");
                    default(item, "required", Data::Bool(true));
                });
            }
            "label_file" | "dns" => wrap_in_list(node),
            "extends" => name_it(node, "service"),
            "gpus" => gpus(node),
            "networks" => into_mapping(node, false),
            "secrets" | "configs" => each(node, |item| name_it(item, "source")),
            "volumes" => mounts(name, node, faults),
            "devices" => devices(node, faults),
            "ports" => ports(name, node, left, faults),
            _ => {}
        }
    }
}

/// One text as a list of one.
fn wrap_in_list(node: &mut Node) {
    if matches!(node.data, Data::Text(_) | Data::Unknown(_)) {
        let item = node.clone();
        node.data = Data::List(vec![item]);
    }
}

fn each(node: &mut Node, mut change: impl FnMut(&mut Node)) {
    if let Data::List(list) = &mut node.data {
        list.iter_mut().for_each(&mut change);
    }
}

/// One text as a mapping with this key.
fn name_it(node: &mut Node, key: &str) {
    if matches!(node.data, Data::Text(_) | Data::Unknown(_)) {
        let mut long = Node { interpolated: node.interpolated, ..Node::map(node.span) };
        long.insert(key, node.clone());
        *node = long;
    }
}

/// A value for a key that has none.
fn default(node: &mut Node, key: &str, data: Data) {
    if node.as_map().is_some_and(|map| !map.contains_key(key)) {
        let span = node.span;
        node.insert(key, Node::new(data, span));
    }
}

fn build(node: &mut Node, faults: &mut Vec<Diagnostic>) {
    name_it(node, "context");
    let Data::Map(map) = &mut node.data else { return };
    for (key, entry) in map.iter_mut() {
        let node = &mut entry.node;
        match key.as_str() {
            "secrets" => each(node, |item| name_it(item, "source")),
            "additional_contexts" => contexts(node, faults),
            "ssh" => ssh(node),
            _ => {}
        }
    }
}

/// `name=context`, as a list or a mapping.
fn contexts(node: &mut Node, faults: &mut Vec<Diagnostic>) {
    let Data::List(list) = &mut node.data else { return };
    for item in list.iter() {
        if item.as_text().is_some_and(|text| !text.contains('=')) {
            let message = "an additional context must be `name=context`".to_owned();
            refuse(faults, item.span, message, "no `=` here", "write `name=path`");
        }
    }
    node.data = Data::Map(super::decode::pair_list(std::mem::take(list)));
}

/// `default` or `name=path`, as a mapping.
fn ssh(node: &mut Node) {
    wrap_in_list(node);
    if let Data::List(list) = &mut node.data {
        node.data = Data::Map(super::decode::pair_list(std::mem::take(list)));
    }
}

fn depends_on(node: &mut Node) {
    into_mapping(node, true);
    let Data::Map(map) = &mut node.data else { return };
    for entry in map.values_mut() {
        default(&mut entry.node, "condition", Data::Text("service_started".to_owned()));
        default(&mut entry.node, "required", Data::Bool(true));
    }
}

/// `gpus: all`.
fn gpus(node: &mut Node) {
    if matches!(node.data, Data::Text(_)) {
        let mut all = Node::map(node.span);
        all.insert("count", node.clone());
        node.data = Data::List(vec![all]);
    }
}

fn devices(node: &mut Node, faults: &mut Vec<Diagnostic>) {
    each(node, |item| {
        let Some(text) = item.as_partial() else { return };
        let parts: Vec<&str> = text.split(':').collect();
        let (source, target, permissions) = match parts.as_slice() {
            [path] => (*path, *path, "rwm"),
            [source, target] => (*source, *target, "rwm"),
            [source, target, permissions] => (*source, *target, *permissions),
            _ => {
                let message = "a device must be `host:container:permissions`".to_owned();
                refuse(
                    faults,
                    item.span,
                    message,
                    "too many colons",
                    "write it at length: `source:` and `target:`",
                );
                return;
            }
        };
        let mut long = Node { interpolated: item.interpolated, ..Node::map(item.span) };
        long.insert("source", piece(source, item));
        long.insert("target", piece(target, item));
        long.insert("permissions", piece(permissions, item));
        *item = long;
    });
}

fn mounts(service: &str, node: &mut Node, faults: &mut Vec<Diagnostic>) {
    each(node, |item| {
        let Some(text) = item.as_partial() else { return };
        match parse_mount(text) {
            Ok(mount) => *item = mount.node(item),
            Err(reason) => {
                let message = format!("a volume of the service `{service}` cannot be read: {reason}");
                refuse(
                    faults,
                    item.span,
                    message,
                    "not a volume",
                    "write `source:/target` or `source:/target:ro`",
                );
                *item = Node::new(Data::Null, item.span);
            }
        }
    });
    drop_nulls(node);
}

fn ports(service: &str, node: &mut Node, left: &mut usize, faults: &mut Vec<Diagnostic>) {
    let Data::List(list) = &mut node.data else { return };
    let mut long = Vec::with_capacity(list.len());
    for item in std::mem::take(list) {
        match &item.data {
            Data::Int(0) => {
                let message =
                    format!("a port of the service `{service}` cannot be read: no container has a port 0");
                refuse(faults, item.span, message, "not a port", "write the port of the container");
            }
            Data::Int(_) => {
                let mut port = Node::map(item.span);
                port.insert("target", item);
                long.push(port);
            }
            Data::Text(_) | Data::Unknown(_) => {
                match parse_port(item.as_partial().unwrap_or_default(), *left) {
                    Ok(entries) => {
                        *left -= entries.len();
                        long.extend(entries.iter().map(|entry| entry.node(&item)));
                    }
                    Err(reason) => {
                        let message = format!("a port of the service `{service}` cannot be read: {reason}");
                        refuse(
                            faults,
                            item.span,
                            message,
                            "not a port",
                            "write `host:container`, `address:host:container` or a port alone",
                        );
                    }
                }
            }
            Data::Float(_) => {
                let message = format!("a port of the service `{service}` has a fraction");
                refuse(
                    faults,
                    item.span,
                    message,
                    "not a port",
                    "write a whole number, or quote `host:container`",
                );
            }
            _ => long.push(item),
        }
    }
    node.data = Data::List(long);
}

/// Takes out what was refused.
fn drop_nulls(node: &mut Node) {
    if let Data::List(list) = &mut node.data {
        list.retain(|item| !item.is_null());
    }
}

/// `external: { name: … }`, which is an old way to write `external: true` and `name:`.
fn external(kind: &str, name: &str, node: &mut Node, faults: &mut Vec<Diagnostic>) {
    let Data::Map(map) = &mut node.data else { return };
    let Some(entry) = map.get_mut("external") else { return };
    let Data::Map(old) = &mut entry.node.data else { return };
    let old_name = old.remove("name");
    entry.node.data = Data::Bool(true);
    let Some(old_name) = old_name else { return };
    match map.get("name") {
        None => {
            map.insert("name".to_owned(), old_name);
        }
        Some(new) if new.node.display() != old_name.node.display() => {
            let message = format!("`{kind}.{name}` has two names");
            faults.push(
                Diagnostic::new(&codes::COMPOSE_CONFLICT, message)
                    .at(old_name.node.span, "one name")
                    .at(new.node.span, "another name")
                    .help("keep `name:`, and write `external: true`"),
            );
        }
        Some(_) => {}
    }
}
