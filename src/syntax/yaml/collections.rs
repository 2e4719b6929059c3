//! Mappings and lists of which one unreadable entry does not spoil the others.

use super::de::magic;
use crate::source::Spanned;
use indexmap::{Equivalent, IndexMap};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Deref;

/// A mapping in the order in which it is written, whose keys remember their places. An entry that cannot be read is
/// reported and left out; the others are read all the same.
#[derive(Clone)]
pub struct Map<K, V>(IndexMap<Spanned<K>, V>);

impl<K, V> Map<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries as written.
    pub fn iter(&self) -> indexmap::map::Iter<'_, Spanned<K>, V> {
        self.0.iter()
    }

    /// The keys as written.
    pub fn keys(&self) -> indexmap::map::Keys<'_, Spanned<K>, V> {
        self.0.keys()
    }

    /// The values as written.
    pub fn values(&self) -> indexmap::map::Values<'_, Spanned<K>, V> {
        self.0.values()
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// The value of a key.
    pub fn get<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(&Lookup(key))
    }

    /// The key as written, and its value.
    pub fn get_entry<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<(&Spanned<K>, &V)>
    where
        K: Borrow<Q>,
    {
        self.0.get_key_value(&Lookup(key))
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(&Lookup(key))
    }

    /// Adds an entry, or gives an existing one another value and gives back the old one.
    pub fn insert(&mut self, key: Spanned<K>, value: V) -> Option<V> {
        self.0.insert(key, value)
    }
}

/// A borrowed key, looked up among keys with spans.
#[derive(Hash)]
struct Lookup<'q, Q: ?Sized>(&'q Q);

impl<K: Borrow<Q>, Q: ?Sized + Eq> Equivalent<Spanned<K>> for Lookup<'_, Q> {
    fn equivalent(&self, key: &Spanned<K>) -> bool {
        self.0 == key.value.borrow()
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(IndexMap::default())
    }
}

impl<K: Hash + Eq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Hash + Eq, V: Eq> Eq for Map<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Hash + Eq, V> FromIterator<(Spanned<K>, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (Spanned<K>, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (Spanned<K>, V);
    type IntoIter = indexmap::map::IntoIter<Spanned<K>, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'m, K, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m Spanned<K>, &'m V);
    type IntoIter = indexmap::map::Iter<'m, Spanned<K>, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'de, K, V> Deserialize<'de> for Map<K, V>
where
    K: Deserialize<'de> + Hash + Eq,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(magic::MAP, Collect("a mapping", PhantomData))
    }
}

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Map<K, V> {
    fn inline_schema() -> bool {
        <IndexMap<K, V>>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        <IndexMap<K, V>>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        <IndexMap<K, V>>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <IndexMap<K, V>>::json_schema(generator)
    }
}

/// A list. An item that cannot be read is reported and left out; the others are read all the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct List<V>(Vec<V>);

impl<V> List<V> {
    /// The items as a vector.
    pub fn into_vec(self) -> Vec<V> {
        self.0
    }
}

impl<V> Default for List<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Deref for List<V> {
    type Target = [V];

    fn deref(&self) -> &[V] {
        &self.0
    }
}

impl<V: fmt::Debug> fmt::Debug for List<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<V> FromIterator<V> for List<V> {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<V> IntoIterator for List<V> {
    type Item = V;
    type IntoIter = std::vec::IntoIter<V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'l, V> IntoIterator for &'l List<V> {
    type Item = &'l V;
    type IntoIter = std::slice::Iter<'l, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for List<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(magic::LIST, Collect("a list", PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for List<V> {
    fn inline_schema() -> bool {
        <Vec<V>>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        <Vec<V>>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        <Vec<V>>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<V>>::json_schema(generator)
    }
}

/// Collects what can be read. Only our own reader calls `visit_seq` here, and its errors are recorded already: the
/// next call goes on behind them.
struct Collect<T, C>(&'static str, PhantomData<(T, C)>);

impl<'de, T: Deserialize<'de>, C: FromIterator<T>> Visitor<'de> for Collect<T, C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<C, A::Error> {
        Ok(Readable(entries, PhantomData).collect())
    }
}

/// The entries that can be read.
struct Readable<A, T>(A, PhantomData<T>);

impl<'de, A: SeqAccess<'de>, T: Deserialize<'de>> Iterator for Readable<A, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if let Ok(next) = self.0.next_element() {
                return next;
            }
        }
    }

    /// All of them, mostly: room for as many is taken at once, and for no more.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let all = self.0.size_hint();
        (all.unwrap_or(0), all)
    }
}
