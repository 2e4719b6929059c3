//! Variables that are put in as nothing.

use super::support::Exported;
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, Reader, Repository, VariableUse};
use std::collections::BTreeMap;

rule! {
    /// A variable has no value, and Compose puts in nothing.
    ///
    /// ## What
    /// Reports `${NAME}` and `$NAME` without a default in a deployment whose env-files are all there and do not have it, those
    /// among them that a script exports before it calls Compose. In a port, a volume or an image it is an error.
    /// Examples and templates that nobody starts are left alone.
    ///
    /// ## Why
    /// Compose warns and goes on. A port `${PORT}:80` is then published on a random port of every address, an image
    /// `app:${TAG}` is refused, and an empty password is a password.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx:1.27
    ///     ports: ["${WEB_PORT}:80"]
    /// ```
    ///
    /// ## Fix
    /// Give it a value in the env-file; a default, `${WEB_PORT:-8080}`; or make Compose stop: `${WEB_PORT:?}`. For a `$` that
    /// the container's own shell should see, write `$$`.
    pub BLANK_VARIABLE = Warning "blank-variable";
}

/// What every shell has set: nobody writes these into env-files.
const OF_THE_SHELL: &[&str] = &["PWD", "HOME", "USER", "PATH", "HOSTNAME", "SHELL", "LOGNAME", "TMPDIR", "LANG", "TERM"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let own = facts.deployments.iter().filter(|deployment| !deployment.shown);
    for deployment in own.filter(|deployment| has_env_file(facts, deployment)) {
        let exported = Exported::by_scripts(facts, deployment);
        let mut blank: BTreeMap<&str, Vec<&VariableUse>> = BTreeMap::new();
        for used in deployment.variables.iter().filter(|used| used.operator.is_empty() && used.supply.is_nobody()) {
            if !OF_THE_SHELL.contains(&used.name.as_str()) && !exported.may_give(&used.name) {
                blank.entry(&used.name).or_default().push(used);
            }
        }
        for uses in blank.into_values() {
            report(facts, deployment, &uses, findings);
        }
    }
}

/// Whether the repository holds what Compose reads variables from: where it holds nothing, they come from elsewhere, and so
/// they do where it holds the settings of another program alone.
fn has_env_file(facts: &Repository, deployment: &Deployment) -> bool {
    let mut own = deployment.env_files.iter().filter(|file| file.reader == Reader::Compose);
    own.any(|file| {
        let path = file.replaced_by.as_ref().map_or(&file.path, |(path, _)| path);
        file.source.is_some()
            && facts.env_file(path).is_none_or(|known| {
                deployment.variables.iter().any(|used| known.get(&used.name).is_some())
            })
    })
}

fn report(facts: &Repository, deployment: &Deployment, uses: &[&VariableUse], findings: &mut Findings<'_>) {
    let worst = uses.iter().copied().max_by_key(|used| level(used)).unwrap_or(uses[0]);
    let name = &worst.name;
    // What an example names is set by people, in the file that they make of it.
    let shown = |file: &crate::facts::env::EnvFile| file.example && file.get(name).is_some();
    if deployment.env_files.iter().all(|file| file.source.is_none()) && facts.env_files.iter().any(shown) {
        return;
    }
    let files: Vec<String> = deployment
        .env_files
        .iter()
        .filter(|file| file.reader == Reader::Compose)
        .map(|file| format!("`{}`", file.replaced_by.as_ref().map_or(&file.path, |(path, _)| path).display()))
        .collect();
    let of = files.last().map_or_else(|| "no env-file".to_owned(), Clone::clone);
    let mut finding = Diagnostic::new(&BLANK_VARIABLE, format!("`{name}` has no value in {of}: Compose puts in nothing"))
        .level(level(worst))
        .at(worst.span, effect(worst));
    for used in uses.iter().filter(|used| used.span != worst.span) {
        finding = finding.at(used.span, effect(used));
    }
    let in_shell = worst.path.ends_with("command") || worst.path.contains("healthcheck") || worst.path.ends_with("entrypoint");
    findings.push(finding.help(if in_shell {
        format!("Write `$${name}` if the container's shell is to put it in; else give it a value, or a check: `${{{name}:?}}`")
    } else {
        format!("Give it a value there, or a default, `${{{name}:-…}}`, or let Compose stop: `${{{name}:?}}`")
    }));
}

fn place(used: &VariableUse) -> &str {
    used.path.split('.').nth(2).unwrap_or_default().split('[').next().unwrap_or_default()
}

fn level(used: &VariableUse) -> Severity {
    match place(used) {
        "ports" | "volumes" | "image" => Severity::Error,
        _ => Severity::Warning,
    }
}

fn effect(used: &VariableUse) -> &'static str {
    match place(used) {
        "ports" => "a random port, or none at all",
        "volumes" => "another path than the one that is meant",
        "image" => "no image has this name",
        _ => "nothing is put in",
    }
}
