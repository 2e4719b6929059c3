//! Words, and the parts of them that stand outside double quotes.

use super::ast::{Part, PartKind, Place, Quote, Word};
use super::parser::Parser;
use super::quoted::Until;
use crate::source::fragment::HOLE;

impl Parser<'_> {
    /// The word that stands here; empty where none begins.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let mut parts = Vec::new();
        if matches!(self.peek(0), b'<' | b'>') && self.peek(1) == b'(' {
            self.at += 2;
            let list = self.parenthesised(start);
            parts.push(Part { kind: PartKind::Process(list), quote: Quote::None, place: self.place(start) });
        }
        while !self.at_end() {
            match self.peek(0) {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' => break,
                b'\r' if self.peek(1) == b'\n' => break,
                b'(' => {
                    let before = self.text.as_bytes()[start..self.at].last().copied().unwrap_or_default();
                    if before == b'=' && self.is_array_name(start) {
                        let part = self.array();
                        parts.push(part);
                    } else if b"?*+@!".contains(&before) && self.pattern_group(&mut parts) {
                    } else {
                        break;
                    }
                }
                _ => self.part(Quote::None, &mut parts),
            }
        }
        Word { parts, place: self.place(start) }
    }

    /// Whether what stands between `start` and here is `NAME=` or `NAME+=`.
    fn is_array_name(&self, start: usize) -> bool {
        let name = self.text[start..self.at].trim_end_matches('=').trim_end_matches('+');
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// `(…)` of an extended pattern such as `@(a|b)`, within a line.
    fn pattern_group(&mut self, parts: &mut Vec<Part>) -> bool {
        let mut level = 0usize;
        for (at, byte) in self.rest().bytes().enumerate().take(200) {
            match byte {
                b'(' => level += 1,
                b')' => level -= 1,
                b'\n' | b' ' | b';' => return false,
                _ => {}
            }
            if level == 0 {
                let start = self.at;
                self.at += at + 1;
                self.text_with_holes(start, self.at, Quote::None, parts);
                return true;
            }
        }
        false
    }

    /// `( … )`: the elements of an array.
    pub(super) fn array(&mut self) -> Part {
        let start = self.at;
        let mut words = Vec::new();
        self.at += 1;
        if self.enter() {
            loop {
                self.skip_newlines();
                let before = self.at;
                if self.at_end() || self.peek(0) == b')' {
                    break;
                }
                let word = self.word();
                if self.at == before {
                    self.skip_char();
                } else {
                    words.push(word);
                }
            }
            self.leave();
        }
        if !self.eat(")") {
            self.fault(start, "the `)` of an array is missing");
        }
        Part { kind: PartKind::Array(words), quote: Quote::None, place: self.place(start) }
    }

    /// One part of a word outside double quotes.
    pub(super) fn part(&mut self, quote: Quote, parts: &mut Vec<Part>) {
        let start = self.at;
        if self.at_hole() {
            self.at += 1;
            parts.push(Part { kind: PartKind::Hole, quote, place: self.place(start) });
            return;
        }
        match self.peek(0) {
            b'\\' => match (self.peek(1), self.peek(2)) {
                (b'\n', _) => self.at += 2,
                (b'\r', b'\n') => self.at += 3,
                _ => {
                    self.at += 1;
                    self.escaped(start, Quote::Escape, parts);
                }
            },
            b'\'' => {
                self.at += 1;
                let from = self.at;
                let length = self.rest().find('\'');
                self.at += length.unwrap_or(self.end - from);
                self.text_with_holes(from, self.at, Quote::Single, parts);
                if !self.eat("'") {
                    self.fault(start, "the closing `'` is missing");
                }
            }
            b'"' => {
                self.at += 1;
                let first = parts.len();
                self.quoted(Until::Quote, parts);
                if !self.eat("\"") {
                    self.fault(start, "the closing `\"` is missing");
                }
                if parts.len() == first {
                    let place = Place { start: start + 1, end: start + 1 };
                    parts.push(Part { kind: PartKind::Text("".into()), quote: Quote::Double, place });
                }
            }
            b'$' if self.peek(1) == b'\'' && quote == Quote::None => self.ansi(parts),
            b'$' if self.peek(1) == b'"' && quote == Quote::None => self.at += 1,
            b'$' => self.dollar(quote, parts),
            b'`' => self.backticks(quote, parts),
            _ => {
                let (braces, bytes) = (self.in_braces, self.bytes);
                // What would begin here again is taken at once: a part that grows byte by byte takes the square of its time.
                let ends = |at: usize| match bytes[at] {
                    b'\\' | b'\'' | b'"' | b'$' | b'`' => true,
                    b'}' => braces,
                    b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => !braces,
                    b'\r' => !braces && bytes.get(at + 1) == Some(&b'\n'),
                    byte => byte == HOLE as u8 && self.fragment.hole_at(at).is_some(),
                };
                self.at = (start + 1..self.end).find(|at| ends(*at)).unwrap_or(self.end);
                let text = &self.text[start..self.at];
                match parts.last_mut() {
                    Some(Part { kind: PartKind::Text(before), quote: Quote::None, place })
                        if quote == Quote::None && place.end == start =>
                    {
                        *before = format!("{before}{text}").into();
                        place.end = self.at;
                    }
                    _ => parts.push(Part {
                        kind: PartKind::Text(text.into()),
                        quote,
                        place: self.place(start),
                    }),
                }
            }
        }
    }
}
