//! Words as written to words as the program gets them.

use super::Frame;
use super::state::{Arguments, State, argument};
use crate::facts::script::pattern;
use crate::facts::script::variable::Use;
use crate::facts::script::word::{Piece, Word};
use crate::source::fragment::{Cutting, Hole};
use crate::source::{Fragment, Span};
use crate::syntax::shell::{self, Expansion, Part, PartKind, Place, Quote};

/// How many words may come out of one.
const MOST: usize = 64;

/// A longer text is not known, lest variables that hold each other grow without bound.
const LONGEST: usize = 32 * 1024;

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
        let mut pieces = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                push_text(&mut pieces, " ");
            }
            for piece in field.pieces.iter() {
                push(&mut pieces, piece.clone());
            }
        }
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

pub(in crate::facts::script) fn push_text(pieces: &mut Vec<Piece>, text: &str) {
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

fn expand(frame: &Frame, state: &State, part: &Part) -> Expanded {
    let span = frame.code.span(part.place);
    let unknown = |reason: &str| {
        let reason = reason.to_owned();
        Expanded::One(vec![Piece::Unknown { name: String::new(), default: None, reason, span }])
    };
    match &part.kind {
        PartKind::Text(text) => Expanded::One(vec![Piece::Text(text.to_string())]),
        PartKind::Variable(expansion) => variable(frame, state, expansion, part.quote, span),
        PartKind::Substitution(list) => match super::capture::output(frame, state, list) {
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

/// The unknown thing that a hole of a fragment stands for.
pub(in crate::facts::script) fn hole(fragment: &Fragment, place: Place, span: Span) -> Piece {
    let hole = fragment.hole_at(place.start);
    let (name, reason) = hole.map_or_else(Default::default, |hole| (hole.name.clone(), hole.reason.clone()));
    let default = hole.and_then(|hole| hole.default.clone());
    Piece::Unknown { name, default, reason, span }
}

/// What is known of a variable before its operator is applied: nothing where it is known not to be set.
fn lookup(frame: &Frame, state: &State, name: &str, span: Span) -> Option<Vec<Piece>> {
    let unknown =
        |reason: String| Some(vec![Piece::Unknown { name: name.to_owned(), default: None, reason, span }]);
    let nothing = Arguments::default();
    let arguments = state.arguments.last().unwrap_or(&nothing);
    if let Some(variable) = state.variables.get(name) {
        return Some(variable.value.pieces.clone());
    }
    if let Ok(number) = name.parse::<usize>() {
        return match (number, arguments.known.get(number.wrapping_sub(1))) {
            (0, _) => match &frame.code.path {
                Some(path) if state.hosts.is_empty() => Some(root_path(path)),
                _ => unknown("it is how the script was called".into()),
            },
            (_, Some(word)) => Some(word.pieces.clone()),
            (_, None) if arguments.open => Some(argument(number, span).pieces),
            (_, None) => None,
        };
    }
    match name {
        "#" if !arguments.open => Some(vec![Piece::Text(arguments.known.len().to_string())]),
        "PWD" => match state.directory.pieces() {
            Some(pieces) => Some(pieces),
            None => unknown("the directory is not known".into()),
        },
        "BASH_SOURCE" => match &frame.code.path {
            Some(path) => Some(root_path(path)),
            None => unknown("it is how the script was called".into()),
        },
        "HOME" => unknown("it is the home directory of whoever runs this".into()),
        "CI" | "GITHUB_ACTIONS" if frame.ci && state.hosts.is_empty() => {
            Some(vec![Piece::Text("true".into())])
        }
        "GITHUB_WORKSPACE" | "CI_PROJECT_DIR" if state.hosts.is_empty() => Some(vec![Piece::Root]),
        "#" | "?" | "$" | "!" | "-" | "@" | "*" | "RANDOM" | "SECONDS" | "LINENO" | "PPID" | "UID" => {
            unknown("it is known to the running shell alone".into())
        }
        _ if !state.hosts.is_empty() => {
            unknown(format!("`{name}` is not set by what is sent to the other machine"))
        }
        _ => match state.sourced.iter().rev().find(|file| file.found.is_none()) {
            Some(file) => {
                unknown(format!("`{name}` may be set by {}, which is not in the repository", file.path.raw))
            }
            None => unknown(format!("`{name}` is set by whoever runs this")),
        },
    }
}

fn root_path(path: &std::path::Path) -> Vec<Piece> {
    vec![Piece::Root, Piece::Text(format!("/{}", path.display()))]
}

fn text_of(pieces: &[Piece]) -> Option<String> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn variable(frame: &Frame, state: &State, expansion: &Expansion, quote: Quote, span: Span) -> Expanded {
    let Expansion { name, index, length, indirect, operator, word } = expansion;
    let unknown = |reason: String| {
        Expanded::One(vec![Piece::Unknown { name: name.clone(), default: None, reason, span }])
    };
    let all = index.as_deref().is_some_and(|index| matches!(index, "@" | "*"));
    let list = if all {
        state.variables.get(name).and_then(|variable| variable.elements.clone()).map(|known| (known, false))
    } else if matches!(name.as_str(), "@" | "*") {
        state.arguments.last().map(|arguments| (arguments.known.clone(), arguments.open))
    } else {
        None
    };
    if *indirect {
        let target = lookup(frame, state, name, span).as_deref().and_then(text_of);
        return match target.and_then(|target| state.variables.get(&target)) {
            Some(variable) => Expanded::One(variable.value.pieces.clone()),
            None => unknown(format!("it is the variable that `{name}` names")),
        };
    }
    if let Some((list, open)) = list {
        if *length {
            let count = Piece::Text(list.len().to_string());
            return if open { unknown("it is computed".into()) } else { Expanded::One(vec![count]) };
        }
        return match operator {
            _ if open => {
                let reason = "it is what whoever calls this gives".to_owned();
                Expanded::Any(Piece::Unknown { name: name.clone(), default: None, reason, span })
            }
            &"" if name == "*" && quote != Quote::None => {
                let mut pieces = Vec::new();
                for (at, word) in list.iter().enumerate() {
                    if at > 0 {
                        push_text(&mut pieces, " ");
                    }
                    for piece in word.pieces.iter() {
                        push(&mut pieces, piece.clone());
                    }
                }
                Expanded::One(pieces)
            }
            &"" | &"-" | &":-" | &":?" | &"?" => {
                Expanded::Several(list.into_iter().map(|word| word.pieces).collect())
            }
            &":+" | &"+" if list.is_empty() => Expanded::Several(Vec::new()),
            &":+" | &"+" => Expanded::One(one(frame, state, word).pieces),
            &":" if one(frame, state, word).known().is_some_and(|from| from.trim() == "2") => {
                Expanded::Several(list.into_iter().skip(1).map(|word| word.pieces).collect())
            }
            _ => Expanded::Any(Piece::Unknown {
                name: name.clone(),
                default: None,
                reason: "it is a part of a list".into(),
                span,
            }),
        };
    }
    let value = match index {
        Some(index) if !all && index != "0" => {
            let number = index.parse::<usize>().ok();
            let elements = state.variables.get(name).and_then(|variable| variable.elements.as_ref());
            match number.and_then(|number| elements?.get(number)) {
                Some(word) => Some(word.pieces.clone()),
                None => return unknown("it is an element of an array".into()),
            }
        }
        _ => lookup(frame, state, name, span),
    };
    if *length {
        return match value.as_deref().map(text_of) {
            None => Expanded::One(vec![Piece::Text("0".into())]),
            Some(Some(text)) => Expanded::One(vec![Piece::Text(text.chars().count().to_string())]),
            Some(None) => unknown("it is a length".into()),
        };
    }
    Expanded::One(apply(frame, state, expansion, value, span))
}

/// A value after the operator of its `${NAME…}`.
fn apply(
    frame: &Frame,
    state: &State,
    expansion: &Expansion,
    value: Option<Vec<Piece>>,
    span: Span,
) -> Vec<Piece> {
    let Expansion { name, operator, word, .. } = expansion;
    let text = value.as_deref().map(text_of);
    // `Some(true)`: it has a text. `None`: nobody knows.
    let filled = match (&text, value.as_deref()) {
        (None, _) => Some(false),
        (Some(Some(text)), _) => Some(!text.is_empty()),
        (Some(None), Some(pieces)) => {
            pieces.iter().any(|piece| !matches!(piece, Piece::Unknown { .. })).then_some(true)
        }
        (Some(None), None) => None,
    };
    let set = value.is_some();
    let value = value.unwrap_or_default();
    let other = || one(frame, state, word).pieces;
    let unknown = |default: Option<String>| {
        let (name, reason) = match value.first() {
            Some(Piece::Unknown { name, reason, .. }) => (name.clone(), reason.clone()),
            _ => (name.clone(), format!("`{name}` is not known")),
        };
        vec![Piece::Unknown { name, default, reason, span }]
    };
    match *operator {
        "" | ":?" | "?" => value,
        ":-" | ":=" => match filled {
            Some(true) => value,
            Some(false) => other(),
            None => unknown(one(frame, state, word).default()),
        },
        "-" | "=" => match (set, filled) {
            (true, Some(_)) => value,
            (false, _) => other(),
            (true, None) => unknown(one(frame, state, word).default()),
        },
        ":+" => match filled {
            Some(true) => other(),
            Some(false) => Vec::new(),
            None => unknown(None),
        },
        "+" => match (set, filled) {
            (true, Some(_)) => other(),
            (false, _) => Vec::new(),
            (true, None) => unknown(None),
        },
        operator => {
            let operand = one(frame, state, word);
            match (text.flatten(), operand.known()) {
                (Some(text), Some(operand)) => match changed(&text, operator, operand) {
                    Some(text) => vec![Piece::Text(text)],
                    None => unknown(None),
                },
                (None, Some("/*")) if operator == "%" => {
                    super::capture::directory_name(&value).unwrap_or_else(|| unknown(None))
                }
                _ => unknown(None),
            }
        }
    }
}

/// `${NAME#…}`, `${NAME/…}` and the like, of a known text.
fn changed(text: &str, operator: &str, operand: &str) -> Option<String> {
    Some(match operator {
        "#" | "##" | "%" | "%%" => pattern::trim(text, operator, operand).to_owned(),
        "/" | "//" => {
            let (from, to) = operand.split_once('/').unwrap_or((operand, ""));
            if pattern::is_pattern(from) || from.is_empty() {
                return None;
            }
            if operator == "/" { text.replacen(from, to, 1) } else { text.replace(from, to) }
        }
        "^^" if operand.is_empty() => text.to_uppercase(),
        ",," if operand.is_empty() => text.to_lowercase(),
        "^" if operand.is_empty() => {
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        }
        _ => return None,
    })
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

/// The text that a word gives to another shell, as far as it is known, pointing to where it is written.
pub(super) fn text_for_another(frame: &Frame, state: &State, words: &[&shell::Word]) -> Fragment {
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
pub(super) fn text_of_words(frame: &Frame, place: Place, words: &[Word]) -> Fragment {
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

/// The variables that words use.
pub(super) fn uses(frame: &Frame, state: &State, words: &[&shell::Word], found: &mut Vec<Use>) {
    for part in words.iter().flat_map(|word| &word.parts) {
        match &part.kind {
            PartKind::Variable(expansion) => {
                let arguments = state.arguments.last();
                let set = state.variables.contains_key(&expansion.name)
                    || expansion
                        .name
                        .parse::<usize>()
                        .is_ok_and(|n| arguments.is_some_and(|a| a.known.len() >= n));
                found.push(Use {
                    name: expansion.name.clone(),
                    span: frame.code.span(part.place),
                    guarded: matches!(expansion.operator, ":-" | "-" | ":=" | "=" | ":?" | "?" | ":+" | "+"),
                    set,
                });
                uses(frame, state, &[&expansion.word], found);
            }
            PartKind::Array(elements) => uses(frame, state, &elements.iter().collect::<Vec<_>>(), found),
            _ => {}
        }
    }
}
