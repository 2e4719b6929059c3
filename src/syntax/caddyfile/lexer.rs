//! The words of a Caddyfile.

use super::{Fault, Word};
use crate::source::{SourceId, Span};

pub(super) struct Token {
    pub(super) word: Word,
    /// Whether nothing stands before it in its line.
    pub(super) first_of_line: bool,
}

impl Token {
    /// Whether it is this brace.
    pub(super) fn is(&self, brace: &str) -> bool {
        !self.word.quoted && self.word.text == brace
    }
}

pub(super) struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    first_of_line: bool,
    /// Up to here there is no closing brace: a line is searched once.
    unclosed: usize,
    pub(super) comments: Vec<Span>,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: SourceId, text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { source, text, at, first_of_line: true, unclosed: 0, comments: Vec::new(), faults: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let first_of_line = std::mem::replace(&mut self.first_of_line, false);
        let word = match rest.chars().next()? {
            quote @ ('"' | '`') => self.quoted(quote),
            _ => self.bare(),
        };
        Some(Token { word, first_of_line })
    }

    fn skip_spaces(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let Some(next) = rest.chars().next() else { return };
            match next {
                '\n' => {
                    self.first_of_line = true;
                    self.at += 1;
                }
                next if next.is_whitespace() => self.at += next.len_utf8(),
                '#' => {
                    let start = self.at;
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    self.comments.push(self.span(start, self.at));
                }
                // The line goes on.
                '\\' if rest[1..].starts_with('\n') => self.at += 2,
                '\\' if rest[1..].starts_with("\r\n") => self.at += 3,
                _ => return,
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Word {
        let start = self.at;
        let mut text = String::new();
        let mut rest = self.text[start + 1..].char_indices();
        while let Some((at, next)) = rest.next() {
            if next == quote {
                self.at = start + 1 + at + 1;
                let plain = text.len() == at;
                return Word { text, quoted: true, plain, span: self.span(start, self.at) };
            }
            if next == '\\' && quote == '"' {
                match rest.next() {
                    Some((_, '"')) => text.push('"'),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => text.push('\\'),
                }
            } else {
                text.push(next);
            }
        }
        self.at = self.text.len();
        let span = self.span(start, self.at);
        self.faults.push(Fault { span, message: "a quote that is never closed".to_owned() });
        Word { text, quoted: true, plain: false, span }
    }

    fn bare(&mut self) -> Word {
        let start = self.at;
        let mut text = String::new();
        let mut escaped_heredoc = false;
        loop {
            let rest = &self.text[self.at..];
            let Some(next) = rest.chars().next() else { break };
            if next == '\n' || next.is_whitespace() && next != '\r' {
                if next == '\n' && text.len() > 2 && text.starts_with("<<") && !escaped_heredoc {
                    return self.heredoc(start, &text[2..]);
                }
                break;
            }
            self.at += next.len_utf8();
            match next {
                '\r' => {}
                '\\' => match self.text[self.at..].chars().next() {
                    Some('\n') => {
                        self.at += 1;
                        if !text.is_empty() {
                            break;
                        }
                    }
                    Some('<') => {
                        escaped_heredoc = true;
                        self.at += 1;
                        text.push('<');
                    }
                    Some(other) if !other.is_whitespace() => {
                        self.at += other.len_utf8();
                        text.extend(['\\', other]);
                    }
                    // Before a space it is lost.
                    _ => {}
                },
                // A variable of the environment, whose default may hold spaces.
                '{' if rest.starts_with("{$") => {
                    let end = self.closing(rest);
                    text.push_str(&rest[..end]);
                    self.at += end - 1;
                }
                other => text.push(other),
            }
        }
        let plain = text == self.text[start..self.at];
        Word { text, quoted: false, plain, span: self.span(start, self.at) }
    }

    /// Where the reference ends that `rest` begins with, whose first byte was read; after that byte where nothing closes it.
    fn closing(&mut self, rest: &str) -> usize {
        if self.at <= self.unclosed {
            return 1;
        }
        let line = rest.find('\n').unwrap_or(rest.len());
        if let Some(end) = rest[..line].find('}') {
            return end + 1;
        }
        self.unclosed = self.at - 1 + line;
        1
    }

    /// The text between `<<MARKER` and the line that holds the marker alone.
    fn heredoc(&mut self, start: usize, marker: &str) -> Word {
        let body = self.at + 1;
        let mut at = body;
        for line in self.text[body..].split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if bare.trim_start() == marker {
                self.at = at + bare.len();
                let padding = bare.len() - marker.len();
                let lines = self.text[body..at].lines();
                let lines: Vec<&str> = lines.map(|line| line.get(padding..).unwrap_or("")).collect();
                let span = self.span(start, self.at);
                return Word { text: lines.join("\n"), quoted: true, plain: false, span };
            }
            at += line.len();
        }
        self.at = self.text.len();
        let span = self.span(start, self.at);
        self.faults.push(Fault { span, message: "a heredoc that is never closed".to_owned() });
        Word { text: self.text[body.min(self.at)..].to_owned(), quoted: true, plain: false, span }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }
}
