//! Values that are known, and values that cannot be known here, with the reason.

use crate::source::Span;

/// A value as far as it can be known without the machine that things run on. What is unknown is never guessed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<T> {
    /// It is this.
    Known(T),
    /// It depends on something that the repository does not say.
    Unknown(Unknown),
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// The place that makes it unknown: a variable, a command substitution.
    pub span: Option<Span>,
    /// Why, in a few words: "`TAG` is set by whoever calls the script".
    pub reason: String,
}

impl Unknown {
    /// Unknown because of what stands at `span`.
    pub fn at(span: Span, reason: impl Into<String>) -> Self {
        Self { span: Some(span), reason: reason.into() }
    }

    /// Unknown, without a place to blame.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { span: None, reason: reason.into() }
    }
}

impl<T> Value<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Why it is unknown, if it is.
    pub fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(unknown) => Some(unknown),
        }
    }

    /// The value turned into another, if it is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(change(value)),
            Self::Unknown(unknown) => Value::Unknown(unknown),
        }
    }

    /// A borrow of the value.
    pub fn as_ref(&self) -> Value<&T> {
        match self {
            Self::Known(value) => Value::Known(value),
            Self::Unknown(unknown) => Value::Unknown(unknown.clone()),
        }
    }
}
