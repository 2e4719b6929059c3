//! The merged tree as the canonical model: every value of the kind that its key holds, in the order of the types.

use super::amounts;
use super::codes;
use super::map::Map;
use super::node::{Data, Entry, Node};
use super::number;
use super::read::{bool, go_int};
use super::types::{Field, Kind};
use super::words;
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
            Kind::Keys => {
                let Data::Map(map) = std::mem::replace(&mut node.data, Data::Null) else { return false };
                let printed = map.into_iter().map(|(name, entry)| {
                    let text = match entry.node.as_text() {
                        Some(path) if !path.is_empty() => format!("{name}={path}"),
                        _ => name,
                    };
                    Node {
                        data: Data::Text(text),
                        span: entry.node.span,
                        interpolated: entry.node.interpolated,
                    }
                });
                let list: Vec<Node> = printed.collect();
                let any = !list.is_empty();
                node.data = Data::List(list);
                any
            }
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

    fn text(&mut self, node: &mut Node) -> bool {
        match &node.data {
            Data::Text(_) => true,
            Data::Int(number) => {
                node.data = Data::Text(number.to_string());
                true
            }
            Data::Null => false,
            _ => self.fault(node, "a text"),
        }
    }

    fn bool(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Bool(_) => return true,
            Data::Null => return false,
            Data::Text(text) => bool(text),
            _ => None,
        };
        match value {
            Some(value) => {
                node.data = Data::Bool(value);
                true
            }
            None => self.fault(node, "a truth value"),
        }
    }

    fn int(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Int(_) => return true,
            Data::Null => return false,
            #[allow(clippy::cast_possible_truncation)] // as Go converts
            Data::Float(number) => Some(*number as i64),
            Data::Text(text) => go_int(text),
            _ => None,
        };
        match value {
            Some(value) => {
                node.data = Data::Int(value);
                true
            }
            None => self.fault(node, "a whole number"),
        }
    }

    fn float(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Float(number) => Some(*number),
            #[allow(clippy::cast_precision_loss)] // nobody has so many processors
            Data::Int(number) => Some(*number as f64),
            Data::Null => return false,
            Data::Text(text) => amounts::float(text),
            _ => None,
        };
        let Some(value) = value else { return self.fault(node, "a number") };
        node.data = Data::Float(value);
        value != 0.0
    }

    fn bytes(&mut self, node: &mut Node) -> bool {
        let size = match &node.data {
            Data::Int(number) => Some(*number),
            Data::Text(text) => amounts::bytes(text),
            // A fraction without a unit counts as nothing.
            Data::Null | Data::Float(_) => return false,
            _ => None,
        };
        let Some(size) = size else { return self.fault(node, "a size such as `64m`") };
        node.data = Data::Text(size.to_string());
        size != 0
    }

    fn duration(&mut self, node: &mut Node) -> bool {
        let Data::Text(text) = &node.data else {
            return !node.is_null() && self.fault(node, "a time such as `30s`");
        };
        match amounts::duration(text) {
            Some(time) => {
                node.data = Data::Text(amounts::show_duration(time));
                true
            }
            None => self.fault(node, "a time such as `30s`"),
        }
    }

    fn texts(&mut self, node: &mut Node) -> bool {
        if let Data::Text(text) = &node.data {
            let item = Node { data: Data::Text(text.clone()), ..*node };
            node.data = Data::List(vec![item]);
        }
        let Data::List(list) = &mut node.data else { return false };
        for item in list.iter_mut() {
            if item.unknown().is_none() {
                if let Data::Float(number) = item.data {
                    item.data = Data::Text(number::display(number));
                }
                self.text(item);
            }
        }
        !list.is_empty()
    }

    fn words(&mut self, node: &mut Node) {
        match &node.data {
            Data::Text(text) => match words::split(text) {
                Some(words) => {
                    let (span, interpolated) = (node.span, node.interpolated);
                    let item = |word| Node { data: Data::Text(word), span, interpolated };
                    node.data = Data::List(words.into_iter().map(item).collect());
                }
                None => {
                    self.fault(node, "a command whose quotes and brackets match");
                }
            },
            Data::List(_) => {
                self.texts(node);
            }
            _ => {}
        }
    }

    fn probe(&mut self, node: &mut Node) -> bool {
        if matches!(node.data, Data::Text(_)) {
            let command = node.clone();
            node.data = Data::List(vec![Node::text("CMD-SHELL", node.span), command]);
            return true;
        }
        self.texts(node)
    }

    fn count(&mut self, node: &mut Node) -> bool {
        if let Data::Text(text) = &node.data {
            match if text.eq_ignore_ascii_case("all") { Some(-1) } else { go_int(text) } {
                Some(count) => node.data = Data::Int(count),
                None => return self.fault(node, "a whole number or `all`"),
            }
        }
        self.int(node) && node.as_int() != Some(0)
    }

    fn ulimits(&mut self, node: &mut Node, strict: bool) -> bool {
        let Data::Map(map) = &mut node.data else { return false };
        let number = |decoder: &mut Self, node: &mut Node| {
            if strict && node.as_text().is_some() {
                decoder.fault(node, "a number without quotes");
            } else {
                decoder.int(node);
            }
        };
        for (name, entry) in map.iter_mut() {
            let limit = &mut entry.node;
            if let Data::Map(both) = &mut limit.data {
                both.retain(|key, _| key == "soft" || key == "hard");
                for part in both.values_mut() {
                    self.within(name, |decoder| number(decoder, &mut part.node));
                }
                both.sort_by(|one, other| other.cmp(one));
                both.retain(|_, part| part.node.as_int() != Some(0));
            } else if limit.unknown().is_none() {
                self.within(name, |decoder| number(decoder, limit));
                if limit.as_int() == Some(0) {
                    limit.data = Data::Map(Map::default());
                }
            }
        }
        map.sort_keys();
        !map.is_empty()
    }

    /// Keys and values in either form. What has no value is null or empty.
    fn pairs(&mut self, node: &mut Node, nulls: bool) -> bool {
        let mut map = match std::mem::replace(&mut node.data, Data::Null) {
            Data::Map(map) => map,
            Data::List(list) => pair_list(list),
            _ => return false,
        };
        for entry in map.values_mut() {
            let value = &mut entry.node;
            match value.display() {
                Some(Value::Known(text)) if !(nulls && value.is_null()) => value.data = Data::Text(text),
                Some(_) => {}
                None => {
                    self.fault(value, "a text");
                }
            }
        }
        map.sort_keys();
        let any = !map.is_empty();
        node.data = Data::Map(map);
        any
    }

    fn hosts(&mut self, node: &mut Node) -> bool {
        let mut hosts: Vec<(String, Node)> = Vec::new();
        let mut add = |name: &str, node: Node| hosts.push((name.to_owned(), node));
        match std::mem::replace(&mut node.data, Data::Null) {
            Data::Map(map) => {
                for (name, entry) in map {
                    match entry.node.data {
                        Data::List(list) => list.into_iter().for_each(|item| add(&name, item)),
                        _ => add(&name, entry.node),
                    }
                }
            }
            Data::List(list) => {
                for item in list {
                    match &item.data {
                        Data::Pair(pair) => add(&pair.0, pair.1.node.clone()),
                        Data::Text(text) => match text.split_once('=').or_else(|| text.split_once(':')) {
                            Some((name, address)) => {
                                let address = Node { data: Data::Text(address.to_owned()), ..item };
                                add(name, address);
                            }
                            None => {
                                self.fault(&item, "a name and an address, as in `name=192.0.2.1`");
                            }
                        },
                        Data::Unknown(_) => add("", item),
                        _ => {}
                    }
                }
            }
            _ => return false,
        }
        hosts.sort_by(|one, other| one.0.cmp(&other.0));
        let printed = hosts.into_iter().map(|(name, node)| match node.display() {
            Some(Value::Known(address)) => {
                let address =
                    address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&address);
                Node { data: Data::Text(format!("{}={address}", name.trim())), ..node }
            }
            _ => node,
        });
        let mut list: Vec<Node> = printed.collect();
        list.sort_by(|one, other| one.as_text().cmp(&other.as_text()));
        let any = !list.is_empty();
        node.data = Data::List(list);
        any
    }
}

/// A list of `key=value` as a mapping; the last of several values of a key counts.
pub(super) fn pair_list(list: Vec<Node>) -> Map {
    let mut map = Map::with_capacity(list.len());
    for item in list {
        let span = item.span;
        let (key, entry) = match item.data {
            Data::Pair(pair) => *pair,
            Data::Text(text) => match text.split_once('=') {
                Some((key, value)) => {
                    let value =
                        Node { data: Data::Text(value.to_owned()), span, interpolated: item.interpolated };
                    (key.to_owned(), Entry { key: span, node: value })
                }
                None => (text, Entry { key: span, node: Node::new(Data::Null, span) }),
            },
            _ => continue,
        };
        map.insert(key, entry);
    }
    map
}
