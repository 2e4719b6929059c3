//! The typed reader: serde over the tree, every error of a text at once.
//!
//! serde stops at the first error. So the error is recorded, what it is about is marked to be left out, and the value
//! is read again, until nothing new is found ("poison and retry"). What is then missing only because it was left out
//! is not reported; a stand-in takes its place, so that the next missing key is found too, and the value that holds a
//! stand-in is thrown away in the end. [`Map`](super::Map) and [`List`](super::List) confine the repetition to one of
//! their entries, which keeps the whole linear.

mod access;
mod error;
mod lenient;
mod node;
mod report;
mod standin;

pub use error::Error;

use super::build::ERROR_LIMIT;
use super::{NodeId, Tree, trouble};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use error::{Fault, Kind};
use node::NodeReader;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

/// The names by which our own types ask the reader for more than serde's data model has.
pub(super) mod magic {
    pub(in crate::syntax::yaml) const TEXT: &str = "$specc::Text";
    pub(in crate::syntax::yaml) const LIST: &str = "$specc::List";
    pub(in crate::syntax::yaml) const MAP: &str = "$specc::Map";
    pub(in crate::syntax::yaml) const FORMS: &str = "$specc::Forms";
}

/// Reads a node as a `T` and reports every error below it. With errors there can still be a value: entries of a
/// [`Map`](super::Map) or [`List`](super::List) that cannot be read are absent from it, and so are optional values;
/// whatever would need an invented value is not there at all.
pub fn read<T: serde::de::DeserializeOwned>(tree: &Tree, node: NodeId, diags: &mut Diagnostics) -> Option<T> {
    let reading = Reading::new(tree);
    let value = loop {
        reading.invented.set(false);
        match T::deserialize(NodeReader::new(&reading, node)) {
            Ok(value) => break (!reading.invented.get()).then_some(value),
            Err(error) if reading.absorb(&error) => {}
            Err(_) => break None,
        }
    };
    diags.extend(reading.found.into_inner());
    value
}

/// What one call of [`read`] knows.
struct Reading<'t> {
    tree: &'t Tree,
    found: RefCell<Vec<Diagnostic>>,
    /// Whether anything at all went wrong: sound texts need not ask the sets below.
    tainted: Cell<bool>,
    /// Keys, values and items to leave out.
    poisoned: RefCell<HashSet<NodeId>>,
    /// Missing keys of mappings, and which stand-in to try for each.
    stand_ins: RefCell<HashMap<NodeId, Vec<(&'static str, usize)>>>,
    /// Whether a stand-in was used since the current entry began.
    invented: Cell<bool>,
}

impl<'t> Reading<'t> {
    fn new(tree: &'t Tree) -> Self {
        Self {
            tree,
            found: RefCell::default(),
            tainted: Cell::new(false),
            poisoned: RefCell::default(),
            stand_ins: RefCell::default(),
            invented: Cell::new(false),
        }
    }

    fn is_poisoned(&self, node: NodeId) -> bool {
        self.tainted.get() && self.poisoned.borrow().contains(&node)
    }

    /// Marks a node to be left out; whether that is news.
    fn poison(&self, node: NodeId) -> bool {
        self.tainted.set(true);
        self.poisoned.borrow_mut().insert(node)
    }

    /// The missing key number `index` of a mapping.
    fn stand_in(&self, mapping: NodeId, index: usize) -> Option<(&'static str, usize)> {
        if !self.tainted.get() {
            return None;
        }
        self.stand_ins.borrow().get(&mapping)?.get(index).copied()
    }

    /// Whether so much is wrong that going on would only make noise.
    fn is_full(&self) -> bool {
        self.found.borrow().len() > ERROR_LIMIT
    }

    fn record(&self, diagnostic: Diagnostic) {
        let mut found = self.found.borrow_mut();
        let place = diagnostic.labels.first().map(|label| label.span);
        if found.len() < ERROR_LIMIT {
            found.push(diagnostic);
        } else if let Some(place) = place.filter(|_| found.len() == ERROR_LIMIT) {
            found.push(trouble::too_many(place));
        }
    }

    /// Records an error and arranges for it not to come again; whether reading again will get further.
    fn absorb(&self, error: &Error) -> bool {
        if self.is_full() {
            return false;
        }
        self.tainted.set(true);
        let fault = error.fault();
        match (&fault.kind, fault.at) {
            (Kind::MissingKey(name), Some(mapping)) => {
                if !self.was_poisoned(mapping, name) {
                    self.record(report::diagnostic(self.tree, fault));
                }
                let mut stand_ins = self.stand_ins.borrow_mut();
                let list = stand_ins.entry(mapping).or_default();
                let new = list.iter().all(|(known, _)| known != name);
                list.push((name, 0));
                new
            }
            (Kind::StandIn(mapping, name), _) => self.next_stand_in(*mapping, name) || self.leave_out(fault),
            (Kind::UnknownKey { known, .. }, Some(_)) if fault.holder.is_some() => {
                self.unknown_keys(fault, known)
            }
            (Kind::Dropped, _) => self.leave_out(fault),
            _ => {
                self.record(report::diagnostic(self.tree, fault));
                self.leave_out(fault)
            }
        }
    }

    fn leave_out(&self, fault: &Fault) -> bool {
        fault.skip.is_some_and(|node| self.poison(node))
    }

    /// Whether a key is missing only because its entry was left out, or because it is misspelt, which was said.
    fn was_poisoned(&self, mapping: NodeId, name: &str) -> bool {
        let poisoned = self.poisoned.borrow();
        let entries = self.tree.mapping(mapping).unwrap_or_default();
        let left_out =
            entries.iter().filter(|(key, value)| poisoned.contains(key) || poisoned.contains(value));
        left_out.filter_map(|(key, _)| self.tree.text(*key)).any(|text| nearest(text, [name]).is_some())
    }

    fn next_stand_in(&self, mapping: NodeId, name: &str) -> bool {
        let mut stand_ins = self.stand_ins.borrow_mut();
        let list = stand_ins.get_mut(&mapping).map(Vec::as_mut_slice).unwrap_or_default();
        let Some((_, attempt)) = list.iter_mut().find(|(known, _)| *known == name) else { return false };
        *attempt += 1;
        *attempt < standin::ATTEMPTS
    }

    /// Reports all unknown keys of a mapping at once, since reading again for each would take quadratic time; whether
    /// there was a new one.
    fn unknown_keys(&self, fault: &Fault, known: &'static [&'static str]) -> bool {
        let mut new = false;
        let entries = fault.holder.and_then(|holder| self.tree.mapping(holder)).unwrap_or_default();
        for (key, _) in entries {
            let Some(word) = self.tree.text(*key) else { continue };
            if known.contains(&word) || !self.poison(*key) {
                continue;
            }
            if self.is_full() {
                break;
            }
            new = true;
            self.record(report::unknown_key(self.tree.span(*key), word, known));
        }
        new
    }
}
