//! Text with references in it: `postgres://${db.host}/${vars.name}`.

mod parse;
mod reference;
mod words;

pub use reference::{Argument, Field, Reference, Target};
pub use words::CommandLine;

use crate::diagnostic::Invalid;
use crate::source::Span;
use crate::spec::values::define::{Readable, verbatim};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Text in which references stand for what is only known elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template {
    text: String,
    pieces: Box<[TemplatePiece]>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TemplatePiece {
    /// Literal text, never empty: `$$` is one dollar already.
    Text(String),
    /// A reference: in a box, as most pieces are short texts, of which a large project has tens of thousands.
    Reference(Box<Reference>),
}

/// Why a text is no template, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The words.
    pub invalid: Invalid,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
}

impl Template {
    /// Reads text with references.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        parse::pieces(text).map(|pieces| Self { text: text.to_owned(), pieces: pieces.into() })
    }

    /// Literal text, whatever dollars stand in it.
    pub fn literal(text: &str) -> Self {
        let piece = (!text.is_empty()).then(|| TemplatePiece::Text(text.to_owned()));
        Self { text: text.replace('$', "$$"), pieces: piece.into_iter().collect() }
    }

    /// The text as it is written, which ranges of references count in.
    pub fn as_written(&self) -> &str {
        &self.text
    }

    /// Its parts, in order.
    pub fn pieces(&self) -> &[TemplatePiece] {
        &self.pieces
    }

    /// Its references, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.pieces.iter().filter_map(|piece| match piece {
            TemplatePiece::Text(_) => None,
            TemplatePiece::Reference(reference) => Some(&**reference),
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// As it is written.
impl AsRef<str> for Template {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl FromStr for Template {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text).map_err(|error| error.invalid.within(error.range))
    }
}

impl Readable for Template {
    const EXPECTED: &'static str = "text";

    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        verbatim(deserializer)
    }
}

impl serde::Serialize for Template {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for Template {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Text in which references stand for what is only known elsewhere: ${secrets.name}, \
                ${vars.name}, ${service.host}, ${service.port}, ${service.url}, ${service.url(scheme, query)}, \
                ${service.user}, ${service.password}, ${service.database}, ${sites.name.url}, ${hosts.name.address}, \
                ${project}, ${environment}. A dollar is written $$.",
            "anyOf": [
                { "type": "string", "pattern": parse::pattern() },
                { "type": ["number", "boolean"] },
            ]
        })
    }
}

/// The place in the source of the bytes `range` of a scalar's value: exact where the scalar is written letter for
/// letter, plain or in quotes without escapes and on one line, or as the only such part of it, and otherwise the whole scalar. `source` is the text
/// under `scalar`.
pub fn locate(scalar: Span, source: &str, value: &str, range: Range<usize>) -> Span {
    let quoted = |quote: char| source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let before = if source == value {
        0
    } else if [quoted('"'), quoted('\'')].contains(&Some(value)) {
        1
    } else if let Some((before, _)) = source.split_once(value)
        && !value.is_empty()
        && source.matches(value).nth(1).is_none()
    {
        before.len() // One word of a command line, or a line of a block.
    } else {
        return scalar;
    };
    scalar.slice(before + range.start, before + range.end)
}
