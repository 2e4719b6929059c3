//! How an image is built, what it runs, where its output goes.

use crate::diagnostic::Invalid;
use crate::forms;
use crate::source::Spanned;
use crate::spec::names::VariableName;
use crate::spec::template::Template;
use crate::spec::values::{ImageRepository, Line, RelativePath};
use crate::syntax::yaml::{List, Map, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::borrow::Cow;

/// How to build an image from this repository.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// The directory that is sent to the build. Required; `None` only where an override replaced the short form.
    pub context: Option<Spanned<RelativePath>>,
    /// The Dockerfile, relative to the context.
    pub dockerfile: Option<Spanned<RelativePath>>,
    /// The image's name without a tag.
    pub image: Option<Spanned<ImageRepository>>,
    /// The stage to build.
    pub target: Option<Spanned<Line>>,
    /// Build arguments; never a secret, since everybody who has the image can read them.
    pub args: Map<VariableName, Spanned<Template>>,
}

/// How to build an image, at length.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongBuild {
    /// The directory that is sent to the build, relative to the spec.
    context: Option<Spanned<RelativePath>>,
    /// The Dockerfile, relative to the context; `Dockerfile` where nothing is said.
    dockerfile: Option<Spanned<RelativePath>>,
    /// The image's name without a tag: the tag is the release. `<project>/<service>` where nothing is said.
    image: Option<Spanned<ImageRepository>>,
    /// The stage of the Dockerfile to build; the last one where nothing is said.
    target: Option<Spanned<Line>>,
    /// Build arguments. Never a secret: everybody who has the image can read them.
    #[serde(default)]
    args: Map<VariableName, Spanned<Template>>,
}

forms! {
    /// How to build an image: the directory that holds its Dockerfile, or more.
    Build = "a directory, or a mapping with `context`" {
        scalar: Spanned<RelativePath> => |context| Build { context: Some(context), ..Build::default() },
        mapping: LongBuild => |long| Build {
            context: long.context,
            dockerfile: long.dockerfile,
            image: long.image,
            target: long.target,
            args: long.args,
        },
    }
}

/// A command: words, each of which may hold references.
#[derive(Clone, Debug, PartialEq)]
pub struct Command(Vec<Spanned<Template>>);

impl Command {
    /// Its words.
    pub fn words(&self) -> &[Spanned<Template>] {
        &self.0
    }
}

/// A command as one line, split at spaces; quotes keep words together. Nothing in it is run by a shell.
#[derive(Clone, Debug)]
struct Line1(Vec<Template>);

impl<'de> Deserialize<'de> for Line1 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        let words = split(&text).map_err(D::Error::custom)?;
        let words =
            words.iter().map(|word| Template::parse(word).map_err(|error| D::Error::custom(error.invalid)));
        Ok(Self(words.collect::<Result<_, _>>()?))
    }
}

impl JsonSchema for Line1 {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CommandLine".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

forms! {
    /// A command: one line, split at spaces (quotes keep words together; no shell runs it), or a list of words.
    Command = "a command line, or a list of words" {
        scalar: Spanned<Line1> => |line| {
            Command(line.value.0.into_iter().map(|word| Spanned::new(word, line.span)).collect())
        },
        list: List<Spanned<Template>> => |words| Command(words.into_vec()),
    }
}

/// Splits a line into words as a shell would: at spaces, except inside quotes, with `\` before a character to keep it.
/// References stay whole, whatever stands in their brackets.
fn split(text: &str) -> Result<Vec<String>, Invalid> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (_, '$') if characters.peek() == Some(&'{') => {
                let word = word.get_or_insert_default();
                word.push(c);
                for inside in characters.by_ref() {
                    word.push(inside);
                    if inside == '}' {
                        break;
                    }
                }
            }
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if let Some(open) = quote {
        return Err(Invalid::new(format!("this command opens a quote ({open}) that it does not close"))
            .help("close it, or write the command as a list of words"));
    }
    if words.is_empty() {
        return Err(
            Invalid::new("a command has at least one word").help("write what to run, or leave the key out")
        );
    }
    Ok(words)
}

/// Where a container's output goes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoggingSpec {
    /// The engine's driver: `json-file`, `local`, `journald`, `none`, …
    pub driver: Spanned<Line>,
    /// The driver's options.
    #[serde(default)]
    pub options: Map<Line, Spanned<Text>>,
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_as_a_shell_does() {
        let words = |text| split(text).map_err(|invalid| invalid.message);
        assert_eq!(words("alembic upgrade head").unwrap(), ["alembic", "upgrade", "head"]);
        assert_eq!(words("a 'b c'  \"d 'e'\" f\\ g ''").unwrap(), ["a", "b c", "d 'e'", "f g", ""]);
        assert_eq!(words("x ${db.url(a, b=c)} y").unwrap(), ["x", "${db.url(a, b=c)}", "y"]);
        assert!(words("a 'b").is_err());
        assert!(words("  ").is_err());
    }
}
