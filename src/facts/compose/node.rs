//! An evaluated tree: what a Compose file says after interpolation and merging, every value with its place.

use super::map::Map;
use crate::facts::model::Fact;
use crate::facts::value::{Unknown, Value};
use crate::source::Span;

/// A value and where a person wrote it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub data: Data,
    /// Where it is written: the scalar with its quotes, in the Compose file or the env-file that it comes from. What
    /// Compose adds by itself (a default, a name) has the place of what it is added to.
    pub span: Span,
    /// Whether it was written with an interpolation.
    pub interpolated: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// Something that cannot be known here.
    Unknown(Box<Partial>),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
    /// An item of a list that was an entry of a mapping: `A: b` where another file writes `- A=b`. Not met in a
    /// [`Loaded`](super::Loaded) project.
    Pair(Box<(String, Entry)>),
}

/// A text of which a part is unknown.
#[derive(Clone, Debug)]
pub struct Partial {
    /// Why.
    pub unknown: Unknown,
    /// The text, with [`HOLE`] where something is missing.
    pub text: String,
}

/// Stands for an unknown part of a text.
pub const HOLE: char = '\u{1a}';

/// One entry of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where its key is written; the strongest file's, where several write it.
    pub key: Span,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// A value that is written as it is.
    pub fn new(data: Data, span: Span) -> Self {
        Self { data, span, interpolated: false }
    }

    /// Text.
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self::new(Data::Text(text.into()), span)
    }

    /// An empty mapping.
    pub fn map(span: Span) -> Self {
        Self::new(Data::Map(Map::default()), span)
    }

    /// The entries, if it is a mapping.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries, to change them.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text, if it is known text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a known whole one.
    pub fn as_int(&self) -> Option<i64> {
        match self.data {
            Data::Int(number) => Some(number),
            _ => None,
        }
    }

    /// Whether it is the known `true`.
    pub fn is_true(&self) -> bool {
        matches!(self.data, Data::Bool(true))
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Why it is not known, if it is not.
    pub fn unknown(&self) -> Option<&Unknown> {
        match &self.data {
            Data::Unknown(partial) => Some(&partial.unknown),
            _ => None,
        }
    }

    /// The text with [`HOLE`]s in it, if it is text.
    pub fn as_partial(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            Data::Unknown(partial) => Some(&partial.text),
            _ => None,
        }
    }

    /// The value of a key, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key).map(|entry| &entry.node)
    }

    /// The entry of a key, if it is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.get(key)
    }

    /// The value at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Gives a key a value, written where `span` says.
    pub fn insert(&mut self, key: &str, node: Node) {
        let span = node.span;
        if let Data::Map(map) = &mut self.data {
            map.insert(key.to_owned(), Entry { key: span, node });
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.as_map_mut()?.remove(key).map(|entry| entry.node)
    }

    /// A scalar as Compose prints it into text: `true`, `80`, `1.5`; nothing for a list or a mapping.
    pub fn display(&self) -> Option<Value<String>> {
        Some(Value::Known(match &self.data {
            Data::Null => String::new(),
            Data::Bool(value) => value.to_string(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) => super::number::display(*value),
            Data::Text(text) => text.clone(),
            Data::Unknown(partial) => return Some(Value::Unknown(partial.unknown.clone())),
            Data::List(_) | Data::Map(_) | Data::Pair(_) => return None,
        }))
    }

    /// A scalar as a fact of the model: its text, place and whether it was interpolated.
    pub fn fact(&self) -> Option<Fact<String>> {
        let value = self.display()?;
        Some(Fact { value, span: self.span, interpolated: self.interpolated })
    }
}
