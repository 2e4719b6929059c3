//! Strategies for the values that many keys share.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::yaml::Yaml;

pub type Values = BoxedStrategy<Yaml>;
/// Keys that stand beside each other, each with its values.
pub type Keys = Vec<(&'static str, Values)>;

/// Scalars as they are written.
pub fn plain(texts: &'static [&'static str]) -> Values {
    select(texts).prop_map(|text| Yaml::Plain(text.to_owned())).boxed()
}

/// Texts in quotes.
pub fn text(texts: &'static [&'static str]) -> Values {
    select(texts).prop_map(|text| Yaml::Quoted(text.to_owned())).boxed()
}

/// Scalars with quotes or without.
pub fn scalar(texts: &'static [&'static str]) -> Values {
    one_of(vec![plain(texts), text(texts)])
}

pub fn boolean() -> Values {
    scalar(&["true", "false"])
}

pub fn size() -> Values {
    one_of(vec![
        plain(&["1048576", "0", "1024"]),
        text(&["64m", "1g", "1.5gb", "512k", "10B", "2MiB", "300 kb"]),
    ])
}

pub fn duration() -> Values {
    text(&["10s", "1m30s", "500ms", "1.5h", "0s", "1h0m2s", "90s", "100us"])
}

/// The first strategy is the simplest.
pub fn one_of(choices: Vec<Values>) -> Values {
    proptest::strategy::Union::new(choices).boxed()
}

/// A list of up to `most` values; no value twice.
pub fn list(values: Values, most: usize) -> Values {
    proptest::collection::vec(values, 0..=most).prop_map(|items| Yaml::List(unique(items))).boxed()
}

/// A list of at least one.
pub fn some(values: Values, most: usize) -> Values {
    proptest::collection::vec(values, 1..=most).prop_map(|items| Yaml::List(unique(items))).boxed()
}

fn unique(items: Vec<Yaml>) -> Vec<Yaml> {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().filter(|item| seen.insert(format!("{item:?}").replace('"', ""))).collect()
}

/// A string or a list of strings.
pub fn one_or_list(texts: &'static [&'static str]) -> Values {
    one_of(vec![text(texts), list(text(texts), 3)])
}

/// A map with each of the keys at some chance.
pub fn map(keys: Keys, chance: f64) -> Values {
    let (names, values): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let values: Vec<_> = values
        .into_iter()
        .map(|value| {
            if chance >= 1.0 { value.prop_map(Some).boxed() } else { option::weighted(chance, value).boxed() }
        })
        .collect();
    values
        .prop_map(move |values| {
            let entries = names.iter().zip(values);
            Yaml::Map(entries.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect())
        })
        .boxed()
}

/// A map that has all of the keys of `required`, and each of `more` at some chance.
pub fn with(required: Keys, more: Keys, chance: f64) -> Values {
    (map(required, 1.0), map(more, chance))
        .prop_map(|(first, second)| {
            let (Yaml::Map(mut entries), Yaml::Map(more)) = (first, second) else {
                unreachable!("both are maps")
            };
            entries.extend(more);
            Yaml::Map(entries)
        })
        .boxed()
}

/// A map with free keys.
pub fn named(names: &'static [&'static str], value: &Values) -> Values {
    map(names.iter().map(|name| (*name, value.clone())).collect(), 0.4)
}

/// What a variable, a label or an argument may be.
pub fn entry() -> Values {
    one_of(vec![
        text(&["a", "", "two words", "a=b", "$$x", "${EMPTY:-d}", "$SET", "é", "line\nbreak", " padded "]),
        plain(&[
            "1",
            "true",
            "1.50",
            "0123",
            "0x1F",
            "1e3",
            "yes",
            "null",
            "~",
            "-0",
            "1e21",
            "12345678901234567890",
        ]),
    ])
}

/// Variables or labels: a map, or a list of `NAME=value`.
pub fn entries(names: &'static [&'static str]) -> Values {
    let item = (select(names), select(&["=a", "=", "", "=two words", "=a=b", "=${SET}", "=$$x"][..]))
        .prop_map(|(name, value)| Yaml::Quoted(format!("{name}{value}")))
        .boxed();
    one_of(vec![named(names, &entry()), list(item, 4)])
}
