//! Secrets that are copied into images.

use super::committed_secret::COMMITTED_SECRET;
use super::support::is_secret;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Build, Deployment, Repository, Stage};
use crate::source::shown;
use crate::syntax::secrets::is_secret_name;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

rule! {
    /// An image holds the secrets of the directory that it is built from.
    ///
    /// ## What
    /// Reports Dockerfiles that copy the whole build context (`COPY . .`) into the image where a file of secrets lies in that
    /// context and no `.dockerignore` leaves it out: an env-file of the repository that holds secrets, or one that the deployment
    /// reads, which git ignores and an example with names of secrets shows. Only what ends in the built image counts; a file
    /// that is committed has the finding of `committed-secret` already.
    ///
    /// ## Why
    /// Whoever can pull the image, or get a shell in a container of it, has the passwords of everything else. An image that was
    /// pushed cannot be called back.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-alpine
    /// COPY . .
    /// ```
    ///
    /// ## Fix
    /// Leave such files out, in `.dockerignore`:
    /// ```text
    /// **/.env*
    /// !**/.env.example
    /// ```
    pub SECRET_IN_BUILD_CONTEXT = Warning "secret-in-build-context";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<(PathBuf, PathBuf)> = BTreeSet::new();
    let builds = |deployment: &Deployment| deployment.services.values().any(|service| service.build.is_some());
    let wanted = |it: &&Deployment| !it.is_development() && !it.from_spec && builds(it);
    // Which files hold secrets is asked once, not for each deployment.
    let mut there: Option<Vec<PathBuf>> = None;
    for deployment in facts.deployments.iter().filter(wanted) {
        let there = there.get_or_insert_with(|| files_with_secrets(facts, findings));
        let files = secret_files(facts, deployment, there);
        for build in deployment.services.values().filter_map(|service| service.build.as_ref()) {
            look(facts, build, &files, &mut seen, findings);
        }
    }
}

fn look(
    facts: &Repository,
    build: &Build,
    files: &[PathBuf],
    seen: &mut BTreeSet<(PathBuf, PathBuf)>,
    findings: &mut Findings<'_>,
) {
    let Some(image) = &build.image else { return };
    let Some(copies) = facts.baked(build, files) else { return };
    let whole = copies.copies.into_iter().find_map(|(path, line)| {
        let copy = image.copies.iter().find(|copy| {
            let text = &facts.sources.get(copy.span.source).text;
            text[..copy.span.start as usize].matches('\n').count() + 1 == line
        });
        Some((path, copy?.span))
    });
    let Some((path, span)) = whole else { return };
    let dockerfile = facts.sources.get(image.dockerfile).path.clone();
    if !seen.insert((dockerfile, path.clone())) {
        return;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    findings.push(
        Diagnostic::new(&SECRET_IN_BUILD_CONTEXT, format!("The image gets a copy of `{}`, which holds secrets", shown(&path)))
            .at(span, "copies it with everything else")
            .at(build.span, "the context is given here")
            .help(format!("Add the line `**/{name}` to `{}`", shown(&copies.ignore_file))),
    );
}

/// The files of secrets that lie in the checkout where a deployment is built.
fn secret_files(facts: &Repository, deployment: &Deployment, there: &[PathBuf]) -> Vec<PathBuf> {
    let read = deployment.env_files.iter().filter(|used| used.replaced_by.is_none()).map(|used| &used.path);
    let expected = read.filter(|path| {
        facts.env_file(path).is_none()
            && facts.ignores(path)
            && example(facts, path).is_some_and(|file| file.entries().any(|entry| is_secret_name(&entry.key)))
    });
    there.iter().chain(expected).cloned().collect()
}

/// The env-files of the repository that hold secrets, those of development left out, and those whose secrets are out anyway:
/// one cause gives one finding.
fn files_with_secrets(facts: &Repository, findings: &Findings<'_>) -> Vec<PathBuf> {
    let is_out = |file: &EnvFile| {
        file.entries().filter_map(|entry| entry.value.as_ref()).any(|value| findings.has(&[&COMMITTED_SECRET], value.span))
    };
    let files = facts.env_files.iter().filter(|file| !file.example && file.stage != Stage::Development);
    files.filter(|file| has_secret(file) && !is_out(file)).map(|file| file.path.clone()).collect()
}

fn has_secret(file: &EnvFile) -> bool {
    file.entries().any(|entry| entry.value.as_ref().is_some_and(|value| is_secret(&entry.key, &value.text)))
}

/// The example that shows the env-file at a path: beside it, with its name.
fn example<'f>(facts: &'f Repository, path: &Path) -> Option<&'f EnvFile> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    facts.env_files.iter().find(|file| {
        let known = file.path.file_name().map(|known| known.to_string_lossy().into_owned());
        file.example && file.path.parent() == path.parent() && known.is_some_and(|known| known.starts_with(&name))
    })
}
