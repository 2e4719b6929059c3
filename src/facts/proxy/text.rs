//! What the words of a conf mean once `envsubst` and nginx's own variables have been at them.

use crate::facts::model::{ByName, EnvVariable, Fact};
use crate::facts::value::{HOLE, Unknown, Value};
use crate::syntax::nginx::Word;
use foldhash::HashMap;

/// What `set` gives to variables in the blocks around a place. None where it gives several values.
pub(super) type Sets = HashMap<String, Option<String>>;

/// A piece of a word.
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// A word cut into what is written and the variables in it: `$name`, `${name}`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let after = &rest[at + 1..];
        let length = |text: &str| {
            text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
        };
        let (name, end) = match after.strip_prefix('{') {
            Some(braced) => (&braced[..length(braced)], length(braced) + 2),
            None => (&after[..length(after)], length(after)),
        };
        let closed = !after.starts_with('{') || after.as_bytes().get(end - 1) == Some(&b'}');
        if name.is_empty() || !closed {
            // A dollar by itself, as at the end of a regular expression.
            found.push(Piece::Text(&rest[..=at]));
            rest = after;
            continue;
        }
        found.push(Piece::Text(&rest[..at]));
        found.push(Piece::Variable(name));
        rest = &after[end..];
    }
    found.push(Piece::Text(rest));
    found
}

/// Whether a variable is one of those that a template is filled in with: nginx's own are in lower case.
fn is_environment(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_uppercase()) && !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// What a template makes of a word: the variables of the environment replaced, those of nginx left as they are.
pub(super) fn filled(word: &Word, environment: Option<&ByName<EnvVariable>>) -> Fact<String> {
    let mut text = String::with_capacity(word.text.len());
    let mut interpolated = false;
    let mut missing = None;
    for piece in pieces(&word.text) {
        match piece {
            Piece::Text(written) => text.push_str(written),
            Piece::Variable(name) if is_environment(name) => {
                interpolated = true;
                let value = environment.and_then(|all| all.get(name)).and_then(|it| it.value.as_ref());
                if let Some(value) = value.and_then(Fact::known) {
                    text.push_str(value);
                } else {
                    text.push(HOLE);
                    missing.get_or_insert(name);
                }
            }
            Piece::Variable(name) => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
        }
    }
    let value = match missing {
        None => Value::Known(text),
        Some(name) => {
            let reason = format!("`{name}` is filled in when the proxy starts");
            Value::Unknown(Unknown::at(word.span, reason).shaped(text))
        }
    };
    Fact { value, span: word.span, interpolated }
}

/// What a text means with the values that `set` gives; a [`HOLE`] stands for what is not known. And whether there was a
/// variable of nginx in it.
pub(super) fn evaluated(text: &str, sets: &Sets) -> (String, bool) {
    let mut meant = String::with_capacity(text.len());
    let mut variable = false;
    for piece in pieces(text) {
        match piece {
            Piece::Text(written) => meant.push_str(written),
            Piece::Variable(name) => {
                variable = true;
                match sets.get(name) {
                    Some(Some(value)) => meant.push_str(value),
                    // What was asked for always begins with a slash.
                    None if matches!(name, "request_uri" | "uri" | "document_uri") => {
                        meant.push('/');
                        meant.push(HOLE);
                    }
                    _ => meant.push(HOLE),
                }
            }
        }
    }
    (meant, variable)
}

/// Whether an answer is a text that nginx makes by itself, neither a page nor an address: `{"status":"up"}`.
pub(super) fn is_plain(text: &str) -> bool {
    pieces(text).into_iter().all(|piece| match piece {
        Piece::Text(written) => !written.contains('<') && !written.contains("://"),
        // Nothing that the client sends.
        Piece::Variable(name) => {
            name.starts_with("time_")
                || matches!(name, "msec" | "pid" | "hostname" | "nginx_version" | "server_name")
        }
    })
}
