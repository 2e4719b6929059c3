//! Which keys a Compose file may have where, and what they may hold.

mod table;

use super::codes;
use super::node::{Data, Node};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use foldhash::{HashSet, HashSetExt as _};

/// What may stand at a place.
#[derive(Clone, Copy)]
enum Shape {
    /// Anything.
    Any,
    /// A scalar of one of these kinds.
    Scalar(u8),
    /// A whole number within bounds, or text.
    Within(i64, i64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list; whether its items must differ.
    List(&'static Shape, bool),
    /// A mapping whose keys are of some form. Others are refused, or left alone.
    Map(Keys, &'static Shape, bool),
    /// A mapping with known keys.
    Object(&'static Object),
    /// One or the other.
    Or(&'static [Shape]),
}

/// The form of the keys of a mapping.
#[derive(Clone, Copy)]
enum Keys {
    /// Letters, digits, `.`, `_` and `-`.
    Names,
    /// Lower-case letters.
    Lower,
    /// Anything but nothing.
    Some,
}

/// A mapping with known keys.
struct Object {
    keys: &'static [(&'static str, Shape)],
    required: &'static [&'static str],
    /// Whether `x-…` may stand there too.
    extensions: bool,
    /// Whether any key may.
    open: bool,
}

const TEXT: u8 = 1;
const INT: u8 = 2;
const NUMBER: u8 = 4 | INT;
const BOOL: u8 = 8;
const NULL: u8 = 16;

/// Checks a whole file.
pub(super) fn validate(model: &Node, faults: &mut Vec<Diagnostic>) {
    let mut checker = Checker { path: String::new(), faults };
    if let Some(service) = first_format(model) {
        let message =
            "this is the form of the first Compose, whose services stood at the top of the file".to_owned();
        let help = "write `services:` above them, and put two spaces before each of their lines".to_owned();
        return checker.fault(service, message, "a service, where no service can be", help);
    }
    checker.check(model, &Shape::Object(&table::FILE));
}

/// The first service of a file that has nothing but services.
fn first_format(model: &Node) -> Option<Span> {
    let Data::Map(map) = &model.data else { return None };
    let is_service = |node: &Node| node.get("image").is_some() || node.get("build").is_some();
    let known = |key: &str| table::FILE.keys.iter().any(|(name, _)| *name == key) || key.starts_with("x-");
    let all = map.iter().all(|(key, entry)| !known(key) && is_service(&entry.node));
    map.values().next().filter(|_| all).map(|entry| entry.key)
}

struct Checker<'f> {
    path: String,
    faults: &'f mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn within(&mut self, part: &str, work: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(part);
        work(self);
        self.path.truncate(length);
    }

    fn place(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path) }
    }

    fn fault(&mut self, span: Span, message: String, label: &str, help: String) {
        let fault = Diagnostic::new(&codes::COMPOSE_SCHEMA, message).at(span, label).help(help);
        // A file that others are merged onto is checked again with each of them.
        if self.faults.len() < super::load::FAULT_LIMIT && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn check(&mut self, node: &Node, shape: &Shape) {
        if node.unknown().is_some() && takes_scalar(shape) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::List(item, unique) => match &node.data {
                Data::List(items) => {
                    for item_node in items {
                        self.check(item_node, item);
                    }
                    if *unique {
                        self.unique(items);
                    }
                }
                _ => self.wrong(node, shape),
            },
            Shape::Map(keys, value, closed) => match &node.data {
                Data::Map(map) => {
                    for (key, entry) in map {
                        if keys.take(key) {
                            self.within(key, |checker| checker.check(&entry.node, value));
                        } else if *closed {
                            let message = format!("`{key}` cannot be a key of {}", self.place());
                            self.fault(entry.key, message, "not a name", keys.help().to_owned());
                        }
                    }
                }
                _ => self.wrong(node, shape),
            },
            Shape::Object(object) => match &node.data {
                Data::Map(_) => self.object(node, object),
                _ => self.wrong(node, shape),
            },
            Shape::Or(shapes) => match shapes.iter().find(|shape| fits(node, shape)) {
                Some(shape) => self.check(node, shape),
                None => self.wrong(node, shape),
            },
            Shape::Scalar(_) | Shape::Within(..) | Shape::Word(_) => {
                if !fits(node, shape) {
                    self.wrong(node, shape);
                }
            }
        }
    }

    fn object(&mut self, node: &Node, object: &Object) {
        let Data::Map(map) = &node.data else { return };
        for (key, entry) in map {
            match object.keys.iter().find(|(name, _)| name == key) {
                Some((name, shape)) => self.within(name, |checker| checker.check(&entry.node, shape)),
                None if self.faults.len() >= super::load::FAULT_LIMIT => {}
                None if object.open || (object.extensions && key.starts_with("x-")) => {}
                None => {
                    let known = object.keys.iter().map(|(name, _)| *name);
                    let help = match nearest(key, known) {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => {
                            "take it out, or begin it with `x-` if it is meant for something else".to_owned()
                        }
                    };
                    let message = format!("`{key}` is no key of {}", self.place());
                    self.fault(entry.key, message, "unknown key", help);
                }
            }
        }
        for key in object.required {
            if !map.contains_key(key) {
                let message = format!("{} has no `{key}`", self.place());
                self.fault(node.span, message, "needs another key", format!("add `{key}:`"));
            }
        }
    }

    fn unique(&mut self, items: &[Node]) {
        // Most lists are a few texts.
        let differ = |(at, item): (usize, &Node)| {
            item.as_text().is_some_and(|text| items[..at].iter().all(|other| other.as_text() != Some(text)))
        };
        if items.len() <= FEW && items.iter().enumerate().all(differ) {
            return;
        }
        let mut seen = HashSet::with_capacity(items.len());
        for item in items {
            if let Some(text) = identity(item)
                && !seen.insert(text)
            {
                let message = format!("an item of {} stands there twice", self.place());
                self.fault(item.span, message, "again", "take one of the two out".to_owned());
            }
        }
    }

    fn wrong(&mut self, node: &Node, shape: &Shape) {
        let expected = expected(shape);
        let message = format!("{} must be {expected}, not {}", self.place(), found(node));
        self.fault(node.span, message, &format!("not {expected}"), format!("write {expected} here"));
    }
}

impl Keys {
    fn take(self, key: &str) -> bool {
        match self {
            Self::Names => {
                !key.is_empty()
                    && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            }
            Self::Lower => !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase()),
            Self::Some => key.chars().any(|letter| letter != '\n'),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Names => "use letters, digits, `.`, `_` and `-` alone",
            Self::Lower => "use lower-case letters alone",
            Self::Some => "give it a name",
        }
    }
}

/// Whether a scalar can stand there: an unknown value may be one.
fn takes_scalar(shape: &Shape) -> bool {
    match shape {
        Shape::Any | Shape::Scalar(_) | Shape::Within(..) | Shape::Word(_) => true,
        Shape::Or(shapes) => shapes.iter().any(takes_scalar),
        Shape::List(..) | Shape::Map(..) | Shape::Object(_) => false,
    }
}

/// Whether a node is of the kind that a shape asks for; what is inside is not looked at.
fn fits(node: &Node, shape: &Shape) -> bool {
    if node.unknown().is_some() {
        return takes_scalar(shape);
    }
    match (shape, &node.data) {
        (Shape::Any, _)
        | (Shape::List(..), Data::List(_))
        | (Shape::Map(..) | Shape::Object(_), Data::Map(_))
        | (Shape::Within(..), Data::Text(_)) => true,
        (Shape::Scalar(kinds), data) => kinds & kind(data) != 0,
        (Shape::Within(least, most), Data::Int(number)) => (least..=most).contains(&number),
        #[allow(clippy::cast_precision_loss)] // the bounds are small
        (Shape::Within(least, most), Data::Float(number)) => {
            number.fract() == 0.0 && *number >= *least as f64 && *number <= *most as f64
        }
        (Shape::Word(words), Data::Text(text)) => words.contains(&text.as_str()),
        (Shape::Or(shapes), _) => shapes.iter().any(|shape| fits(node, shape)),
        _ => false,
    }
}

fn kind(data: &Data) -> u8 {
    match data {
        Data::Null => NULL,
        Data::Bool(_) => BOOL,
        Data::Int(_) => INT,
        Data::Float(number) if number.fract() == 0.0 => INT,
        Data::Float(_) => NUMBER & !INT,
        // An item of a list that was an entry of a mapping is text for Compose.
        Data::Text(_) | Data::Unknown(_) | Data::Pair(_) => TEXT,
        Data::List(_) | Data::Map(_) => 0,
    }
}

/// So many items are compared with each other.
const FEW: usize = 16;

/// What two equal items have in common.
fn identity(node: &Node) -> Option<String> {
    Some(match &node.data {
        Data::Text(text) => format!("\"{text}"),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => super::number::display(*number),
        Data::Bool(value) => value.to_string(),
        Data::Null => "null".to_owned(),
        Data::Map(map) => {
            let mut parts = Vec::with_capacity(map.len());
            for (key, entry) in map {
                parts.push(format!("{key}:{}", identity(&entry.node)?));
            }
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        Data::List(list) => {
            let parts: Option<Vec<String>> = list.iter().map(identity).collect();
            format!("[{}]", parts?.join(","))
        }
        Data::Unknown(_) | Data::Pair(_) => return None,
    })
}

fn found(node: &Node) -> &'static str {
    match &node.data {
        Data::Null => "nothing",
        Data::Bool(_) => "a truth value",
        Data::Int(_) | Data::Float(_) => "a number",
        Data::Text(_) | Data::Unknown(_) | Data::Pair(_) => "this text",
        Data::List(_) => "a list",
        Data::Map(_) => "a mapping",
    }
}

fn expected(shape: &Shape) -> String {
    let words: Vec<String> = match shape {
        Shape::Any => vec!["anything".to_owned()],
        Shape::Scalar(kinds) => {
            let mut words = Vec::new();
            if kinds & TEXT != 0 {
                words.push("a text");
            }
            if kinds & NUMBER == NUMBER {
                words.push("a number");
            } else if kinds & INT != 0 {
                words.push("a whole number");
            }
            if kinds & BOOL != 0 {
                words.push("a truth value");
            }
            if kinds & NULL != 0 {
                words.push("nothing");
            }
            words.into_iter().map(str::to_owned).collect()
        }
        Shape::Within(least, most) if *most == i64::MAX => vec![format!("a whole number from {least} on")],
        Shape::Within(least, most) => vec![format!("a whole number from {least} to {most}")],
        Shape::Word(words) => words.iter().map(|word| format!("`{word}`")).collect(),
        Shape::List(..) => vec!["a list".to_owned()],
        Shape::Map(..) | Shape::Object(_) => vec!["a mapping".to_owned()],
        Shape::Or(shapes) => {
            let mut words: Vec<String> = shapes.iter().map(expected).collect();
            words.dedup();
            words
        }
    };
    words.join(" or ")
}
