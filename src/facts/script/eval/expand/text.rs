//! Words as the text that another shell reads.

use super::{Expanded, expand};
use crate::facts::script::eval::Frame;
use crate::facts::script::eval::pieces::LONGEST;
use crate::facts::script::eval::state::State;
use crate::facts::script::word::{Piece, Word};
use crate::source::Fragment;
use crate::source::fragment::{Cutting, Hole};
use crate::syntax::shell::{self, PartKind, Place};

/// The text that a word gives to another shell, as far as it is known, pointing to where it is written.
pub(in crate::facts::script::eval) fn text_for_another(
    frame: &Frame,
    state: &State,
    words: &[&shell::Word],
) -> Fragment {
    let fragment = &frame.code.fragment;
    let mut cutting = Cutting::new(fragment.source());
    let mut place = None;
    for word in words {
        place = place.or(Some(word.place.start));
        if !cutting.is_empty() {
            cutting.replace_from(" ", fragment, word.place.start, word.place.start);
        }
        for part in &word.parts {
            // What is copied is as long as the file; what is filled in need not be.
            if cutting.len() > fragment.text().len() + 4 * LONGEST {
                break;
            }
            let Place { start, end } = part.place;
            match &part.kind {
                PartKind::Text(text) if fragment.text().get(start..end) == Some(text) => {
                    cutting.copy_from(fragment, start, end);
                }
                PartKind::Text(text) => cutting.replace_from(text, fragment, start, end),
                PartKind::Hole => cutting.copy_from(fragment, start, end),
                _ => {
                    let lists = match expand(frame, state, part) {
                        Expanded::One(pieces) => vec![pieces],
                        Expanded::Several(lists) => lists,
                        Expanded::Any(piece) => vec![vec![piece]],
                    };
                    for (at, pieces) in lists.iter().enumerate() {
                        if at > 0 {
                            cutting.replace_from(" ", fragment, start, end);
                        }
                        put(&mut cutting, fragment, part.place, pieces);
                    }
                }
            }
        }
    }
    let start = fragment.span(place.unwrap_or(0), place.unwrap_or(0)).start;
    cutting.finish(start as usize)
}

/// The text that words, already expanded, give to another shell. All of it is written at one place.
pub(in crate::facts::script::eval) fn text_of_words(frame: &Frame, place: Place, words: &[Word]) -> Fragment {
    let fragment = &frame.code.fragment;
    let mut cutting = Cutting::new(fragment.source());
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            cutting.replace_from(" ", fragment, place.start, place.end);
        }
        put(&mut cutting, fragment, place, &word.pieces);
    }
    cutting.finish(fragment.span(place.start, place.end).start as usize)
}

fn put(cutting: &mut Cutting, fragment: &Fragment, place: Place, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => cutting.replace_from(text, fragment, place.start, place.end),
            Piece::Root => {
                let reason = "it is the directory of the checkout on the other machine";
                cutting.hole_from(Hole::new("PWD", reason, None), fragment, place.start, place.end);
            }
            Piece::Unknown { name, reason, default, .. } => {
                let hole = Hole::new(name.clone(), reason.clone(), default.clone());
                cutting.hole_from(hole, fragment, place.start, place.end);
            }
        }
    }
}
