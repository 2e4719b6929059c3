//! `$(NAME)` of Makefiles and `{{name}}` of justfiles in texts.

use crate::source::Fragment;
use crate::source::fragment::{Cutting, Hole};

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// This text.
    Text(String),
    /// It cannot be known: why, and what it is when nobody says otherwise.
    Unknown(String, Option<String>),
    /// Texts, and what cannot be known between them.
    Mixed(Vec<Result<String, Hole>>),
}

/// The text with `$(NAME)`, `${NAME}`, `$X` and `$$` replaced, as `make` does before a shell sees a recipe.
pub fn in_parentheses(fragment: &Fragment, value: &dyn Fn(&str) -> Known) -> Fragment {
    let text = fragment.text();
    if !text.contains('$') {
        return fragment.clone();
    }
    let bytes = text.as_bytes();
    let mut cutting = Cutting::new(fragment.source());
    let mut at = 0;
    while let Some(found) = text[at..].find('$') {
        let open = at + found;
        cutting.copy_from(fragment, at, open);
        let (name, close) = match bytes.get(open + 1) {
            Some(b'$') => {
                cutting.replace_from("$", fragment, open, open + 2);
                at = open + 2;
                continue;
            }
            Some(bracket @ (b'(' | b'{')) => match closing(bytes, open + 1, *bracket) {
                Some(close) => (&text[open + 2..close], close + 1),
                None => (&text[open + 2..], text.len()),
            },
            Some(_) => {
                let length = text[open + 1..].chars().next().map_or(0, char::len_utf8);
                (&text[open + 1..open + 1 + length], open + 1 + length)
            }
            None => ("", open + 1),
        };
        put(&mut cutting, fragment, name, value, open, close);
        at = close;
    }
    cutting.copy_from(fragment, at, text.len());
    cutting.finish(fragment.whole_span().start as usize)
}

/// Where the bracket that opens at `open` is closed.
fn closing(bytes: &[u8], open: usize, bracket: u8) -> Option<usize> {
    let close = if bracket == b'(' { b')' } else { b'}' };
    let mut level = 0usize;
    // No name is that long, and no text is gone through more often than this.
    for (at, byte) in bytes.iter().enumerate().skip(open).take(4000) {
        if *byte == bracket {
            level += 1;
        } else if *byte == close {
            level -= 1;
            if level == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// The text with `{{name}}` replaced, as `just` does.
pub fn in_braces(fragment: &Fragment, value: &dyn Fn(&str) -> Known) -> Fragment {
    let text = fragment.text();
    let mut cutting = Cutting::new(fragment.source());
    let mut at = 0;
    while let Some(found) = text[at..].find("{{") {
        let open = at + found;
        cutting.copy_from(fragment, at, open);
        if text[open..].starts_with("{{{{") {
            cutting.replace_from("{{", fragment, open, open + 4);
            at = open + 4;
            continue;
        }
        let Some(length) = text[open..].find("}}") else {
            at = open;
            break;
        };
        let close = open + length + 2;
        put(&mut cutting, fragment, text[open + 2..close - 2].trim(), value, open, close);
        at = close;
    }
    cutting.copy_from(fragment, at, text.len());
    cutting.finish(fragment.whole_span().start as usize)
}

fn put(
    cutting: &mut Cutting,
    fragment: &Fragment,
    name: &str,
    value: &dyn Fn(&str) -> Known,
    open: usize,
    close: usize,
) {
    match value(name) {
        Known::Text(text) => cutting.replace_from(&text, fragment, open, close),
        Known::Unknown(reason, default) => {
            cutting.hole_from(Hole::new(name, reason, default), fragment, open, close);
        }
        Known::Mixed(parts) => {
            for part in parts {
                match part {
                    Ok(text) => cutting.replace_from(&text, fragment, open, close),
                    Err(hole) => cutting.hole_from(hole, fragment, open, close),
                }
            }
        }
    }
}
