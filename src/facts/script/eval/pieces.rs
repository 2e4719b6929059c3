//! Pieces of which words are made, and how long they may get.

use crate::facts::script::word::{Piece, Word};
use crate::source::{Fragment, Span};
use crate::syntax::shell::Place;

/// A longer text is not known, lest variables that hold each other grow without bound.
pub(super) const LONGEST: usize = 32 * 1024;

/// About how long a text is.
pub(super) fn length(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Root | Piece::Unknown { .. } => 64,
        })
        .sum()
}

pub(super) fn too_long(span: Span) -> Vec<Piece> {
    vec![Piece::Unknown { name: String::new(), default: None, reason: "it is very long".into(), span }]
}

pub(super) fn is_too_long(pieces: &[Piece]) -> bool {
    length(pieces) > LONGEST
}

pub(super) fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

pub(super) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match piece {
        Piece::Text(text) => push_text(pieces, &text),
        piece => pieces.push(piece),
    }
}

/// Words with a blank between them, as one.
pub(super) fn joined<'w>(words: impl IntoIterator<Item = &'w Word>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, word) in words.into_iter().enumerate() {
        if at > 0 {
            push_text(&mut pieces, " ");
        }
        for piece in &word.pieces {
            push(&mut pieces, piece.clone());
        }
    }
    pieces
}

/// The unknown thing that a hole of a fragment stands for.
pub(super) fn hole(fragment: &Fragment, place: Place, span: Span) -> Piece {
    let hole = fragment.hole_at(place.start);
    let (name, reason) = hole.map_or_else(Default::default, |hole| (hole.name.clone(), hole.reason.clone()));
    let default = hole.and_then(|hole| hole.default.clone());
    Piece::Unknown { name, default, reason, span }
}

/// A fragment as a word, whose holes stand for what is unknown: names that are written between `open` and `close`.
pub(in crate::facts::script) fn word(fragment: &Fragment, open: &str, close: &str) -> Word {
    let text = fragment.text();
    let mut pieces = Vec::new();
    let mut raw = String::new();
    let mut at = 0;
    for found in fragment.holes() {
        let before = text.get(at..found.at).unwrap_or_default();
        push_text(&mut pieces, before);
        raw.push_str(before);
        raw.extend([open, &found.name, close]);
        let place = Place { start: found.at, end: found.at + 1 };
        pieces.push(hole(fragment, place, fragment.span(place.start, place.end)));
        at = found.at + 1;
    }
    let rest = text.get(at..).unwrap_or_default();
    push_text(&mut pieces, rest);
    raw.push_str(rest);
    Word::new(pieces, raw, fragment.whole_span())
}
