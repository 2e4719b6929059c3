//! Env-files that are named and not there.

use super::support::Made;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{EnvFileUse, Reader, Repository};
use std::path::{Component, Path};

rule! {
    /// A required env-file does not exist.
    ///
    /// ## What
    /// Reports `env_file:` and `--env-file` that name a file which is not in the repository, and of which nothing says that it is
    /// made elsewhere: git does not ignore it, no script makes it, and no example of it is there.
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
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.from_spec && !deployment.shown) {
        for used in deployment.env_files.iter().filter(|used| is_missing(facts, &made, used)) {
            let Some(span) = used.span else { continue };
            let path = used.path.display();
            let who = match &used.reader {
                Reader::Compose => "Compose stops here".to_owned(),
                Reader::Service(name) => format!("`{name}` does not start without it"),
            };
            findings.push(
                Diagnostic::new(&ENV_FILE_MISSING, format!("env-file `{path}` does not exist"))
                    .at(span, who)
                    .help(
                        "Name the file that is meant; or, if everybody makes their own, let git ignore it and commit an \
                         example that says what belongs in it",
                    ),
            );
        }
    }
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
        && !has_example(facts, path)
}

/// Whether an example shows what belongs in the file: `api.env.example`, `.env.example` beside it.
fn has_example(facts: &Repository, path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let beside = path.parent().into_iter().flat_map(|directory| facts.env_files_in(directory));
    beside.filter(|file| file.example).any(|file| {
        let example = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = name.trim_start_matches('.').trim_end_matches(".env");
        name.starts_with(".env") || !stem.is_empty() && example.contains(stem)
    })
}
