//! What Compose would refuse.

use crate::diagnostic::Diagnostic;
use crate::facts::DEFAULT_NAMES;
use crate::facts::compose::codes;
use crate::facts::model::{Deployment, Repository};

/// Why Compose would refuse each deployment.
pub(in crate::rules) fn refused(facts: &Repository) -> impl Iterator<Item = (&Deployment, &Diagnostic)> {
    facts
        .deployments
        .iter()
        .flat_map(|deployment| deployment.faults.iter().map(move |fault| (deployment, fault)))
        .filter(|(deployment, fault)| {
            stands_alone(fault) || !is_part(facts, deployment) && !is_put_together(facts, deployment, fault)
        })
}

/// Whether others complete these files: nobody starts them, and variants stand beside them, or the very same thing is missing
/// in many files of the repository.
fn is_put_together(facts: &Repository, deployment: &Deployment, fault: &Diagnostic) -> bool {
    if !deployment.invocations.is_empty() {
        return false;
    }
    let unstarted =
        || facts.deployments.iter().filter(|other| other.invocations.is_empty() && other.id != deployment.id);
    let beside = unstarted().any(|other| {
        other.directory == deployment.directory && other.files.first() != deployment.files.first()
    });
    let missing =
        |fault: &Diagnostic| Some((fault.code, facts.sources.text(fault.labels.first()?.span).to_owned()));
    let alike = unstarted()
        .filter(|other| other.faults.iter().any(|theirs| missing(theirs) == missing(fault)))
        .count();
    beside || alike >= 2
}

/// What the files lack that nobody starts.
pub(in crate::rules) fn lacks(facts: &Repository) -> impl Iterator<Item = (&'static str, &str)> {
    let unstarted = facts.deployments.iter().filter(|deployment| deployment.invocations.is_empty());
    let faults = unstarted.flat_map(|deployment| &deployment.faults).filter(|fault| !stands_alone(fault));
    faults.filter_map(|fault| Some((fault.code.name, facts.sources.text(fault.labels.first()?.span))))
}

/// Whether a deployment may be part of a larger one that nothing in the repository shows: a single file of a name that
/// Compose does not look for, which nobody starts.
fn is_part(facts: &Repository, deployment: &Deployment) -> bool {
    let [file] = deployment.files.as_slice() else { return false };
    let name = facts.sources.get(*file).path.file_name().and_then(|name| name.to_str());
    deployment.invocations.is_empty() && name.is_none_or(|name| !DEFAULT_NAMES.contains(&name))
}

/// Whether no other file could mend it.
fn stands_alone(fault: &Diagnostic) -> bool {
    [&codes::COMPOSE_SCHEMA, &codes::COMPOSE_VALUE, &codes::COMPOSE_INTERPOLATION].contains(&fault.code)
        || crate::syntax::codes::ALL.contains(&fault.code)
}
