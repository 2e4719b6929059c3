//! The model as `docker compose config --format json` prints it.

use super::loaded::Loaded;
use super::map::Map;
use super::node::{Data, Node};
use super::number;
use crate::facts::value::{Unknown, Value};
use crate::source::Sources;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The JSON of a project: what its services use, keys in the order of Compose. An unknown value is
/// `{"$unknown": {"path", "line", "column", "reason"}}`.
pub fn json(loaded: &Loaded, sources: &Sources) -> String {
    let mut printer = Printer { out: String::new(), sources, depth: 0 };
    printer.project(loaded);
    printer.out
}

struct Printer<'p> {
    out: String,
    sources: &'p Sources,
    depth: usize,
}

impl Printer<'_> {
    fn project(&mut self, loaded: &Loaded) {
        let used = Used::new(&loaded.model);
        let empty = Map::default();
        let top = loaded.model.as_map().unwrap_or(&empty);
        let mut keys: Vec<&str> = top.keys().map(String::as_str).filter(|key| *key != "services").collect();
        keys.extend(["name", "services"]);
        keys.sort_unstable();
        self.open('{');
        let mut first = true;
        for key in keys {
            let things = top.get(key).map(|entry| &entry.node);
            let names = used.of(key);
            if let Some(names) = names
                && !things
                    .and_then(Node::as_map)
                    .is_some_and(|map| map.keys().any(|name| names.contains(name.as_str())))
            {
                continue;
            }
            self.key(key, &mut first);
            match (key, things) {
                ("name", _) => match &loaded.name.value {
                    Value::Known(name) => self.text(name),
                    Value::Unknown(unknown) => self.unknown(unknown),
                },
                (_, Some(node)) => match (names, node.as_map()) {
                    (Some(names), Some(map)) => self.map(map, |name| names.contains(name)),
                    _ => self.node(node, key.starts_with("x-")),
                },
                (_, None) => self.out.push_str("{}"),
            }
        }
        self.close('}', first);
        self.out.push('\n');
    }

    fn map(&mut self, map: &Map, keep: impl Fn(&str) -> bool) {
        self.open('{');
        let mut first = true;
        for (key, entry) in map.iter().filter(|(key, _)| keep(key)) {
            self.key(key, &mut first);
            self.node(&entry.node, false);
        }
        self.close('}', first);
    }

    fn node(&mut self, node: &Node, sorted: bool) {
        match &node.data {
            Data::Null | Data::Pair(_) => self.out.push_str("null"),
            Data::Bool(value) => self.push(value),
            Data::Int(number) => self.push(number),
            Data::Float(value) => self.out.push_str(&number::json(*value)),
            Data::Text(text) => self.text(text),
            Data::Unknown(partial) => self.unknown(&partial.unknown),
            Data::List(list) => {
                self.open('[');
                let mut first = true;
                for item in list {
                    self.next(&mut first);
                    self.node(item, sorted);
                }
                self.close(']', first);
            }
            Data::Map(map) if sorted => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| key.as_str());
                self.open('{');
                let mut first = true;
                for (key, entry) in entries {
                    self.key(key, &mut first);
                    self.node(&entry.node, true);
                }
                self.close('}', first);
            }
            Data::Map(map) => self.map(map, |_| true),
        }
    }

    fn unknown(&mut self, unknown: &Unknown) {
        self.open('{');
        self.key("$unknown", &mut true);
        self.open('{');
        let mut first = true;
        if let Some(span) = unknown.span {
            let source = self.sources.get(span.source);
            let place = source.position(span.start);
            self.key("path", &mut first);
            self.text(&source.path.display().to_string());
            self.key("line", &mut first);
            self.push(place.line);
            self.key("column", &mut first);
            self.push(place.column);
        }
        self.key("reason", &mut first);
        self.text(&unknown.reason);
        self.close('}', false);
        self.close('}', false);
    }

    fn push(&mut self, value: impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{value}");
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn next(&mut self, first: &mut bool) {
        if !*first {
            self.out.push(',');
        }
        *first = false;
        self.line();
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn key(&mut self, key: &str, first: &mut bool) {
        self.next(first);
        // The one key of ours, which is no text of a person.
        if key == "$unknown" {
            self.out.push_str("\"$unknown\"");
        } else {
            self.text(key);
        }
        self.out.push_str(": ");
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    /// A text; a `$` is doubled, so that Compose can read what is printed.
    fn text(&mut self, text: &str) {
        let quoted = serde_json::Value::String(text.replace('$', "$$")).to_string();
        self.out.push_str(&quoted);
    }
}

/// The names of what services use.
#[derive(Default)]
struct Used<'m> {
    networks: BTreeSet<&'m str>,
    volumes: BTreeSet<&'m str>,
    secrets: BTreeSet<&'m str>,
    configs: BTreeSet<&'m str>,
}

impl<'m> Used<'m> {
    fn new(model: &'m Node) -> Self {
        let mut used = Self::default();
        let sources = |node: Option<&'m Node>| {
            let items = node.and_then(Node::as_list).unwrap_or_default();
            items.iter().filter_map(|item| item.get("source").and_then(Node::as_text))
        };
        for (_, entry) in model.get("services").and_then(Node::as_map).into_iter().flatten() {
            let service = &entry.node;
            let networks = service.get("networks").and_then(Node::as_map).into_iter().flatten();
            used.networks.extend(networks.map(|(name, _)| name.as_str()));
            for volume in service.get("volumes").and_then(Node::as_list).unwrap_or_default() {
                if volume.get("type").and_then(Node::as_text) == Some("volume") {
                    used.volumes.extend(volume.get("source").and_then(Node::as_text));
                }
            }
            used.secrets.extend(sources(service.get("secrets")));
            used.secrets.extend(sources(service.at(&["build", "secrets"])));
            used.configs.extend(sources(service.get("configs")));
        }
        used
    }

    /// The used names of a kind; none for what is printed whole.
    fn of(&self, kind: &str) -> Option<&BTreeSet<&'m str>> {
        match kind {
            "networks" => Some(&self.networks),
            "volumes" => Some(&self.volumes),
            "secrets" => Some(&self.secrets),
            "configs" => Some(&self.configs),
            _ => None,
        }
    }
}
