//! The schema with which the installed Compose validates files, out of its program.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::yaml::Yaml;
use crate::support::programs;

/// Compose's JSON schema.
pub struct Schema(Value);

/// The schema in the program. `None` if the test must be skipped.
pub fn of_compose() -> Option<Schema> {
    let program = fs::read(programs::compose_alone()?).expect("the program of Compose");
    let id = b"\"$id\": \"compose_spec.json\"";
    let at = program.windows(id.len()).position(|window| window == id).expect("Compose holds its schema");
    let start = program[..at].iter().rposition(|byte| *byte == b'{').expect("the schema has a beginning");
    let schema = serde_json::Deserializer::from_slice(&program[start..]).into_iter().next();
    Some(Schema(schema.expect("the schema has an end").expect("the schema is JSON")))
}

impl Schema {
    /// Every key, by its path: `services/*/build/context`.
    pub fn keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        self.list(&self.0, "", &mut keys);
        keys
    }

    fn list(&self, schema: &Value, path: &str, keys: &mut BTreeSet<String>) {
        for schema in self.branches(schema) {
            for (key, schema) in entries(schema, "properties") {
                keys.insert(format!("{path}{key}"));
                self.list(schema, &format!("{path}{key}/"), keys);
            }
            for (pattern, schema) in entries(schema, "patternProperties") {
                if pattern != "^x-" {
                    self.list(schema, &format!("{path}*/"), keys);
                }
            }
            if let Some(items) = schema.get("items") {
                self.list(items, path, keys);
            }
        }
    }

    /// Adds the keys of a tree that the schema knows.
    pub fn keys_in(&self, tree: &Yaml, keys: &mut BTreeSet<String>) {
        self.walk(&self.0, tree, "", keys);
    }

    fn walk(&self, schema: &Value, tree: &Yaml, path: &str, keys: &mut BTreeSet<String>) {
        for schema in self.branches(schema) {
            match tree {
                Yaml::Map(_) => {
                    for (key, schema) in entries(schema, "properties") {
                        if let Some(value) = tree.get(key) {
                            keys.insert(format!("{path}{key}"));
                            self.walk(schema, value, &format!("{path}{key}/"), keys);
                        }
                    }
                    self.walk_free(schema, tree, path, keys);
                }
                Yaml::List(items) => {
                    for item in items {
                        self.walk(schema.get("items").unwrap_or(&Value::Null), item, path, keys);
                    }
                }
                Yaml::Tagged(_, value) => self.walk(schema, value, path, keys),
                Yaml::Plain(_) | Yaml::Quoted(_) => {}
            }
        }
    }

    /// Keys that are names.
    fn walk_free(&self, schema: &Value, tree: &Yaml, path: &str, keys: &mut BTreeSet<String>) {
        let Yaml::Map(tree) = tree else { return };
        for (_, schema) in entries(schema, "patternProperties").filter(|(pattern, _)| *pattern != "^x-") {
            for (_, value) in tree {
                self.walk(schema, value, &format!("{path}*/"), keys);
            }
        }
    }

    /// The schema itself, or what it refers to, or what it may be one of.
    fn branches<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.0.pointer(name.trim_start_matches('#')).expect("what the schema refers to");
            return self.branches(target);
        }
        let choices = ["oneOf", "anyOf"].iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
        std::iter::once(schema).chain(choices.flat_map(|choice| self.branches(choice))).collect()
    }
}

fn entries<'a>(schema: &'a Value, word: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    schema
        .get(word)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}
