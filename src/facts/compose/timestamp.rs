//! Dates: Compose's reader takes an unquoted one for a time, and prints it in its own way.

/// `2020-01-01` as it ends up in a container: `2020-01-01 00:00:00 +0000 UTC`; nothing for what is no date. Inside an
/// extension, which is printed as it is, it is `2020-01-01T00:00:00Z`.
pub(super) fn display(text: &str, extension: bool) -> Option<String> {
    let bytes = text.as_bytes();
    // Cheap enough to ask of every scalar: a date begins with four digits and a dash.
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let mut parts = date[5..].split('-');
    let (month, day) = (parts.next()?, parts.next()?);
    let year: u32 = date[..4].parse().ok()?;
    let (month, day) = (number(month, 1, 2)?, number(day, 1, 2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || day == 0 || day > days(year, month) {
        return None;
    }
    let Some(time) = time else {
        // Only the long form is a date without a time.
        let zone = if extension { "T00:00:00Z" } else { " 00:00:00 +0000 UTC" };
        return (date.len() == 10).then(|| format!("{year:04}-{month:02}-{day:02}{zone}"));
    };
    let spaced = time.starts_with(' ');
    let time = &time[1..];
    let end = time.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let (clock, fraction) =
        clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute, second) = (number(hour, 1, 2)?, number(minute, 2, 2)?, number(second, 2, 2)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = match fraction {
        None => String::new(),
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let digits = digits.get(..9).unwrap_or(digits).trim_end_matches('0');
            if digits.is_empty() { String::new() } else { format!(".{digits}") }
        }
        Some(_) => return None,
    };
    let utc = || if extension { "Z".to_owned() } else { " +0000 UTC".to_owned() };
    let zone = match zone {
        "" if spaced => utc(),
        "Z" if !spaced => utc(),
        zone if !spaced && zone.len() == 6 && zone.as_bytes()[3] == b':' && zone.starts_with(['+', '-']) => {
            let (hours, minutes) = (number(&zone[1..3], 2, 2)?, number(&zone[4..], 2, 2)?);
            let offset = format!("{}{hours:02}{minutes:02}", &zone[..1]);
            match (hours, minutes) {
                (0, 0) => utc(),
                _ if extension => zone.to_owned(),
                _ => format!(" {offset} {offset}"),
            }
        }
        _ => return None,
    };
    let between = if extension { 'T' } else { ' ' };
    Some(format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
}

fn number(text: &str, least: usize, most: usize) -> Option<u32> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
