//! The variables that a project is evaluated with: what the caller sets, then what env-files say.

use super::request::{Given, Shell};
use crate::facts::model::{ByName, Supply};
use crate::facts::value::{Unknown, Value};
use std::cell::Cell;
use std::rc::Rc;

/// A set variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) value: Value<String>,
    pub(super) supply: Supply,
}

/// What is known of one variable.
pub(super) enum Found<'v> {
    /// It has this value, which may be unknown.
    Set(&'v Variable),
    /// It is not set.
    Unset,
    /// Nothing sets it that can be seen here, but the environment is somebody else's.
    Perhaps,
}

/// Every variable. Cheap to clone: an included project adds to those of the project around it.
#[derive(Clone, Debug)]
pub(super) struct Variables {
    set: Rc<ByName<Variable>>,
    shell: Shell,
    /// Why variables may be set that are not seen: an env-file that cannot be read.
    hidden: Option<Rc<str>>,
    /// How many bytes replacing variables may still make: a few lines of an env-file can double a value without end.
    left: Rc<Cell<usize>>,
}

/// So many bytes may come out of replacing variables, in one project.
const TEXT_LIMIT: usize = 64 << 20;

impl Variables {
    pub(super) fn new(given: &ByName<Given>, shell: Shell) -> Self {
        let set = given.iter().map(|(name, given)| {
            let supply = given.span.map_or(Supply::Compose, Supply::Script);
            (name.clone(), Variable { value: given.value.clone(), supply })
        });
        Self { set: Rc::new(set.collect()), shell, hidden: None, left: Rc::new(Cell::new(TEXT_LIMIT)) }
    }

    /// Adds what is not set yet.
    pub(super) fn add(&mut self, name: &str, variable: Variable) {
        if !self.set.contains_key(name) {
            Rc::make_mut(&mut self.set).insert(name.to_owned(), variable);
        }
    }

    /// Sets a variable, whatever it was before.
    pub(super) fn set(&mut self, name: &str, variable: Variable) {
        Rc::make_mut(&mut self.set).insert(name.to_owned(), variable);
    }

    /// Takes some bytes off what may still be made; says whether there were as many.
    pub(super) fn spend(&self, bytes: usize) -> bool {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Says that more variables may be set than are seen here.
    pub(super) fn hide(&mut self, reason: &str) {
        self.hidden = Some(reason.into());
    }

    pub(super) fn find(&self, name: &str) -> Found<'_> {
        match self.set.get(name) {
            Some(variable) => Found::Set(variable),
            None if self.shell == Shell::Empty && self.hidden.is_none() => Found::Unset,
            None => Found::Perhaps,
        }
    }

    /// The known value of a variable.
    pub(super) fn known(&self, name: &str) -> Option<&str> {
        self.set.get(name)?.value.known().map(String::as_str)
    }

    /// The variable, if something sets it.
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.set.get(name)
    }

    /// Who supplies a variable that nothing seen here sets.
    pub(super) fn unsupplied(&self) -> Supply {
        self.hidden.as_ref().map_or(Supply::Nobody, |reason| Supply::Unknown(reason.to_string()))
    }

    /// Why the value of a variable that nothing sets is unknown.
    pub(super) fn doubt(&self, name: &str) -> Unknown {
        match &self.hidden {
            Some(reason) => Unknown::because(reason.to_string()),
            None => Unknown::because(format!("`{name}` is set by nothing that can be seen here")),
        }
    }
}
