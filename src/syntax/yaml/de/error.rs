//! An error of the typed reader, kept in the parts that serde names it by.

use crate::syntax::yaml::NodeId;
use serde::de::{self, Expected, Unexpected};
use std::fmt;

/// What went wrong, and at which node. It gathers its place on the way out of the nested readers.
pub struct Error(Box<Fault>);

pub(super) struct Fault {
    pub(super) kind: Kind,
    /// The node that is wrong.
    pub(super) at: Option<NodeId>,
    /// The key whose value that node is.
    pub(super) owner: Option<NodeId>,
    /// The mapping that the node is a key of.
    pub(super) holder: Option<NodeId>,
    /// What to leave out when reading again: the innermost value, item or key around the error that can be.
    pub(super) skip: Option<NodeId>,
}

pub(super) enum Kind {
    UnknownKey {
        word: String,
        known: &'static [&'static str],
    },
    UnknownValue {
        word: String,
        known: &'static [&'static str],
    },
    MissingKey(&'static str),
    WrongType {
        expected: String,
    },
    WrongValue {
        expected: String,
        number: bool,
    },
    WrongLength {
        found: usize,
        expected: String,
    },
    /// The words of a newtype, which may be an encoded [`Invalid`](crate::diagnostic::Invalid).
    Refused(String),
    /// A stand-in for a missing value was not accepted by the type: try another one.
    StandIn(NodeId, &'static str),
    /// An entry was left out after its errors were recorded.
    Dropped,
}

impl Error {
    pub(super) fn new(kind: Kind) -> Self {
        Self(Box::new(Fault { kind, at: None, owner: None, holder: None, skip: None }))
    }

    pub(super) fn fault(&self) -> &Fault {
        &self.0
    }

    /// Says which node is wrong, unless a node inside said so first.
    pub(super) fn at(mut self, node: NodeId) -> Self {
        self.0.at.get_or_insert(node);
        self
    }

    /// Says that the error came out of this value, and whose key it has.
    pub(super) fn out_of(mut self, value: NodeId, key: Option<NodeId>) -> Self {
        if self.0.at == Some(value) && self.0.owner.is_none() {
            self.0.owner = key;
        }
        self.0.skip.get_or_insert(value);
        self
    }

    /// Says that the error came out of reading this key of that mapping.
    pub(super) fn out_of_key(mut self, key: NodeId, holder: NodeId) -> Self {
        self.0.holder.get_or_insert(holder);
        self.0.skip.get_or_insert(key);
        self
    }

    /// The same error without a way around it: the whole around it has to be left out.
    pub(super) fn owned_by(mut self, value: NodeId, key: NodeId) -> Self {
        if self.0.at == Some(value) && self.0.owner.is_none() {
            self.0.owner = Some(key);
        }
        self
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Refused(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Kind::WrongType { expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let number = matches!(found, Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_));
        Self::new(Kind::WrongValue { expected: expected.to_string(), number })
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Self::new(Kind::WrongLength { found, expected: expected.to_string() })
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownValue { word: word.to_owned(), known })
    }

    fn unknown_field(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey { word: word.to_owned(), known })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Kind::MissingKey(name))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(Kind::Refused(format!("`{name}` is given twice, under two names")))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only [`read`](super::read) meets these errors, and it turns their parts into diagnostics.
        f.write_str("a value could not be read")
    }
}

impl std::error::Error for Error {}
