//! Project names of deployments, and the calls that start them.

use crate::facts::model::{Deployment, EnvFileUse, Invocation, ProjectOrigin, Reader, Repository, Service};
use crate::facts::script::Directory;
use crate::facts::script::docker::{Docker, recognise};
use std::path::Path;

/// Whether both are known to be one Compose project.
pub(in crate::rules) fn one_project(one: &Deployment, other: &Deployment) -> bool {
    match (one.name(), other.name()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => false,
    }
}

/// Whether two services are one container to Compose: starting one recreates the other. Whoever reports that has
/// reported everything that the two have in common.
pub(in crate::rules) fn same_container(
    (one, ours): (&Deployment, &Service),
    (other, theirs): (&Deployment, &Service),
) -> bool {
    one_project(one, other) && ours.name == theirs.name
}

/// Whether the two are meant to be two: two environments, or one set of files with two env-files.
pub(in crate::rules) fn distinct(one: &Deployment, other: &Deployment) -> bool {
    match (&one.environment, &other.environment) {
        (Some(ours), Some(theirs)) => ours.name != theirs.name,
        (None, None) => {
            let (ours, theirs) = (own_env_files(one), own_env_files(other));
            !ours.is_empty() && !theirs.is_empty() && ours != theirs
        }
        _ => false,
    }
}

/// The env-files that Compose itself reads for it, as far as somebody chose them.
fn own_env_files(deployment: &Deployment) -> Vec<&Path> {
    let chosen = |file: &&EnvFileUse| {
        let chosen = file.span.is_some() || file.replaced_by.is_some() || !file.path.ends_with(".env");
        file.reader == Reader::Compose && chosen
    };
    deployment
        .env_files
        .iter()
        .filter(chosen)
        .map(|file| file.replaced_by.as_ref().map_or(file.path.as_path(), |(by, _)| by.as_path()))
        .collect()
}

/// Whether they are one deployment that is started under two names, one of them only a directory's.
pub(in crate::rules) fn two_names_for_one(one: &Deployment, other: &Deployment) -> bool {
    let falls_back = |deployment: &Deployment| deployment.project.origin == ProjectOrigin::Directory;
    let named = |deployment: &Deployment| {
        matches!(
            deployment.project.origin,
            ProjectOrigin::Flag | ProjectOrigin::Shell | ProjectOrigin::EnvFile
        )
    };
    one.files == other.files
        && !one.files.is_empty()
        && !distinct(one, other)
        && !one.is_development()
        && !other.is_development()
        && (falls_back(one) && named(other) || named(one) && falls_back(other))
        && matches!((one.name(), other.name()), (Some(ours), Some(theirs)) if ours != theirs)
}

/// The calls that bring it up and leave it up. `up` in the foreground is how people try things.
pub(in crate::rules) fn starts<'f>(
    facts: &'f Repository,
    deployment: &'f Deployment,
) -> impl Iterator<Item = &'f Invocation> {
    deployment.invocations.iter().filter(|call| match call.subcommand.as_str() {
        "start" | "create" | "deploy" => true,
        "up" => facts.command(call).is_none_or(|command| match recognise(command).map(|call| call.what) {
            Some(Docker::Compose(call)) => call.detach || call.wait || call.uncertain,
            _ => true,
        }),
        _ => false,
    })
}

/// Whether both are started in one directory, so that one relative path is one file. What is not known is not, and a
/// directory that was only assumed, in the checkout, is not one that is known to be elsewhere.
pub(in crate::rules) fn same_directory(facts: &Repository, one: &Deployment, other: &Deployment) -> bool {
    let (ours, theirs) = (directories(facts, one), directories(facts, other));
    if ours.is_empty() || theirs.is_empty() {
        return true;
    }
    ours.iter().any(|ours| {
        theirs.iter().any(|theirs| match (ours, theirs) {
            // Wherever in the checkout a call stands, its files and its project are found from where they are.
            (Directory::Inside(_), Directory::Inside(_)) => true,
            (ours, theirs) => ours.is_known() && ours == theirs,
        })
    })
}

/// The directories that it is started in.
fn directories<'f>(facts: &'f Repository, deployment: &'f Deployment) -> Vec<&'f Directory> {
    let commands = deployment.invocations.iter().filter_map(|call| facts.command(call));
    commands.map(|command| &command.directory).collect()
}
