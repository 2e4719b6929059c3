//! Whole repositories of others that stand in a directory of this one.

use crate::facts::model::{Deployment, Stage};
use crate::facts::script::Script;
use crate::source::{SourceId, Sources, shown};
use std::collections::BTreeSet;
use std::path::Path;

/// Files that say what a project is.
const PROJECTS: &[&str] = &[
    "pyproject.toml",
    "setup.py",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "composer.json",
    "Gemfile",
];

/// Finds the deployments of directories that are repositories of their own, and of which nothing outside says a word: they
/// are there to be read, as they came.
pub(super) fn recognise(
    found: &mut [Deployment],
    sources: &Sources,
    scripts: &[Script],
    paths: &BTreeSet<String>,
) {
    let whole = whole(paths);
    if whole.is_empty() {
        return;
    }
    let mut read: BTreeSet<SourceId> = scripts.iter().map(|script| script.source).collect();
    read.extend(found.iter().flat_map(|deployment| deployment.files.iter().copied()));
    let speaks_of = |directory: &str| {
        let outside =
            read.iter().map(|id| sources.get(*id)).filter(|source| !source.path.starts_with(directory));
        outside.into_iter().any(|source| source.text.contains(directory))
    };
    let unspoken: Vec<&str> = whole.into_iter().filter(|directory| !speaks_of(directory)).collect();
    for deployment in found {
        let within = |directory: &&&str| {
            let below = |path: &Path| path.starts_with(directory);
            deployment.files.iter().all(|file| below(&sources.get(*file).path))
                && deployment
                    .invocations
                    .iter()
                    .all(|call| below(&sources.get(scripts[call.script].source).path))
        };
        if unspoken.iter().any(|directory| within(&directory)) {
            deployment.shown = true;
            deployment.stage = Stage::Development;
        }
    }
}

/// The directories that have all of a repository: workflows that no forge reads there, a licence, a project; in one that has
/// workflows of its own.
fn whole(paths: &BTreeSet<String>) -> BTreeSet<&str> {
    let workflows = |path: &&String| path.ends_with(".yml") || path.ends_with(".yaml");
    let own = paths.range(".github/workflows/".to_owned()..).next();
    if !own.is_some_and(|path| path.starts_with(".github/workflows/")) {
        return BTreeSet::new();
    }
    let directories =
        paths.iter().filter(workflows).filter_map(|path| Some(path.split_once("/.github/workflows/")?.0));
    let directories: BTreeSet<&str> = directories.collect();
    let has = |directory: &str, name: &str| paths.contains(&shown(&Path::new(directory).join(name)));
    let is_whole = |directory: &&str| {
        has(directory, ".gitignore")
            && ["LICENSE", "LICENSE.md", "LICENSE.txt", "COPYING"].iter().any(|name| has(directory, name))
            && PROJECTS.iter().any(|name| has(directory, name))
    };
    directories.into_iter().filter(is_whole).collect()
}
