//! Words as written to words as the program gets them.

mod text;
mod uses;
mod variable;

pub(super) use text::{text_for_another, text_of_words};
pub(super) use uses::uses;

use super::pieces::{LONGEST, hole, joined, length, push, push_text, too_long};
use super::state::State;
use super::{Frame, capture};
use crate::facts::script::pattern;
use crate::facts::script::word::{Piece, Word};
use crate::syntax::shell::{self, Part, PartKind, Quote};

/// How many words may come out of one.
const MOST: usize = 64;

/// A word that is being put together.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // each is a question of its own
struct Field {
    pieces: Vec<Piece>,
    quoted: bool,
    glob: bool,
    splits: bool,
    /// Whether there is a word at all: `""` is one, an unquoted empty variable is none.
    there: bool,
}

/// What a part of a word expands to.
enum Expanded {
    One(Vec<Piece>),
    Several(Vec<Vec<Piece>>),
    /// Any number of words.
    Any(Piece),
}

/// The words that a word expands to, as arguments of a command.
pub(super) fn words(frame: &Frame, state: &State, word: &shell::Word) -> Vec<Word> {
    match braces(frame, word) {
        Some(words) => words,
        None => fields(frame, state, word, true),
    }
}

/// What a word expands to where it stays one: the value of an assignment, the target of a redirection.
pub(super) fn one(frame: &Frame, state: &State, word: &shell::Word) -> Word {
    let mut fields = fields(frame, state, word, false);
    if fields.len() > 1 {
        let pieces = joined(&fields);
        return finish(frame, word, Field { pieces, quoted: true, there: true, ..Field::default() });
    }
    fields.pop().unwrap_or_else(|| finish(frame, word, Field::default()))
}

/// The elements of an array.
pub(super) fn elements(frame: &Frame, state: &State, word: &shell::Word) -> Option<Vec<Word>> {
    match word.parts.as_slice() {
        [.., Part { kind: PartKind::Array(elements), .. }] => {
            Some(elements.iter().flat_map(|element| words(frame, state, element)).take(MOST).collect())
        }
        _ => None,
    }
}

fn finish(frame: &Frame, word: &shell::Word, field: Field) -> Word {
    let span = frame.code.span(word.place);
    let raw = frame.code.text(word.place);
    let Field { pieces, quoted, glob, splits, .. } = field;
    let pieces = if length(&pieces) > LONGEST { too_long(span) } else { pieces };
    Word { quoted, glob, splits, ..Word::new(pieces, raw, span) }
}

fn fields(frame: &Frame, state: &State, word: &shell::Word, split: bool) -> Vec<Word> {
    let mut done: Vec<Field> = Vec::new();
    let mut field = Field::default();
    for part in &word.parts {
        let quoted = part.quote != Quote::None;
        field.quoted |= quoted;
        field.there |= quoted;
        let expanded = match &part.kind {
            PartKind::Text(text) => {
                field.there |= !text.is_empty();
                field.glob |= !quoted && pattern::is_pattern(text);
                push_text(&mut field.pieces, text);
                continue;
            }
            _ => expand(frame, state, part),
        };
        match expanded {
            Expanded::One(pieces) if quoted || !split => {
                field.there = true;
                for piece in pieces {
                    push(&mut field.pieces, piece);
                }
            }
            Expanded::One(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => split_text(&text, &mut field, &mut done),
                        piece => {
                            field.there = true;
                            field.splits |=
                                matches!(part.kind, PartKind::Variable(_) | PartKind::Substitution(_))
                                    && matches!(piece, Piece::Unknown { .. });
                            push(&mut field.pieces, piece);
                        }
                    }
                }
            }
            Expanded::Several(lists) => {
                for (at, pieces) in lists.into_iter().enumerate() {
                    if at > 0 {
                        done.push(std::mem::take(&mut field));
                        field.quoted = quoted;
                    }
                    field.there = true;
                    for piece in pieces {
                        push(&mut field.pieces, piece);
                    }
                }
                // `"$@"` without arguments is no word.
                if field.pieces.is_empty() {
                    field.there = false;
                }
            }
            Expanded::Any(piece) => {
                field.there = true;
                field.splits |= split;
                push(&mut field.pieces, piece);
            }
        }
        if done.len() > MOST || length(&field.pieces) > LONGEST {
            break;
        }
    }
    if field.there || (!split && done.is_empty()) {
        done.push(field);
    }
    done.into_iter().map(|field| finish(frame, word, field)).collect()
}

/// Splits what an unquoted variable held at blanks.
fn split_text(text: &str, field: &mut Field, done: &mut Vec<Field>) {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
    if text.starts_with(blank) && field.there {
        done.push(std::mem::take(field));
    }
    for (at, part) in text.split(blank).filter(|part| !part.is_empty()).take(MOST).enumerate() {
        if at > 0 {
            done.push(std::mem::take(field));
        }
        field.there = true;
        field.glob |= pattern::is_pattern(part);
        push_text(&mut field.pieces, part);
    }
    if text.ends_with(blank) && field.there {
        done.push(std::mem::take(field));
    }
}

fn expand(frame: &Frame, state: &State, part: &Part) -> Expanded {
    let span = frame.code.span(part.place);
    let unknown = |reason: &str| {
        let reason = reason.to_owned();
        Expanded::One(vec![Piece::Unknown { name: String::new(), default: None, reason, span }])
    };
    match &part.kind {
        PartKind::Text(text) => Expanded::One(vec![Piece::Text(text.to_string())]),
        PartKind::Variable(expansion) => variable::expand(frame, state, expansion, part.quote, span),
        PartKind::Substitution(list) => match capture::output(frame, state, list) {
            Some(pieces) => Expanded::One(pieces),
            None => unknown("it is what a command prints"),
        },
        PartKind::Arithmetic => unknown("it is computed"),
        PartKind::Process(_) => unknown("it is a pipe to another command"),
        PartKind::Array(_) => unknown("it is an array"),
        PartKind::Unreadable => unknown("it cannot be read"),
        PartKind::Hole => Expanded::One(vec![hole(&frame.code.fragment, part.place, span)]),
    }
}

/// `{a,b}` in a word without anything else that expands.
fn braces(frame: &Frame, word: &shell::Word) -> Option<Vec<Word>> {
    let text = word.bare()?;
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    let inside = &text[open + 1..close];
    if !inside.contains(',') || inside.contains('{') || text[close..].contains('{') {
        return None;
    }
    let span = frame.code.span(word.place);
    let make = |part: &str| {
        let text = format!("{}{part}{}", &text[..open], &text[close + 1..]);
        Word {
            glob: pattern::is_pattern(&text),
            ..Word::new(vec![Piece::Text(text)], frame.code.text(word.place), span)
        }
    };
    Some(inside.split(',').take(MOST).map(make).collect())
}
