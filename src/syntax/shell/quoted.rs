//! What stands in double quotes, in `$'…'` and in heredocs.

use super::ast::{Part, PartKind, Quote};
use super::parser::Parser;

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

impl Parser<'_> {
    /// The character after a backslash, which stands at `start`.
    pub(super) fn escaped(&mut self, start: usize, quote: Quote, parts: &mut Vec<Part>) {
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
    pub(super) fn ansi(&mut self, parts: &mut Vec<Part>) {
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
}
