//! What is wrong with one value, in the words of the newtype that refused it.

use std::fmt;
use std::ops::Range;

/// A value that a newtype refuses: why, and what to write instead. The parse functions of the spec's newtypes return
/// it, and hand it to `serde::de::Error::custom`: it survives the trip through [`fmt::Display`], which is all that
/// serde lets an error carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// One sentence, without a full stop, that quotes the value: "`0` is not a port".
    pub message: String,
    /// What to do next, as an instruction.
    pub help: Option<String>,
    /// The bytes of the value that are wrong, where it is not all of them.
    pub range: Option<Range<usize>>,
}

/// Stands between message, help and range in the displayed form: a character that none can hold by accident.
const SEPARATOR: char = '\u{1f}';

impl Invalid {
    /// A refusal that needs no help.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, range: None }
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says which bytes of the value are wrong.
    #[must_use]
    pub fn within(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    /// The refusal that was displayed as `text`; any other text is a message without help.
    pub fn decode(text: &str) -> Self {
        let mut parts = text.splitn(4, SEPARATOR);
        let message = parts.next().unwrap_or_default().to_owned();
        let help = parts.next().filter(|help| !help.is_empty()).map(str::to_owned);
        let mut number = || parts.next().and_then(|number| number.parse().ok());
        let range = number().and_then(|start| Some(start..number()?));
        Self { message, help, range }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(range) = &self.range {
            let help = self.help.as_deref().unwrap_or_default();
            return write!(f, "{SEPARATOR}{help}{SEPARATOR}{}{SEPARATOR}{}", range.start, range.end);
        }
        self.help.iter().try_for_each(|help| write!(f, "{SEPARATOR}{help}"))
    }
}

impl std::error::Error for Invalid {}
