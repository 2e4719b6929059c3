//! The merged tree as the canonical model: every value of the kind that its key holds, in the order of the types.

mod scalar;
mod several;

pub(super) use several::pair_list;

use super::codes;
use super::map::Map;
use super::node::{Data, Entry, Node};
use super::types::{Field, Kind};
use crate::diagnostic::Diagnostic;
use crate::facts::value::Value;

/// Decodes a thing whose fields are `fields`. What has no field (extensions) is left out.
pub(super) fn object(node: &mut Node, fields: &[Field], path: &str, faults: &mut Vec<Diagnostic>) {
    let mut decoder = Decoder { path: path.to_owned(), faults };
    decoder.object(node, fields);
}

/// Puts the fields of a service back into the order of the types, after some were added.
pub(super) fn reorder(map: &mut Map) {
    let place = |key: &str| super::types::SERVICE.iter().position(|field| field.printed == key);
    map.sort_by(|one, other| place(one).cmp(&place(other)));
}

struct Decoder<'f> {
    path: String,
    faults: &'f mut Vec<Diagnostic>,
}

impl Decoder<'_> {
    fn within(&mut self, part: &str, work: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(part);
        work(self);
        self.path.truncate(length);
    }

    fn object(&mut self, node: &mut Node, fields: &[Field]) {
        if node.unknown().is_some() {
            return;
        }
        let span = node.span;
        // A few entries and many fields: comparing is quicker than looking up.
        let mut old: Vec<(String, Entry)> = match std::mem::replace(&mut node.data, Data::Null) {
            Data::Map(map) => map.into_iter().collect(),
            _ => Vec::new(),
        };
        let mut map = Map::with_capacity(old.len());
        // Most fields are not there, which the first letter often tells.
        let letter = |key: &str| 1_u64 << (key.as_bytes().first().map_or(0, |first| first % 64));
        let letters = old.iter().fold(0, |all, (key, _)| all | letter(key));
        for field in fields {
            let may_be = letters & letter(field.key) != 0;
            let at = may_be.then(|| old.iter().position(|(key, _)| key == field.key)).flatten();
            let (key, mut entry) = match (at.map(|at| old.swap_remove(at)), field.kind) {
                (Some(it), _) if field.printed == field.key => it,
                (Some((_, entry)), _) => (field.printed.to_owned(), entry),
                (None, Kind::Always(_) | Kind::Words | Kind::AnyText | Kind::AnyInt | Kind::AnyBytes) => {
                    (field.printed.to_owned(), Entry { key: span, node: Node::new(Data::Null, span) })
                }
                (None, _) => continue,
            };
            self.within(field.key, |decoder| {
                if decoder.field(&mut entry.node, field.kind) {
                    map.insert(key, entry);
                }
            });
        }
        node.data = Data::Map(map);
    }

    /// Decodes a field in place; says whether it is kept.
    fn field(&mut self, node: &mut Node, kind: Kind) -> bool {
        if node.unknown().is_some() {
            return true;
        }
        match kind {
            Kind::AnyText | Kind::AnyInt | Kind::AnyBytes if node.is_null() => {
                node.data = match kind {
                    Kind::AnyInt => Data::Int(0),
                    Kind::AnyBytes => Data::Text("0".to_owned()),
                    _ => Data::Text(String::new()),
                };
                true
            }
            Kind::AnyText => self.text(node),
            Kind::AnyBytes => {
                if !self.bytes(node) && !matches!(node.data, Data::Unknown(_)) {
                    node.data = Data::Text("0".to_owned());
                }
                true
            }
            Kind::Text => self.text(node) && node.as_text() != Some(""),
            Kind::Bool => self.bool(node) && node.is_true(),
            Kind::MaybeBool => self.bool(node),
            Kind::StrictInt | Kind::StrictMaybeInt | Kind::AnyInt if node.as_text().is_some() => {
                self.fault(node, "a number without quotes")
            }
            Kind::Int | Kind::StrictInt => self.int(node) && node.as_int() != Some(0),
            Kind::MaybeInt | Kind::StrictMaybeInt | Kind::AnyInt => self.int(node),
            Kind::Float => self.float(node),
            Kind::Bytes => self.bytes(node),
            Kind::Duration => self.duration(node) && node.as_text() != Some("0s"),
            Kind::MaybeDuration => self.duration(node),
            Kind::Texts => self.texts(node),
            Kind::Words => {
                self.words(node);
                true
            }
            Kind::Probe => self.probe(node),
            Kind::Variables => self.pairs(node, true),
            Kind::Pairs => self.pairs(node, false),
            Kind::StrictPairs => {
                for entry in node.as_map().into_iter().flat_map(Map::values) {
                    if matches!(entry.node.data, Data::Float(_)) {
                        self.fault(&entry.node, "a text");
                    }
                }
                self.pairs(node, false)
            }
            Kind::Hosts => self.hosts(node),
            Kind::Keys => several::keys(node),
            Kind::Count => self.count(node),
            Kind::Ulimits => self.ulimits(node, false),
            Kind::StrictUlimits => self.ulimits(node, true),
            Kind::Object(fields) => {
                let there = !node.is_null();
                self.object(node, fields);
                there
            }
            Kind::Always(fields) => {
                self.object(node, fields);
                true
            }
            Kind::Objects(fields) => {
                let Data::List(list) = &mut node.data else { return false };
                for item in list.iter_mut() {
                    self.object(item, fields);
                }
                !list.is_empty()
            }
            Kind::Named(fields) => {
                let Data::Map(map) = &mut node.data else { return false };
                for (name, entry) in map.iter_mut() {
                    if !entry.node.is_null() {
                        self.within(name, |decoder| decoder.object(&mut entry.node, fields));
                    }
                }
                map.sort_keys();
                !map.is_empty()
            }
        }
    }

    fn fault(&mut self, node: &Node, what: &str) -> bool {
        let said = match node.display() {
            Some(Value::Known(text)) if !text.is_empty() && !self.is_secret() => format!(", not `{text}`"),
            _ => String::new(),
        };
        self.faults.push(
            Diagnostic::new(&codes::COMPOSE_VALUE, format!("`{}` must be {what}{said}", self.path))
                .at(node.span, format!("not {what}"))
                .help(format!("write {what} here")),
        );
        false
    }

    /// Whether the value may be one that nobody should see.
    fn is_secret(&self) -> bool {
        self.path.contains(".environment") || self.path.contains(".args")
    }
}
