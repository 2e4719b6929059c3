//! The mapping of an evaluated tree: a handful of entries, as they were written. Most have fewer than a dozen, which comparing
//! finds sooner than hashing.

use super::node::Entry;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::{slice, vec};

/// So many entries are looked through one by one.
const FEW: usize = 16;

/// The entries of a mapping, in the order in which they were first written.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(String, Entry)>,
    /// Where each key stands, once there are many.
    index: Option<Box<HashTable<usize>>>,
}

fn hash(key: &str) -> u64 {
    FixedState::default().hash_one(key)
}

impl Map {
    /// A mapping without entries that has room for so many.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), index: None }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Which one, counted from 0, has this key.
    pub fn get_index_of(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|(name, _)| name == key),
            Some(index) => index.find(hash(key), |at| self.entries[*at].0 == key).copied(),
        }
    }

    /// Whether there is an entry of this key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get_index_of(key).is_some()
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.get_index_of(key).map(|at| &self.entries[at].1)
    }

    /// The entry of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.get_index_of(key).map(|at| &mut self.entries[at].1)
    }

    /// The entry that is so many after the first.
    pub fn get_index(&self, at: usize) -> Option<(&String, &Entry)> {
        self.entries.get(at).map(pair)
    }

    /// Gives a key an entry: in place of the one it had, which is given back, or behind all others.
    pub fn insert(&mut self, key: String, entry: Entry) -> Option<Entry> {
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, entry));
        }
        self.entries.push((key, entry));
        match &mut self.index {
            Some(index) => note(index, &self.entries, self.entries.len() - 1),
            None if self.entries.len() > FEW => self.look_up(),
            None => {}
        }
        None
    }

    /// The entry of a key, made where there is none.
    pub fn or_insert_with(&mut self, key: &str, make: impl FnOnce() -> Entry) -> &mut Entry {
        let at = self.get_index_of(key).unwrap_or_else(|| {
            self.insert(key.to_owned(), make());
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    /// Puts an entry of a new key before the one that is so many after the first.
    pub fn insert_at(&mut self, at: usize, key: &str, entry: Entry) {
        self.entries.insert(at, (key.to_owned(), entry));
        self.look_up();
    }

    /// Takes an entry out. Those behind it move up.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.get_index_of(key)?;
        let (_, entry) = self.entries.remove(at);
        self.look_up();
        Some(entry)
    }

    /// Keeps the entries that are wanted.
    pub fn retain(&mut self, mut wanted: impl FnMut(&String, &mut Entry) -> bool) {
        self.entries.retain_mut(|(key, entry)| wanted(key, entry));
        self.look_up();
    }

    /// Puts the entries into an order of their keys.
    pub fn sort_by(&mut self, mut order: impl FnMut(&str, &str) -> Ordering) {
        self.entries.sort_by(|(one, _), (other, _)| order(one, other));
        self.look_up();
    }

    /// Puts the entries into the order of their keys' bytes.
    pub fn sort_keys(&mut self) {
        self.sort_by(Ord::cmp);
    }

    /// All entries with their keys.
    pub fn iter(&self) -> Iter<'_> {
        self.entries.iter().map(pair)
    }

    /// All entries with their keys, to change them.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&String, &mut Entry)> {
        self.entries.iter_mut().map(|(key, entry)| (&*key, entry))
    }

    /// All keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// All entries.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// All entries, to change them.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Entry> {
        self.entries.iter_mut().map(|(_, entry)| entry)
    }

    /// All entries, without their keys.
    pub fn into_values(self) -> impl ExactSizeIterator<Item = Entry> {
        self.entries.into_iter().map(|(_, entry)| entry)
    }

    /// Notes where each key stands, if there are many.
    fn look_up(&mut self) {
        self.index = (self.entries.len() > FEW).then(|| {
            let mut index = HashTable::with_capacity(self.entries.len());
            (0..self.entries.len()).for_each(|at| note(&mut index, &self.entries, at));
            Box::new(index)
        });
    }
}

fn note(index: &mut HashTable<usize>, entries: &[(String, Entry)], at: usize) {
    index.insert_unique(hash(&entries[at].0), at, |at| hash(&entries[*at].0));
}

fn pair((key, entry): &(String, Entry)) -> (&String, &Entry) {
    (key, entry)
}

type Iter<'m> = std::iter::Map<slice::Iter<'m, (String, Entry)>, fn(&(String, Entry)) -> (&String, &Entry)>;

impl<'m> IntoIterator for &'m Map {
    type Item = (&'m String, &'m Entry);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Map {
    type Item = (String, Entry);
    type IntoIter = vec::IntoIter<(String, Entry)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(String, Entry)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl Extend<(String, Entry)> for Map {
    fn extend<I: IntoIterator<Item = (String, Entry)>>(&mut self, entries: I) {
        let entries = entries.into_iter();
        self.entries.reserve(entries.size_hint().0);
        for (key, entry) in entries {
            self.insert(key, entry);
        }
    }
}
