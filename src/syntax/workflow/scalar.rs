//! YAML scalars as fragments.

use crate::source::Fragment;
use crate::source::fragment::Cutting;
use crate::syntax::yaml::{NodeId, Style, Tree};

/// The text of a scalar, each byte pointing to where it is written: indentation, folding, quotes and escapes undone.
/// `file` is the text that the tree was read from.
pub fn fragment(tree: &Tree, file: &str, node: NodeId) -> Option<Fragment> {
    let text = tree.text(node)?;
    let style = tree.style(node)?;
    let span = tree.value_span(node);
    let quoted = matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
    let mut at = span.start as usize + usize::from(quoted);
    let bytes = file.as_bytes();
    let mut cutting = Cutting::new(span.source);
    let mut chars = text.char_indices();
    let mut next = chars.next();
    while let Some((from, c)) = next {
        let length = c.len_utf8();
        let letter = &text[from..from + length];
        let written = file.get(at..at + length).unwrap_or_default();
        match bytes.get(at) {
            Some(b'\\') if style == Style::DoubleQuoted => match escape(bytes, at) {
                // A line that goes on says nothing.
                None => {
                    at += 1;
                    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                        at += 1;
                    }
                    continue;
                }
                Some(end) => {
                    cutting.replace(letter, at, boundary(file, end));
                    at = boundary(file, end);
                }
            },
            Some(b'\'') if style == Style::SingleQuoted && c == '\'' => {
                cutting.replace(letter, at, (at + 2).min(file.len()));
                at = (at + 2).min(file.len());
            }
            _ if written == letter => {
                cutting.copy(letter, at);
                at += length;
            }
            // A fold, or a line end that is written as `\r\n`.
            _ if c.is_ascii_whitespace() => cutting.replace(letter, at, at),
            Some(space) if space.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => {
                let end = (span.end as usize).max(at);
                cutting.replace(&text[from..], at.min(end), end);
                break;
            }
        }
        next = chars.next();
    }
    Some(cutting.finish(span.start as usize))
}

/// Where the escape that begins at `at` ends; none for an escaped line end.
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1) {
        Some(b'\n' | b'\r') => None,
        Some(b'x') => Some(at + 4),
        Some(b'u') => Some(at + 6),
        Some(b'U') => Some(at + 10),
        _ => Some(at + 2),
    }
}

/// The first character boundary from `at` on.
fn boundary(file: &str, at: usize) -> usize {
    (at..=file.len()).find(|at| file.is_char_boundary(*at)).unwrap_or(file.len())
}
