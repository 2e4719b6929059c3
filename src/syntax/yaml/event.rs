//! The parser's events, as the rest of specc sees them: nothing outside this file names the parser.

use crate::source::{SourceId, Span};
use granit_parser as granit;
use granit_parser::ErrorKind;
use std::borrow::Cow;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'single'`.
    SingleQuoted,
    /// `"double"`.
    DoubleQuoted,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// An explicit tag, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// As it is usually written: `!!int` (however it was spelt), `!reset`.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// One step through a YAML text. Anchors are numbered from 1 over the whole stream; 0 stands for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'t> {
    /// A document begins.
    DocumentStart,
    /// It ends.
    DocumentEnd,
    /// A scalar. An absent value is an empty plain scalar with an empty span.
    Scalar {
        /// Its text, escapes and folding undone.
        text: Cow<'t, str>,
        /// How it is written.
        style: Style,
        /// The number of its anchor.
        anchor: usize,
        /// Its tag.
        tag: Option<Box<Tag>>,
    },
    /// A mapping begins: keys and values alternate until its end.
    MappingStart {
        /// Whether it is written `{like: this}`.
        flow: bool,
        /// The number of its anchor.
        anchor: usize,
        /// Its tag.
        tag: Option<Box<Tag>>,
    },
    /// A mapping ends.
    MappingEnd,
    /// A sequence begins.
    SequenceStart {
        /// Whether it is written `[like, this]`.
        flow: bool,
        /// The number of its anchor.
        anchor: usize,
        /// Its tag.
        tag: Option<Box<Tag>>,
    },
    /// A sequence ends.
    SequenceEnd,
    /// The value of an anchor, again.
    Alias(usize),
    /// An alias of an anchor that is not defined before it. It stands for a node all the same.
    UndefinedAlias(Cow<'t, str>),
    /// The name of the anchor of the node that began just before.
    Anchor(usize, Cow<'t, str>),
    /// A comment; its span begins at the `#`.
    Comment,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is, where that decides what to say.
    pub kind: FailureKind,
    /// The parser's own words.
    pub words: String,
    /// The byte at which the parser stopped.
    pub at: usize,
}

/// The failures that deserve better words than the parser's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A tab where only spaces may stand.
    Tab,
    /// More levels than [`DEPTH_LIMIT`].
    TooDeep,
    /// A quote that is not closed.
    UnclosedQuote,
    /// A bracket that is not closed, or closed by another.
    Bracket,
    /// A brace or bracket is still open where something else begins.
    Unclosed,
    /// A `:` where no key may stand.
    Colon,
    /// A line that is indented unlike its neighbours.
    Indentation,
    /// A character that cannot begin a value.
    Character(char),
    /// Text after the quote that ends a value.
    AfterQuote,
    /// `\q`.
    Escape,
    /// Anything else.
    Other,
}

/// How many levels of mappings and lists may nest. Readers recurse once a level, so this bounds their stack.
pub const DEPTH_LIMIT: usize = 128;

/// The events of one text.
pub struct Events<'t> {
    parser: granit::Parser<'t, granit::StrInput<'t>>,
    source: SourceId,
    length: usize,
}

impl<'t> Events<'t> {
    /// The events of `text`. Spans are byte ranges of the text as given, a byte order mark counted.
    pub fn new(source: SourceId, text: &'t str) -> Self {
        let options = granit::options! {
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            // A commented-out service after an empty key is more than the 96 comments of the default.
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: DEPTH_LIMIT,
            block_nesting_limit: DEPTH_LIMIT,
        };
        Self { parser: granit::Parser::new_from_str_with_options(text, options), source, length: text.len() }
    }

    #[inline]
    fn span(&self, span: &granit::Span) -> Span {
        let range = span.byte_range().unwrap_or(self.length..self.length);
        Span::new(self.source, range.start, range.end.max(range.start))
    }

    fn tag(&self, tag: Option<&granit::Tag>, span: &granit::Span) -> Option<Box<Tag>> {
        let tag = tag?;
        let name = tag.core_suffix().map_or_else(|| tag.original(), |suffix| format!("!!{suffix}"));
        let place = span.tag_span().unwrap_or(*span);
        Some(Box::new(Tag { name, span: self.span(&place) }))
    }

    fn failure(&self, error: &granit::ScanError) -> Failure {
        let at = error.marker().byte_offset().unwrap_or(self.length).min(self.length);
        Failure { kind: kind_of(error.kind()), words: error.info(), at }
    }
}

impl<'t> Iterator for Events<'t> {
    type Item = Result<(Event<'t>, Span), Failure>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(error) => return Some(Err(self.failure(&error))),
            };
            let place = self.span(&span);
            let event = match event {
                granit::Event::Scalar(text, style, anchor, tag) => {
                    // An absent value arrives as a `~` that takes up no room.
                    let text = if place.is_empty() { Cow::Borrowed("") } else { text };
                    let tag = self.tag(tag.as_deref(), &span);
                    Event::Scalar { text, style: style_of(style), anchor, tag }
                }
                granit::Event::MappingStart(style, anchor, tag) => {
                    let flow = style == granit::StructureStyle::Flow;
                    Event::MappingStart { flow, anchor, tag: self.tag(tag.as_deref(), &span) }
                }
                granit::Event::SequenceStart(style, anchor, tag) => {
                    let flow = style == granit::StructureStyle::Flow;
                    Event::SequenceStart { flow, anchor, tag: self.tag(tag.as_deref(), &span) }
                }
                granit::Event::MappingEnd => Event::MappingEnd,
                granit::Event::SequenceEnd => Event::SequenceEnd,
                granit::Event::DocumentStart(..) => Event::DocumentStart,
                granit::Event::DocumentEnd => Event::DocumentEnd,
                granit::Event::Alias(anchor) => Event::Alias(anchor),
                granit::Event::UnresolvedAlias(name) => Event::UndefinedAlias(name),
                granit::Event::Anchor(anchor, name) => Event::Anchor(anchor, name),
                granit::Event::Comment(..) => Event::Comment,
                _ => continue,
            };
            return Some(Ok((event, place)));
        }
    }
}

fn style_of(style: granit::ScalarStyle) -> Style {
    match style {
        granit::ScalarStyle::Plain => Style::Plain,
        granit::ScalarStyle::SingleQuoted => Style::SingleQuoted,
        granit::ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        granit::ScalarStyle::Literal => Style::Literal,
        granit::ScalarStyle::Folded => Style::Folded,
    }
}

fn kind_of(kind: &ErrorKind) -> FailureKind {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => FailureKind::Tab,
        ErrorKind::RecursionLimitExceeded => FailureKind::TooDeep,
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => FailureKind::UnclosedQuote,
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd => FailureKind::Bracket,
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => FailureKind::Unclosed,
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => FailureKind::Colon,
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => FailureKind::Indentation,
        ErrorKind::UnexpectedCharacter { character } => FailureKind::Character(*character),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            FailureKind::AfterQuote
        }
        ErrorKind::UnknownQuotedScalarEscape => FailureKind::Escape,
        _ => FailureKind::Other,
    }
}
