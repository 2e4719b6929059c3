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
    /// What is known of a text all the same: the text with a [`HOLE`] for each part that is not known. So a URL whose
    /// password is secret still says which host it leads to.
    pub shape: Option<String>,
}

/// Stands in [`Unknown::shape`] for a part of unknown length, perhaps empty: a character that no configuration holds.
pub const HOLE: char = '\u{fffc}';

impl Unknown {
    /// Unknown because of what stands at `span`.
    pub fn at(span: Span, reason: impl Into<String>) -> Self {
        Self { span: Some(span), reason: reason.into(), shape: None }
    }

    /// Unknown, without a place to blame.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { span: None, reason: reason.into(), shape: None }
    }

    /// With what is known of the text.
    #[must_use]
    pub fn shaped(mut self, shape: impl Into<String>) -> Self {
        self.shape = Some(shape.into());
        self
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

impl Value<String> {
    /// The text, with a [`HOLE`] for each part that is not known: a single hole where nothing is.
    pub fn shape(&self) -> &str {
        const NOTHING: &str = "\u{fffc}";
        match self {
            Self::Known(text) => text,
            Self::Unknown(unknown) => unknown.shape.as_deref().unwrap_or(NOTHING),
        }
    }
}
