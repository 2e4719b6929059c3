//! The state of the parser, and lists of commands.

use super::ast::{Fault, Heredoc, Item, List, Place, Script};
use crate::source::Fragment;
use crate::source::fragment::HOLE;

/// How deep commands, substitutions and quotes may nest. Whatever is deeper is skipped.
pub const DEPTH_LIMIT: usize = 48;

/// After so many faults a text is no script.
const FAULT_LIMIT: usize = 200;

/// Reads the commands of a text.
pub fn parse(fragment: &Fragment) -> Script {
    let text = fragment.text();
    let mut parser = Parser {
        fragment,
        text,
        bytes: text.as_bytes(),
        at: 0,
        end: text.len(),
        depth: 0,
        in_braces: false,
        stops: Vec::new(),
        pending: Vec::new(),
        script: Script::default(),
    };
    if parser.rest().starts_with('\u{feff}') {
        parser.at = 3;
    }
    parser.script.body = parser.list(Stop::default());
    parser.read_heredocs();
    parser.script
}

/// What ends a list of commands.
#[derive(Clone, Copy, Default)]
pub(super) struct Stop {
    /// These words, where a command may begin.
    pub(super) words: &'static [&'static str],
    /// `)`.
    pub(super) paren: bool,
    /// `;;`.
    pub(super) arm: bool,
}

pub(super) struct Parser<'t> {
    pub(super) fragment: &'t Fragment,
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    /// Nothing is read from here on.
    pub(super) end: usize,
    pub(super) depth: usize,
    /// Whether a `}` ends what is being read.
    pub(super) in_braces: bool,
    /// What ends the lists that are being read, innermost last.
    stops: Vec<Stop>,
    /// Heredocs whose bodies follow the line, by their place in the script's.
    pub(super) pending: Vec<usize>,
    pub(super) script: Script,
}

impl<'t> Parser<'t> {
    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// The byte that is `ahead` bytes further on; 0 at the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.bytes[at] } else { 0 }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.end
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.bytes[self.at.min(self.end)..self.end].starts_with(text.as_bytes())
    }

    /// Goes past `text` if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes past one character.
    pub(super) fn skip_char(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        self.at = self.at.min(self.end);
    }

    pub(super) fn place(&self, start: usize) -> Place {
        Place { start, end: self.at.max(start) }
    }

    pub(super) fn fault(&mut self, start: usize, message: &'static str) {
        if self.script.faults.len() < FAULT_LIMIT {
            let place = self.place(start);
            self.script.faults.push(Fault { place, message });
        }
    }

    /// Goes one level deeper, unless that is too deep: then everything that is left is skipped.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= DEPTH_LIMIT {
            self.fault(self.at, "this is nested too deep to be read");
            self.at = self.end;
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Whether a hole of the fragment stands here.
    pub(super) fn at_hole(&self) -> bool {
        self.peek(0) == HOLE as u8 && !self.at_end() && self.fragment.hole_at(self.at).is_some()
    }

    /// Whether a line ends here.
    pub(super) fn at_newline(&self) -> bool {
        self.peek(0) == b'\n' || (self.peek(0) == b'\r' && self.peek(1) == b'\n')
    }

    /// Goes past blanks, continued lines and a comment.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match (self.peek(0), self.peek(1), self.peek(2)) {
                (b' ' | b'\t', ..) => self.at += 1,
                (b'\\', b'\n', _) => self.at += 2,
                (b'\\', b'\r', b'\n') => self.at += 3,
                (b'#', ..) => {
                    let start = self.at;
                    let length = self.rest().find('\n').unwrap_or(self.end - start);
                    self.at += self.rest()[..length].trim_end_matches('\r').len();
                    let place = self.place(start);
                    self.script.comments.push(place);
                }
                _ => return,
            }
        }
    }

    /// Goes past blanks, comments, ends of lines and the heredocs that follow them.
    pub(super) fn skip_newlines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.newline() {
                return;
            }
        }
    }

    /// Goes past the end of a line, if it comes next, and the heredocs that follow it.
    pub(super) fn newline(&mut self) -> bool {
        let found = self.at_newline();
        if found {
            self.at += if self.peek(0) == b'\r' { 2 } else { 1 };
            self.read_heredocs();
        }
        found
    }

    /// The reserved word that stands here, by itself.
    pub(super) fn reserved(&self) -> Option<&'t str> {
        let bytes = &self.bytes[self.at.min(self.end)..self.end];
        let length =
            bytes.iter().take(9).take_while(|byte| byte.is_ascii_lowercase() || b"!{}[".contains(byte));
        let length = length.count();
        let ends = match bytes.get(length) {
            None => true,
            Some(next) => b" \t\r\n;&|<>()".contains(next),
        };
        (length > 0 && ends).then(|| &self.text[self.at..self.at + length])
    }

    /// Goes past a reserved word if it is this one.
    pub(super) fn eat_reserved(&mut self, word: &str) -> bool {
        let found = self.reserved() == Some(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Whether this list, or one around it, ends here.
    fn at_stop(&self) -> bool {
        let word = self.reserved();
        let arm = self.starts_with(";;") || self.starts_with(";&");
        self.stops.iter().any(|stop| {
            word.is_some_and(|word| stop.words.contains(&word))
                || (stop.paren && self.peek(0) == b')')
                || (stop.arm && arm)
        })
    }

    /// Commands up to what ends them, which is not gone past.
    pub(super) fn list(&mut self, stop: Stop) -> List {
        let mut items = List::new();
        let in_braces = std::mem::take(&mut self.in_braces);
        self.stops.push(stop);
        loop {
            self.skip_newlines();
            if self.at_end() || self.at_stop() {
                break;
            }
            let start = self.at;
            if let Some(item) = self.item() {
                items.push(item);
            }
            if self.at == start {
                self.skip_char();
                // `;` by itself is what is left of something else.
                if self.bytes[start] != b';' {
                    self.fault(start, "no command can begin like this");
                }
            }
        }
        self.stops.pop();
        self.in_braces = in_braces;
        items
    }

    /// Pipelines joined by `&&` and `||`, with what separates them from the next ones.
    fn item(&mut self) -> Option<Item> {
        let start = self.at;
        let links = self.links();
        let place = Place { start, end: links.last().map_or(start, |link| link.pipeline.place.end) };
        self.skip_blanks();
        let background = self.peek(0) == b'&' && self.peek(1) != b'&';
        if background || (self.peek(0) == b';' && !matches!(self.peek(1), b';' | b'&')) {
            self.at += 1;
        }
        (!links.is_empty()).then_some(Item { links, background, place })
    }

    /// Opens the body of a heredoc that follows this line; its place among the script's.
    pub(super) fn announce(&mut self, heredoc: Heredoc) -> usize {
        let number = self.script.heredocs.len();
        self.script.heredocs.push(heredoc);
        self.pending.push(number);
        number
    }
}
