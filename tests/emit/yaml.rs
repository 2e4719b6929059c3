//! The printer's law: readers of YAML 1.1 and 1.2 take what it prints for the value that was printed.

use proptest::prelude::*;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value};
use specc::emit::yaml::print;

use crate::support::programs;
use crate::support::yaml_readers::assert_read_alike;
use crate::tricky::{TRICKY, samples, text, value};

proptest! {
    #[test]
    fn serde_yaml_reads_what_was_printed(value in value()) {
        let text = print(&value);
        prop_assert_eq!(serde_yaml::from_str::<Value>(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?, value);
        prop_assert!(text.ends_with('\n'));
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }
}

#[test]
fn pyyaml_reads_what_was_printed() {
    let mut values = samples(3000, value());
    values.extend(TRICKY.iter().map(|text| Value::from(*text)));
    values.extend(TRICKY.iter().map(|text| Value::from(vec![*text, *text])));
    values.extend(
        TRICKY.iter().map(|text| Value::from(Mapping::from_iter([(Value::from(*text), Value::from(*text))]))),
    );
    let texts: Vec<String> = values.iter().map(print).collect();
    assert_read_alike(texts.iter().map(String::as_str).zip(&values));
}

/// Compose reads with go-yaml. A map of strings of the file shows what it read.
#[test]
fn compose_reads_what_was_printed() {
    let Some(mut compose) = programs::compose() else { return };
    let mut texts: Vec<String> = TRICKY.iter().map(|text| (*text).to_owned()).collect();
    texts.extend(samples(2000, text()));
    let labels = texts
        .iter()
        .enumerate()
        .map(|(number, text)| (format!("k{number}").into(), text.replace('$', "$$").into()));
    let flow = TRICKY.iter().enumerate().map(|(number, text)| {
        (format!("f{number}").into(), Value::from(vec![Value::from("CMD"), text.replace('$', "$$").into()]))
    });
    let mut file = Mapping::new();
    file.insert("name".into(), "x".into());
    let mut services = Mapping::new();
    services.insert("a".into(), map([("image", "i".into()), ("labels", Value::Mapping(labels.collect()))]));
    for (key, words) in flow.collect::<Mapping>() {
        services.insert(key, map([("image", "i".into()), ("command", words)]));
    }
    file.insert("services".into(), Value::Mapping(services));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compose.yaml"), print(&Value::Mapping(file))).unwrap();

    let output = compose.current_dir(&folder).args(["config", "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let config: Json =
        serde_json::from_str(&String::from_utf8(output.stdout).unwrap().replace("$$", "$")).unwrap();
    for (number, text) in texts.iter().enumerate() {
        assert_eq!(config["services"]["a"]["labels"][format!("k{number}")], Json::from(text.as_str()));
    }
    for (number, text) in TRICKY.iter().enumerate() {
        assert_eq!(config["services"][format!("f{number}")]["command"][1], Json::from(*text));
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

#[test]
fn reads_as_if_written_by_hand() {
    let text = "\
services:
  web:
    image: nginx:1.27-alpine
    command: [nginx, -g, daemon off;]
    healthcheck:
      test: [CMD, curl, -sf, \"http://127.0.0.1:80/\"]
      retries: 3
    restart: \"no\"
    ports:
      - target: 80
        published: \"8080\"
        host_ip: 127.0.0.1
    environment:
      - A_RATHER_LONG_NAME_OF_A_VARIABLE=and a value of it that makes the line longer than a screen is wide
    labels: {}
    profiles: []
    matrix:
      - [a, b]
      -
        - c: d
          e: null
";
    let value: Value = serde_yaml::from_str(text).unwrap();
    assert_eq!(print(&value), text);
}

#[test]
fn tags_and_keys_that_are_no_strings_survive() {
    let text =
        "a: !reset null\nb: !override [1, {c: d}]\n1: 2\ntrue: x\n? [a, b]\n: c\n? {k: v}\n: - [[1]]\n";
    let value: Value = serde_yaml::from_str(text).unwrap();
    let printed = print(&value);
    assert_eq!(serde_yaml::from_str::<Value>(&printed).unwrap(), value, "{printed}");
}
