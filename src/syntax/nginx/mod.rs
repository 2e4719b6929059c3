//! nginx's configuration: directives, words and blocks, split exactly as nginx splits them.
//!
//! Templates that `envsubst` fills in are read as they are: `${NAME}` is a part of a word, as it is for nginx. What cannot
//! be nginx's syntax is a fault, and reading goes on after it.

mod lexer;
mod lua;

use crate::source::{SourceId, Span};
use lexer::{Lexer, Token};

/// How deep blocks may be nested: a `location` in a `location` in an `if` is six.
const DEPTH: usize = 64;

/// One file.
#[derive(Clone, Debug, Default)]
pub struct Conf {
    /// The directives outside of all blocks.
    pub directives: Vec<Directive>,
    /// The comments, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// What is not nginx's syntax, in the order of the text.
    pub faults: Vec<Fault>,
}

/// One directive, with its block if it has one.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Its name: the first word. In a `map` or `types`, where entries look like directives, the key.
    pub name: Word,
    /// The other words.
    pub args: Vec<Word>,
    /// What stands between its braces. Lua between braces is not read.
    pub block: Option<Vec<Directive>>,
    /// From the name to the `;`, or to the `{`.
    pub head: Span,
    /// From the name to the `;`, or to the `}`.
    pub span: Span,
}

/// One word, as nginx understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotes, and with its escapes resolved.
    pub text: String,
    /// The quote that it stands in: `"` or `'`.
    pub quote: Option<char>,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// A place that is not nginx's syntax.
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

    /// The text of a word after the name, counted from 0.
    pub fn arg(&self, at: usize) -> Option<&str> {
        self.args.get(at).map(|word| word.text.as_str())
    }

    /// The directives in its block.
    pub fn inside(&self) -> &[Directive] {
        self.block.as_deref().unwrap_or_default()
    }
}

impl Word {
    /// Where the bytes `from..to` of the text stand, if it is written as it reads; otherwise the place of the whole word.
    pub fn part(&self, from: usize, to: usize) -> Span {
        match self.span.len().checked_sub(self.text.len()) {
            Some(0) => self.span.slice(from, to),
            Some(2) if self.quote.is_some() => self.span.slice(from + 1, to + 1),
            _ => self.span,
        }
    }
}

impl Conf {
    /// Every directive at any depth, each before those in its block.
    pub fn walk(&self) -> impl Iterator<Item = &Directive> {
        let mut waiting: Vec<&Directive> = self.directives.iter().rev().collect();
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.inside().iter().rev());
            Some(next)
        })
    }
}

/// A block that is being read: the directive that it belongs to, and what was read of it.
struct Open {
    name: Word,
    args: Vec<Word>,
    head: Span,
    before: Vec<Directive>,
}

/// Reads the text of `source`.
pub fn parse(source: SourceId, text: &str) -> Conf {
    let mut lexer = Lexer::new(source, text);
    let mut conf = Conf::default();
    let mut words: Vec<Word> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut here: Vec<Directive> = Vec::new();
    // Blocks below the deepest one that is kept.
    let mut buried = 0_usize;
    while let Some((token, span)) = lexer.next() {
        match token {
            Token::Word(word) => words.push(word),
            Token::Comment => conf.comments.push(span),
            Token::Fault(message) => conf.faults.push(Fault { span, message: message.to_owned() }),
            Token::End => {
                let mut read = std::mem::take(&mut words).into_iter();
                match read.next() {
                    None => conf.faults.push(unexpected(span, "`;` without a directive before it")),
                    Some(name) => {
                        let span = name.span.to(span);
                        here.push(Directive { name, args: read.collect(), block: None, head: span, span });
                    }
                }
            }
            Token::Open => {
                let mut read = std::mem::take(&mut words).into_iter();
                let name = read.next().unwrap_or_else(|| {
                    conf.faults.push(unexpected(span, "`{` without a directive before it"));
                    Word { text: String::new(), quote: None, span: span.slice(0, 0) }
                });
                if name.text.ends_with("_by_lua_block") {
                    let body = lexer.skip_lua();
                    if !body {
                        conf.faults.push(unexpected(span, "`{` that is never closed"));
                    }
                    let (head, span) = (name.span.to(span), name.span.to(lexer.here()));
                    here.push(Directive { name, args: read.collect(), block: Some(Vec::new()), head, span });
                } else if open.len() >= DEPTH {
                    if buried == 0 {
                        conf.faults.push(unexpected(span, "a block nested deeper than any is meant to be"));
                    }
                    buried += 1;
                } else {
                    let head = name.span.to(span);
                    let before = std::mem::take(&mut here);
                    open.push(Open { name, args: read.collect(), head, before });
                }
            }
            Token::Close => {
                if let Some(word) = words.first() {
                    conf.faults.push(unexpected(word.span.to(span), "`}` where a `;` is missing before it"));
                    finish(&mut words, &mut here);
                }
                if buried > 0 {
                    buried -= 1;
                } else if let Some(block) = open.pop() {
                    here = close(block, here, span);
                } else {
                    conf.faults.push(unexpected(span, "`}` without a block that it could close"));
                }
            }
        }
    }
    if let Some(word) = words.first() {
        let last = words.last().map_or(word.span, |last| last.span);
        conf.faults.push(unexpected(word.span.to(last), "the file ends before the `;` of this directive"));
        finish(&mut words, &mut here);
    }
    while let Some(block) = open.pop() {
        conf.faults.push(unexpected(block.head, "a block that is never closed"));
        here = close(block, here, lexer.here());
    }
    conf.directives = here;
    conf.faults.sort_by_key(|fault| fault.span.start);
    conf
}

fn close(block: Open, inside: Vec<Directive>, end: Span) -> Vec<Directive> {
    let Open { name, args, head, mut before } = block;
    let span = head.to(end);
    before.push(Directive { name, args, block: Some(inside), head, span });
    before
}

/// Makes a directive of words that no `;` follows.
fn finish(words: &mut Vec<Word>, here: &mut Vec<Directive>) {
    let last = words.last().map(|word| word.span);
    let mut read = std::mem::take(words).into_iter();
    if let (Some(name), Some(last)) = (read.next(), last) {
        let span = name.span.to(last);
        here.push(Directive { name, args: read.collect(), block: None, head: span, span });
    }
}

fn unexpected(span: Span, message: &str) -> Fault {
    Fault { span, message: message.to_owned() }
}
