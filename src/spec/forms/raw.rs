//! Raw Compose keys.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _, de::Unexpected};
use std::borrow::Cow;

/// Raw Compose keys, kept as they are written: a mapping whose values may be anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw(serde_yaml::Value);

impl Raw {
    /// The mapping.
    pub fn value(&self) -> &serde_yaml::Value {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_yaml::Value::deserialize(deserializer)?;
        if value.is_mapping() {
            return Ok(Self(value));
        }
        Err(D::Error::invalid_type(Unexpected::Other("no mapping"), &"a map"))
    }
}

impl JsonSchema for Raw {
    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "Raw Compose keys." })
    }
}
