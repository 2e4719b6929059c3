//! Lengths of time.

use super::define::{quoted, readable, refuse, schema};
use crate::diagnostic::Invalid;
use std::fmt;

/// A length of time in whole seconds, more than none: `30s`, `1m30s`, `12h`, `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration(u64);

/// Each unit: its letter, its seconds, and how many digits may stand before it.
const UNITS: [(char, u64, u32); 4] = [('d', 86400, 5), ('h', 3600, 6), ('m', 60, 7), ('s', 1, 9)];

impl Duration {
    /// Reads days, hours, minutes and seconds, in this order, each at most once.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match seconds(text) {
            Some(0) => {
                Err(Invalid::new(format!("{} is no time at all", quoted(text))).help("write at least `1s`"))
            }
            Some(seconds) => Ok(Self(seconds)),
            None => Err(explained(text)),
        }
    }

    /// How many seconds it is, at least 1.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

fn seconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0;
    for (unit, seconds, most) in UNITS {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with(unit) {
            if digits > most as usize {
                return None;
            }
            total += rest[..digits].parse::<u64>().ok()? * seconds;
            rest = &rest[digits + 1..];
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

fn explained(text: &str) -> Invalid {
    let what = "a length of time";
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Invalid::new(format!("{} has no unit", quoted(text)))
            .help(format!("write `{text}s` for seconds"));
    }
    let small = ["ms", "us", "ns"].iter().any(|unit| text.ends_with(unit));
    if small || (text.contains('.') && text.ends_with(|c: char| UNITS.iter().any(|(unit, ..)| *unit == c))) {
        return refuse(text, "a whole number of seconds")
            .help("write whole numbers with `d`, `h`, `m` and `s`: `1m30s`");
    }
    refuse(text, what)
        .help("write days, hours, minutes and seconds in this order: `30s`, `1m30s`, `12h`, `30d`")
}

/// Prints seconds in the units that they may be read in again.
fn print(seconds: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if seconds == 0 {
        return f.write_str("0s");
    }
    let mut rest = seconds;
    for (unit, seconds, digits) in UNITS {
        // No more than may be read again.
        let count = (rest / seconds).min(10_u64.pow(digits) - 1);
        if count > 0 {
            write!(f, "{count}{unit}")?;
            rest -= count * seconds;
        }
    }
    Ok(())
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(self.0, f)
    }
}

readable!(
    Duration,
    scalar,
    "a length of time",
    "A length of time, at least a second: 30s, 1m30s, 12h, 30d.",
    schema::text("^(?=.*[1-9])(?:[0-9]{1,5}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,7}m)?(?:[0-9]{1,9}s)?$")
);

/// A length of time in whole seconds that may be none: `0s`, `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Age(u64);

impl Age {
    /// Reads what [`Duration::parse`] reads, and `0s`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        seconds(text).map(Self).ok_or_else(|| explained(text))
    }

    /// How many seconds it is.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(self.0, f)
    }
}

readable!(
    Age,
    scalar,
    "a length of time",
    "A length of time, which may be none: 0s, 12h, 30d.",
    schema::text("^(?=.)(?:[0-9]{1,5}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,7}m)?(?:[0-9]{1,9}s)?$")
);
