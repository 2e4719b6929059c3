//! Amounts: of memory, of processors, of requests.

use super::define::{quoted, readable, refuse, schema};
use crate::diagnostic::Invalid;
use schemars::json_schema;
use serde::Serialize;
use std::fmt;

/// A number of bytes, more than none. Units are those of the engine, 1024 each: `64k`, `512M`, `2GiB`; a plain number
/// is bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// Reads an amount of bytes.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match bytes(text) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(explained(text)),
        }
    }

    /// How many bytes it is, at least 1.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

/// How far a unit shifts, by its letter.
const UNITS: [(u8, u32); 4] = [(b'k', 10), (b'm', 20), (b'g', 30), (b't', 40)];

fn bytes(text: &str) -> Option<u64> {
    let end = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = text.split_at(end);
    let unit = unit.to_ascii_lowercase();
    let Some(shift) =
        UNITS.iter().find(|(letter, _)| unit.as_bytes().first() == Some(letter)).map(|(_, by)| *by)
    else {
        let plain = (unit.is_empty() || unit == "b") && !number.contains('.') && !number.starts_with('0');
        return if plain && number.len() <= 18 { number.parse().ok() } else { None };
    };
    if !matches!(&unit[1..], "" | "b" | "ib") {
        return None;
    }
    let thousandths = match number.split_once('.') {
        Some((whole, part)) if (1..=5).contains(&whole.len()) && (1..=3).contains(&part.len()) => {
            format!("{whole}{part:0<3}").parse::<u128>().ok()?
        }
        None if !number.starts_with('0') && number.len() <= if shift == 40 { 6 } else { 7 } => {
            number.parse::<u128>().ok()? * 1000
        }
        _ => return None,
    };
    u64::try_from((thousandths << shift) / 1000).ok().filter(|bytes| *bytes > 0)
}

fn explained(text: &str) -> Invalid {
    let what = "an amount of bytes";
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if !number.is_empty() && number.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        return Invalid::new(format!("{} is nothing at all", quoted(text)))
            .help("write at least one byte, or leave the key out");
    }
    let lower = text.to_ascii_lowercase();
    if let Some(number) =
        ["ki", "mi", "gi", "ti"].iter().find_map(|unit| lower.strip_suffix(unit).map(|_| text))
    {
        return refuse(text, what).help(format!("write `{number}B`"));
    }
    refuse(text, what).help(
        "write a number and a unit: `64k`, `512M`, `1.5G`, `2GiB`, at most seven digits; units are 1024 each",
    )
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The largest unit that divides it, if few enough digits are left to be read again.
        let divides = |shift: u32| self.0.trailing_zeros() >= shift && self.0 >> shift < 1_000_000;
        let unit = UNITS.iter().rev().find(|(_, shift)| divides(*shift));
        match unit {
            Some((letter, shift)) => write!(f, "{}{}", self.0 >> shift, char::from(*letter)),
            None => self.0.fmt(f),
        }
    }
}

readable!(
    ByteSize,
    scalar,
    "an amount of bytes",
    "An amount of bytes, units 1024 each: 64k, 512M, 1.5G, 2GiB; a plain number is bytes.",
    json_schema!({
        "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 999_999_999_999_999_999_u64 },
            {
                "type": "string",
                "pattern": "^(?:[1-9][0-9]{0,17}[bB]?|(?:[1-9][0-9]{0,6}[kKmMgG]|[1-9][0-9]{0,5}[tT]|(?=.*[1-9])[0-9]{1,5}\\.[0-9]{1,3}[kKmMgGtT])(?:[iI]?[bB])?)$",
            },
        ]
    })
);

/// An amount of processors, at least 0.01, as the engine asks: `2`, `0.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cpus(u64);

impl Cpus {
    const NANOS: u64 = 1_000_000_000;

    /// Reads an amount of processors.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits(whole) && digits(part) && (whole == "0" || !whole.starts_with('0'));
        let nanos = if plain && whole.len() <= 4 && part.len() <= 9 {
            format!("{whole}{part:0<9}").parse().ok()
        } else {
            None
        };
        match nanos {
            Some(nanos) if nanos >= Self::NANOS / 100 => Ok(Self(nanos)),
            Some(_) => Err(Invalid::new(format!("{} is too little", quoted(text)))
                .help("write at least 0.01, which is the engine's least")),
            None => Err(refuse(text, "an amount of processors")
                .help("write a number such as `2` or `0.5`, at most 9999")),
        }
    }

    /// In billionths of a processor, as the engine counts.
    pub fn nanos(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:09}", self.0 % Self::NANOS);
        let part = part.trim_end_matches('0');
        let dot = if part.is_empty() { "" } else { "." };
        write!(f, "{}{dot}{part}", self.0 / Self::NANOS)
    }
}

readable!(
    Cpus,
    scalar,
    "an amount of processors",
    "An amount of processors, at least 0.01: 2, 0.5.",
    json_schema!({
        "anyOf": [
            { "type": "number", "minimum": 0.01, "exclusiveMaximum": 10000 },
            { "type": "string", "pattern": r"^(?:0\.(?:0[1-9]|[1-9])[0-9]{0,7}|0\.[1-9][0-9]{8}|[1-9][0-9]{0,3}(?:\.[0-9]{1,9})?)$" },
        ]
    })
);

/// The time that a rate is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// `r/s`.
    Second,
    /// `r/m`.
    Minute,
}

/// How many requests in how much time: `10r/s`, `5r/m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    requests: u32,
    per: Per,
}

impl Rate {
    /// Reads a rate.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let read = || {
            let (number, per) = if let Some(number) = text.strip_suffix("r/s") {
                (number, Per::Second)
            } else {
                (text.strip_suffix("r/m")?, Per::Minute)
            };
            let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
            let requests = if plain && number.len() <= 6 { number.parse().ok()? } else { return None };
            Some(Self { requests, per })
        };
        read().ok_or_else(|| {
            refuse(text, "a rate")
                .help("write requests by the second or minute: `10r/s`, `5r/m`, from 1 to 999999")
        })
    }

    /// How many requests, 1 to 999999.
    pub fn requests(self) -> u32 {
        self.requests
    }

    /// In which time.
    pub fn per(self) -> Per {
        self.per
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            Per::Second => 's',
            Per::Minute => 'm',
        };
        write!(f, "{}r/{per}", self.requests)
    }
}

readable!(
    Rate,
    text,
    "a rate",
    "How many requests in how much time: 10r/s, 5r/m.",
    schema::text("^[1-9][0-9]{0,5}r/[sm]$")
);
