//! What a `$` or a backtick begins: variables, substitutions, arithmetic.

use super::ast::{Expansion, List, Part, PartKind, Quote, Word};
use super::parser::{Parser, Stop};

/// The operators of `${NAME…}`, those that begin like others before them.
const OPERATORS: &[&str] = &[
    ":-", ":=", ":?", ":+", "-", "=", "?", "+", "##", "#", "%%", "%", "//", "/", "^^", "^", ",,", ",", ":",
    "@",
];

impl Parser<'_> {
    /// What a `$` begins.
    pub(super) fn dollar(&mut self, quote: Quote, parts: &mut Vec<Part>) {
        let start = self.at;
        self.at += 1;
        let kind = match self.peek(0) {
            b'{' => self.braces(start, quote),
            b'(' if self.peek(1) == b'(' && self.arithmetic(2) => PartKind::Arithmetic,
            b'(' => {
                self.at += 1;
                PartKind::Substitution(self.parenthesised(start))
            }
            b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' => {
                let name = self.text[self.at..=self.at].to_owned();
                self.at += 1;
                variable(name)
            }
            _ => match self.name_length() {
                Some(length) => {
                    let name = self.text[self.at..self.at + length].to_owned();
                    self.at += length;
                    variable(name)
                }
                None => PartKind::Text("$".into()),
            },
        };
        parts.push(Part { kind, quote, place: self.place(start) });
    }

    /// A list up to its `)`, which is gone past.
    pub(super) fn parenthesised(&mut self, start: usize) -> List {
        if !self.enter() {
            return List::new();
        }
        let list = self.list(Stop { paren: true, ..Stop::default() });
        self.leave();
        if !self.eat(")") {
            self.fault(start, "the closing `)` is missing");
        }
        list
    }

    /// Goes past an expression in double parentheses, of which `open` bytes have been seen and not gone past, if it is
    /// one: `( (a) )` is none.
    pub(super) fn arithmetic(&mut self, open: usize) -> bool {
        let mut level = 0usize;
        let mut bytes = self.rest().bytes().enumerate().skip(open);
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'(' => level += 1,
                b')' if level > 0 => level -= 1,
                b')' => {
                    let closed = bytes.next().is_some_and(|(_, next)| next == b')');
                    if closed {
                        self.at += at + 2;
                    }
                    return closed;
                }
                b'\n' if at > 2000 => return false,
                _ => {}
            }
        }
        false
    }

    pub(super) fn backticks(&mut self, quote: Quote, parts: &mut Vec<Part>) {
        let start = self.at;
        self.at += 1;
        let mut close = self.at;
        while close < self.end && self.bytes[close] != b'`' {
            close += if self.bytes[close] == b'\\' { 2 } else { 1 };
        }
        if close >= self.end {
            self.fault(start, "the closing backtick is missing");
            close = self.end;
        }
        let mut list = List::new();
        if self.enter() {
            let outer = std::mem::replace(&mut self.end, close);
            list = self.list(Stop::default());
            self.end = outer;
            self.leave();
        }
        self.at = (close + 1).min(self.end);
        parts.push(Part { kind: PartKind::Substitution(list), quote, place: self.place(start) });
    }

    /// `${…}`, whose `{` comes next.
    fn braces(&mut self, start: usize, quote: Quote) -> PartKind {
        self.at += 1;
        let mut expansion = Expansion {
            name: String::new(),
            index: None,
            length: false,
            indirect: false,
            operator: "",
            word: Word::default(),
        };
        if self.peek(0) == b'#' && self.peek(1) != b'}' {
            expansion.length = true;
            self.at += 1;
        } else if self.peek(0) == b'!' && self.peek(1) != b'}' {
            expansion.indirect = true;
            self.at += 1;
        }
        let special = b"@*#?-$!".contains(&self.peek(0)) && !self.at_end();
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let length = self.name_length().unwrap_or(if special { 1 } else { digits });
        expansion.name.push_str(self.rest().get(..length).unwrap_or_default());
        self.at += length;
        if self.peek(0) == b'[' && length > 0 {
            let inside = self.rest();
            let mut level = 0usize;
            let close = inside.bytes().take(200).position(|byte| {
                match byte {
                    b'[' => level += 1,
                    b']' => level -= 1,
                    _ => {}
                }
                level == 0
            });
            if let Some(close) = close {
                expansion.index = inside.get(1..close).map(str::to_owned);
                self.at += close + 1;
            }
        }
        if let Some(operator) = OPERATORS.iter().find(|operator| self.starts_with(operator)) {
            expansion.operator = operator;
            self.at += operator.len();
            if self.enter() {
                expansion.word = self.until_brace(quote);
                self.leave();
            }
        }
        if length > 0 && self.eat("}") {
            return PartKind::Variable(Box::new(expansion));
        }
        // `${{ … }}` of a template, or something that no shell reads.
        let close = self.rest().find(['}', '\n']).unwrap_or(self.rest().len());
        self.at += close;
        while self.peek(0) == b'}' {
            self.at += 1;
        }
        self.fault(start, "this is no variable");
        PartKind::Unreadable
    }

    /// What stands between an operator and the `}`.
    fn until_brace(&mut self, quote: Quote) -> Word {
        let start = self.at;
        let outer = std::mem::replace(&mut self.in_braces, true);
        let mut parts = Vec::new();
        while !self.at_end() && self.peek(0) != b'}' {
            match self.peek(0) {
                b'\'' if quote == Quote::Double => {
                    let at = self.at;
                    self.at += 1;
                    parts.push(Part { kind: PartKind::Text("'".into()), quote, place: self.place(at) });
                }
                b'{' => {
                    let at = self.at;
                    self.at += 1;
                    parts.push(Part { kind: PartKind::Text("{".into()), quote, place: self.place(at) });
                }
                _ => self.part(quote, &mut parts),
            }
        }
        self.in_braces = outer;
        Word { parts, place: self.place(start) }
    }
}

fn variable(name: String) -> PartKind {
    PartKind::Variable(Box::new(Expansion {
        name,
        index: None,
        length: false,
        indirect: false,
        operator: "",
        word: Word::default(),
    }))
}
