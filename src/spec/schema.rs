//! The JSON schema of a spec, which editors read.

use super::model::Spec;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::{Value, json};

/// Where an environment says in what it differs.
const OVERRIDES: [&str; 3] = ["services", "sites", "jobs"];
/// How references to definitions begin.
const DEFINITIONS: &str = "#/definitions/";

/// The schema in draft-07, the newest that every editor reads. It takes what [`read`](super::read) takes, with one
/// exception: it cannot know whether an override has something to override, and so asks it for no key.
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Spec>();
    relax_overrides(&mut schema);
    nullable(&mut schema);
    // A place for anchors.
    schema.insert("patternProperties".to_owned(), json!({ "^x-": {} }));
    schema
}

/// Gives the overrides of environments definitions of their own, in which nothing is required and anything may be null.
fn relax_overrides(schema: &mut Schema) {
    let Some(Value::Object(definitions)) = schema.get_mut("definitions") else { return };
    let Some(environment) = definitions.get_mut("EnvironmentSpec") else { return };
    let mut wanted = Vec::new();
    for section in OVERRIDES {
        let values = &mut environment["properties"][section];
        relax(values, &mut wanted);
    }
    while let Some(name) = wanted.pop() {
        let relaxed = format!("{name}Override");
        if definitions.contains_key(&relaxed) {
            continue;
        }
        let Some(mut definition) = definitions.get(&name).cloned() else { continue };
        relax(&mut definition, &mut wanted);
        definitions.insert(relaxed, definition);
    }
}

/// Makes a schema ask for nothing, and refer to definitions that ask for nothing, whose names it adds to `wanted`.
fn relax(schema: &mut Value, wanted: &mut Vec<String>) {
    match schema {
        Value::Object(keys) => {
            // `{ name: … }` or `{ external: … }` is told apart by what is required.
            if keys.get("required").is_some_and(Value::is_array) && keys.contains_key("properties") {
                keys.shift_remove("required");
            }
            for (key, value) in keys.iter_mut() {
                match (key.as_str(), &mut *value) {
                    ("$ref", Value::String(path)) => {
                        if let Some(name) = path.strip_prefix(DEFINITIONS) {
                            wanted.push(name.to_owned());
                            path.push_str("Override");
                        }
                    }
                    ("patternProperties", Value::Object(values)) => {
                        values.values_mut().for_each(|value| {
                            relax(value, wanted);
                            if !allows_null(value) {
                                allow_null(value);
                            }
                        });
                    }
                    _ => relax(value, wanted),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| relax(item, wanted)),
        _ => {}
    }
}

/// The reader takes a key without a value for an absent one, so whatever may be left out may be null.
fn nullable(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required =
        |name: &str| required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let optional = properties.iter_mut().filter(|(name, _)| !is_required(name));
        for (_, property) in optional.filter(|(_, property)| !allows_null(property)) {
            allow_null(property);
        }
    }
    transform_subschemas(&mut nullable, schema);
}

fn allows_null(schema: &Value) -> bool {
    schema["type"] == "null"
        || schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == "null"))
        || schema["anyOf"].as_array().is_some_and(|forms| forms.iter().any(allows_null))
}

/// Wraps a schema, but leaves what editors show of it outside.
fn allow_null(property: &mut Value) {
    let mut inner = property.take();
    let mut outer = json!({});
    for shown in ["description", "default"] {
        if let Some(value) = inner.as_object_mut().and_then(|inner| inner.shift_remove(shown)) {
            outer[shown] = value;
        }
    }
    outer["anyOf"] = json!([inner, { "type": "null" }]);
    *property = outer;
}
