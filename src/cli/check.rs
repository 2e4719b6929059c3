//! `specc check`: compile every environment, report, write nothing.

use super::compile::{self, Compiled};
use super::{Output, Status};
use crate::report::{Format, Report};
use clap::Args;
use std::mem::ManuallyDrop;

/// Compile every environment and report what is wrong, without writing anything
#[derive(Debug, Args)]
pub(super) struct Check {
    /// How to report: for people on standard error, everything else on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

impl Check {
    pub(super) fn run(&self, output: &Output) -> Status {
        // Freed by the end of the process, at once: piece by piece takes a tenth of the time of a large project.
        let compiled = ManuallyDrop::new(compile::compile());
        output.report(&report(&compiled), self.format);
        let status = Status::of(compiled.diagnostics.iter());
        if status == Status::Clean && self.format == Format::Human && !output.quiet {
            output.print(&summary(&compiled));
        }
        status
    }
}

/// Everything that compiling found.
pub(super) fn report(compiled: &Compiled) -> Report<'_> {
    let mut report = Report::new(&compiled.sources, compiled.diagnostics.sorted());
    report.read = compiled.read();
    report.deployments.clone_from(&compiled.seen);
    report
}

/// `shop: 2 environments, 14 containers: production, staging`.
fn summary(compiled: &Compiled) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let project = compiled.environments.first().map_or("specc", |environment| &environment.project);
    let containers = compiled.deployments().map(|deployment| deployment.containers.len()).sum();
    let names: Vec<&str> =
        compiled.environments.iter().map(|environment| environment.name.as_str()).collect();
    format!(
        "{project}: {} ({}), {}: no errors\n",
        count(names.len(), "environment"),
        names.join(", "),
        count(containers, "container"),
    )
}
