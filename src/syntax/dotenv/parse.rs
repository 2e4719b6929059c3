//! Compose's dotenv dialect, statement by statement.

use super::{Entry, EnvFile, Fault, Quote, Text};
use crate::source::{SourceId, Span};

/// Reads an env-file. Compose stops at the first fault; this goes on at the next line.
pub fn parse(source: SourceId, text: &str) -> EnvFile {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut parser = Parser { source, text, at, file: EnvFile::default() };
    while parser.skip_to_statement() {
        parser.statement();
    }
    parser.file
}

struct Parser<'t> {
    source: SourceId,
    text: &'t str,
    at: usize,
    file: EnvFile,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// Goes to the next statement; says whether there is one.
    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return !trimmed.is_empty();
            }
            let end = self.line_end();
            self.comment(self.at, end);
            self.at = end;
        }
    }

    fn comment(&mut self, start: usize, end: usize) {
        let length = self.text[start..end].trim_end().len();
        let span = self.span(start, start + length);
        self.file.comments.push(span);
    }

    /// The end of this line, before its newline.
    fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |found| self.at + found)
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    fn fault(&mut self, message: String, start: usize, end: usize) {
        let span = self.span(start, end);
        self.file.faults.push(Fault { message, span });
        // What follows on this line belongs to it.
        self.at = self.line_end();
    }

    fn statement(&mut self) {
        if let Some(rest) = self.rest().strip_prefix("export")
            && rest.starts_with(|c: char| c.is_ascii_whitespace())
        {
            self.at += "export".len();
            self.skip_spaces();
        }
        let start = self.at;
        let mut end = None;
        for (offset, letter) in self.rest().char_indices() {
            match letter {
                '\n' | '=' | ':' => {
                    end = Some((start + offset, letter));
                    break;
                }
                '_' | '.' | '-' | '[' | ']' => {}
                letter if is_space(letter) || letter.is_alphanumeric() => {}
                letter => {
                    let message = format!("the name of a variable cannot contain {letter:?}");
                    return self.fault(message, start + offset, start + offset + letter.len_utf8());
                }
            }
        }
        let Some((end, separator)) = end else {
            // Compose takes a last line without `=` and without a newline for a value that has no key.
            self.value(String::new(), self.span(start, start));
            return;
        };
        let key = self.text[start..end].trim_end();
        let key_span = self.span(start, start + key.len());
        if key.contains(' ') {
            return self.fault(
                "the name of a variable cannot contain a space".to_owned(),
                start,
                start + key.len(),
            );
        }
        let key = key.to_owned();
        self.at = end + 1;
        self.skip_spaces();
        if separator == '\n' {
            self.file.entries.push(Entry { key, key_span, value: None });
        } else {
            self.value(key, key_span);
        }
    }

    fn value(&mut self, key: String, key_span: Span) {
        let value = match self.rest().as_bytes().first() {
            Some(b'"') => self.quoted(b'"'),
            Some(b'\'') => self.quoted(b'\''),
            _ => Some(self.unquoted()),
        };
        if let Some(value) = value {
            self.file.entries.push(Entry { key, key_span, value: Some(value) });
        }
    }

    fn unquoted(&mut self) -> Text {
        let (start, end) = (self.at, self.line_end());
        let line = &self.text[start..end];
        let content = match line.find(" #") {
            Some(comment) => {
                self.comment(start + comment + 1, end);
                &line[..comment]
            }
            None => line,
        };
        let content = content.trim_end();
        self.at = (end + 1).min(self.text.len());
        let span = self.span(start, start + content.len());
        Text { text: content.to_owned(), span, quote: Quote::None }
    }

    fn quoted(&mut self, quote: u8) -> Option<Text> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut content = Vec::new();
        let mut escaped = false;
        for (at, byte) in bytes.iter().copied().enumerate().skip(start + 1) {
            if byte == quote && !escaped {
                self.at = at + 1;
                let text = String::from_utf8(content).unwrap_or_default();
                let span = self.span(start, at + 1);
                return Some(match quote {
                    b'"' => Text { text: unescape(&text), span, quote: Quote::Double },
                    _ => Text { text, span, quote: Quote::Single },
                });
            }
            if byte == b'\\' && !escaped {
                escaped = true;
                continue;
            }
            if escaped && byte != quote {
                content.push(b'\\');
            }
            escaped = false;
            content.push(byte);
        }
        let end = self.line_end();
        self.fault("a quoted value is not closed".to_owned(), start, end);
        // Everything up to the end would be inside the quotes.
        None
    }
}

/// White space that does not end a line.
fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// The escapes of double quotes. `\$` becomes `$$`, which the expansion turns into one `$`.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let (replacement, length) = match tail.as_bytes().first() {
            Some(b'a') => ("\u{7}", 1),
            Some(b'b') => ("\u{8}", 1),
            Some(b'f') => ("\u{c}", 1),
            Some(b'n') => ("\n", 1),
            Some(b'r') => ("\r", 1),
            Some(b't') => ("\t", 1),
            Some(b'v') => ("\u{b}", 1),
            Some(b'$') => ("$$", 1),
            Some(b'"') => ("\"", 1),
            Some(b'\\') => ("\\", 1),
            Some(b'0') => {
                let digits = tail.bytes().skip(1).take(3).take_while(u8::is_ascii_digit).count();
                octal(&tail[1..=digits], &mut out);
                rest = &tail[1 + digits..];
                continue;
            }
            _ => ("\\", 0),
        };
        out.push_str(replacement);
        rest = &tail[length..];
    }
    out.push_str(rest);
    out
}

/// `\0` and up to three digits: the character, or what Compose leaves behind, which is the digits without the zero.
fn octal(digits: &str, out: &mut String) {
    let code = (digits.len() == 3).then(|| u32::from_str_radix(digits, 8).ok()).flatten();
    if let Some(letter) = code.filter(|code| *code < 256).and_then(char::from_u32) {
        out.push(letter);
    } else {
        out.push('\\');
        out.push_str(digits);
    }
}
