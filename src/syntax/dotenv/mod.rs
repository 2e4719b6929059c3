//! Env-files in Compose's dialect: lines with their places, before anything is expanded.

mod parse;
mod raw;

pub use parse::parse;
pub use raw::parse_raw;

use crate::source::Span;

/// An env-file as it is written.
#[derive(Clone, Debug, Default)]
pub struct EnvFile {
    /// Its assignments, in the order of the text. A key may stand there several times: the last one counts.
    pub entries: Vec<Entry>,
    /// Every comment, each beginning with its `#`.
    pub comments: Vec<Span>,
    /// Lines that Compose cannot read. It refuses the file at the first one.
    pub faults: Vec<Fault>,
}

/// One assignment.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key. Empty for a value without one, which Compose takes.
    pub key: String,
    /// Where the key is written, without `export`.
    pub key_span: Span,
    /// The value; none for a key alone, whose value comes from the environment.
    pub value: Option<Text>,
}

/// A value as it is written.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text, escapes undone. Variables in it are still to be replaced, unless it is in single quotes.
    pub text: String,
    /// Where it is written, quotes included.
    pub span: Span,
    /// How it is quoted.
    pub quote: Quote,
}

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Not at all.
    None,
    /// `'…'`: taken as it is.
    Single,
    /// `"…"`: with escapes and variables.
    Double,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without a full stop. Never quotes a value.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Text {
    /// Whether variables in it are replaced.
    pub fn expands(&self) -> bool {
        self.quote != Quote::Single && !crate::syntax::interpolation::is_plain(&self.text)
    }
}

impl EnvFile {
    /// The assignment that counts for `key`.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }
}
