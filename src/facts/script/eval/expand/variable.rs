//! What `$NAME` and `${NAME…}` come to.

use super::{Expanded, one};
use crate::facts::script::eval::pieces::joined;
use crate::facts::script::eval::state::{Arguments, State, argument};
use crate::facts::script::eval::{Frame, capture};
use crate::facts::script::pattern;
use crate::facts::script::word::{Piece, Word};
use crate::source::Span;
use crate::syntax::shell::{Expansion, Quote};
use std::path::Path;

pub(super) fn expand(
    frame: &Frame,
    state: &State,
    expansion: &Expansion,
    quote: Quote,
    span: Span,
) -> Expanded {
    let Expansion { name, index, length, indirect, .. } = expansion;
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
    match list {
        Some((_, true)) if *length => return unknown("it is computed".into()),
        Some((list, false)) if *length => {
            return Expanded::One(vec![Piece::Text(list.len().to_string())]);
        }
        Some((_, true)) => {
            let reason = "it is what whoever calls this gives".to_owned();
            return Expanded::Any(Piece::Unknown { name: name.clone(), default: None, reason, span });
        }
        Some((list, false)) => return all_of(frame, state, expansion, list, quote, span),
        None => {}
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

fn root_path(path: &Path) -> Vec<Piece> {
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

/// A whole list, all of it known, after the operator of its `${NAME[@]…}`.
fn all_of(
    frame: &Frame,
    state: &State,
    expansion: &Expansion,
    list: Vec<Word>,
    quote: Quote,
    span: Span,
) -> Expanded {
    let Expansion { name, operator, word, .. } = expansion;
    let several = |list: Vec<Word>, from| {
        Expanded::Several(list.into_iter().skip(from).map(|word| word.pieces).collect())
    };
    match *operator {
        "" if name == "*" && quote != Quote::None => Expanded::One(joined(&list)),
        "" | "-" | ":-" | ":?" | "?" => several(list, 0),
        ":+" | "+" if list.is_empty() => Expanded::Several(Vec::new()),
        ":+" | "+" => Expanded::One(one(frame, state, word).pieces),
        ":" if one(frame, state, word).known().is_some_and(|from| from.trim() == "2") => several(list, 1),
        _ => {
            let reason = "it is a part of a list".to_owned();
            Expanded::Any(Piece::Unknown { name: name.clone(), default: None, reason, span })
        }
    }
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
                    capture::directory_name(&value).unwrap_or_else(|| unknown(None))
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
