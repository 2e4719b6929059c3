//! Secrets in the repository.

use super::support::{Replaced, is_given, is_secret};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Deployment, MODES, Reader, Repository, Service, Stage, Supply};
use crate::source::{SourceId, Span};
use crate::syntax::secrets::is_secret_name;
use indexmap::IndexMap;
use std::collections::BTreeMap;

rule! {
    /// A secret is committed, or will be.
    ///
    /// ## What
    /// Reports env-files with secret values that git tracks or would add, and secrets that are written into Compose files.
    /// Examples, development, placeholders and values that browsers get anyway are left alone; so is a `.env` that says
    /// it is of development, where only development's services get it or git ignores `.env.local` beside it, but for what
    /// other services hand out; and so are stores that a file starts alone, for
    /// nobody in particular, with their ports published. A service that is
    /// built here and told to run in production counts, whatever its file is called.
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
    let replaced = Replaced::of(facts);
    for file in &facts.env_files {
        if file.example || !file.committed || file.stage == Stage::Development {
            continue;
        }
        let defaults = says_development(file) && (holds_defaults(facts, file) || is_read_in_development(facts, file));
        let secrets: Vec<(&str, Span)> = file
            .entries()
            .filter_map(|entry| Some((entry.key.as_str(), entry.value.as_ref()?)))
            .filter(|(key, value)| is_secret(key, &value.text) && !replaced.has(&value.text))
            .filter(|(key, _)| !defaults || is_given(key))
            .map(|(key, value)| (key, value.span))
            .collect();
        if secrets.is_empty() {
            continue;
        }
        let path = file.path.display();
        // What was added first and ignored later is tracked all the same.
        let ignored = facts.ignores(&file.path);
        let how = if ignored { "is tracked by git although it is ignored" } else { "is not ignored by git" };
        let message = match secrets.as_slice() {
            [(name, _)] => format!("`{path}` holds a secret, `{name}`, and {how}"),
            many => format!("`{path}` holds {} secrets and {how}", many.len()),
        };
        let finding = label(Diagnostic::new(&COMMITTED_SECRET, message), &secrets);
        let untrack = if ignored {
            format!("Run `git rm --cached {path}`: `.gitignore` is about files that are not tracked yet")
        } else {
            format!("Add `{path}` to `.gitignore` and run `git rm --cached {path}`")
        };
        findings.push(finding.help(format!(
            "{untrack}; replace what was pushed already, and keep the names in an example"
        )));
    }
    for (_, secrets) in written(facts, &replaced) {
        let named: Vec<(&str, Span)> = secrets.into_iter().map(|(span, name)| (name, span)).collect();
        let message = match named.as_slice() {
            [(name, _)] => format!("`{name}` is written into a Compose file"),
            many => format!("{} secrets are written into a Compose file", many.len()),
        };
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
fn written<'f>(
    facts: &'f Repository,
    replaced: &Replaced<'_>,
) -> BTreeMap<SourceId, IndexMap<Span, &'f str>> {
    let mut found: BTreeMap<SourceId, IndexMap<Span, &str>> = BTreeMap::new();
    let deployments = facts
        .deployments
        .iter()
        .filter(|deployment| !deployment.from_spec && !deployment.shown && !is_ground(deployment));
    let services = deployments.flat_map(|deployment| {
        let services = deployment.services.values();
        services.filter(|service| !deployment.is_development() || runs_for_others(deployment, service))
    });
    for service in services {
        for (name, variable) in service.environment.iter().filter(|(_, variable)| !variable.from_file) {
            let Some(value) = variable.value.as_ref().filter(|value| !value.interpolated) else { continue };
            if value.known().is_some_and(|text| is_secret(name, text) && !replaced.has(text)) {
                found.entry(value.span.source).or_default().entry(value.span).or_insert(name);
            }
        }
    }
    found
}

/// Whether an env-file tells the application to be in development.
fn says_development(file: &EnvFile) -> bool {
    let mode = |value: &str| matches!(value.trim(), "dev" | "development" | "local");
    MODES.iter().filter_map(|name| file.get(name)?.value.as_ref()).any(|value| mode(&value.text))
}

/// Whether an env-file holds what development starts with, and is committed so that everybody has it: a `.env` over which
/// each machine's own `.env.local`, which git ignores, is read.
fn holds_defaults(facts: &Repository, file: &EnvFile) -> bool {
    file.path.file_name().is_some_and(|name| name == ".env")
        && facts.ignores(&file.path.with_file_name(".env.local"))
        && !facts.ignores(&file.path)
}

/// Whether services of development get an env-file, and no others do.
fn is_read_in_development(facts: &Repository, file: &EnvFile) -> bool {
    let gets = |deployment: &Deployment| {
        deployment.env_files.iter().any(|used| {
            let path = used.replaced_by.as_ref().map_or(&used.path, |(path, _)| path);
            matches!(used.reader, Reader::Service(_)) && *path == file.path
        })
    };
    // What Compose reads by itself may be put in by its name.
    let puts_in = |deployment: &Deployment| {
        deployment.variables.iter().any(|used| {
            matches!(used.supply, Supply::EnvFile(place) if place.source == file.source) && is_secret_name(&used.name)
        })
    };
    let (development, others): (Vec<&Deployment>, Vec<&Deployment>) =
        facts.deployments.iter().partition(|deployment| deployment.is_development());
    development.into_iter().any(gets) && !others.into_iter().any(|deployment| gets(deployment) || puts_in(deployment))
}

/// Whether a deployment of nobody's environment in particular holds stores and brokers alone, for somebody who works on the
/// application: that runs outside and reaches them through their ports, and nothing starts them again.
fn is_ground(deployment: &Deployment) -> bool {
    let for_work = |service: &Service| {
        service.known_image().is_some_and(|image| image.kind.is_internal())
            && !service.ports.is_empty()
            && !service.restarts()
    };
    deployment.stage == Stage::Unknown && deployment.host.is_none() && deployment.services.values().all(for_work)
}

/// Whether a service of nobody's environment in particular says itself that it runs for others: built here, and told to be in
/// production. Another file for production beside it does not make its own secrets those of development.
fn runs_for_others(deployment: &Deployment, service: &Service) -> bool {
    let modes = service.environment.iter().filter(|(name, _)| MODES.contains(&name.as_str()));
    let mut values = modes.filter_map(|(_, variable)| variable.value.as_ref()).filter(|value| !value.interpolated);
    deployment.environment.is_none()
        && deployment.invocations.is_empty()
        && service.build.is_some()
        && values.any(|value| value.known().is_some_and(|mode| matches!(mode.as_str(), "production" | "prod" | "staging")))
}
