//! `specc rules`: the list of lint rules.

use super::{Output, Status};
use crate::rules;
use clap::{Args, ValueEnum};
use serde_json::json;

/// List the lint rules
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to list them
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Form,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people: one line a rule
    Human,
    /// For programs: one JSON document
    Json,
}

impl Rules {
    pub(super) fn run(&self, output: &Output) -> Status {
        output.print(&match self.format {
            Form::Human => human(),
            Form::Json => json(),
        });
        Status::Clean
    }
}

fn human() -> String {
    let width = rules::ALL.iter().map(|rule| rule.code.name.len()).max().unwrap_or(0);
    let line = |rule: &&rules::Rule| {
        format!("{:width$}  {:7}  {}\n", rule.code.name, rule.code.severity.name(), rule.code.summary)
    };
    rules::ALL.iter().map(line).collect()
}

fn json() -> String {
    let one = |rule: &&rules::Rule| {
        json!({
            "name": rule.code.name,
            "severity": rule.code.severity.name(),
            "summary": rule.code.summary,
            "documentation": rule.docs(),
        })
    };
    let list: Vec<_> = rules::ALL.iter().map(one).collect();
    format!("{:#}\n", json!({ "version": 1, "rules": list }))
}
