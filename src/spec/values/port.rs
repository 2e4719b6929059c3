//! Ports, and what is published under them.

use super::define::{readable, refuse};
use crate::diagnostic::Invalid;
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use std::fmt;

/// 1 to 65535, without leading zeros.
const PORT: &str = "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})";

/// A port: 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Port(u16);

impl Port {
    /// The port with this number, unless it is 0.
    pub fn new(number: u16) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// Reads a port.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Some(number) = number(text) {
            return Ok(Self(number));
        }
        let refusal = refuse(text, "a port");
        Err(if text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()) {
            refusal.help("write a number from 1 to 65535, without leading zeros")
        } else if text.contains(':') {
            refusal
                .help("write one number from 1 to 65535; an address and the port outside belong in `publish`")
        } else if text.contains('/') {
            refusal.help("write one number from 1 to 65535; the protocol belongs in `publish`")
        } else {
            refusal.help("write a number from 1 to 65535")
        })
    }

    /// Its number.
    pub fn get(self) -> u16 {
        self.0
    }
}

fn number(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

readable!(
    Port,
    scalar,
    "a port",
    "A port: 1 to 65535.",
    json_schema!({
        "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 65535 },
            { "type": "string", "pattern": format!("^{PORT}$") },
        ]
    })
);

/// One port, or several in a row, `8000-8003`: as many as a service has replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortSpan {
    first: Port,
    last: Port,
}

impl PortSpan {
    /// Reads one port or a range. The schema cannot say that a range must rise; this does.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let Some((first, last)) = text.split_once('-') else {
            return Port::parse(text).map(Self::from);
        };
        let (Some(first), Some(last)) = (number(first), number(last)) else {
            return Err(
                refuse(text, "a range of ports").help("write two ports from 1 to 65535, as in `8000-8003`")
            );
        };
        if first > last {
            return Err(Invalid::new(format!("the range `{text}` runs backwards"))
                .help(format!("write `{last}-{first}`")));
        }
        Ok(Self { first: Port(first), last: Port(last) })
    }

    /// The first port.
    pub fn first(self) -> Port {
        self.first
    }

    /// The last port, which may be the first.
    pub fn last(self) -> Port {
        self.last
    }

    /// How many ports these are.
    pub fn count(self) -> usize {
        usize::from(self.last.0 - self.first.0) + 1
    }

    /// Each port.
    pub fn iter(self) -> impl Iterator<Item = Port> {
        (self.first.0..=self.last.0).map(Port)
    }
}

impl From<Port> for PortSpan {
    fn from(port: Port) -> Self {
        Self { first: port, last: port }
    }
}

impl fmt::Display for PortSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

readable!(
    PortSpan,
    scalar,
    "a port or a range of ports",
    "One port, 1 to 65535, or several in a row: 8000-8003.",
    json_schema!({
        "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 65535 },
            { "type": "string", "pattern": format!("^{PORT}(?:-{PORT})?$") },
        ]
    })
);

/// A transport protocol.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}
