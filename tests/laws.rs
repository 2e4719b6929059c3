//! Laws of compiling: what must not change an environment's files does not change a byte of them.

mod support;

use proptest::prelude::*;
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use support::project::{compile, render, specs};

/// The specs among the fixtures that compile, by directory.
fn sound() -> Vec<(String, String)> {
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("specc.yaml")).expect("specs are text");
        (path.display().to_string(), text)
    };
    let all: Vec<_> = specs().into_iter().map(read).collect();
    let sound: Vec<_> = all.into_iter().filter(|(_, text)| !compile(text).1.has_errors()).collect();
    assert!(sound.len() >= 6, "most fixtures compile");
    sound
}

/// The keys of every mapping in an order that `seed` decides.
fn shuffled(value: Value, seed: &mut u64) -> Value {
    match value {
        Value::Mapping(mapping) => {
            let mut entries: Vec<_> =
                mapping.into_iter().map(|(key, value)| (key, shuffled(value, seed))).collect();
            for index in (1..entries.len()).rev() {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let other = usize::try_from(*seed >> 33).expect("31 bits fit") % (index + 1);
                entries.swap(index, other);
            }
            Value::Mapping(entries.into_iter().collect())
        }
        Value::Sequence(items) => {
            Value::Sequence(items.into_iter().map(|item| shuffled(item, seed)).collect())
        }
        other => other,
    }
}

/// What differs, without printing all of both.
fn differences(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Vec<String> {
    let paths = one.keys().chain(other.keys());
    let mut list: Vec<_> = paths.filter(|path| one.get(*path) != other.get(*path)).cloned().collect();
    list.dedup();
    list.truncate(5);
    list.iter().map(|path| format!("{path}:\n{:?}\n{:?}", one.get(path), other.get(path))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_keys_changes_nothing(seed: u64) {
        for (path, text) in sound() {
            let value: Value = serde_yaml::from_str(&text).expect("fixtures are YAML");
            let mut seed = seed;
            let other = serde_yaml::to_string(&shuffled(value, &mut seed)).expect("a value can be printed");
            let different = differences(&render(&text), &render(&other));
            prop_assert!(different.is_empty(), "{path}: {different:#?}\n{other}");
        }
    }
}

#[test]
fn comments_change_nothing() {
    for (path, text) in sound() {
        let commented: String = text.lines().flat_map(|line| ["# a comment\n", line, "\n"]).collect();
        assert_eq!(differences(&render(&text), &render(&commented)), [""; 0], "{path}");
    }
}

/// The strongest edit to another environment is to take it out.
#[test]
fn another_environment_changes_nothing() {
    let mut tried = 0;
    for (path, text) in sound() {
        let value: Value = serde_yaml::from_str(&text).expect("fixtures are YAML");
        let environments = value["environments"].as_mapping().expect("fixtures have environments").clone();
        if environments.len() < 2 {
            continue;
        }
        let whole = render(&text);
        for (name, environment) in environments {
            let mut alone = value.clone();
            let only: Mapping = std::iter::once((name.clone(), environment)).collect();
            alone["environments"] = Value::Mapping(only);
            let prefix = format!("{}/", name.as_str().expect("names are text"));
            let here: BTreeMap<_, _> =
                whole.clone().into_iter().filter(|(file, _)| file.starts_with(&prefix)).collect();
            let rendered = render(&serde_yaml::to_string(&alone).expect("a value can be printed"));
            assert_eq!(differences(&here, &rendered), [""; 0], "{path}: {prefix}");
            tried += 1;
        }
    }
    assert!(tried >= 4, "fixtures with several environments are missing");
}

/// A service's own settings are its own: changing one touches no other service's entry.
#[test]
fn an_edit_to_one_service_stays_there() {
    let (_, text) = sound().into_iter().find(|(path, _)| path.ends_with("wish-with-me")).expect("a fixture");
    let edited = text.replace("DEBUG: ${vars.debug}", "DEBUG: ${vars.debug}\n      EXTRA: more");
    assert_ne!(text, edited);
    let (before, after) = (render(&text), render(&edited));
    let changed: Vec<_> =
        before.keys().filter(|path| before[*path] != after[*path]).map(String::as_str).collect();
    assert_eq!(
        changed,
        [
            "development/env/wish-with-me-development/core-api.env",
            "development/manifest.json",
            "production/ubuntu/env/wish-with-me-production/core-api.env",
            "production/ubuntu/manifest.json",
        ]
    );
}
