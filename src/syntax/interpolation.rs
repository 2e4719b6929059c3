//! Compose's interpolation, `${NAME:-word}` and its like, as it stands in a text.
//!
//! Compose finds variables with a regular expression and then counts braces; both have corners that people meet, so this
//! follows them to the letter: a `}` must come on the same line, `{` and `}` inside a word are counted wherever they
//! stand, and the character after a `{` is never looked at.

use std::ops::Range;

/// Words stand in words no deeper than this.
pub const DEPTH_LIMIT: usize = 32;

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stays as it is.
    Literal(Range<usize>),
    /// `$$`, which stands for one `$`.
    Dollar(Range<usize>),
    /// A variable.
    Variable(Variable),
    /// `${` that begins nothing which Compose can read: it refuses the whole text.
    Invalid(Range<usize>),
}

/// `$NAME` or `${NAME…}`. All ranges are bytes of the text that was split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// All of it.
    pub range: Range<usize>,
    /// Its name.
    pub name: Range<usize>,
    /// The operator, if there is one.
    pub operator: Option<Operator>,
    /// What follows the operator up to the closing brace; a text with variables of its own. Empty without an operator.
    pub word: Range<usize>,
}

/// What is to be done where the variable has a value, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `:-`: the word, if the variable is unset or empty.
    DefaultIfEmpty,
    /// `-`: the word, if the variable is unset.
    DefaultIfUnset,
    /// `:?`: an error, if the variable is unset or empty.
    RequiredNotEmpty,
    /// `?`: an error, if the variable is unset.
    RequiredSet,
    /// `:+`: the word, if the variable has a value that is not empty.
    IfNotEmpty,
    /// `+`: the word, if the variable is set.
    IfSet,
}

impl Operator {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::DefaultIfEmpty => ":-",
            Self::DefaultIfUnset => "-",
            Self::RequiredNotEmpty => ":?",
            Self::RequiredSet => "?",
            Self::IfNotEmpty => ":+",
            Self::IfSet => "+",
        }
    }

    /// Whether the word stands in for a missing value.
    pub fn is_default(self) -> bool {
        matches!(self, Self::DefaultIfEmpty | Self::DefaultIfUnset)
    }

    /// Whether a missing value is an error.
    pub fn is_required(self) -> bool {
        matches!(self, Self::RequiredNotEmpty | Self::RequiredSet)
    }

    /// Whether an empty value counts as none.
    pub fn minds_empty(self) -> bool {
        matches!(self, Self::DefaultIfEmpty | Self::RequiredNotEmpty | Self::IfNotEmpty)
    }

    /// The operator at the start of `text`.
    fn at(text: &[u8]) -> Option<Self> {
        match text {
            [b':', b'-', ..] => Some(Self::DefaultIfEmpty),
            [b':', b'?', ..] => Some(Self::RequiredNotEmpty),
            [b':', b'+', ..] => Some(Self::IfNotEmpty),
            [b'-', ..] => Some(Self::DefaultIfUnset),
            [b'?', ..] => Some(Self::RequiredSet),
            [b'+', ..] => Some(Self::IfSet),
            _ => None,
        }
    }
}

/// Splits `text` into its parts, which cover all of it.
pub fn parts(text: &str) -> Vec<Part> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut literal = 0;
    let mut at = 0;
    let mut line = Line::default();
    while let Some(dollar) = bytes[at..].iter().position(|byte| *byte == b'$').map(|found| at + found) {
        let part = match bytes.get(dollar + 1) {
            Some(b'$') => Part::Dollar(dollar..dollar + 2),
            Some(b'{') => braced(bytes, dollar, &mut line),
            _ => match name(bytes, dollar + 1) {
                0 => {
                    at = dollar + 1;
                    continue;
                }
                length => {
                    let end = dollar + 1 + length;
                    Part::Variable(Variable {
                        range: dollar..end,
                        name: dollar + 1..end,
                        operator: None,
                        word: end..end,
                    })
                }
            },
        };
        if literal < dollar {
            parts.push(Part::Literal(literal..dollar));
        }
        at = match &part {
            Part::Literal(range) | Part::Dollar(range) | Part::Invalid(range) => range.end,
            Part::Variable(variable) => variable.range.end,
        };
        literal = at;
        parts.push(part);
    }
    if literal < bytes.len() {
        parts.push(Part::Literal(literal..bytes.len()));
    }
    parts
}

/// Whether there is anything in `text` that [`parts`] would not leave as it is.
pub fn is_plain(text: &str) -> bool {
    !text.as_bytes().contains(&b'$')
}

/// The last closing brace of the line that was looked at last: a line is searched once, however many variables it has.
#[derive(Default)]
struct Line {
    end: usize,
    brace: Option<usize>,
}

impl Line {
    fn last_brace(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        if from >= self.end {
            self.end =
                bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| from + at);
            self.brace = bytes[from..self.end].iter().rposition(|byte| *byte == b'}').map(|at| from + at);
        }
        self.brace.filter(|brace| *brace >= from)
    }
}

/// How many bytes from `at` on are a name.
fn name(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first() {
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
        }
        _ => 0,
    }
}

/// What begins with the `${` at `dollar`.
fn braced(bytes: &[u8], dollar: usize, line: &mut Line) -> Part {
    let start = dollar + 2;
    let after = start + name(bytes, start);
    if after == start {
        return Part::Invalid(dollar..start);
    }
    let name = start..after;
    if bytes.get(after) == Some(&b'}') {
        let range = dollar..after + 1;
        return Part::Variable(Variable { range, name, operator: None, word: after..after });
    }
    let Some(operator) = Operator::at(&bytes[after..]) else { return Part::Invalid(dollar..start) };
    let word = after + operator.text().len();
    let Some(last) = line.last_brace(bytes, word) else { return Part::Invalid(dollar..start) };
    let end = closing(bytes, dollar, last);
    Part::Variable(Variable { range: dollar..end + 1, name, operator: Some(operator), word: word..end })
}

/// The brace that closes the one behind `dollar`, by counting; the last one of the line where the count never ends.
fn closing(bytes: &[u8], dollar: usize, last: usize) -> usize {
    let mut open = 0usize;
    let mut at = dollar;
    while at <= last {
        match bytes[at] {
            b'}' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return at;
                }
            }
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `V:name:operator:word` for variables, the text for the rest.
    fn show(text: &str) -> Vec<String> {
        let one = |part: Part| match part {
            Part::Literal(range) => text[range].to_owned(),
            Part::Dollar(_) => "$$".to_owned(),
            Part::Invalid(range) => format!("!{}", &text[range]),
            Part::Variable(Variable { name, operator, word, .. }) => {
                format!("<{}{}{}>", &text[name], operator.map_or("", Operator::text), &text[word])
            }
        };
        parts(text).into_iter().map(one).collect()
    }

    #[test]
    fn texts_are_split_as_compose_splits_them() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("plain", &["plain"]),
            ("$A-${B}c", &["<A>", "-", "<B>", "c"]),
            ("$$A $1 $ $", &["$$", "A $1 $ $"]),
            ("${A:-x} and ${B}", &["<A:-x>", " and ", "<B>"]),
            ("${A:-{\"a\":1}}", &["<A:-{\"a\":1}>"]),
            ("${A:-}}", &["<A:->", "}"]),
            ("${A:-{}}", &["<A:-{}>"]),
            ("${A:-${B:-x}}-t", &["<A:-${B:-x}>", "-t"]),
            ("${U-a:-b}", &["<U-a:-b>"]),
            ("${U?a:-b}", &["<U?a:-b>"]),
            ("${A", &["!${", "A"]),
            ("${}", &["!${", "}"]),
            ("${ A }", &["!${", " A }"]),
            ("${A!x}", &["!${", "A!x}"]),
            ("${1X}", &["!${", "1X}"]),
            ("${A:-x\n}", &["!${", "A:-x\n}"]),
            ("ü${A:-é}ü", &["ü", "<A:-é>", "ü"]),
        ];
        for (text, parts) in cases {
            assert_eq!(show(text), *parts, "{text}");
        }
    }
}
