//! The secrets of one line: values of telling names, passwords in URLs, words that look like keys.

use super::name::{is_secret_name, telling};
use super::{command, entropy};
use std::ops::Range;

/// How deep the default of a reference is looked into: `${A:-${B:-…}}`.
const DEPTH: usize = 16;

/// How many bytes of what follows `://` may hold a name and a password.
const LONGEST_AUTHORITY: usize = 1024;

/// The secrets in `line`, in order and apart from each other.
pub(super) fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found = named(line);
    found.extend(in_urls(line));
    found.extend(command::secrets(line));
    found.extend(entropy::secrets(line));
    found.retain(|part| part.start < part.end);
    found.sort_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for part in found {
        match apart.last_mut() {
            Some(last) if part.start < last.end => last.end = last.end.max(part.end),
            _ => apart.push(part),
        }
    }
    apart
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The values of names that tell: `PASSWORD=…`, `"api_key": "…"`, `--token …`, `${PASSWORD:-…}`.
fn named(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(inside) = telling(line, at) {
        let start =
            bytes[at..inside].iter().rposition(|byte| !is_word(*byte)).map_or(at, |before| at + before + 1);
        at = bytes[inside..]
            .iter()
            .position(|byte| !is_word(*byte))
            .map_or(bytes.len(), |after| inside + after);
        let name = &line[start..at];
        if !is_secret_name(name) {
            continue;
        }
        let referred = line[..start].ends_with("${");
        let value = if referred { default(line, at) } else { value(line, start, at) };
        if let Some(value) = value {
            // Names inside the value tell nothing more, but a second pair may follow it.
            at = value.end.max(at);
            found.extend(literals(line, value, DEPTH));
        }
    }
    found
}

/// The default of a reference whose name ends at `at`.
fn default(line: &str, at: usize) -> Option<Range<usize>> {
    let rest = &line[at..];
    let operator = [":-", "-", ":=", "=", ":+", "+"].iter().find(|operator| rest.starts_with(**operator))?;
    let start = at + operator.len();
    Some(start..reference_end(line, start))
}

/// The end of the `${…}` that `at` is in.
fn reference_end(line: &str, at: usize) -> usize {
    let mut depth = 1_usize;
    for (index, letter) in line[at..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + index;
        }
    }
    line.len()
}

/// The value of the name at `start..end`: after `=` or `:`, or the word after a flag.
fn value(line: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let rest = &line[end..];
    let after_quote = rest.trim_start_matches(['"', '\'']);
    let after = after_quote.trim_start_matches([' ', '\t']);
    let at = line.len() - after.len();
    let name = &line[start..end];
    for operator in [":=", "?=", "+=", "::=", "="] {
        if let Some(value) = after.strip_prefix(operator).filter(|value| !value.starts_with('=')) {
            return Some(assigned(line, start, line.len() - value.len(), operator == "="));
        }
    }
    if let Some(value) = after.strip_prefix(':')
        && (value.is_empty() || value.starts_with([' ', '\t', '"', '\'']))
    {
        return Some(in_yaml(line, at + 1));
    }
    let flag = name.starts_with("--") || matches!(name, "requirepass" | "masterauth");
    if flag && after.len() < rest.len() {
        let word = after.trim_start_matches([',', ' ', '"', '\'']);
        return Some(word_at(line, line.len() - word.len()));
    }
    None
}

/// What is assigned at `at`: all the rest where the name begins the line, as env-files have it, unless a command follows.
fn assigned(line: &str, name: usize, at: usize, tight: bool) -> Range<usize> {
    let before = line[..name].trim_start().trim_start_matches("- ").trim_start_matches("export ");
    let value = line[at..].trim_start_matches(if tight { &[] as &[char] } else { &[' ', '\t'] });
    let at = line.len() - value.len();
    if value.starts_with(['"', '\'']) || !before.trim_matches(['"', '\'']).is_empty() {
        return word_at(line, at);
    }
    let word = word_at(line, at);
    // A `#` may stand inside of a `${…}`.
    let whole = at..word.end.max(at + uncommented(value).len());
    // `PGPASSWORD=… pg_dump …` sets a variable for a command.
    let command = line[word.end..whole.end].trim_start();
    let program = command.split_whitespace().next().unwrap_or_default();
    let is_program = program.len() < command.len()
        && program.chars().all(|c| c.is_ascii_lowercase() || "_-./".contains(c));
    if is_program && (command.contains(" -") || command.contains(" $") || command.contains(" ./")) {
        word
    } else {
        whole
    }
}

/// A YAML value from `at`: to the end of the line, or of the flow collection's entry.
fn in_yaml(line: &str, at: usize) -> Range<usize> {
    let value = line[at..].trim_start();
    let start = line.len() - value.len();
    if value.starts_with(['"', '\'']) {
        return word_at(line, start);
    }
    if value.starts_with(['{', '[', '|', '>', '&', '*', '!']) {
        return start..start;
    }
    let flow = line[..at].contains('{');
    let end = if flow { value.find([',', '}']).unwrap_or(value.len()) } else { value.len() };
    let end = uncommented(&value[..end]).len();
    // `${A}` in a flow mapping is quoted, or it is no YAML.
    start..start + end
}

/// A value without the comment or the command behind it.
fn uncommented(value: &str) -> &str {
    let end = [" #", " && ", " || ", " | "].iter().filter_map(|end| value.find(end)).min();
    end.map_or(value, |at| &value[..at]).trim_end()
}

/// The word from `at`: what is in quotes, or all up to a blank or the end of a command.
fn word_at(line: &str, at: usize) -> Range<usize> {
    let rest = &line[at..];
    if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
        let inner = &rest[1..];
        let mut escaped = false;
        let end = inner.char_indices().find(|(_, letter)| {
            let ends = *letter == quote && !escaped;
            escaped = *letter == '\\' && !escaped;
            ends
        });
        return at + 1..at + 1 + end.map_or(inner.len(), |(index, _)| index);
    }
    let mut depth = 0_usize;
    let end = rest.char_indices().find(|(index, letter)| {
        match letter {
            '{' if rest[..*index].ends_with('$') => depth += 1,
            '}' if depth > 0 => depth -= 1,
            _ => return depth == 0 && (letter.is_whitespace() || "\"';|)`,]".contains(*letter)),
        }
        false
    });
    at..at + end.map_or(rest.len(), |(index, _)| index)
}

/// Words that are no secret whatever they are the value of.
const PLAIN: [&str; 12] =
    ["true", "false", "null", "yes", "no", "on", "off", "none", "required", "optional", "file", "~"];

/// The parts of a value that are written out: `${PASSWORD}` says nothing, the default in `${PASSWORD:-…}` does.
fn literals(line: &str, value: Range<usize>, depth: usize) -> Vec<Range<usize>> {
    if depth == 0 {
        return vec![value];
    }
    let text = &line[value.clone()];
    if PLAIN.contains(&text.to_ascii_lowercase().as_str()) || text.starts_with("/run/secrets/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = value.start;
    let mut at = value.start;
    while at < value.end {
        let rest = &line[at..value.end];
        let end = if rest.starts_with("$$") {
            at += 2;
            continue;
        } else if rest.starts_with("${{") {
            line[at..value.end].find("}}").map_or(value.end, |end| at + end + 2)
        } else if rest.starts_with("${") {
            let end = reference_end(line, at + 2).min(value.end);
            let name = line[at + 2..end].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if let Some(default) = name.and_then(|name| default(line, at + 2 + name)) {
                found.extend(literals(line, default.start..default.end.min(end), depth - 1));
            }
            (end + 1).min(value.end)
        } else if rest.starts_with("$(") {
            rest.find(')').map_or(value.end, |end| at + end + 1)
        } else if rest.starts_with('$')
            && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        {
            let name = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            name.map_or(value.end, |name| at + 1 + name)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        found.push(start..at);
        start = end;
        at = end;
    }
    found.push(start..value.end);
    // `\$(…)` and quotes are not what the secret is made of.
    found.retain(|part| line[part.clone()].contains(char::is_alphanumeric));
    found
}

/// The passwords in URLs.
fn in_urls(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !line.contains('@') {
        return found;
    }
    for (at, _) in line.match_indices("://") {
        let start = at + 3;
        let longest = line.len().min(start + LONGEST_AUTHORITY);
        let line = (start..=longest).rev().find_map(|end| line.get(..end)).unwrap_or(line);
        let mut depth = 0_usize;
        let mut end = line.len();
        for (index, letter) in line[start..].char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                _ if depth == 0 && (letter.is_whitespace() || "\"'<>/?#,)`".contains(letter)) => {
                    end = start + index;
                    break;
                }
                _ => {}
            }
        }
        // A password may hold what must be escaped in a URL and is not: look for the `@` beyond it.
        let to_blank = line[start..].find(|c: char| c.is_whitespace() || "\"'`".contains(c));
        let widest = start + to_blank.unwrap_or(line.len() - start);
        let host = line[start..end].rfind('@').or_else(|| {
            let colon = line[start..end].contains(':') && !is_port(&line[start..end]);
            line[start..widest].rfind('@').filter(|_| colon)
        });
        let Some(host) = host else { continue };
        let user = &line[start..start + host];
        let mut depth = 0_usize;
        let colon = user.char_indices().find(|(_, letter)| {
            match letter {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                _ => return depth == 0 && *letter == ':',
            }
            false
        });
        match colon {
            Some((colon, _)) => found.extend(literals(line, start + colon + 1..start + host, DEPTH)),
            None if line[..at].ends_with("http") || line[..at].ends_with("https") => {
                found.extend(literals(line, start..start + host, DEPTH));
            }
            None => {}
        }
    }
    found
}

/// `db:5432`, and not `user:secret`.
fn is_port(authority: &str) -> bool {
    authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()))
}
