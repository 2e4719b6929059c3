//! Whether a project agrees with itself: what Compose checks after reading and before doing anything.

mod order;
mod service;
mod settings;
mod things;

pub(super) use things::things;

use super::map::Map;
use super::node::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

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
    let none = Map::default();
    let services = model.get("services").and_then(Node::as_map).unwrap_or(&none);
    let project = Project { model, services, disabled: disabled.as_map().unwrap_or(&none) };
    for (name, entry) in services {
        service::check(&project, name, entry.key, &entry.node, faults);
    }
    order::container_names(services, faults);
    order::cycles(services, faults);
}
