//! Lists and mappings of single values, in each form that people may write them in.

use super::Decoder;
use crate::facts::compose::map::Map;
use crate::facts::compose::node::{Data, Entry, Node};
use crate::facts::compose::{number, words};
use crate::facts::value::Value;

impl Decoder<'_> {
    pub(super) fn texts(&mut self, node: &mut Node) -> bool {
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

    pub(super) fn words(&mut self, node: &mut Node) {
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

    pub(super) fn probe(&mut self, node: &mut Node) -> bool {
        if matches!(node.data, Data::Text(_)) {
            let command = node.clone();
            node.data = Data::List(vec![Node::text("CMD-SHELL", node.span), command]);
            return true;
        }
        self.texts(node)
    }

    pub(super) fn ulimits(&mut self, node: &mut Node, strict: bool) -> bool {
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
    pub(super) fn pairs(&mut self, node: &mut Node, nulls: bool) -> bool {
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

    pub(super) fn hosts(&mut self, node: &mut Node) -> bool {
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

/// A mapping as a list of its keys, each with its value where it has one: `name=path`.
pub(super) fn keys(node: &mut Node) -> bool {
    let Data::Map(map) = std::mem::replace(&mut node.data, Data::Null) else { return false };
    let printed = map.into_iter().map(|(name, entry)| {
        let text = match entry.node.as_text() {
            Some(path) if !path.is_empty() => format!("{name}={path}"),
            _ => name,
        };
        Node { data: Data::Text(text), span: entry.node.span, interpolated: entry.node.interpolated }
    });
    let list: Vec<Node> = printed.collect();
    let any = !list.is_empty();
    node.data = Data::List(list);
    any
}

/// A list of `key=value` as a mapping; the last of several values of a key counts.
pub(in crate::facts::compose) fn pair_list(list: Vec<Node>) -> Map {
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
