//! The bodies of heredocs.

use super::ast::{Part, PartKind, Place, Quote, Word};
use super::parser::Parser;
use super::quoted::Until;

impl Parser<'_> {
    /// Reads the bodies of all heredocs that were announced in the line that ended just before.
    pub(super) fn read_heredocs(&mut self) {
        for number in std::mem::take(&mut self.pending) {
            let heredoc = self.script.heredocs[number].clone();
            let start = self.at;
            let mut body_end = self.end;
            let mut after = self.end;
            let mut at = start;
            let mut found = false;
            while at < self.end {
                let line = self.text[at..self.end].split_inclusive('\n').next().unwrap_or_default();
                let bare = line.trim_end_matches('\n').trim_end_matches('\r');
                let bare = if heredoc.strip_tabs { bare.trim_start_matches('\t') } else { bare };
                if bare == heredoc.delimiter {
                    (body_end, after, found) = (at, at + line.len(), true);
                    break;
                }
                at += line.len();
            }
            if !found {
                self.fault(start, "the line that ends a heredoc is missing");
            }
            let body = self.body(start, body_end, heredoc.quoted, heredoc.strip_tabs);
            self.script.heredocs[number].body = body;
            self.at = after;
        }
    }

    /// The text `start..end` as one word.
    fn body(&mut self, start: usize, end: usize, quoted: bool, strip_tabs: bool) -> Word {
        let place = Place { start, end };
        let mut parts = Vec::new();
        if quoted {
            self.lines(start, end, strip_tabs, Quote::Single, &mut parts);
        } else if self.enter() {
            let outer = self.end;
            (self.at, self.end) = (start, end);
            self.quoted(Until::End { strip_tabs }, &mut parts);
            self.end = outer;
            self.leave();
        }
        Word { parts, place }
    }

    /// The text `start..end` as it is, save for tabs at the start of lines and for holes.
    pub(super) fn lines(&self, start: usize, end: usize, strip: bool, quote: Quote, parts: &mut Vec<Part>) {
        let mut at = start;
        for line in self.text.get(start..end).unwrap_or_default().split_inclusive('\n') {
            let kept = if strip && (at == 0 || self.bytes[at - 1] == b'\n') {
                line.trim_start_matches('\t')
            } else {
                line
            };
            let from = at + line.len() - kept.len();
            self.text_with_holes(from, from + kept.len(), quote, parts);
            at += line.len();
        }
    }

    /// The text `start..end` as it is, with its holes.
    pub(super) fn text_with_holes(&self, start: usize, end: usize, quote: Quote, parts: &mut Vec<Part>) {
        let mut from = start;
        let holes = self.fragment.holes();
        let first = holes.partition_point(|hole| hole.at < start);
        let inside = holes[first..].iter().map(|hole| hole.at).take_while(|at| *at < end);
        for stop in inside.chain([end]) {
            if from < stop || (start == end && stop == end) {
                let text = self.text.get(from..stop).unwrap_or_default();
                parts.push(Part {
                    kind: PartKind::Text(text.into()),
                    quote,
                    place: Place { start: from, end: stop },
                });
            }
            if stop < end {
                let place = Place { start: stop, end: stop + 1 };
                parts.push(Part { kind: PartKind::Hole, quote, place });
            }
            from = stop + 1;
        }
    }
}
