//! Rendered deployments that their spec has left behind.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Output, Repository};

rule! {
    /// Rendered files are not what the spec gives now.
    ///
    /// ## What
    /// Compiles the spec and compares what it gives with what stands in `deploy/` beside it, as `specc render --check`
    /// does. Environments that were never rendered are left alone, and so is output in other directories. What somebody
    /// edited by hand is `generated-file-edited`. A newer specc may give other files for the same spec: that is reported, too.
    ///
    /// ## Why
    /// What is deployed is the rendered files. A spec that says something else documents a system that does not run, and the
    /// next render brings every forgotten change at once.
    ///
    /// ## Example
    /// ```console
    /// $ git show --stat
    ///  specc.yaml | 1 +          # a route more, and nothing below deploy/
    /// ```
    ///
    /// ## Fix
    /// ```console
    /// $ specc render
    /// $ git add specc.yaml deploy
    /// ```
    /// In CI, `specc render --check` keeps it so.
    pub STALE_OUTPUT = Error "stale-output";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let stale = facts.outputs.iter().filter(|output| output.stale);
    findings.extend(stale.map(finding));
}

fn finding(output: &Output) -> Diagnostic {
    let message = format!("`{}` is not what the spec gives now", output.directory.display());
    Diagnostic::new(&STALE_OUTPUT, message)
        .at(output.manifest, "rendered from an earlier spec")
        .help("Run `specc render` and commit what it writes; `specc render --diff` shows it first")
}
