//! How an image is built, what it runs, where its output goes.

use crate::forms;
use crate::source::Spanned;
use crate::spec::names::VariableName;
use crate::spec::template::{CommandLine, Template};
use crate::spec::values::{ImageRepository, Line, RelativePath};
use crate::syntax::yaml::{List, Map, Text};
use schemars::JsonSchema;
use serde::Deserialize;

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

forms! {
    /// A command: one line, split at spaces (quotes keep words together; no shell runs it), or a list of words.
    Command = "a command line, or a list of words" {
        scalar: Spanned<CommandLine> => |line| Command(CommandLine::spread(line)),
        list: List<Spanned<Template>> => |words| Command(words.into_vec()),
    }
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
