//! One word of an nginx configuration, quoted so that it can be nothing else.

use serde::Serialize;

/// A word as it stands in the file. Only the functions here make one, so no text of a spec reaches a template bare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Word(String);

impl Word {
    /// A word in which nginx sees no variables: a name, an address, a path.
    pub(super) fn new(text: &str) -> Self {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:*@-".contains(&byte);
        if !text.is_empty() && text.bytes().all(bare) {
            return Self(text.to_owned());
        }
        Self(format!("\"{}\"", escape(text)))
    }

    /// A value in which nginx would see variables: its dollars come from the variable that holds one, since nothing
    /// escapes them.
    pub(super) fn value(text: &str, dollar: &str) -> Self {
        Self(format!("\"{}\"", escape(text).replace('$', &format!("${{{dollar}}}"))))
    }

    /// nginx's own text, with its variables; never a spec's.
    pub(super) fn raw(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// A path, and the variable that holds what comes after it. A path holds no dollar.
    pub(super) fn path_then(path: &str, variable: &str) -> Self {
        Self(format!("\"{}{variable}\"", escape(path).replace('$', "")))
    }

    /// A regular expression: a literal path within a pattern of ours. nginx leaves a backslash alone unless a quote,
    /// a backslash, `n`, `r` or `t` follows it, which none of ours has.
    pub(super) fn regex(begin: &str, path: &str, end: &str) -> Self {
        Self(format!("\"{begin}{}{end}\"", literal(path)))
    }
}

/// What stands between double quotes. Control characters are refused long before; none is let through here.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A text as a regular expression that matches it alone, within double quotes.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '\\' => pattern.push_str(r"\x5c"),
            '"' => pattern.push_str(r"\x22"),
            _ if c.is_ascii_punctuation() && !"/-_".contains(c) => pattern.extend(['\\', c]),
            _ => pattern.push(c),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_bare_and_others_cannot_end() {
        assert_eq!(Word::new("*.a.test").0, "*.a.test");
        assert_eq!(Word::new("").0, "\"\"");
        assert_eq!(Word::new("a; }").0, "\"a; }\"");
        assert_eq!(Word::value(r#"a"b\c$d"#, "x").0, r#""a\"b\\c${x}d""#);
        assert_eq!(Word::value("a\r\nb", "x").0, "\"ab\"");
    }

    #[test]
    fn a_path_matches_itself_alone() {
        assert_eq!(Word::regex("^", "/a.b", r"(?:/|\z)").0, r#""^/a\.b(?:/|\z)""#);
    }
}
