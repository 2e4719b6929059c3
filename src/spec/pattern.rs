//! Patterns of names: literal text with placeholders such as `{project}`.

use crate::diagnostic::Invalid;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

/// A pattern of names: lower-case letters, digits, `-`, `_` and `.` around `{project}`, `{environment}`, `{service}`,
/// `{volume}` and `{network}`.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String", extend("pattern" = r"^([a-z0-9_.-]|\{(project|environment|service|volume|network)\})+$"))]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

/// A placeholder of a [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `{project}`
    Project,
    /// `{environment}`
    Environment,
    /// `{service}`
    Service,
    /// `{volume}`
    Volume,
    /// `{network}`
    Network,
}

impl Field {
    const ALL: [Self; 5] = [Self::Project, Self::Environment, Self::Service, Self::Volume, Self::Network];

    /// The word between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Service => "service",
            Self::Volume => "volume",
            Self::Network => "network",
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When a brace is not closed, a placeholder is unknown, or a character cannot stand in a name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('{') {
                let (word, after) = inside.split_once('}').ok_or_else(|| {
                    Invalid::new(format!("`{text}` opens a brace that it does not close"))
                        .help("write a placeholder as `{service}`")
                })?;
                let field = Field::ALL.into_iter().find(|field| field.name() == word).ok_or_else(|| {
                    Invalid::new(format!("`{{{word}}}` is no placeholder of a name"))
                        .help("use `{project}`, `{environment}`, `{service}`, `{volume}` or `{network}`")
                })?;
                parts.push(Part::Field(field));
                rest = after;
            } else {
                let end = rest.find('{').unwrap_or(rest.len());
                let (literal, after) = rest.split_at(end);
                let fits =
                    |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
                if let Some(wrong) = literal.chars().find(|c| !fits(*c)) {
                    return Err(Invalid::new(format!("`{wrong}` cannot stand in a name"))
                        .help("use lower-case letters, digits, `-`, `_` and `.` around the placeholders"));
                }
                parts.push(Part::Text(literal.to_owned()));
                rest = after;
            }
        }
        if parts.is_empty() {
            return Err(Invalid::new("a pattern of names cannot be empty")
                .help("for instance `{project}-{environment}`"));
        }
        Ok(Self(parts))
    }

    /// Whether the placeholder occurs.
    pub fn mentions(&self, field: Field) -> bool {
        self.0.contains(&Part::Field(field))
    }

    /// The placeholders that occur.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Field(field) => Some(*field),
            Part::Text(_) => None,
        })
    }

    /// The name that the pattern makes with the values that `value` gives.
    pub fn fill<'a>(&'a self, value: impl Fn(Field) -> &'a str) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Field(field) => value(*field),
            })
            .collect()
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}
