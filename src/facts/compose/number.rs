//! Numbers as Go prints them.

/// A float as `%v` prints it: the shortest text that reads back, with an exponent below 1e-4 and from 1e21 on.
pub(super) fn display(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        return exponent(&format!("{number:e}"));
    }
    format!("{number}")
}

/// A float as Go writes it into JSON: an exponent below 1e-6 and from 1e21 on.
pub(super) fn json(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        return exponent(&format!("{number:e}")).replace("e-0", "e-");
    }
    format!("{number}")
}

/// `1e-7` as Go writes it: `1e-07`.
fn exponent(text: &str) -> String {
    let Some((mantissa, power)) = text.split_once('e') else { return text.to_owned() };
    let (sign, digits) = power.strip_prefix('-').map_or(('+', power), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_go_does() {
        for (number, text) in
            [(1.5, "1.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (0.00001, "1e-05")]
        {
            assert_eq!(display(number), text);
        }
        assert_eq!(json(1e-7), "1e-7");
    }
}
