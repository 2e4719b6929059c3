//! The words of a conf, cut where nginx cuts them.

use super::{Word, lua};
use crate::source::{SourceId, Span};

pub(super) enum Token {
    Word(Word),
    /// `;`
    End,
    /// `{`
    Open,
    /// `}`
    Close,
    Comment,
    Fault(&'static str),
}

pub(super) struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    /// Whether a quoted word ends right here: then nothing but a space, `;`, `{` or `)` may follow.
    after_quote: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: SourceId, text: &'a str) -> Self {
        // nginx takes a byte order mark for the start of the first word; editors do not show it.
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { source, text, at, after_quote: false }
    }

    /// The place that has been reached.
    pub(super) fn here(&self) -> Span {
        self.span(self.at, self.at)
    }

    /// Leaves out the Lua up to the brace that closes it. Says whether there is one.
    pub(super) fn skip_lua(&mut self) -> bool {
        let end = lua::end(&self.text.as_bytes()[self.at..]);
        self.at = end.map_or(self.text.len(), |end| self.at + end);
        end.is_some()
    }

    pub(super) fn next(&mut self) -> Option<(Token, Span)> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let spaces = bytes[self.at..].iter().take_while(|byte| is_space(**byte)).count();
        if std::mem::take(&mut self.after_quote) && spaces == 0 {
            match bytes.get(self.at) {
                // `if ($a = "b")`: the parenthesis becomes a word of its own.
                None | Some(b';' | b'{' | b')') => {}
                Some(_) => {
                    let width = self.text[start..].chars().next().map_or(1, char::len_utf8);
                    let message = "a word that begins right after a quoted one: a space is missing";
                    return Some((Token::Fault(message), self.span(start, start + width)));
                }
            }
        }
        self.at += spaces;
        let start = self.at;
        let token = match bytes.get(start)? {
            b';' => Token::End,
            b'{' => Token::Open,
            b'}' => Token::Close,
            b'#' => {
                let length = bytes[start..].iter().position(|byte| *byte == b'\n');
                self.at = length.map_or(bytes.len(), |length| start + length);
                return Some((Token::Comment, self.span(start, self.at)));
            }
            quote @ (b'"' | b'\'') => return Some(self.quoted(*quote)),
            _ => return Some(self.bare()),
        };
        self.at += 1;
        Some((token, self.span(start, self.at)))
    }

    fn quoted(&mut self, quote: u8) -> (Token, Span) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                byte if *byte == quote => {
                    self.at = at + 1;
                    self.after_quote = true;
                    let span = self.span(start, self.at);
                    let text = unescape(&self.text[start + 1..at]);
                    return (Token::Word(Word { text, quote: Some(char::from(quote)), span }), span);
                }
                _ => at += 1,
            }
        }
        // Reading goes on in the next line: most likely the quote was meant to end in this one.
        let line = bytes[start..].iter().position(|byte| *byte == b'\n');
        self.at = line.map_or(bytes.len(), |length| start + length);
        (Token::Fault("a quote that is never closed"), self.span(start, self.at))
    }

    fn bare(&mut self) -> (Token, Span) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start;
        let mut variable = false;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => {
                    at += 2;
                    variable = false;
                    continue;
                }
                // `${`, and any brace after that.
                b'{' if variable => {
                    at += 1;
                    continue;
                }
                b';' | b'{' => break,
                byte if is_space(*byte) => break,
                _ => {}
            }
            variable = *byte == b'$';
            at += 1;
        }
        at = at.min(bytes.len());
        // An escaped character may have several bytes.
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        self.at = at;
        let span = self.span(start, at);
        (Token::Word(Word { text: unescape(&self.text[start..at]), quote: None, span }), span)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What a backslash does to the character after it; before any other one it stays.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        let meant = match rest.peek() {
            Some(escaped @ ('"' | '\'' | '\\')) if next == '\\' => Some(*escaped),
            Some('t') if next == '\\' => Some('\t'),
            Some('r') if next == '\\' => Some('\r'),
            Some('n') if next == '\\' => Some('\n'),
            _ => None,
        };
        if meant.is_some() {
            rest.next();
        }
        plain.push(meant.unwrap_or(next));
    }
    plain
}
