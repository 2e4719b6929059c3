//! `specc explain`: what a rule is about.

use super::{Output, Status, codes};
use crate::diagnostic::{Diagnostic, suggestion};
use crate::rules;
use clap::Args;

/// Explain a lint rule: what it finds, why it hurts, an example and its fix
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's name, as findings show it in brackets
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Explain {
    pub(super) fn run(&self, output: &Output) -> Status {
        // As it is copied from a report: `error[port-collision]`.
        let name = self.rule.rsplit('[').next().unwrap_or_default().trim_end_matches(']');
        if let Some(rule) = rules::find(name) {
            let code = rule.code;
            output.print(&format!(
                "# {} ({})\n\n{}\n\n{}",
                code.name,
                code.severity.name(),
                code.summary,
                rule.docs()
            ));
            return Status::Clean;
        }
        let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.code.name).collect();
        let near = crate::diagnostic::nearest(name, names.iter().copied());
        let help = near.and_then(|near| suggestion(name, &[near]));
        output.fail(
            &Diagnostic::new(&codes::UNKNOWN_RULE, format!("there is no rule `{name}`"))
                .help(help.unwrap_or_else(|| "`specc rules` lists them".to_owned())),
        )
    }
}
