//! How the repository is linted: levels of rules, what is left out, which files belong to which environment.

use crate::diagnostic::{Invalid, Severity};
use crate::source::Spanned;
use crate::spec::names::EnvironmentName;
use crate::spec::values::define::{readable, refuse, text_types};
use crate::syntax::yaml::{List, Map};
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;
use std::fmt;

/// How `specc lint` looks at the repository. Without a spec, `specc-lint.yaml` beside `.git` says the same.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lint {
    /// Levels of rules, by name, where they are not what `specc rules` shows: `error`, `warning`, `info`, or `allow` for
    /// rules that are not wanted.
    #[serde(default)]
    pub rules: Map<RuleName, Spanned<Level>>,
    /// Files and directories that are not looked at, as in a `.dockerignore`: `examples`, `**/*.bak`.
    #[serde(default)]
    pub exclude: List<Spanned<PathPattern>>,
    /// The environment of files whose names do not say it, by pattern: `deploy/blue/**: production`.
    #[serde(default)]
    pub environments: Map<PathPattern, Spanned<EnvironmentName>>,
}

text_types! {
    /// The name of a lint rule: `port-collision`.
    RuleName text "the name of a rule", rule_name, "^(?!.{65})[a-z](-?[a-z0-9])*$";
    /// A pattern for paths from the root of the repository: `*` for anything in a name, `**` for any directories.
    PathPattern text "a pattern for paths", path_pattern, r"^(?!.{1025})[^\s/!#][^\n\r]*$";
}

fn rule_name(text: &str) -> Result<String, Invalid> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let words = text.split('-').all(|word| !word.is_empty());
    if words && text.len() <= 64 && text.chars().all(fits) && text.starts_with(|c: char| !c.is_ascii_digit())
    {
        return Ok(text.to_owned());
    }
    Err(refuse(text, "the name of a rule").help("`specc rules` lists them"))
}

fn path_pattern(text: &str) -> Result<String, Invalid> {
    let first = |c: char| !c.is_whitespace() && !"/!#".contains(c);
    if text.starts_with(first) && text.chars().count() <= 1024 && !text.contains(['\n', '\r']) {
        return Ok(text.to_owned());
    }
    let help = "write it from the root of the repository, without a slash at its beginning: `examples/**`";
    Err(refuse(text, "a pattern for paths").help(help))
}

/// How bad findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Findings are not reported.
    Allow,
    /// Findings are this bad.
    At(Severity),
}

impl Level {
    /// Reads a level.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "allow" => Ok(Self::Allow),
            "info" => Ok(Self::At(Severity::Info)),
            "warning" => Ok(Self::At(Severity::Warning)),
            "error" => Ok(Self::At(Severity::Error)),
            _ => Err(refuse(text, "a level").help("write `error`, `warning`, `info` or `allow`")),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Allow => "allow",
            Self::At(severity) => severity.name(),
        })
    }
}

readable!(
    Level,
    text,
    "a level",
    "How bad findings of a rule are; `allow` leaves them out.",
    json_schema!({ "enum": ["error", "warning", "info", "allow"] })
);
