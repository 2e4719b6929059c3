//! What the settings say of files: which are not looked at, and which belong to which environment.

use super::deployments::stage_of;
use super::model::{Deployment, Environment};
use crate::source::{SourceId, Sources, shown};
use crate::spec::model::{Lint, PathPattern};
use crate::workspace::Inventory;
use crate::workspace::dockerignore::Dockerignore;
use std::path::Path;

/// Takes what is excluded out of the inventory.
pub(super) fn exclude(inventory: &mut Inventory, settings: &Lint) {
    if settings.exclude.is_empty() {
        return;
    }
    let excluded = patterns(settings.exclude.iter().map(|pattern| &pattern.value));
    let kept = |path: &Path| !excluded.excludes(&shown(path));
    inventory.files.retain(|entry| kept(&entry.path));
    inventory.others.retain(|path| kept(path));
    inventory.outputs.retain(|path| kept(path));
    inventory.gaps.retain(|gap| kept(&gap.path));
}

/// Gives deployments the environments that the settings say their files belong to.
pub(super) fn environments(deployments: &mut [Deployment], sources: &Sources, settings: &Lint) {
    for (pattern, name) in settings.environments.iter() {
        let matched = patterns([&pattern.value]);
        let path = |id: &SourceId| shown(&sources.get(*id).path);
        for deployment in deployments.iter_mut() {
            let of_env_file = deployment.env_files.iter().any(|file| matched.excludes(&shown(&file.path)));
            if of_env_file || deployment.files.iter().any(|file| matched.excludes(&path(file))) {
                let environment = Environment { name: name.as_str().to_owned(), span: None };
                deployment.environment = Some(environment);
                deployment.stage = stage_of(name.as_str());
            }
        }
    }
}

/// A path that one of the patterns matches, or that is below such a one, is "excluded".
fn patterns<'a>(patterns: impl IntoIterator<Item = &'a PathPattern>) -> Dockerignore {
    let lines: Vec<&str> = patterns.into_iter().map(PathPattern::as_str).collect();
    Dockerignore::parse(&lines.join("\n"))
}
