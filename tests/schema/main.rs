//! The schema takes what the reader takes: near misses of specs, judged by both.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use specc::diagnostic::Diagnostics;
use specc::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Values of every kind, each right in some places.
const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "My_App",
    "web",
    "secrets",
    "postgres",
    "8000",
    "8000-8001",
    "0",
    "1s",
    "0s",
    "10",
    "1.27",
    "2G",
    "16-alpine",
    "0.5",
    "/opt/x",
    "./x",
    "x/y",
    "../x",
    "/a b",
    "example.com",
    "203.0.113.1",
    "10.0.0.0/8",
    "a:1",
    "$",
    "${secrets.a}",
    "${x}",
    "a 'b",
    "10r/s",
    "none",
    "off",
    "letsencrypt",
    "host",
    "service",
    "tcp",
    "web.api",
    "web.host",
    "postgres.data",
    "A_B",
    "X-Y",
    "0 2 * * *",
    "{service}",
    "{x}",
    "./x/y/",
    "././x",
    "./..",
    "/",
    "b-b",
    "/a/../b",
    "xx.",
    "a.b-c",
    "db.x",
    "platform_db",
    "A",
    "true",
    "healthy",
    "curl",
    "aof",
    "a@b.example",
    "never",
];

fn values() -> Vec<Value> {
    let mut values: Vec<Value> = TEXTS.iter().copied().map(Value::from).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(80),
        json!(1.5),
        json!(70000),
    ]);
    values.extend([json!([]), json!({}), json!(["web"]), json!({ "web": "a" }), json!({ "to": "web" })]);
    values
}

/// What the reader says of the shape of a document; what it says of its meaning is no concern of the schema.
fn said(document: &Value) -> Vec<String> {
    let text = document.to_string();
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let source = sources.add("specc.yaml", text.as_str());
    let _ = specc::spec::read(source, &text, &mut diagnostics);
    let of_shape = diagnostics.iter().filter(|diagnostic| {
        specc::syntax::codes::ALL.contains(&diagnostic.code) || diagnostic.code.name == "empty-spec"
    });
    of_shape.map(|diagnostic| format!("{}: {}", diagnostic.code.name, diagnostic.message)).collect()
}

/// The real specs of the fixtures, and one that uses every key.
fn bases() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let specs = std::fs::read_dir(root.join("fixtures/specs")).expect("the fixtures are there");
    let mut paths: Vec<_> = specs.map(|entry| entry.expect("it is read").path().join("specc.yaml")).collect();
    paths.retain(|path| path.exists());
    paths.push(root.join("tests/schema/full.yaml"));
    let read = |path| {
        let text = std::fs::read_to_string(path).expect("it is read");
        let mut value: serde_yaml::Value = serde_yaml::from_str(&text).expect("it is YAML");
        // JSON, in which cases are compared, has no merge keys.
        value.apply_merge().expect("merge keys merge");
        serde_json::to_value(value).expect("it is JSON")
    };
    paths.into_iter().map(read).collect()
}

/// Every key that the schema knows, and texts that are keys in some places.
fn keys(schema: &Value) -> Vec<String> {
    fn gather(node: &Value, keys: &mut BTreeSet<String>) {
        match node {
            Value::Object(map) => {
                keys.extend(
                    map.get("properties")
                        .and_then(Value::as_object)
                        .into_iter()
                        .flat_map(|all| all.keys().cloned()),
                );
                map.values().for_each(|value| gather(value, keys));
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, keys)),
            _ => {}
        }
    }
    let mut keys = TEXTS.iter().copied().map(String::from).collect();
    gather(schema, &mut keys);
    keys.into_iter().collect()
}

fn count(node: &Value) -> usize {
    1 + match node {
        Value::Object(map) => map.values().map(count).sum::<usize>(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// The node with this number, counted from the root.
fn node<'v>(root: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(root);
    }
    *number -= 1;
    match root {
        Value::Object(map) => map.values_mut().find_map(|value| node(value, number)),
        Value::Array(items) => items.iter_mut().find_map(|item| node(item, number)),
        _ => None,
    }
}

/// Drops the nulls of overrides: whether there is something for them to remove, the schema cannot see.
fn drop_removals(document: &mut Value) {
    fn prune(node: &mut Value) {
        match node {
            Value::Object(map) => {
                map.retain(|_, value| !value.is_null());
                map.values_mut().for_each(prune);
            }
            Value::Array(items) => items.iter_mut().for_each(prune),
            _ => {}
        }
    }
    let Some(environments) = document.get_mut("environments").and_then(Value::as_object_mut) else { return };
    for environment in environments.values_mut() {
        for section in ["services", "sites", "jobs"] {
            environment.get_mut(section).into_iter().for_each(prune);
        }
    }
}

#[derive(Clone, Debug)]
struct Edit {
    base: Index,
    node: Index,
    key: Index,
    value: Index,
    how: u8,
}

fn edits() -> impl Strategy<Value = Edit> {
    let parts = (any::<Index>(), any::<Index>(), any::<Index>(), any::<Index>(), 0..9_u8);
    parts.prop_map(|(base, node, key, value, how)| Edit { base, node, key, value, how })
}

impl Edit {
    fn apply(&self, node: &mut Value, keys: &[String], values: &[Value]) {
        let value = self.value.get(values).clone();
        match (self.how, &mut *node) {
            (0 | 1, Value::Object(map)) if !map.is_empty() => {
                let old = map.keys().nth(self.value.index(map.len())).cloned().unwrap_or_default();
                let removed = map.shift_remove(&old).unwrap_or_default();
                if self.how == 0 {
                    map.insert(self.key.get(keys).clone(), removed);
                }
            }
            (2..=5, Value::Object(map)) => drop(map.insert(self.key.get(keys).clone(), value)),
            (6, Value::Array(items)) => items.push(value),
            _ => *node = value,
        }
    }
}

/// Takes `CASES` from the environment for a longer search.
#[test]
fn schema_and_reader_agree() {
    let schema = specc::spec::schema::schema();
    let (keys, values, bases) = (keys(schema.as_value()), values(), bases());
    let schema = jsonschema::validator_for(schema.as_value()).expect("the schema is one");
    for base in &bases {
        assert_eq!(said(base), Vec::<String>::new(), "{}", base["project"]);
        let errors: Vec<_> = schema.iter_errors(base).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", base["project"]);
    }
    let cases = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let mut differences = BTreeMap::new();
    let mut valid_ones = 0;
    for _ in 0..cases {
        let edit = edits().new_tree(&mut runner).expect("an edit").current();
        let mut document = edit.base.get(&bases).clone();
        let mut number = edit.node.index(count(&document));
        if let Some(node) = node(&mut document, &mut number) {
            edit.apply(node, &keys, &values);
        }
        if schema.is_valid(&document) != said(&document).is_empty() {
            drop_removals(&mut document);
        }
        let (valid, said) = (schema.is_valid(&document), said(&document));
        valid_ones += usize::from(valid);
        // What an override lacks may stand in what it overrides, which the schema cannot see.
        let lacking = valid && said.iter().all(|words| words.starts_with("missing-key"));
        if valid != said.is_empty() && !lacking {
            let error = schema
                .iter_errors(&document)
                .next()
                .map(|error| format!("{error} at {}", error.schema_path()));
            differences.entry(format!("schema: {error:?}; reader: {said:?}")).or_insert(edit);
        }
    }
    assert!(
        valid_ones * 10 > cases && valid_ones * 10 < cases * 9,
        "{valid_ones} of {cases} are valid: edit otherwise"
    );
    assert!(differences.is_empty(), "schema and reader differ: {differences:#?}");
}

/// What editors are given is what this version of the language says. `tests/run --bless schema` writes it.
#[test]
fn the_published_schema_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/specc.schema.json");
    let current = specc::cli::compile::schema();
    if std::env::var_os("SPECC_BLESS").is_some() {
        std::fs::write(&path, &current).expect("the schema can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == current, "{} is not what `specc schema` prints", path.display());
}
