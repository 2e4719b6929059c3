//! Caddyfiles: blocks with their keys, directives, words, cut as Caddy cuts them.
//!
//! Caddy puts the environment's variables into the text before it reads it. Here `{$NAME}` and `{$NAME:default}` stay a part
//! of the word that they stand in, whatever their default holds.

mod lexer;
mod parser;

pub use parser::{parse, parse_part};

use crate::source::Span;

/// One file.
#[derive(Clone, Debug, Default)]
pub struct Caddyfile {
    /// The blocks of the file, in its order.
    pub blocks: Vec<Block>,
    /// The comments, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// What is not a Caddyfile's syntax, in the order of the text.
    pub faults: Vec<Fault>,
}

/// What stands at the top of a file: a site, a snippet, the global options.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// What stands before its brace: a site's addresses, a snippet's name without its parentheses.
    pub keys: Vec<Word>,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// Where its keys stand, or its brace where it has none.
    pub head: Span,
}

/// What a block at the top of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A site, by its addresses.
    Site,
    /// The options of all sites: a block without keys.
    Options,
    /// `(name)`: what `import` puts elsewhere.
    Snippet,
    /// `&(name)`: what `invoke` calls.
    Route,
    /// An `import` at the top of the file.
    Import,
}

/// One directive, with its block if it has one.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Its name.
    pub name: Word,
    /// The other words of its line.
    pub args: Vec<Word>,
    /// What stands between its braces.
    pub block: Option<Vec<Directive>>,
    /// From the name to the last word of its line.
    pub head: Span,
    /// From the name to the end of its line, or to the brace that closes its block.
    pub span: Span,
}

/// One word, as Caddy understands it, its placeholders as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotes.
    pub text: String,
    /// Whether it stands in quotes, in backquotes or in a heredoc.
    pub quoted: bool,
    /// Whether it is written as it reads, but for the quotes around it.
    pub plain: bool,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// A place that is not a Caddyfile's syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub span: Span,
    /// What is wrong, in a few words.
    pub message: String,
}

impl Directive {
    /// Whether this is its name.
    pub fn is(&self, name: &str) -> bool {
        self.name.text == name
    }

    /// The directives in its block.
    pub fn inside(&self) -> &[Directive] {
        self.block.as_deref().unwrap_or_default()
    }
}

impl Word {
    /// Where the bytes `from..to` of the text stand, if it is written as it reads; otherwise the place of the whole word.
    pub fn part(&self, from: usize, to: usize) -> Span {
        match (self.plain, self.quoted) {
            (true, false) => self.span.slice(from, to),
            (true, true) => self.span.slice(from + 1, to + 1),
            (false, _) => self.span,
        }
    }
}

impl Caddyfile {
    /// Every directive at any depth, each before those in its block.
    pub fn walk(&self) -> impl Iterator<Item = &Directive> {
        let tops = self.blocks.iter().rev().flat_map(|block| block.directives.iter().rev());
        let mut waiting: Vec<&Directive> = tops.collect();
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.inside().iter().rev());
            Some(next)
        })
    }
}
