//! The YAML printer: block style, as a person would write it, in scalars that every reader takes alike.
//!
//! `serde_yaml` leaves `no`, `22:22` and `1_000` bare, which readers of YAML 1.1 (podman-compose, Ansible, anything on
//! `PyYAML`) take for a boolean, for 1342 and for 1000. What is printed here means the same to both kinds of reader;
//! `tests/emit/yaml.rs` asks them.

mod scalar;

use serde_yaml::{Mapping, Value};

/// Lists of scalars are written on one line when it ends before this column.
const WIDTH: usize = 100;
/// A longer key is written as `? key`: readers look for the `:` of a bare one no farther than 1024 bytes.
const LONGEST_KEY: usize = 500;

/// A whole document, ending in a newline.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Mapping(map) if !map.is_empty() => entries(&mut out, map, 0),
        Value::Sequence(items) if !items.is_empty() => sequence(&mut out, items, 0),
        _ => {
            out.push_str(&flow(value));
            out.push('\n');
        }
    }
    out
}

/// One entry of a block mapping whose keys stand at column `indent`, with the indentation and the newline.
pub fn entry(out: &mut String, key: &Value, value: &Value, indent: usize) {
    pad(out, indent);
    bare_entry(out, key, value, indent);
}

/// The key of a block mapping with the indentation, the colon and the newline: what a caller prints below it is its value.
pub fn heading(out: &mut String, key: &str, indent: usize) {
    pad(out, indent);
    out.push_str(&scalar::text(key, false));
    out.push_str(":\n");
}

fn entries(out: &mut String, map: &Mapping, indent: usize) {
    for (key, value) in map {
        entry(out, key, value, indent);
    }
}

/// An entry where the indentation is written already.
fn bare_entry(out: &mut String, key: &Value, value: &Value, indent: usize) {
    let text = if is_scalar(key) { scalar::print(key, false) } else { flow(key) };
    if is_scalar(key) && text.len() <= LONGEST_KEY {
        out.push_str(&text);
    } else {
        out.push_str("? ");
        out.push_str(&text);
        out.push('\n');
        pad(out, indent);
    }
    out.push(':');
    match value {
        Value::Mapping(map) if !map.is_empty() => {
            out.push('\n');
            entries(out, map, indent + 2);
        }
        Value::Sequence(items) if !items.is_empty() => {
            if let Some(line) = one_line(items, column(out)) {
                out.push(' ');
                out.push_str(&line);
                out.push('\n');
            } else {
                out.push('\n');
                sequence(out, items, indent + 2);
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&inline(value));
            out.push('\n');
        }
    }
}

fn sequence(out: &mut String, items: &[Value], indent: usize) {
    for item in items {
        pad(out, indent);
        out.push_str("- ");
        match item {
            Value::Mapping(map) if !map.is_empty() => {
                for (place, (key, value)) in map.iter().enumerate() {
                    if place > 0 {
                        pad(out, indent + 2);
                    }
                    bare_entry(out, key, value, indent + 2);
                }
            }
            Value::Sequence(inner) if !inner.is_empty() && one_line(inner, column(out)).is_none() => {
                out.pop();
                out.push('\n');
                sequence(out, inner, indent + 2);
            }
            _ => {
                out.push_str(&inline(item));
                out.push('\n');
            }
        }
    }
}

/// A list as `[a, b]`, if it holds scalars only, none of several lines, and ends before [`WIDTH`].
fn one_line(items: &[Value], column: usize) -> Option<String> {
    let short = |item: &Value| is_scalar(item) && !item.as_str().is_some_and(|text| text.contains('\n'));
    // Each item needs two columns at least: a long list is not printed to find that out.
    if items.len() * 2 > WIDTH || !items.iter().all(short) {
        return None;
    }
    let line = flow_sequence(items);
    (column + line.chars().count() < WIDTH).then_some(line)
}

/// What is written behind `- ` or `key: `: a scalar as in a block, all else in flow style.
fn inline(value: &Value) -> String {
    if is_scalar(value) { scalar::print(value, false) } else { flow(value) }
}

/// A value in flow style: `[a, {b: c}]`.
fn flow(value: &Value) -> String {
    match value {
        Value::Sequence(items) => flow_sequence(items),
        Value::Mapping(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| {
                    let key = flow(key);
                    let mark = if key.len() > LONGEST_KEY { "? " } else { "" };
                    format!("{mark}{key}: {}", flow(value))
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Tagged(tagged) => format!("{} {}", tagged.tag, flow(&tagged.value)),
        _ => scalar::print(value, true),
    }
}

fn flow_sequence(items: &[Value]) -> String {
    let items: Vec<String> = items.iter().map(flow).collect();
    format!("[{}]", items.join(", "))
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_))
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// How many characters the line that is being written has.
fn column(out: &str) -> usize {
    out.rsplit('\n').next().unwrap_or_default().chars().count()
}
