//! Where two JSON values differ.

use serde_json::Value;

/// A line for each place: `path: ours / theirs`.
pub fn between(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    walk("", Some(ours), Some(theirs), &mut lines);
    lines
}

fn walk(path: &str, ours: Option<&Value>, theirs: Option<&Value>, lines: &mut Vec<String>) {
    match (ours, theirs) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            let added = theirs.keys().filter(|key| !ours.contains_key(*key));
            for key in ours.keys().chain(added) {
                walk(&format!("{path}/{key}"), ours.get(key), theirs.get(key), lines);
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            for index in 0..ours.len().max(theirs.len()) {
                walk(&format!("{path}/{index}"), ours.get(index), theirs.get(index), lines);
            }
        }
        _ if ours == theirs => {}
        _ => lines.push(format!("  {path}: {} / {}", print(ours), print(theirs))),
    }
}

fn print(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}
