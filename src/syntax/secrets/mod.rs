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
    let mut block = Block::default();
    let above = above(text, from);
    if may_begin_block(above) {
        for above in above.split_inclusive('\n') {
            block.holds(above);
        }
    }
    let mut found = Vec::new();
    let mut at = from;
    for whole in text[from..to].split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        if block.holds(line) {
            let indent = depth(line);
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
pub fn is_distinctive(value: &str) -> bool {
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

/// The lines above `from`, as far up as a block can begin.
fn above(text: &str, from: usize) -> &str {
    let lowest = from.saturating_sub(LONGEST_KEY);
    let (bytes, mut start) = (text.as_bytes(), from);
    for _ in 0..LONGEST_BLOCK {
        if start <= lowest {
            break;
        }
        start = bytes[lowest..start - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(lowest, |at| lowest + at + 1);
    }
    // Not in the middle of a character, where one line is that long.
    text.get(start..from).unwrap_or_default()
}

/// Whether a line of this text can be the head of a block: of most texts none is, and this is quickly seen.
fn may_begin_block(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'|' | b'>')) || text.contains("-----BEGIN")
}

/// How far a line is indented.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What the lines that are read belong to: a private key, or a block of text that is a secret's value in YAML.
#[derive(Default)]
struct Block {
    key: bool,
    /// How far the key of the value is indented.
    value: Option<usize>,
}

impl Block {
    /// Whether this line, the next one, is a secret as a whole.
    fn holds(&mut self, line: &str) -> bool {
        let line = line.trim_end();
        if self.value.is_some_and(|indent| !line.is_empty() && depth(line) <= indent) {
            self.value = None;
        }
        // Counting is quicker than searching, and most lines have too few.
        if line.bytes().filter(|byte| *byte == b'-').count() >= 5 && line.contains("-----") {
            self.key = line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
            return false;
        }
        if self.key || self.value.is_some() {
            return true;
        }
        let head = line.trim_end_matches(['-', '+']);
        if let Some(head) = head.strip_suffix(['|', '>'])
            && let Some(name) = head.trim_end().strip_suffix(':')
            && is_secret_name(name.trim_start().trim_start_matches("- "))
        {
            self.value = Some(depth(line));
        }
        false
    }
}

#[cfg(test)]
mod tests;
