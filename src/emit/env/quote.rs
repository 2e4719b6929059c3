//! Assignments that every reader of an env-file takes alike, or none.
//!
//! Tried with Compose 2.26.1 and dash; `tests/emit/env.rs` tries again. Bare, the characters below are themselves to
//! every dialect. Between single quotes everything is itself to Compose and to sh, line breaks too, but for `'`, which
//! Compose writes `\'` and sh cannot, and for `\` before the closing quote, which Compose takes for an escape. Double
//! quotes carry a `'`, as long as nothing is in them that either reader expands: `\` before a backtick is dropped by
//! sh and kept by Compose, and versions of Compose have differed over other escapes, so none is ever written.

/// The line `KEY=value`, unless some reader would take it for something else. Such a setting is written in the Compose
/// file, where any value can be said.
pub(super) fn line(key: &str, value: &str) -> Option<String> {
    if !is_name(key) || value.contains(['\0', '\r']) {
        return None;
    }
    if value.chars().all(|c| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c)) {
        Some(format!("{key}={value}"))
    } else if !value.contains('\'') && !value.ends_with('\\') {
        Some(format!("{key}='{value}'"))
    } else if !value.contains(['\\', '$', '"', '`']) {
        Some(format!("{key}=\"{value}\""))
    } else {
        None
    }
}

/// What sh takes for a variable's name. Elasticsearch's `discovery.type` is none.
fn is_name(key: &str) -> bool {
    !key.starts_with(|c: char| c.is_ascii_digit())
        && !key.is_empty()
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
