//! The dialect of `docker run --env-file`, which is that of `format: raw` too: lines, taken as they are.

use super::{Entry, EnvFile, Fault, Quote, Text};
use crate::source::{SourceId, Span};

/// Reads an env-file whose values are taken as they are, quotes and `$` included.
pub fn parse_raw(source: SourceId, text: &str) -> EnvFile {
    let mut file = EnvFile::default();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    for written in text[at..].split_inclusive('\n') {
        let line = written.strip_suffix('\n').unwrap_or(written);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.len();
        at += written.len();
        let line = line.trim_start();
        if line.starts_with('#') {
            file.comments.push(Span::new(source, start, end));
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
        let key_span = Span::new(source, start, start + key.len());
        if key.is_empty() {
            file.faults.push(Fault { message: "a variable has no name".to_owned(), span: key_span });
            continue;
        }
        if key.contains([' ', '\t']) {
            let message = "the name of a variable cannot contain white space".to_owned();
            file.faults.push(Fault { message, span: key_span });
            continue;
        }
        let value = value.map(|value| Text {
            text: value.to_owned(),
            span: Span::new(source, start + key.len() + 1, end),
            quote: Quote::Single,
        });
        file.entries.push(Entry { key: key.to_owned(), key_span, value });
    }
    file
}
