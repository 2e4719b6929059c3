//! Lines put together: an instruction may go on in the next line, with comments between.

use crate::source::{SourceId, Span};

/// One instruction's text, and where its bytes come from.
pub(super) struct Logical {
    pub(super) text: String,
    /// Where pieces of the text begin: in it, and in the source.
    pieces: Vec<(usize, usize)>,
    source: SourceId,
    pub(super) line: usize,
}

impl Logical {
    /// The place of the bytes `from..to`.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let end = if to > from { self.at(to - 1) + 1 } else { self.at(from) };
        Span::new(self.source, self.at(from), end)
    }

    fn at(&self, offset: usize) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |(start, source)| source + offset.saturating_sub(*start))
    }
}

pub(super) struct Lines<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    line: usize,
    escape: char,
    pub(super) comments: Vec<Span>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: SourceId, text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { source, text, at, line: 1, escape: '\\', comments: Vec::new() }
    }

    /// Reads the parser's directives, which stand before everything else. Says what `# escape=` says.
    pub(super) fn directive(&mut self) -> Option<char> {
        let mut said = None;
        for line in self.text[self.at..].lines() {
            let Some((name, value)) =
                line.trim_start().strip_prefix('#').and_then(|rest| rest.split_once('='))
            else {
                break;
            };
            let name = name.trim();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                break;
            }
            if name.eq_ignore_ascii_case("escape") {
                said = value.trim().chars().next().filter(|escape| matches!(escape, '\\' | '`'));
            }
        }
        self.escape = said.unwrap_or('\\');
        said
    }

    /// The next line of the text, without its end, and where it begins.
    fn physical(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (start, length) = (self.at, rest.find('\n').unwrap_or(rest.len()));
        self.at = (start + length + 1).min(self.text.len());
        self.line += 1;
        let line = &rest[..length];
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    }

    /// Takes a comment for itself. Says whether it was one, or nothing at all.
    fn is_nothing(&mut self, start: usize, line: &str) -> bool {
        let trimmed = line.trim_start();
        if trimmed.starts_with('#') {
            let from = start + line.len() - trimmed.len();
            self.comments.push(Span::new(self.source, from, start + line.len()));
            return true;
        }
        trimmed.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Logical> {
        let mut logical = Logical { text: String::new(), pieces: Vec::new(), source: self.source, line: 0 };
        while let Some((start, line)) = self.physical() {
            if self.is_nothing(start, line) {
                continue;
            }
            let mut kept = line;
            let mut begin = start;
            if logical.line == 0 {
                logical.line = self.line - 1;
                kept = line.trim_start();
                begin += line.len() - kept.len();
            }
            let more = self.continued(kept);
            let body = more.unwrap_or(kept);
            logical.pieces.push((logical.text.len(), begin));
            logical.text.push_str(body);
            if more.is_none() {
                break;
            }
        }
        (logical.line > 0).then_some(logical)
    }

    /// The line without the escape at its end, if it goes on.
    fn continued<'t>(&self, line: &'t str) -> Option<&'t str> {
        let body = line.trim_end_matches([' ', '\t']).strip_suffix(self.escape)?;
        // An escape that is itself escaped continues nothing.
        (!body.ends_with(self.escape)).then_some(body)
    }

    /// The lines up to the one that ends a here-document; and whether there is one.
    pub(super) fn heredoc(&mut self, name: &str, tabs: bool) -> (Span, bool) {
        let start = self.at;
        while let Some((at, line)) = self.physical() {
            let line = if tabs { line.trim_start_matches('\t') } else { line };
            if line == name {
                return (Span::new(self.source, start, at), true);
            }
        }
        (Span::new(self.source, start, self.at), false)
    }
}
