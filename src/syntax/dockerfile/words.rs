//! An instruction cut into its flags and words.

use super::lines::Logical;
use super::{Flag, Instruction, Word, place};

pub(super) fn instruction(logical: &Logical) -> Instruction {
    let text = logical.text.as_str();
    let keyword = text.find(char::is_whitespace).unwrap_or(text.len());
    let name = text[..keyword].to_ascii_uppercase();
    let mut at = keyword;
    let mut flags = read_flags(logical, &mut at);
    let mut inner = None;
    if matches!(name.as_str(), "ONBUILD" | "HEALTHCHECK") {
        let start = skip(text, at);
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        inner = Some(text[start..end].to_ascii_uppercase()).filter(|inner| !inner.is_empty());
        at = end;
        if name == "ONBUILD" {
            flags.extend(read_flags(logical, &mut at));
        }
    }
    let start = skip(text, at);
    let end = start + text[start..].trim_end().len();
    let rest = &text[start..end];
    let json = json(rest);
    let word = |text: String, from: usize, to: usize| {
        let span = place(logical, start + from, start + to);
        let plain = text == rest[from..to] && span.len() == to - from;
        Word { text, span, plain }
    };
    let words = match &json {
        // The places of items are those of the quoted texts, in their order.
        Some(items) => {
            items.iter().zip(quoted(rest)).map(|(text, (from, to))| word(text.clone(), from, to)).collect()
        }
        None => cut(rest).into_iter().map(|(from, to)| word(unquoted(&rest[from..to]), from, to)).collect(),
    };
    Instruction {
        name,
        keyword: place(logical, 0, keyword),
        flags,
        words,
        json: json.is_some(),
        text: rest.to_owned(),
        rest: place(logical, start, end),
        heredocs: Vec::new(),
        inner,
        span: place(logical, 0, text.trim_end().len()),
        line: logical.line,
    }
}

fn skip(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start().len()
}

fn read_flags(logical: &Logical, at: &mut usize) -> Vec<Flag> {
    let text = logical.text.as_str();
    let mut flags = Vec::new();
    loop {
        let start = skip(text, *at);
        if !text[start..].starts_with("--") {
            return flags;
        }
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        let (name, value) = match text[start + 2..end].split_once('=') {
            Some((name, value)) => (name, Some(unquoted(value))),
            None => (&text[start + 2..end], None),
        };
        flags.push(Flag { name: name.to_owned(), value, span: place(logical, start, end) });
        *at = end;
    }
}

/// The items of `["a", "b"]`.
fn json(text: &str) -> Option<Vec<String>> {
    text.starts_with('[').then(|| serde_json::from_str(text).ok())?
}

/// Where texts in double quotes stand.
fn quoted(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, open) {
            (b'\\', Some(_)) => at += 1,
            (b'"', Some(start)) => {
                found.push((start, at + 1));
                open = None;
            }
            (b'"', None) => open = Some(at),
            _ => {}
        }
        at += 1;
    }
    found
}

/// Words between spaces; what stands in quotes, or after a backslash, is not cut.
fn cut(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, next) in text.char_indices() {
        if next.is_whitespace() && quote.is_none() && !escaped {
            found.extend(start.take().map(|start| (start, at)));
            continue;
        }
        start.get_or_insert(at);
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (next, quote) {
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => quote = Some(next),
            (next, Some(open)) if next == open => quote = None,
            _ => {}
        }
    }
    found.extend(start.map(|start| (start, text.len())));
    found
}

/// A word without its quotes.
fn unquoted(word: &str) -> String {
    if !word.contains(['"', '\'']) {
        return word.to_owned();
    }
    let mut plain = String::with_capacity(word.len());
    let mut quote = None;
    let mut rest = word.chars();
    while let Some(next) = rest.next() {
        match (next, quote) {
            ('\\', None | Some('"')) => plain.extend([next].into_iter().chain(rest.next())),
            ('"' | '\'', None) => quote = Some(next),
            (next, Some(open)) if next == open => quote = None,
            (next, _) => plain.push(next),
        }
    }
    plain
}

/// `NAME=value …`; or, as it was written long ago, `NAME value`.
pub(super) fn pairs(instruction: &Instruction) -> Vec<(Word, Option<Word>)> {
    let cut = |word: &Word| -> (Word, Option<Word>) {
        let Some((name, value)) = word.text.split_once('=') else { return (word.clone(), None) };
        let part = |from: usize, to: usize| if word.plain { word.span.slice(from, to) } else { word.span };
        let piece = |text: &str, from: usize| Word {
            text: text.to_owned(),
            span: part(from, from + text.len()),
            plain: word.plain,
        };
        (piece(name, 0), Some(piece(value, name.len() + 1)))
    };
    match instruction.words.split_first() {
        Some((name, rest)) if instruction.name == "ENV" && !name.text.contains('=') => {
            let value = rest.split_first().map(|(first, more)| {
                let text = std::iter::once(first).chain(more).map(|word| word.text.as_str());
                let last = more.last().unwrap_or(first);
                let text = text.collect::<Vec<_>>().join(" ");
                Word { text, span: first.span.to(last.span), plain: false }
            });
            vec![(name.clone(), value)]
        }
        _ => instruction.words.iter().map(cut).collect(),
    }
}

/// The name that ends a here-document, and whether tabs before it are left out: `<<EOF`, `<<-EOF`, `3<<"EOF"`.
pub(super) fn heredoc(word: &str) -> Option<(String, bool)> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (tabs, name) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let name = name.trim_matches(['"', '\'']);
    (!name.is_empty() && !name.contains('<')).then(|| (name.to_owned(), tabs))
}
