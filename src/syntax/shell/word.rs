//! Words: quotes, variables and substitutions.

use super::ast::{Expansion, List, Part, PartKind, Place, Quote, Word};
use super::parser::{Parser, Stop};
use crate::source::fragment::HOLE;

/// What ends a quoted text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// `"`.
    Quote,
    /// The end of a heredoc's body.
    End {
        /// Whether tabs at the start of lines are left out.
        strip_tabs: bool,
    },
}

/// The operators of `${NAME…}`, those that begin like others before them.
const OPERATORS: &[&str] = &[
    ":-", ":=", ":?", ":+", "-", "=", "?", "+", "##", "#", "%%", "%", "//", "/", "^^", "^", ",,", ",", ":",
    "@",
];

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

    /// The character after a backslash, which stands at `start`.
    fn escaped(&mut self, start: usize, quote: Quote, parts: &mut Vec<Part>) {
        let text = self.rest().chars().next().map_or_else(|| "\\".to_owned(), String::from);
        if !self.at_end() {
            self.skip_char();
        }
        parts.push(Part { kind: PartKind::Text(text.into()), quote, place: self.place(start) });
    }

    /// The parts of a text in double quotes, or of a heredoc.
    pub(super) fn quoted(&mut self, until: Until, parts: &mut Vec<Part>) {
        let quote = Quote::Double;
        let strip = until == Until::End { strip_tabs: true };
        while !self.at_end() {
            let start = self.at;
            if self.at_hole() {
                self.at += 1;
                parts.push(Part { kind: PartKind::Hole, quote, place: self.place(start) });
                continue;
            }
            match self.peek(0) {
                b'"' if until == Until::Quote => return,
                b'\\' => match (self.peek(1), self.peek(2)) {
                    (b'\n', _) => self.at += 2,
                    (b'\r', b'\n') => self.at += 3,
                    (b'$' | b'`' | b'\\', _) => {
                        self.at += 1;
                        self.escaped(start, quote, parts);
                    }
                    (b'"', _) if until == Until::Quote => {
                        self.at += 1;
                        self.escaped(start, quote, parts);
                    }
                    _ => {
                        self.at += 1;
                        parts.push(Part {
                            kind: PartKind::Text("\\".into()),
                            quote,
                            place: self.place(start),
                        });
                    }
                },
                b'$' => self.dollar(quote, parts),
                b'`' => self.backticks(quote, parts),
                _ => {
                    let special = |byte: &u8| b"\\\"$`\x1a".contains(byte);
                    let bytes = &self.bytes[self.at..self.end];
                    self.at += bytes.iter().skip(1).take_while(|byte| !special(byte)).count() + 1;
                    self.lines(start, self.at, strip, quote, parts);
                }
            }
        }
    }

    /// `$'…'`.
    fn ansi(&mut self, parts: &mut Vec<Part>) {
        let open = self.at;
        let quote = Quote::Single;
        self.at += 2;
        let first = parts.len();
        loop {
            let start = self.at;
            match self.peek(0) {
                _ if self.at_end() => {
                    self.fault(open, "the closing `'` is missing");
                    break;
                }
                b'\'' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.at += 1;
                    let plain = match self.peek(0) {
                        b'n' => "\n",
                        b't' => "\t",
                        b'r' => "\r",
                        b'\\' => "\\",
                        b'\'' => "'",
                        b'"' => "\"",
                        _ => "",
                    };
                    if plain.is_empty() {
                        self.escaped(start, quote, parts);
                    } else {
                        self.at += 1;
                        parts.push(Part {
                            kind: PartKind::Text(plain.into()),
                            quote,
                            place: self.place(start),
                        });
                    }
                }
                _ => {
                    let length = self.rest().find(['\'', '\\']).unwrap_or(self.end - start);
                    self.at += length;
                    self.text_with_holes(start, self.at, quote, parts);
                }
            }
        }
        if parts.len() == first {
            parts.push(Part { kind: PartKind::Text("".into()), quote, place: self.place(open) });
        }
    }

    /// What a `$` begins.
    fn dollar(&mut self, quote: Quote, parts: &mut Vec<Part>) {
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
    fn parenthesised(&mut self, start: usize) -> List {
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

    fn backticks(&mut self, quote: Quote, parts: &mut Vec<Part>) {
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
