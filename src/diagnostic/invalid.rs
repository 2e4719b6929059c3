//! What is wrong with one value, in the words of the newtype that refused it.

use std::fmt;

/// A value that a newtype refuses: why, and what to write instead. The parse functions of the spec's newtypes return
/// it, and hand it to `serde::de::Error::custom`: it survives the trip through [`fmt::Display`], which is all that
/// serde lets an error carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// One sentence, without a full stop, that quotes the value: "`0` is not a port".
    pub message: String,
    /// What to do next, as an instruction.
    pub help: Option<String>,
}

/// Stands between message and help in the displayed form: a character that neither can hold by accident.
const SEPARATOR: char = '\u{1f}';

impl Invalid {
    /// A refusal that needs no help.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The refusal that was displayed as `text`; any other text is a message without help.
    pub fn decode(text: &str) -> Self {
        match text.split_once(SEPARATOR) {
            Some((message, help)) => Self::new(message).help(help),
            None => Self::new(text),
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "{SEPARATOR}{help}"))
    }
}

impl std::error::Error for Invalid {}
