//! The secrets in a text, by their looks: what must not be shown.
//!
//! Better one value too many than one too few: a line is shown to be found again, and is found by its name as well.

mod command;
mod entropy;
mod line;
mod name;

pub use name::is_secret_name;

use std::ops::Range;

/// What stands in place of a secret.
pub const MASK: &str = "•••";

/// How far above a line the head of a block is looked for: a key of 8,192 bits has about a hundred lines.
const LONGEST_BLOCK: usize = 128;
/// The same in bytes.
const LONGEST_KEY: usize = 128 * 80;

/// The secrets in the lines that `range` of `text` touches, in order and apart from each other.
pub fn ranges(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let (from, to) = whole_lines(text, range);
    let mut found = Vec::new();
    let mut at = from;
    let before =
        (0..=from.saturating_sub(LONGEST_KEY)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let keys = text[before..to].contains("PRIVATE KEY");
    for whole in text[from..to].split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        if in_block(text, at, line, keys) {
            let indent = line.len() - line.trim_start().len();
            if indent < line.len() {
                found.push(at + indent..at + line.len());
            }
        } else {
            found.extend(line::secrets(line).into_iter().map(|part| at + part.start..at + part.end));
        }
        at += whole.len();
    }
    found
}

/// `range` of `text` with its secrets masked.
pub fn masked(text: &str, range: Range<usize>) -> String {
    let mut shown = String::new();
    let mut at = range.start;
    for secret in ranges(text, range.clone()) {
        let (start, end) = (secret.start.max(at), secret.end.min(range.end));
        if start < end {
            shown.push_str(text.get(at..start).unwrap_or_default());
            shown.push_str(MASK);
            at = end;
        }
    }
    shown.push_str(text.get(at..range.end.max(at)).unwrap_or_default());
    shown
}

/// A sentence with its secrets masked: what looks like one, and the `known` ones wherever they stand.
pub fn masked_sentence<'a>(sentence: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut shown = masked(sentence, 0..sentence.len());
    for value in known {
        if is_distinctive(value) && shown.contains(value) {
            shown = shown.replace(value, MASK);
        }
    }
    shown
}

/// Whether a value can be taken out of a sentence without taking words of the sentence: `postgres` may be a password,
/// and is the name of a service too.
fn is_distinctive(value: &str) -> bool {
    let word = value.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
    value.len() >= if word { 12 } else { 6 }
}

fn whole_lines(text: &str, range: Range<usize>) -> (usize, usize) {
    let bytes = text.as_bytes();
    let start = range.start.min(bytes.len());
    let end = range.end.clamp(start, bytes.len());
    let from = bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let to = bytes[end..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| end + at);
    (from, to)
}

/// Whether the line at `start` belongs to a private key, or to a block of text that is a secret's value in YAML.
fn in_block(text: &str, start: usize, line: &str, keys: bool) -> bool {
    if line.contains("-----") {
        return false;
    }
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut indent = depth(line);
    for above in text[..start].lines().rev().take(LONGEST_BLOCK) {
        if indent == 0 && !keys {
            return false;
        }
        if above.contains("-----") {
            return above.contains("-----BEGIN") && above.contains("PRIVATE KEY");
        }
        if !above.trim().is_empty() && depth(above) < indent {
            indent = depth(above);
            let head = above.trim_end().trim_end_matches(['-', '+']);
            let key = head.strip_suffix([':', '|', '>']).map(|head| head.trim_end_matches([' ', ':']).trim());
            let block = head.ends_with(['|', '>']);
            if block && key.is_some_and(|key| is_secret_name(key.trim_start_matches("- "))) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests;
