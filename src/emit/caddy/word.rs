//! One word of a Caddyfile, quoted so that it can be nothing else.

use serde::Serialize;

/// A word as it stands in the file. No quoting carries every text: backquotes and the braces of placeholders are refused long before; none is let through here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Word(String);

impl Word {
    pub(super) fn new(text: &str) -> Self {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:*@-".contains(&byte);
        if !text.is_empty() && text.bytes().all(bare) {
            return Self(text.to_owned());
        }
        Self::quoted(text)
    }

    pub(super) fn quoted(text: &str) -> Self {
        let kept: String = text.chars().filter(|c| !c.is_control() && !"`{}".contains(*c)).collect();
        // Only a backquote lets quotes and backslashes be; `caddy fmt` prefers the other where it can.
        let quote = if kept.contains(['"', '\\']) { '`' } else { '"' };
        Self(format!("{quote}{kept}{quote}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_word() {
        assert_eq!(Word::new("/api/*").0, "/api/*");
        assert_eq!(Word::new(r#"a"b\"#).0, r#"`a"b\`"#);
        assert_eq!(Word::new("a`\n{$HOME}").0, "\"a$HOME\"");
    }
}
