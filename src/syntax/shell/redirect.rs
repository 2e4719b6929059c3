//! Redirections.

use super::ast::{Heredoc, Redirection};
use super::parser::Parser;

/// The operators, those that begin like others before them.
const OPERATORS: &[&str] = &["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];

impl Parser<'_> {
    /// A redirection, if one comes next.
    pub(super) fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at;
        let digits = self.rest().bytes().take(4).take_while(u8::is_ascii_digit).count();
        let descriptor = self.rest().get(..digits).and_then(|digits| digits.parse().ok());
        let named = self.descriptor_name();
        self.at += digits + named;
        let operator = OPERATORS.iter().find(|operator| self.starts_with(operator));
        let process = matches!(self.peek(0), b'<' | b'>') && self.peek(1) == b'(';
        let (Some(operator), false) = (operator, process && digits == 0) else {
            self.at = start;
            return None;
        };
        if digits > 0 && operator.starts_with('&') {
            self.at = start;
            return None;
        }
        self.at += operator.len();
        self.skip_blanks();
        let target = self.word();
        let place = self.place(start);
        let heredoc = matches!(*operator, "<<" | "<<-").then(|| {
            let quoted = target.parts.iter().any(|part| part.quote != super::Quote::None);
            let delimiter = self.delimiter(&target);
            let strip_tabs = *operator == "<<-";
            self.announce(Heredoc { delimiter, quoted, strip_tabs, ..Heredoc::default() })
        });
        if target.place.start == target.place.end {
            self.fault(start, "the file of a redirection is missing");
        }
        Some(Redirection { descriptor, operator, target, heredoc, place })
    }

    /// The length of `{name}` before a redirection.
    fn descriptor_name(&self) -> usize {
        if self.peek(0) != b'{' {
            return 0;
        }
        let name =
            self.rest()[1..].bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let follows = self.peek(name + 1) == b'}' && matches!(self.peek(name + 2), b'<' | b'>');
        if name > 0 && follows { name + 2 } else { 0 }
    }

    /// The delimiter of a heredoc: its word with the quotes undone, and nothing expanded.
    fn delimiter(&self, word: &super::Word) -> String {
        word.parts
            .iter()
            .map(|part| match &part.kind {
                super::PartKind::Text(text) => text,
                _ => self.text.get(part.place.start..part.place.end).unwrap_or_default(),
            })
            .collect()
    }
}
