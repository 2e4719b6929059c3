//! Words of commands as far as they can be known.

use crate::facts::value::{Unknown, Value};
use crate::source::Span;

/// One word of a command, after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text, if all of it is known.
    pub value: Value<String>,
    /// What it is made of, in order: the known parts can be told even where others are not.
    pub pieces: Vec<Piece>,
    /// As it is written, quotes included. A word that comes out of a variable is written `$NAME`.
    pub raw: String,
    /// Where it is written.
    pub span: Span,
    /// Whether a part of it is quoted.
    pub quoted: bool,
    /// Whether it has a `*`, `?` or `[` that the shell expands to names of files.
    pub glob: bool,
    /// Whether it may be none or several words: an unquoted variable that is unknown, `"$@"` of unknown arguments.
    pub splits: bool,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// This text.
    Text(String),
    /// The directory of the repository, as an absolute path: `$(git rev-parse --show-toplevel)`, `$PWD`.
    Root,
    /// A text that is not known.
    Unknown {
        /// The variable, expression or substitution, as it is named: `TAG`, `secrets.HOST`; empty for a substitution.
        name: String,
        /// What it is when nobody sets it: `staging` of `${1:-staging}`.
        default: Option<String>,
        /// Why it is not known.
        reason: String,
        /// Where it is written.
        span: Span,
    },
}

impl Piece {
    /// Whether both are one unknown thing.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown { name, reason, .. }, Self::Unknown { name: theirs, reason: why, .. }) => {
                !name.is_empty() && name == theirs && reason == why
            }
            _ => false,
        }
    }
}

impl Word {
    /// The word that these pieces make.
    pub fn new(pieces: Vec<Piece>, raw: impl Into<String>, span: Span) -> Self {
        let value = value_of(&pieces);
        Self { value, pieces, raw: raw.into(), span, quoted: false, glob: false, splits: false }
    }

    /// A word that is written as it reads.
    pub fn literal(text: &str, span: Span) -> Self {
        Self::new(vec![Piece::Text(text.to_owned())], text, span)
    }

    /// Its text, if all of it is known.
    pub fn known(&self) -> Option<&str> {
        self.value.known().map(String::as_str)
    }

    /// Whether its text is known to be `text`.
    pub fn is(&self, text: &str) -> bool {
        self.known() == Some(text)
    }

    /// Its text, with a [`HOLE`](crate::facts::HOLE) for what is not known.
    pub fn shape(&self) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Root | Piece::Unknown { .. } => crate::facts::HOLE.to_string(),
        };
        self.pieces.iter().map(part).collect()
    }

    /// Its text as a value of the model: where it is not known, with what is known of it.
    pub fn value_with_shape(&self) -> Value<String> {
        match &self.value {
            Value::Known(text) => Value::Known(text.clone()),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone().shaped(self.shape())),
        }
    }

    /// The known text that it begins with: all of it, or what comes before the first unknown part.
    pub fn prefix(&self) -> &str {
        match (self.known(), self.pieces.first()) {
            (Some(known), _) => known,
            (None, Some(Piece::Text(text))) => text,
            _ => "",
        }
    }

    /// The text with each unknown part that has a default replaced by it, if that makes all of it known:
    /// `staging` for `${1:-staging}`.
    pub fn default(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Root => None,
                Piece::Unknown { default, .. } => default.as_deref(),
            })
            .collect()
    }

    /// The names of what is unknown in it.
    pub fn unknown_names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Unknown { name, .. } => Some(name.as_str()),
            Piece::Text(_) | Piece::Root => None,
        })
    }

    /// The word without its first `bytes` bytes of known text, at the same place: `x` of `--name=x`.
    #[must_use]
    pub fn after(&self, bytes: usize) -> Self {
        let mut rest = bytes;
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) if rest > 0 => {
                    let cut = rest.min(text.len());
                    rest -= cut;
                    let kept = text.get(cut..).unwrap_or_default();
                    if !kept.is_empty() {
                        pieces.push(Piece::Text(kept.to_owned()));
                    }
                }
                other => pieces.push(other.clone()),
            }
        }
        // Where nothing is quoted and nothing was expanded, the rest stands so many bytes further on.
        let verbatim =
            self.known().is_some_and(|known| known == self.raw) && self.raw.len() == self.span.len();
        let (raw, span) = match self.raw.get(bytes..) {
            Some(raw) if verbatim => (raw, self.span.slice(bytes, self.span.len())),
            _ => (self.raw.as_str(), self.span),
        };
        Self { quoted: self.quoted, glob: self.glob, splits: self.splits, ..Self::new(pieces, raw, span) }
    }
}

/// The text that these pieces make, if all of them are known.
pub(super) fn value_of(pieces: &[Piece]) -> Value<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Root => {
                return Value::Unknown(Unknown::because("it begins with the directory of the checkout"));
            }
            Piece::Unknown { reason, span, .. } => return Value::Unknown(Unknown::at(*span, reason.clone())),
        }
    }
    Value::Known(text)
}
