//! Things to build that are not there.

use super::support::{Made, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Build, Repository};
use crate::syntax::dockerfile::{self, Stage};
use std::path::{Component, Path};

rule! {
    /// A build context, Dockerfile or stage does not exist.
    ///
    /// ## What
    /// Reports `build:` of a service whose directory or Dockerfile is not in the repository, or whose `target:` is no stage of
    /// that Dockerfile. Remote contexts, submodules and what a script fetches are left alone.
    ///
    /// ## Why
    /// `docker compose build`, or the first `up` on a new machine, fails: often a directory was renamed, and only the machines
    /// that have the image already go on.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./backend
    /// ```
    ///
    /// ## Fix
    /// Name the directory and the Dockerfile that there are:
    /// ```yaml
    ///     build: { context: ./services/backend, dockerfile: Dockerfile.prod }
    /// ```
    pub BUILD_CONTEXT_MISSING = Error "build-context-missing";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let made = Made::of(facts);
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.from_spec) {
        for service in deployment.services.values().chain(deployment.disabled.values()) {
            if let Some(build) = &service.build {
                look(facts, &made, deployment.shown, &service.name, build, findings);
            }
        }
    }
}

fn look(facts: &Repository, made: &Made<'_>, shown_only: bool, service: &str, build: &Build, findings: &mut Findings<'_>) {
    let Some(context) = build.context.known().filter(|context| !is_remote(context)) else { return };
    let context = facts.relative(&build.base.join(context));
    if is_outside(&context) || facts.ignores(&context) || facts.in_submodule(&context) || made.has(&context) {
        return;
    }
    // As people know it: relative to the file, not to the repository.
    let written = facts.sources.text(build.context.span).trim().trim_matches(['"', '\'']);
    let shown = match (build.context.interpolated || written.is_empty() || written.contains('\n'), context.as_os_str().is_empty()) {
        (false, _) => written.to_owned(),
        (true, true) => ".".to_owned(),
        (true, false) => context.display().to_string(),
    };
    if !facts.is_directory(&context) {
        // What is there to be copied is not all there.
        if shown_only {
            return;
        }
        findings.push(
            Diagnostic::new(&BUILD_CONTEXT_MISSING, format!("`{service}` is built from `{shown}`, which does not exist"))
                .at(build.context.span, "no such directory")
                .help("Name the directory that is meant, relative to the project's; was it moved or renamed?"),
        );
        return;
    }
    if build.inline {
        return;
    }
    let (name, span) = match &build.dockerfile {
        Some(file) => match file.known() {
            Some(name) => (name.as_str(), file.span),
            None => return,
        },
        None => ("Dockerfile", build.context.span),
    };
    let path = facts.relative(&context.join(name));
    if build.image.is_none() && facts.exists(&path) && !shown_only {
        findings.extend(missing_stage(facts, service, build, &path));
    }
    let either = build.dockerfile.is_none() && facts.exists(&context.join("dockerfile"));
    if is_outside(&path) || facts.exists(&path) || either || facts.ignores(&path) || made.has(&path) {
        return;
    }
    let other = in_other_letters(facts, &path);
    if shown_only && other.is_none() {
        return;
    }
    findings.push(
        Diagnostic::new(&BUILD_CONTEXT_MISSING, format!("`{service}` is built by `{}`, which does not exist", path.display()))
            .at(span, "no such Dockerfile")
            .help(match other {
                Some(other) => format!("Write `{other}`: Linux tells capitals from small letters, in names of files too"),
                None => format!("Name the Dockerfile that is meant, relative to the context `{shown}`"),
            }),
    );
}

/// What is said of a target that is no stage of the Dockerfile at `path`.
fn missing_stage(facts: &Repository, service: &str, build: &Build, path: &Path) -> Option<Diagnostic> {
    let target = build.target.as_ref()?;
    let name = target.known().filter(|name| !name.is_empty())?;
    let (id, source) = facts.sources.iter().find(|(_, source)| source.path == path)?;
    let file = dockerfile::parse(id, &source.text);
    let stages = file.stages();
    let names: Vec<&str> = stages.iter().filter_map(|stage| Some(stage.name?.text.as_str())).collect();
    // What is no Dockerfile that can be read, or calls its stages by variables, is for others to judge.
    let is_clear = file.faults.is_empty() && !names.iter().any(|name| name.contains('$'));
    let last: &Stage<'_> = stages.last().filter(|_| is_clear)?;
    if dockerfile::find(&stages, name, stages.len()).is_some() {
        return None;
    }
    let help = match names.as_slice() {
        [] => format!("Call the stage that is meant so, `FROM … AS {name}`, or leave `target` out: the last one is built then"),
        names => format!("Name a stage that there is ({}), or call one so: `FROM … AS {name}`", quoted(names)),
    };
    let message = format!("`{service}` is built up to the stage `{name}`, which `{}` does not have", path.display());
    Some(
        Diagnostic::new(&BUILD_CONTEXT_MISSING, message)
            .at(target.span, "no such stage")
            .at(last.from.span, if last.name.is_some() { "the last of its stages" } else { "its last stage has no name" })
            .help(help),
    )
}

/// The name of the file that differs from this one by its capitals alone.
fn in_other_letters(facts: &Repository, path: &Path) -> Option<String> {
    let read = facts.inventory.files.iter().map(|entry| entry.path.as_path());
    let same = |other: &&Path| {
        other.parent() == path.parent()
            && other.file_name().zip(path.file_name()).is_some_and(|(one, two)| one.eq_ignore_ascii_case(two))
    };
    let other = read.chain(facts.inventory.others.iter().map(std::path::PathBuf::as_path)).find(same)?;
    Some(other.file_name()?.to_string_lossy().into_owned())
}

fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/") || context.ends_with(".git")
}

fn is_outside(path: &Path) -> bool {
    path.is_absolute() || path.components().next() == Some(Component::ParentDir)
}
