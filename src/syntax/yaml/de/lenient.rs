//! The entries of a `Map` or `List`, each read as often as it takes to find all its errors.

use super::error::{Error, Kind as ErrorKind};
use super::node::NodeReader;
use crate::syntax::yaml::NodeId;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// A sequence access that goes on after an error: the next call reads the same entry again, without what was wrong
/// with it, or the next entry when nothing is left to try. So a visitor may ignore errors until there is no element.
pub(super) struct Lenient<'r, 't> {
    of: NodeReader<'r, 't>,
    next: usize,
}

#[derive(Clone, Copy)]
enum Entry {
    Item(NodeId),
    Pair(NodeId, NodeId),
}

impl Entry {
    /// The node that stands for the whole entry.
    fn node(self) -> NodeId {
        match self {
            Self::Item(node) | Self::Pair(node, _) => node,
        }
    }
}

impl<'r, 't> Lenient<'r, 't> {
    pub(super) fn new(of: NodeReader<'r, 't>) -> Self {
        Self { of, next: 0 }
    }

    fn entry(&self) -> Option<Entry> {
        let tree = self.of.reading.tree;
        match tree.mapping(self.of.node) {
            Some(entries) => entries.get(self.next).map(|(key, value)| Entry::Pair(*key, *value)),
            None => tree.sequence(self.of.node)?.get(self.next).map(|item| Entry::Item(*item)),
        }
    }

    fn read<'de, T: DeserializeSeed<'de>>(&self, entry: Entry, seed: T) -> Result<T::Value, Error> {
        let reading = self.of.reading;
        match entry {
            Entry::Item(node) => {
                seed.deserialize(NodeReader::new(reading, node)).map_err(|error| error.at(node))
            }
            Entry::Pair(key, value) => seed.deserialize(Pair {
                key: Some(NodeReader::key(reading, key)),
                value: NodeReader::new(reading, value),
            }),
        }
    }
}

impl<'de> SeqAccess<'de> for Lenient<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let reading = self.of.reading;
        let entry = loop {
            match self.entry() {
                Some(entry) if reading.is_poisoned(entry.node()) => self.next += 1,
                Some(_) if reading.is_full() => return Ok(None),
                Some(entry) => break entry,
                None => return Ok(None),
            }
        };
        let around = reading.invented.replace(false);
        let result = self.read(entry, seed);
        let invented = reading.invented.replace(around);
        match result {
            Ok(value) if !invented => {
                self.next += 1;
                Ok(Some(value))
            }
            Err(error) if reading.absorb(&error) => Err(Error::new(ErrorKind::Dropped)),
            _ => {
                reading.poison(entry.node());
                self.next += 1;
                Err(Error::new(ErrorKind::Dropped))
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        let tree = self.of.reading.tree;
        let all = tree
            .mapping(self.of.node)
            .map_or_else(|| tree.sequence(self.of.node).map(<[_]>::len), |e| Some(e.len()));
        all.map(|all| all.saturating_sub(self.next))
    }
}

/// A key and its value as a pair.
struct Pair<'r, 't> {
    key: Option<NodeReader<'r, 't>>,
    value: NodeReader<'r, 't>,
}

impl<'de> Deserializer<'de> for Pair<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let key = self.key.map_or(self.value.node, |key| key.node);
        let value = self.value.node;
        visitor.visit_seq(self).map_err(|error| error.owned_by(value, key))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> SeqAccess<'de> for Pair<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let node = self.key.take().unwrap_or(self.value);
        seed.deserialize(node).map(Some).map_err(|error| error.at(node.node))
    }
}
