//! Env-files that are named and not there.

use super::support::{Made, examples_of};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::facts::Kind;
use crate::facts::model::{Deployment, EnvFileUse, Reader, Repository};
use indexmap::IndexMap;
use std::path::{Component, Path};

rule! {
    /// A required env-file does not exist.
    ///
    /// ## What
    /// Reports `env_file:` and `--env-file` that name a file which is not in the repository, and of which nothing says that it is
    /// made elsewhere: git does not ignore it, no script makes it, and no example of it is there; for a `.env` none in a directory
    /// above either. What is only started on another machine over ssh reads files there. Where the tree has no `.gitignore` at
    /// all, what is ignored may be said elsewhere: an Info.
    ///
    /// ## Why
    /// Compose refuses `up` for a missing env-file, and whoever clones the repository cannot know what belongs in it.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     env_file: [config/api.env]
    /// ```
    ///
    /// ## Fix
    /// Name the file that is meant. If it holds secrets, let git ignore it and commit `config/api.env.example`; if it may be
    /// missing, say so:
    /// ```yaml
    ///     env_file:
    ///       - path: config/api.env
    ///         required: false
    /// ```
    pub ENV_FILE_MISSING = Error "env-file-missing";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let made = Made::of(facts);
    // A tree that came without its `.gitignore` does not say what is ignored.
    let says_what_is_ignored = facts.inventory.of(Kind::Gitignore).next().is_some();
    let severity = if says_what_is_ignored { Severity::Error } else { Severity::Info };
    // One file that is not there is one cause, however many services read it.
    let mut found: IndexMap<&Path, Diagnostic> = IndexMap::new();
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.from_spec && !deployment.shown) {
        if is_elsewhere(facts, deployment) {
            continue;
        }
        for used in deployment.env_files.iter().filter(|used| is_missing(facts, &made, used)) {
            let Some(span) = used.span else { continue };
            let path = used.path.display();
            let who = match &used.reader {
                Reader::Compose => "Compose stops here".to_owned(),
                Reader::Service(name) => format!("`{name}` does not start without it"),
            };
            let finding = found.entry(&used.path).or_insert_with(|| {
                let message = format!("env-file `{path}` does not exist, is not ignored by git and is shown by no example");
                Diagnostic::new(&ENV_FILE_MISSING, message).level(severity).help(
                    "Name the file that is meant; or, if everybody makes their own, let git ignore it and commit an \
                     example that says what belongs in it",
                )
            });
            if finding.labels.iter().all(|label| label.span != span) {
                finding.labels.push(Label { span, text: who });
            }
        }
    }
    for finding in found.into_values() {
        findings.push(finding);
    }
}

/// Whether it is only ever started on another machine, which may have files that no repository should.
fn is_elsewhere(facts: &Repository, deployment: &Deployment) -> bool {
    let mut calls = deployment.invocations.iter().peekable();
    calls.peek().is_some()
        && calls.all(|call| facts.command(call).is_some_and(|command| !command.hosts.is_empty()))
}

fn is_missing(facts: &Repository, made: &Made<'_>, used: &EnvFileUse) -> bool {
    let path = used.replaced_by.as_ref().map_or(&used.path, |(path, _)| path);
    let outside = path.is_absolute() || path.components().next() == Some(Component::ParentDir);
    used.required
        && used.source.is_none()
        && !outside
        && !facts.exists(path)
        && !facts.ignores(path)
        && !made.has(path)
        && examples_of(facts, path).next().is_none()
        && !is_shown_above(facts, path)
}

/// Whether an example in a directory above says what belongs in a `.env`: `.env.example` of the root is for everything below.
fn is_shown_above(facts: &Repository, path: &Path) -> bool {
    let is_plain = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name == ".env" || name.starts_with(".env."))
    };
    let above = path.ancestors().skip(2);
    is_plain(path)
        && above.flat_map(|directory| facts.env_files_in(directory)).any(|file| file.example && is_plain(&file.path))
}
