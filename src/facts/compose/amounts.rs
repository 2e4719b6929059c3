//! Sizes and times, as Compose reads and prints them.

/// A size in bytes: `64m`, `1.5g`, `512 KiB`.
pub(super) fn bytes(text: &str) -> Option<i64> {
    let split = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ')?;
    let number = if text.as_bytes()[split] == b' ' { &text[..split] } else { &text[..=split] };
    let size = float(number).filter(|size| *size >= 0.0)?;
    let unit = text[split + 1..].to_ascii_lowercase();
    let power = match unit.as_bytes() {
        [] | [b'b'] => return Some(truncated(size)),
        [first] | [first, b'b'] | [first, b'i', b'b'] => b"kmgtp".iter().position(|known| known == first)?,
        _ => return None,
    };
    Some(truncated(size * f64::from(1u32 << 10).powi(i32::try_from(power).ok()? + 1)))
}

#[allow(clippy::cast_possible_truncation)] // as Go converts
fn truncated(size: f64) -> i64 {
    size as i64
}

/// A number as Go reads one.
pub(super) fn float(text: &str) -> Option<f64> {
    // Rust takes more words for infinity, but neither takes anything else without a digit.
    text.parse().ok()
}

/// The units of time, in nanoseconds.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
    ("d", 8.64e13),
    ("w", 6.048e14),
];

/// A time in nanoseconds: `1m30s`, `1.5h`, `2d`.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let value: f64 = match number.parse() {
            Ok(value) if number != "." => value,
            _ => return None,
        };
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == &tail[..end])?;
        total += value * scale;
        rest = &tail[end..];
    }
    #[allow(clippy::cast_precision_loss)] // the limit itself
    let fits = total < i64::MAX as f64;
    fits.then(|| truncated(total.round()) * if negative { -1 } else { 1 })
}

/// A time as Go prints it: `1m30s`, `1.5s`, `0s`.
pub(super) fn show_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    if total < 1_000 {
        return format!("{sign}{total}ns");
    }
    if total < 1_000_000 {
        return format!("{sign}{}µs", decimal(total, 1_000));
    }
    if total < 1_000_000_000 {
        return format!("{sign}{}ms", decimal(total, 1_000_000));
    }
    let minute = 60_000_000_000;
    let seconds = decimal(total % minute, 1_000_000_000);
    let minutes = total / minute;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `amount` in `unit`s, without needless zeros.
fn decimal(amount: u64, unit: u64) -> String {
    let fraction = amount % unit;
    if fraction == 0 {
        return (amount / unit).to_string();
    }
    let width = unit.ilog10() as usize;
    format!("{}.{}", amount / unit, format!("{fraction:0width$}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_compose_does() {
        for (text, size) in
            [("64m", 64 << 20), ("1.5g", 3 << 29), ("10", 10), ("5 kb", 5120), ("1KiB", 1024), ("7B", 7)]
        {
            assert_eq!(bytes(text), Some(size), "{text}");
        }
        for text in ["", "m", "-1", "1x", "1kbb", "1bb"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_and_printed_as_go_does() {
        for (text, shown) in [
            ("1m30s", "1m30s"),
            ("1500ms", "1.5s"),
            ("1h", "1h0m0s"),
            ("2d", "48h0m0s"),
            ("1.5h", "1h30m0s"),
            ("0", "0s"),
            ("5us", "5µs"),
        ] {
            assert_eq!(duration(text).map(show_duration).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "5", "s", "1x", "1h30", "."] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
