//! What a scalar means to Compose's own reader, which is go-yaml v3.

use super::event::Style;

/// A scalar's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`; `yes` and `on` are text.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that only fits when it has no sign.
    Uint(u64),
    /// A number with a fraction or an exponent, or one too large for the others.
    Float(f64),
    /// Text.
    Text(&'t str),
}

/// The value of a scalar. Quoted and block scalars are text unless a tag says otherwise, and so is whatever has a tag
/// of its own, such as `!reset`. A value that does not fit its tag is text too; the tree reports those.
pub fn resolve<'t>(text: &'t str, style: Style, tag: Option<&str>) -> Scalar<'t> {
    match tag {
        None if style == Style::Plain => plain(text),
        Some("!!null" | "!!bool" | "!!int") => plain(text),
        Some("!!float") => match plain(text) {
            #[allow(clippy::cast_precision_loss)] // as go-yaml converts
            Scalar::Int(number) => Scalar::Float(number as f64),
            #[allow(clippy::cast_precision_loss)]
            Scalar::Uint(number) => Scalar::Float(number as f64),
            other => other,
        },
        _ => Scalar::Text(text),
    }
}

/// Whether a scalar's value is of the kind that its tag promises.
pub(super) fn fits(text: &str, tag: &str) -> bool {
    match tag {
        "!!null" => plain(text) == Scalar::Null,
        "!!bool" => matches!(plain(text), Scalar::Bool(_)),
        "!!int" => matches!(plain(text), Scalar::Int(_) | Scalar::Uint(_)),
        "!!float" => matches!(plain(text), Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)),
        "!!map" | "!!seq" => false,
        _ => true,
    }
}

/// The value of an unquoted scalar, decided as go-yaml does: by its first byte, then by a table, then by trying.
fn plain(text: &str) -> Scalar<'_> {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => word(text),
        Some(b'.') => special(text).or_else(|| float(text)).map_or(Scalar::Text(text), Scalar::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => number(text),
        Some(_) => Scalar::Text(text),
    }
}

fn word(text: &str) -> Scalar<'_> {
    match text {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => Scalar::Text(text),
    }
}

fn special(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn number(text: &str) -> Scalar<'_> {
    if let Some(value) = special(text) {
        return Scalar::Float(value);
    }
    // Underscores are dropped wherever they stand, `1__0_` included.
    let cleaned;
    let digits = if text.contains('_') {
        cleaned = text.replace('_', "");
        cleaned.as_str()
    } else {
        text
    };
    integer(digits).or_else(|| float(digits).map(Scalar::Float)).unwrap_or(Scalar::Text(text))
}

/// A whole number in the notation of Go: `0x1f`, `0b11`, `0o17`, and `017`, which is fifteen.
fn integer<'t>(text: &str) -> Option<Scalar<'t>> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &unsigned[2..]),
        [b'0', b'o' | b'O', ..] => (8, &unsigned[2..]),
        [b'0', b'b' | b'B', ..] => (2, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    // `from_str_radix` takes a sign of its own, which must not follow ours.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (i64::try_from(magnitude), negative) {
        (Ok(value), false) => Some(Scalar::Int(value)),
        (Ok(value), true) => Some(Scalar::Int(-value)),
        (Err(_), true) if magnitude == i64::MIN.unsigned_abs() => Some(Scalar::Int(i64::MIN)),
        // A sign, even `+`, keeps Go's `ParseUint` from taking it.
        (Err(_), false) if unsigned.len() == text.len() => Some(Scalar::Uint(magnitude)),
        _ => None,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, if it is finite.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    let power = exponent.is_none_or(|power| is_digits(power.strip_prefix(['-', '+']).unwrap_or(power)));
    let value: f64 = (whole && power).then(|| text.parse().ok())??;
    value.is_finite().then_some(value)
}
