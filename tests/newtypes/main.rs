//! Every newtype at its edges: what it takes, what it refuses, and that the schema says the same.

mod amounts;
mod names;
mod network;
mod reading;
mod templates;
mod things;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specc::diagnostic::{Diagnostics, Invalid};
use specc::source::{SourceId, Sources, Span, Spanned};
use specc::spec::names::*;
use specc::spec::template::{CommandLine, Field, Target, Template, TemplatePiece, locate};
use specc::spec::values::*;
use specc::syntax::yaml::parse;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// What the schema cannot say, by the words of the refusal.
const BEYOND_SCHEMA: &str = "runs backwards";

/// One newtype: its reader, and its schema.
struct Subject<T> {
    schema: jsonschema::Validator,
    kind: std::marker::PhantomData<T>,
}

impl<T> Subject<T>
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    fn new() -> Self {
        let schema = schema_for!(T);
        let schema = jsonschema::validator_for(schema.as_value()).expect("the schema is one");
        Self { schema, kind: std::marker::PhantomData }
    }

    fn agree(&self, text: &str) -> bool {
        let taken = T::from_str(text);
        if let Err(refusal) = &taken {
            let help = refusal.help.as_deref().unwrap_or_default();
            assert!(
                !help.is_empty() && !help.ends_with('.'),
                "{text:?} is refused without help: {refusal:?}"
            );
            assert!(!refusal.message.ends_with('.'), "{refusal:?}");
            if refusal.message.contains(BEYOND_SCHEMA) || help.contains(BEYOND_SCHEMA) {
                return false;
            }
        }
        let value = Value::String(text.to_owned());
        let valid = self.schema.is_valid(&value);
        assert_eq!(
            valid,
            taken.is_ok(),
            "{}: schema and reader differ over {text:?}: {taken:?}",
            T::schema_name()
        );
        let read = serde_json::from_value::<T>(value);
        assert_eq!(read.is_ok(), taken.is_ok(), "{text:?}: {read:?}");
        if let Ok(taken) = &taken {
            assert_eq!(
                T::from_str(&taken.to_string()).as_ref(),
                Ok(taken),
                "{text:?} is displayed as {taken}"
            );
        }
        taken.is_ok()
    }

    fn json(&self, value: &Value) -> bool {
        let read = serde_json::from_value::<T>(value.clone());
        assert_eq!(
            self.schema.is_valid(value),
            read.is_ok(),
            "{}: schema and reader differ over {value}: {read:?}",
            T::schema_name()
        );
        read.is_ok()
    }
}

/// Texts that must be taken and refused, and everything that is nearly one of them.
fn texts<T>(accepted: &[&str], refused: &[&str])
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    let subject = Subject::<T>::new();
    for text in accepted {
        assert!(subject.agree(text), "{} refuses {text:?}: {:?}", T::schema_name(), T::from_str(text));
    }
    for text in refused.iter().chain(&["", " ", "\n", "\0", "a b", "日本", "${x}"]) {
        let free = ["Line", "HeaderValue", "Template", "CommandLine"].contains(&T::schema_name().as_ref());
        assert!(
            !subject.agree(text) || (free && !refused.contains(text)),
            "{} takes {text:?}",
            T::schema_name()
        );
    }
    let seeds: Vec<String> = accepted.iter().chain(refused).map(|text| (*text).to_owned()).collect();
    let parts = prop_oneof![
        3 => proptest::sample::select("abzAZ019.-_:/@*,+=~%$\"'\\ \t\n\u{7f}é#?&;kKmMgGihds".chars().collect::<Vec<_>>())
            .prop_map(String::from),
        1 => proptest::sample::select(seeds.clone()),
    ];
    let edit = (any::<prop::sample::Index>(), 0..3_usize, parts);
    let near = (proptest::sample::select(seeds), proptest::collection::vec(edit, 0..4));
    let mut runner = TestRunner::new(Config {
        cases: Config::default().cases.max(500),
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&near, |(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, drop, part) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + drop).min(chars.len());
            chars.splice(at..end, part.chars());
        }
        subject.agree(&chars.into_iter().collect::<String>());
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{}: {failure}", T::schema_name()));
}

/// Values that are not text.
fn values<T>(accepted: &[Value], refused: &[Value])
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    let subject = Subject::<T>::new();
    for value in accepted {
        assert!(subject.json(value), "{} refuses {value}", T::schema_name());
    }
    let never = [json!(null), json!(true), json!(-1), json!([]), json!({})];
    for value in refused.iter().chain(never.iter().filter(|value| {
        !accepted.contains(value) && !["Template", "CommandLine"].contains(&T::schema_name().as_ref())
    })) {
        assert!(!subject.json(value), "{} takes {value}", T::schema_name());
    }
}

fn repeat(text: &str, times: usize) -> String {
    text.repeat(times)
}
