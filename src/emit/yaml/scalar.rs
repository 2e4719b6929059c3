//! Scalars in the style that readers of YAML 1.1 and 1.2 take alike: bare only where no rule of either could object.

use serde_yaml::{Number, Value};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// Words that some reader takes for a boolean, null, infinity or not-a-number, in lower case. Readers differ in which
/// spellings of capitals they know, so any is quoted.
const WORDS: &[&str] =
    &["y", "n", "yes", "no", "on", "off", "true", "false", "null", ".inf", "+.inf", "-.inf", ".nan"];

/// A scalar; `flow` says that it stands between brackets. Collections print as nothing: the caller has them.
pub(super) fn print(value: &Value, flow: bool) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => number(value),
        Value::String(value) => text(value, flow),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => String::new(),
    }
}

/// A string.
pub(super) fn text(text: &str, flow: bool) -> String {
    if is_plain(text, flow) {
        text.to_owned()
    } else if text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(needs_escape) {
        format!("'{text}'")
    } else {
        double_quoted(text)
    }
}

/// YAML 1.1 wants a point in a fraction and a sign in its exponent; 1.2 bears both.
fn number(value: &Number) -> String {
    let Some(float) = value.as_f64().filter(|_| value.is_f64()) else { return value.to_string() };
    if float.is_nan() {
        ".nan".to_owned()
    } else if float.is_infinite() {
        if float > 0.0 { ".inf" } else { "-.inf" }.to_owned()
    } else {
        let text = format!("{float:?}");
        let (mantissa, exponent) = text.split_once('e').map_or((text.as_str(), None), |(m, e)| (m, Some(e)));
        let point = if mantissa.contains('.') { "" } else { ".0" };
        match exponent {
            None => format!("{mantissa}{point}"),
            Some(exponent) if exponent.starts_with('-') => format!("{mantissa}{point}e{exponent}"),
            Some(exponent) => format!("{mantissa}{point}e+{exponent}"),
        }
    }
}

/// Whether a string may stand without quotes. What this allows is far less than YAML does.
fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let start = match first {
        // A flag such as `-c` or `--port`; `-`, `---` and `- x` mean something else.
        '-' => text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_alphabetic()),
        _ => first.is_ascii_alphanumeric() || matches!(first, '/' | '.' | '_' | '$' | '+'),
    };
    let marks = flow && text.contains([',', '[', ']', '{', '}', ':', '?', '#']);
    // A document starts at `---` and ends at `...`.
    let forbidden = marks || text.starts_with("---") || text.starts_with("...");
    start
        && !forbidden
        && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        && !is_number_like(text)
}

/// Whether some reader could take the string for a number, a time of day in base 60 or a date. Decided by its
/// characters, which is more than any of their grammars matches; an IPv4 address is none of them.
fn is_number_like(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-', '.']);
    (digits.is_empty() || digits.starts_with(|c: char| c.is_ascii_digit()))
        && text.chars().all(|c| c.is_ascii_hexdigit() || "_.:,+-xXoOtTzZ ".contains(c))
        && text.parse::<Ipv4Addr>().is_err()
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Writing to a string does not fail.
            c if needs_escape(c) && u32::from(c) > 0xffff => drop(write!(out, "\\U{:08X}", u32::from(c))),
            c if needs_escape(c) => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that readers refuse, fold or take for a line's end, and those that a reviewer could not see: every space
/// but the plain one, and the marks that turn the direction of text.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}
