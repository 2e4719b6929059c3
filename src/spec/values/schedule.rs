//! When jobs run, in cron's words.

use super::define::{quoted, refuse, text_types};
use crate::diagnostic::Invalid;

text_types! {
    /// When a job runs, as five fields of cron (minute, hour, day of the month, month, day of the week), or one of
    /// `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually`.
    Schedule text "a schedule", schedule, schedule_pattern();
}

const WORDS: [&str; 7] = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

struct Field {
    name: &'static str,
    least: u8,
    most: u8,
    /// The same limits for the schema.
    numbers: &'static str,
    /// Words for the numbers from `least` on.
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, numbers: "[1-5]?[0-9]", words: &[] },
    Field { name: "hour", least: 0, most: 23, numbers: "1?[0-9]|2[0-3]", words: &[] },
    Field { name: "day of the month", least: 1, most: 31, numbers: "[1-9]|[12][0-9]|3[01]", words: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        numbers: "[1-9]|1[0-2]",
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field {
        name: "day of the week",
        least: 0,
        most: 7,
        numbers: "[0-7]",
        words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

impl Field {
    /// `*`, `*/5`, `1`, `1-5`, `1-5/2`, with commas between several.
    fn pattern(&self) -> String {
        let value = [&[self.numbers], self.words].concat().join("|");
        let item = format!("(?:\\*(?:/[1-9][0-9]?)?|(?:{value})(?:-(?:{value})(?:/[1-9][0-9]?)?)?)");
        format!("{item}(?:,{item})*")
    }

    fn value(&self, text: &str) -> Option<u8> {
        if let Some(at) = self.words.iter().position(|word| *word == text) {
            return u8::try_from(at).ok().map(|at| at + self.least);
        }
        let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        let value = if plain { text.parse().ok()? } else { return None };
        (self.least..=self.most).contains(&value).then_some(value)
    }

    fn check(&self, item: &str) -> Result<(), String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let counts = |step: &str| {
            (1..=2).contains(&step.len())
                && !step.starts_with('0')
                && step.bytes().all(|byte| byte.is_ascii_digit())
        };
        if step.is_some_and(|step| !counts(step)) {
            return Err("write a step from 1 to 99 after the `/`".to_owned());
        }
        let expected = || {
            let words = if self.words.is_empty() {
                String::new()
            } else {
                format!(", `{}`", self.words.join("`, `"))
            };
            format!("write `*`, or {} to {}{words}", self.least, self.most)
        };
        match range.split_once('-') {
            None if range == "*" => Ok(()),
            None if step.is_some() => {
                Err(format!("write a step after `*` or a range: `*/{}`", step.unwrap_or("5")))
            }
            None => self.value(range).map(|_| ()).ok_or_else(expected),
            Some((first, last)) => match (self.value(first), self.value(last)) {
                // The schema cannot say this.
                (Some(from), Some(to)) if from > to => {
                    Err(format!("the range `{range}` runs backwards: turn it round, or write two"))
                }
                (Some(_), Some(_)) => Ok(()),
                _ => Err(expected()),
            },
        }
    }
}

fn schedule_pattern() -> String {
    let fields: Vec<_> = FIELDS.iter().map(Field::pattern).collect();
    format!("^(?:@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)|{})$", fields.join(" +"))
}

fn schedule(text: &str) -> Result<String, Invalid> {
    if text.starts_with('@') {
        if WORDS.contains(&text) {
            return Ok(text.to_owned());
        }
        let refusal = refuse(text, "a schedule");
        return Err(refusal.help(crate::diagnostic::suggestion(text, &WORDS).unwrap_or_default()));
    }
    let fields: Vec<_> = text.split(' ').filter(|field| !field.is_empty()).collect();
    if fields.len() != FIELDS.len() || text.trim() != text {
        let why = match fields.len() {
            1 => "it has 1 field".to_owned(),
            5 => "it begins or ends with a space".to_owned(),
            count => format!("it has {count} fields"),
        };
        let refusal = Invalid::new(format!("{} is not a schedule: {why}", quoted(text)));
        return Err(match WORDS.iter().find(|word| word.trim_start_matches('@') == text) {
            Some(word) => refusal.help(format!("write `\"{word}\"`")),
            None => {
                refusal.help("write five fields, minute, hour, day, month and day of the week: `30 3 * * *`")
            }
        });
    }
    for (field, written) in FIELDS.iter().zip(&fields) {
        for item in written.split(',') {
            field.check(item).map_err(|help| {
                let what = format!("{} is not a {} of a schedule", quoted(item), field.name);
                Invalid::new(what).help(help)
            })?;
        }
    }
    Ok(fields.join(" "))
}
