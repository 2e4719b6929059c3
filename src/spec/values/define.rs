//! What every newtype of the spec has in common: how it is read, and what the schema says of it.

use crate::diagnostic::Invalid;
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A type that is read from one scalar.
pub(crate) trait Readable: Sized {
    /// What is expected where one stands: "a port".
    const EXPECTED: &'static str;

    /// The value that `text` stands for.
    fn read(text: &str) -> Result<Self, Invalid>;
}

/// Reads a value that is text in YAML: a number or `true` in its place is of the wrong type.
pub(crate) fn text<'de, D: Deserializer<'de>, T: Readable>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(Scalar(Takes::Text, PhantomData))
}

/// The name by which our YAML reader hands over a scalar as it is written, so that `1.10` and `0123` keep every letter.
const AS_WRITTEN: &str = "$specc::Text";

/// Reads a value whose plain form may be a number in YAML, such as a port.
pub(crate) fn scalar<'de, D: Deserializer<'de>, T: Readable>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(AS_WRITTEN, Scalar(Takes::Numbers, PhantomData))
}

/// Reads a value that is text, whatever YAML takes it for: `true` is the word.
pub(crate) fn verbatim<'de, D: Deserializer<'de>, T: Readable>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(AS_WRITTEN, Scalar(Takes::Everything, PhantomData))
}

struct Scalar<T>(Takes, PhantomData<T>);

/// What a value may be in YAML.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Takes {
    Text,
    Numbers,
    Everything,
}

impl<T: Readable> Scalar<T> {
    fn number<E: Error>(&self, number: &impl ToString, unexpected: Unexpected<'_>) -> Result<T, E> {
        if self.0 >= Takes::Numbers {
            T::read(&number.to_string()).map_err(E::custom)
        } else {
            Err(E::invalid_type(unexpected, self))
        }
    }
}

impl<'de, T: Readable> Visitor<'de> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        if self.0 == Takes::Everything {
            T::read(if value { "true" } else { "false" }).map_err(E::custom)
        } else {
            Err(E::invalid_type(Unexpected::Bool(value), &self))
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.number(&number, Unexpected::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.number(&number, Unexpected::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.number(&number, Unexpected::Float(number))
    }

    /// Other readers than ours do not know the name, and have no text as written.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Makes a type that has `parse` and `Display` readable by serde, with its part of the schema beside it, so that the
/// two are seen together. `text` refuses YAML's numbers, `scalar` takes them as they
/// are written, and `verbatim` takes `true` and `false` too.
macro_rules! readable {
    ($name:ident, $how:ident, $expected:literal, $description:expr, $schema:expr) => {
        impl $crate::spec::values::define::Readable for $name {
            const EXPECTED: &'static str = $expected;

            fn read(text: &str) -> Result<Self, $crate::diagnostic::Invalid> {
                Self::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::spec::values::define::$how(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema: schemars::Schema = $schema;
                schema.insert("description".into(), $description.into());
                schema
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::diagnostic::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    };
}

/// Declares newtypes of a string: each is what its `check` makes of the text, and `pattern` is the same rule for the
/// schema.
macro_rules! text_types {
    ($($(#[doc = $doc:literal])+ $name:ident $how:ident $expected:literal, $check:expr, $pattern:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Reads ", $expected, ".")]
            pub fn parse(text: &str) -> Result<Self, $crate::diagnostic::Invalid> {
                let check: fn(&str) -> Result<String, $crate::diagnostic::Invalid> = $check;
                check(text).map(Self)
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The pattern of its texts, from `^` to `$`.
            pub fn pattern() -> String {
                String::from($pattern)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        $crate::spec::values::define::readable!(
            $name, $how, $expected, concat!($($doc),+).trim_ascii(),
            $crate::spec::values::define::schema::$how(&Self::pattern())
        );
    )+};
}

pub(crate) use {readable, text_types};

/// The words that are no text in YAML. They are refused where numbers are taken as they are written, since the text no
/// longer tells what it was: `version: true` is a mistake.
pub(crate) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// The same words, for the beginning of a pattern.
pub(crate) const NO_BOOLEAN: &str = "(?!(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$)";

/// The schemas of the two ways to read, by their names.
pub(crate) mod schema {
    use schemars::{Schema, json_schema};

    /// Text that matches `pattern`.
    pub(crate) fn text(pattern: &str) -> Schema {
        json_schema!({ "type": "string", "pattern": pattern })
    }

    /// Text that matches `pattern`, or a number, whose digits do.
    pub(crate) fn scalar(pattern: &str) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "pattern": pattern },
                { "type": "number", "minimum": 0, "maximum": 1_000_000_000_000_000_u64 },
            ]
        })
    }
}

/// A value as a message quotes it: on one line, and not for pages.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { '�' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// "`x` is not a port", or "an empty text is not a port".
pub(crate) fn refuse(text: &str, what: &str) -> Invalid {
    if text.is_empty() {
        Invalid::new(format!("an empty text is not {what}"))
    } else {
        Invalid::new(format!("{} is not {what}", quoted(text)))
    }
}

/// The refusal of a text in which one character is out of place, if there is one for which `allowed` is false.
pub(crate) fn stray(text: &str, what: &str, allowed: impl Fn(char) -> bool) -> Option<Invalid> {
    let stray = text.chars().find(|c| !allowed(*c))?;
    let name = match stray {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' => "a line break".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    };
    Some(Invalid::new(format!("{} is not {what}: it contains {name}", quoted(text))))
}
