//! A command on one line, split into words as a shell splits them; no shell runs it.

use super::parse::{lone_dollar, reference};
use super::reference::{Field, Reference, Target};
use super::{Template, TemplatePiece, parse};
use crate::diagnostic::Invalid;
use crate::source::Spanned;
use crate::spec::values::define::readable;
use schemars::json_schema;
use std::fmt;
use std::ops::Range;

/// A command on one line: words with blanks between them, of which quotes and backslashes keep one in a word.
/// References stay whole, even in single quotes, and whatever stands in their brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    text: String,
    words: Vec<(Range<usize>, Template)>,
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

impl CommandLine {
    /// Reads a command of at least one word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // What references may be is decided there; here they are only kept whole.
        Template::parse(text).map_err(|error| error.invalid.within(error.range))?;
        let words = Splitter::new(text).split()?;
        if words.is_empty() {
            let refusal = Invalid::new("a command has at least one word");
            return Err(refusal.help("write what to run, or leave the key out"));
        }
        Ok(Self { text: text.to_owned(), words })
    }

    /// Its words; the ranges of their references count in the word as it is written.
    pub fn words(&self) -> impl Iterator<Item = &Template> {
        self.words.iter().map(|(_, word)| word)
    }

    /// Its words, each with its place, where the line is written letter for letter.
    pub fn spread(line: Spanned<Self>) -> Vec<Spanned<Template>> {
        let places: Vec<_> = line.words.iter().map(|(range, _)| line.part(range.start, range.end)).collect();
        let words = line.value.words.into_iter().map(|(_, word)| word);
        words.zip(places).map(|(word, place)| Spanned::new(word, place)).collect()
    }
}

struct Splitter<'t> {
    text: &'t str,
    at: usize,
    words: Vec<(Range<usize>, Template)>,
    /// Where the current word began, when there is one; `''` is one too.
    start: Option<usize>,
    literal: String,
    pieces: Vec<TemplatePiece>,
}

impl<'t> Splitter<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0, words: Vec::new(), start: None, literal: String::new(), pieces: Vec::new() }
    }

    fn split(mut self) -> Result<Vec<(Range<usize>, Template)>, Invalid> {
        let mut quote = None;
        while let Some(c) = self.text[self.at..].chars().next() {
            if quote.is_none() && BLANKS.contains(&c) {
                self.end_word();
                self.at += 1;
                continue;
            }
            self.start.get_or_insert(self.at);
            match (quote, c) {
                (_, '$') => self.dollar()?,
                (None, '\'' | '"') => {
                    quote = Some(c);
                    self.at += 1;
                }
                (Some(open), c) if c == open => {
                    quote = None;
                    self.at += 1;
                }
                (None | Some('"'), '\\') => {
                    self.at += 1;
                    match self.text[self.at..].chars().next() {
                        Some('$') => self.dollar()?,
                        Some(escaped) => self.letter(escaped),
                        None => {
                            let refusal =
                                Invalid::new("this command ends in a backslash, which keeps nothing");
                            return Err(refusal.help("leave it out, or write `\\\\` for a backslash"));
                        }
                    }
                }
                (_, c) => self.letter(c),
            }
        }
        if let Some(open) = quote {
            let refusal = Invalid::new(format!("this command opens a quote `{open}` that it does not close"));
            return Err(refusal.help("close it, or write the command as a list of words"));
        }
        self.end_word();
        Ok(self.words)
    }

    fn letter(&mut self, c: char) {
        self.literal.push(c);
        self.at += c.len_utf8();
    }

    fn dollar(&mut self) -> Result<(), Invalid> {
        let rest = &self.text[self.at + 1..];
        if rest.starts_with('$') {
            self.literal.push('$');
            self.at += 2;
        } else if rest.starts_with('{') {
            let reference =
                reference(self.text, self.at).map_err(|error| error.invalid.within(error.range))?;
            self.at = reference.range.end;
            self.end_literal();
            let start = self.start.unwrap_or(0);
            self.pieces.push(TemplatePiece::Reference(Box::new(moved(reference, start))));
        } else {
            return Err(lone_dollar(self.text, self.at).invalid);
        }
        Ok(())
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(TemplatePiece::Text(std::mem::take(&mut self.literal)));
        }
    }

    fn end_word(&mut self) {
        let Some(start) = self.start.take() else { return };
        self.end_literal();
        let text = self.text[start..self.at].to_owned();
        self.words.push((start..self.at, Template { text, pieces: std::mem::take(&mut self.pieces).into() }));
    }
}

/// A reference whose ranges count from byte `start`.
fn moved(mut reference: Reference, start: usize) -> Reference {
    let back = |range: &mut Range<usize>| *range = range.start - start..range.end - start;
    back(&mut reference.range);
    back(&mut reference.name);
    if let Target::Service(_, Field::Url { scheme, query }) = &mut reference.target {
        scheme.iter_mut().chain(query).for_each(|argument| back(&mut argument.range));
    }
    reference
}

impl AsRef<str> for CommandLine {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// How quotes, backslashes and references may follow each other; what a reference may be is said beside it.
fn pattern() -> String {
    let reference = r"\$(?:\$|\{[^}]*\})";
    let escaped = format!(r"\\(?:[^$]|{reference})");
    let single = format!("'(?:[^'$]|{reference})*'");
    let double = format!(r#""(?:[^"\\$]|{escaped}|{reference})*""#);
    let atom = format!(r#"[^ \t\n\r'"\\$]|{escaped}|{reference}|{single}|{double}"#);
    format!(r"^[ \t\n\r]*(?:{atom})(?:[ \t\n\r]|{atom})*$")
}

readable!(
    CommandLine,
    verbatim,
    "a command line",
    "A command on one line: words with blanks between them, of which quotes keep one in a word. No shell runs it.",
    json_schema!({
        "anyOf": [
            { "type": "string", "allOf": [{ "pattern": parse::pattern() }, { "pattern": pattern() }] },
            { "type": ["number", "boolean"] },
        ]
    })
);
