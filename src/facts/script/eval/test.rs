//! `[ … ]` and `[[ … ]]`: what can be decided, and what is known once the rest has been.

use super::state::{Refinement, State, Status, argument};
use super::{Frame, expand};
use crate::facts::script::pattern;
use crate::facts::script::word::{Piece, Word};
use crate::syntax::shell::{self, PartKind};

/// The status of a test. `words` are those between the brackets.
pub(super) fn status(frame: &Frame, state: &State, words: &[shell::Word], double: bool) -> Status {
    let bare = |at: usize| words.get(at).and_then(shell::Word::bare);
    match words.len() {
        0 => Status::Known(false),
        _ if bare(0) == Some("!") => negate(status(frame, state, &words[1..], double)),
        _ if double && words.iter().any(|word| matches!(word.bare(), Some("&&" | "||"))) => {
            joined(frame, state, words)
        }
        1 => filled(frame, state, &words[0], true),
        2 if bare(0) == Some("-n") => filled(frame, state, &words[1], true),
        2 if bare(0) == Some("-z") => filled(frame, state, &words[1], false),
        3 => comparison(frame, state, words, double),
        _ => unknown(),
    }
}

pub(super) fn unknown() -> Status {
    Status::Test(Vec::new(), Vec::new())
}

pub(super) fn negate(status: Status) -> Status {
    match status {
        Status::Known(known) => Status::Known(!known),
        Status::Test(yes, no) => Status::Test(no, yes),
        Status::Likely => unknown(),
    }
}

fn joined(frame: &Frame, state: &State, words: &[shell::Word]) -> Status {
    if words.iter().any(|word| matches!(word.bare(), Some("(" | ")"))) {
        return unknown();
    }
    let is = |operator: &'static str| move |word: &shell::Word| word.bare() == Some(operator);
    let (operator, all) = if words.iter().any(is("||")) { ("||", false) } else { ("&&", true) };
    let mut refined = Vec::new();
    let mut open = 0usize;
    for part in words.split(is(operator)) {
        match status(frame, state, part, true) {
            Status::Known(known) if known != all => return Status::Known(known),
            Status::Known(_) => {}
            Status::Test(yes, no) => {
                open += 1;
                refined.extend(if all { yes } else { no });
            }
            Status::Likely => return unknown(),
        }
    }
    match (open, all) {
        (0, _) => Status::Known(all),
        (_, true) => Status::Test(refined, Vec::new()),
        (_, false) => Status::Test(Vec::new(), refined),
    }
}

/// Whether a word is not empty (or, unless `wanted`, is).
fn filled(frame: &Frame, state: &State, word: &shell::Word, wanted: bool) -> Status {
    let value = expand::one(frame, state, word);
    let known = match value.known() {
        Some(text) => Some(!text.is_empty()),
        None => value.pieces.iter().any(|piece| !matches!(piece, Piece::Unknown { .. })).then_some(true),
    };
    if let Some(known) = known {
        Status::Known(known == wanted)
    } else {
        let empty: Vec<Refinement> = refinement(word, &value, "").into_iter().collect();
        let something = empty.iter().map(|empty| Refinement { value: None, ..empty.clone() }).collect();
        if wanted { Status::Test(something, empty) } else { Status::Test(empty, something) }
    }
}

/// What is known when a word is this text.
pub(super) fn refinement(word: &shell::Word, value: &Word, text: &str) -> Option<Refinement> {
    let [piece @ Piece::Unknown { name: unknown, .. }] = value.pieces.as_slice() else { return None };
    let name = match word.parts.as_slice() {
        [part] => match &part.kind {
            PartKind::Variable(expansion) if !expansion.length && !expansion.indirect => {
                expansion.name.clone()
            }
            _ => unknown.clone(),
        },
        _ => unknown.clone(),
    };
    Some(Refinement { name, piece: Some(piece.clone()), value: Some(text.to_owned()) })
}

fn comparison(frame: &Frame, state: &State, words: &[shell::Word], double: bool) -> Status {
    let operator = words[1].bare().unwrap_or_default();
    let (left, right) = (expand::one(frame, state, &words[0]), expand::one(frame, state, &words[2]));
    let numbers =
        || Some((left.known()?.trim().parse::<i64>().ok()?, right.known()?.trim().parse::<i64>().ok()?));
    let decided = |known: Option<bool>| known.map_or_else(unknown, Status::Known);
    if let Some(status) = counted(&left, operator, &right) {
        return status;
    }
    match operator {
        "=" | "==" | "!=" => {
            let is_pattern = double && !right.quoted && right.known().is_some_and(pattern::is_pattern);
            let known = match (left.known(), right.known()) {
                (Some(left), Some(right)) if is_pattern => Some(pattern::matches(right, left)),
                (Some(left), Some(right)) => Some(left == right),
                _ => None,
            };
            let equal = match (known, is_pattern) {
                (Some(known), _) => Status::Known(known),
                (None, true) => unknown(),
                (None, false) => {
                    let yes = match (left.known(), right.known()) {
                        (None, Some(text)) => refinement(&words[0], &left, text),
                        (Some(text), None) => refinement(&words[2], &right, text),
                        _ => None,
                    };
                    Status::Test(yes.into_iter().collect(), Vec::new())
                }
            };
            if operator == "!=" { negate(equal) } else { equal }
        }
        "=~" => match (left.known(), right.known()) {
            // The one form that lists alternatives: ^(staging|production)$.
            (Some(left), Some(right)) => {
                let inside = right.strip_prefix("^(").and_then(|rest| rest.strip_suffix(")$"));
                let plain = |text: &str| !text.contains(['(', '[', '*', '.', '+', '\\', '?']);
                decided(
                    inside
                        .filter(|inside| plain(inside))
                        .map(|inside| inside.split('|').any(|one| one == left)),
                )
            }
            _ => unknown(),
        },
        "-eq" => decided(numbers().map(|(left, right)| left == right)),
        "-ne" => decided(numbers().map(|(left, right)| left != right)),
        "-lt" => decided(numbers().map(|(left, right)| left < right)),
        "-le" => decided(numbers().map(|(left, right)| left <= right)),
        "-gt" => decided(numbers().map(|(left, right)| left > right)),
        "-ge" => decided(numbers().map(|(left, right)| left >= right)),
        _ => unknown(),
    }
}

/// A comparison of `$#` with a number: what it tells of the arguments.
fn counted(left: &Word, operator: &str, right: &Word) -> Option<Status> {
    let [Piece::Unknown { name, span, .. }] = left.pieces.as_slice() else { return None };
    let number: u8 = right.known().filter(|_| name == "#")?.trim().parse().ok()?;
    let given = |count: u8| {
        let filled = |at| Refinement {
            name: String::new(),
            piece: argument(usize::from(at), *span).pieces.pop(),
            value: None,
        };
        (1..=count.min(9)).map(filled).collect()
    };
    Some(match operator {
        "-eq" | "=" | "==" if number == 0 => Status::Test(Vec::new(), given(1)),
        "-ne" | "!=" if number == 0 => Status::Test(given(1), Vec::new()),
        "-ge" | "-eq" | "=" | "==" => Status::Test(given(number), Vec::new()),
        "-lt" | "-ne" | "!=" => Status::Test(Vec::new(), given(number)),
        "-gt" => Status::Test(given(number.saturating_add(1)), Vec::new()),
        "-le" => Status::Test(Vec::new(), given(number.saturating_add(1))),
        _ => return None,
    })
}
