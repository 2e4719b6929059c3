//! Secrets in the repository.

use super::support::{is_replaced, is_secret};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Repository, Stage};
use crate::source::{SourceId, Span};
use std::collections::BTreeMap;

rule! {
    /// A secret is committed, or will be.
    ///
    /// ## What
    /// Reports env-files with secret values that git tracks or would add, and secrets that are written into Compose files.
    /// Examples, development, placeholders and values that browsers get anyway are left alone.
    ///
    /// ## Why
    /// Whoever can read the repository, now or in ten years, can read its history: forks, laptops, CI caches. A secret that was
    /// committed once has to be replaced, not just removed.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   db:
    ///     image: postgres:16
    ///     environment:
    ///       POSTGRES_PASSWORD: tr0ub4dor-and-3
    /// ```
    ///
    /// ## Fix
    /// Let Compose take it from an env-file that git ignores, and show its name in an example:
    /// ```yaml
    ///       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
    /// ```
    /// ```sh
    /// echo .env >> .gitignore
    /// git rm --cached .env
    /// ```
    pub COMMITTED_SECRET = Warning "committed-secret";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for file in &facts.env_files {
        if file.example || !file.committed || file.stage == Stage::Development {
            continue;
        }
        let secrets: Vec<(&str, Span)> = file
            .entries()
            .filter_map(|entry| Some((entry.key.as_str(), entry.value.as_ref()?)))
            .filter(|(key, value)| is_secret(key, &value.text) && !is_replaced(facts, &value.text))
            .map(|(key, value)| (key, value.span))
            .collect();
        if secrets.is_empty() {
            continue;
        }
        let path = file.path.display();
        let message = match secrets.as_slice() {
            [(name, _)] => format!("`{path}` holds a secret, `{name}`, and is not ignored by git"),
            many => format!("`{path}` holds {} secrets and is not ignored by git", many.len()),
        };
        let finding = label(Diagnostic::new(&COMMITTED_SECRET, message), &secrets);
        findings.push(finding.help(format!(
            "Add `{path}` to `.gitignore` and run `git rm --cached {path}`; replace what was pushed already, and keep the \
             names in an example"
        )));
    }
    for (_, secrets) in written(facts) {
        let message = match secrets.as_slice() {
            [(name, _)] => format!("`{name}` is written into a Compose file"),
            many => format!("{} secrets are written into a Compose file", many.len()),
        };
        let named: Vec<(&str, Span)> = secrets.iter().map(|(name, span)| (name.as_str(), *span)).collect();
        let name = named.first().map_or("NAME", |(name, _)| name);
        findings.push(label(Diagnostic::new(&COMMITTED_SECRET, message), &named).help(format!(
            "Write `${{{name}:?}}` and keep the value in an env-file that git ignores; replace what was pushed already"
        )));
    }
}

fn label(mut finding: Diagnostic, secrets: &[(&str, Span)]) -> Diagnostic {
    for (name, span) in secrets {
        finding = finding.at(*span, format!("the value of `{name}`"));
    }
    finding
}

/// Literal secrets of Compose files, by file.
fn written(facts: &Repository) -> BTreeMap<SourceId, Vec<(String, Span)>> {
    let mut found: BTreeMap<SourceId, Vec<(String, Span)>> = BTreeMap::new();
    let deployments = facts.deployments.iter().filter(|deployment| !deployment.is_development() && !deployment.from_spec);
    for service in deployments.flat_map(|deployment| deployment.services.values()) {
        for (name, variable) in service.environment.iter().filter(|(_, variable)| !variable.from_file) {
            let Some(value) = variable.value.as_ref().filter(|value| !value.interpolated) else { continue };
            if value.known().is_some_and(|text| is_secret(name, text) && !is_replaced(facts, text)) {
                let list = found.entry(value.span.source).or_default();
                if !list.iter().any(|(_, span)| *span == value.span) {
                    list.push((name.clone(), value.span));
                }
            }
        }
    }
    found
}
