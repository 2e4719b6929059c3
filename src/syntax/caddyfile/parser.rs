//! Tokens → blocks and their directives.

use super::lexer::{Lexer, Token};
use super::{Block, BlockKind, Caddyfile, Directive, Fault, Word};
use crate::source::{SourceId, Span};

/// How deep blocks may be nested.
const DEPTH: usize = 64;

/// Reads the text of `source`: a whole Caddyfile.
pub fn parse(source: SourceId, text: &str) -> Caddyfile {
    read(source, text, Parser::blocks)
}

/// Reads the text of `source`: what is imported inside a block, directives only. They are those of one block without keys.
pub fn parse_part(source: SourceId, text: &str) -> Caddyfile {
    read(source, text, |parser| {
        let head = Span::new(source, 0, 0);
        let directives = parser.directives(false, head);
        parser.file.blocks.push(Block { kind: BlockKind::Site, keys: Vec::new(), directives, head });
    })
}

fn read(source: SourceId, text: &str, by: impl FnOnce(&mut Parser)) -> Caddyfile {
    let mut lexer = Lexer::new(source, text);
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    let mut parser = Parser { tokens, at: 0, file: Caddyfile::default() };
    parser.file.comments = lexer.comments;
    parser.file.faults = lexer.faults;
    by(&mut parser);
    let mut file = parser.file;
    file.faults.sort_by_key(|fault| fault.span.start);
    file
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    file: Caddyfile,
}

/// A directive whose block is being read.
struct Open {
    name: Word,
    args: Vec<Word>,
    head: Span,
    before: Vec<Directive>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn fault(&mut self, span: Span, message: &str) {
        self.file.faults.push(Fault { span, message: message.to_owned() });
    }

    fn blocks(&mut self) {
        while let Some(first) = self.peek() {
            let head = first.word.span;
            if first.is("}") {
                self.fault(head, "`}` without a block that it could close");
                self.at += 1;
                continue;
            }
            let (keys, braces) = self.keys();
            let head = keys.iter().fold(head, |head, key| head.to(key.span));
            let (kind, keys) = kind(keys);
            if kind == BlockKind::Import && !braces {
                self.file.blocks.push(Block { kind, keys, directives: Vec::new(), head });
                continue;
            }
            let directives = self.directives(braces, head);
            self.file.blocks.push(Block { kind, keys, directives, head });
        }
    }

    /// The keys of a block, and whether a brace follows them.
    fn keys(&mut self) -> (Vec<Word>, bool) {
        let mut keys: Vec<Word> = Vec::new();
        let mut more = true;
        while let Some(token) = self.peek() {
            if token.is("{") {
                self.at += 1;
                return (keys, true);
            }
            if token.first_of_line && !keys.is_empty() && !more {
                break;
            }
            let mut word = token.word.clone();
            self.at += 1;
            // A comma says that another key follows, be it in the next line.
            more = !word.quoted && word.text.ends_with(',');
            if more {
                word.text.pop();
                word.span = word.span.slice(0, word.span.len() - 1);
            }
            if !word.text.is_empty() {
                keys.push(word);
            }
        }
        (keys, false)
    }

    /// The directives up to the brace that closes the block; to the end of the file, where it has no braces.
    fn directives(&mut self, braces: bool, head: Span) -> Vec<Directive> {
        let mut open: Vec<Open> = Vec::new();
        let mut here: Vec<Directive> = Vec::new();
        let mut buried = 0_usize;
        while let Some(token) = self.peek() {
            let span = token.word.span;
            if token.is("}") {
                self.at += 1;
                if buried > 0 {
                    buried -= 1;
                } else if let Some(block) = open.pop() {
                    here = close(block, here, span);
                } else if braces {
                    return here;
                } else {
                    self.fault(span, "`}` without a block that it could close");
                }
                continue;
            }
            let name = token.word.clone();
            self.at += 1;
            let mut args = Vec::new();
            let mut opens = name.text == "{" && !name.quoted;
            if opens {
                self.fault(span, "`{` without a directive before it");
            }
            while let Some(token) = self.peek().filter(|token| !token.first_of_line && !opens) {
                let (word, is_open, is_close) = (token.word.clone(), token.is("{"), token.is("}"));
                if is_close {
                    break;
                }
                self.at += 1;
                // A brace opens a block at the end of a line only.
                if is_open && self.peek().is_none_or(|next| next.first_of_line || next.is("}")) {
                    opens = true;
                } else {
                    args.push(word);
                }
            }
            let head = args.iter().fold(name.span, |head, arg| head.to(arg.span));
            if !opens {
                here.push(Directive { name, args, block: None, head, span: head });
            } else if open.len() >= DEPTH {
                if buried == 0 {
                    self.fault(head, "a block nested deeper than any is meant to be");
                }
                buried += 1;
            } else {
                open.push(Open { name, args, head, before: std::mem::take(&mut here) });
            }
        }
        if braces {
            self.fault(head, "a block that is never closed");
        }
        while let Some(block) = open.pop() {
            self.fault(block.head, "a block that is never closed");
            let end = here.last().map_or(block.head, |last| last.span);
            here = close(block, here, end);
        }
        here
    }
}

fn close(block: Open, inside: Vec<Directive>, end: Span) -> Vec<Directive> {
    let Open { name, args, head, mut before } = block;
    before.push(Directive { name, args, block: Some(inside), head, span: head.to(end) });
    before
}

fn kind(mut keys: Vec<Word>) -> (BlockKind, Vec<Word>) {
    let Some(first) = keys.first_mut() else { return (BlockKind::Options, keys) };
    if first.text == "import" && !first.quoted {
        keys.remove(0);
        return (BlockKind::Import, keys);
    }
    let (kind, rest) = match first.text.strip_prefix('&') {
        Some(rest) => (BlockKind::Route, rest),
        None => (BlockKind::Snippet, first.text.as_str()),
    };
    match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(name) => {
            first.text = name.to_owned();
            (kind, keys)
        }
        None => (BlockKind::Site, keys),
    }
}
