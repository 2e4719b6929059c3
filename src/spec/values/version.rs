//! Versions that are compared number by number.

use super::define::{readable, refuse};
use crate::diagnostic::Invalid;
use schemars::json_schema;
use std::fmt;

/// A version of a program: `1.27`, `1.27.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number; `None` means any.
    pub patch: Option<u32>,
}

impl Version {
    /// Reads two or three numbers with dots between them.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
        match numbers.as_deref() {
            Some([major, minor]) => Ok(Self { major: *major, minor: *minor, patch: None }),
            Some([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: Some(*patch) }),
            Some([major]) => {
                Err(refuse(text, "a version")
                    .help(format!("write the second number too, such as \"{major}.0\"")))
            }
            _ => Err(refuse(text, "a version").help("write two or three numbers: \"1.27\", \"1.27.3\"")),
        }
    }

    /// Whether it is at least `major.minor`.
    pub fn at_least(self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

fn number(text: &str) -> Option<u32> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    if plain && text.len() <= 9 { text.parse().ok() } else { None }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.iter().try_for_each(|patch| write!(f, ".{patch}"))
    }
}

readable!(
    Version,
    scalar,
    "a version",
    "A version of a program, in quotes: \"1.27\", \"1.27.3\".",
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": r"^(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){1,2}$" },
            { "type": "number", "not": { "type": "integer" }, "minimum": 0, "maximum": 999_999_999 },
        ]
    })
);
