//! What Compose would refuse.

use crate::diagnostic::Diagnostic;
use crate::facts::DEFAULT_NAMES;
use crate::facts::compose::codes;
use crate::facts::model::{Deployment, Invocation, Repository};
use crate::facts::script::docker::{Docker, recognise};
use crate::source::SourceId;
use foldhash::HashMap;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::path::Path;

/// Why Compose would refuse each deployment.
pub(in crate::rules) fn refused(facts: &Repository) -> impl Iterator<Item = (&Deployment, &Diagnostic)> {
    let unstarted = LazyCell::new(|| Unstarted::of(facts));
    facts
        .deployments
        .iter()
        .flat_map(|deployment| deployment.faults.iter().map(move |fault| (deployment, fault)))
        .filter(move |(deployment, fault)| {
            stands_alone(fault)
                || !is_part(facts, deployment) && !unstarted.put_together(facts, deployment, fault)
        })
}

/// What is known of the deployments that nobody starts.
struct Unstarted<'f> {
    /// The first files of those in each directory.
    firsts: HashMap<&'f Path, BTreeSet<Option<&'f SourceId>>>,
    /// How many lack the very same thing.
    lacking: HashMap<Missing<'f>, usize>,
    /// Those of several files, started or not, by the first of them.
    larger: HashMap<SourceId, Vec<&'f Deployment>>,
}

/// A fault by its code, and the text that Compose stumbles over.
type Missing<'f> = Option<(&'static str, &'f str)>;

impl<'f> Unstarted<'f> {
    fn of(facts: &'f Repository) -> Self {
        let mut unstarted =
            Self { firsts: HashMap::default(), lacking: HashMap::default(), larger: HashMap::default() };
        for deployment in &facts.deployments {
            if let [first, _, ..] = deployment.files.as_slice() {
                unstarted.larger.entry(*first).or_default().push(deployment);
            }
        }
        for deployment in facts.deployments.iter().filter(|deployment| deployment.invocations.is_empty()) {
            unstarted.firsts.entry(&deployment.directory).or_default().insert(deployment.files.first());
            let lacking: BTreeSet<Missing<'_>> =
                deployment.faults.iter().map(|fault| missing(facts, fault)).collect();
            for missing in lacking {
                *unstarted.lacking.entry(missing).or_default() += 1;
            }
        }
        unstarted
    }

    /// Whether others complete these files: nobody starts them, and what goes on from them has what is missing, variants
    /// stand beside them, or the very same thing is missing in many files of the repository.
    fn put_together(&self, facts: &Repository, deployment: &Deployment, fault: &Diagnostic) -> bool {
        // Where the files of a call are not known, it may well name those that complete this one.
        let certain = |call: &Invocation| {
            let call = facts.command(call).and_then(recognise).map(|call| call.what);
            !matches!(call, Some(Docker::Compose(call)) if call.uncertain && call.files.is_empty())
        };
        if deployment.invocations.iter().any(certain) {
            return false;
        }
        if !deployment.invocations.is_empty() {
            return self.is_completed(facts, deployment, missing(facts, fault));
        }
        let firsts = self.firsts.get(deployment.directory.as_path());
        let beside =
            firsts.is_some_and(|firsts| firsts.iter().any(|first| *first != deployment.files.first()));
        let missing = missing(facts, fault);
        beside
            || self.is_completed(facts, deployment, missing)
            || self.lacking.get(&missing).is_some_and(|alike| *alike > 2)
    }

    /// Whether a deployment of these files and others lacks this no more; or one of a copy of the only file does.
    fn is_completed(&self, facts: &Repository, deployment: &Deployment, lacked: Missing<'_>) -> bool {
        let text = |file: &SourceId| &facts.sources.get(*file).text;
        let directory = |file: &SourceId| facts.sources.get(*file).path.parent();
        let is_copy = |first: &SourceId| {
            matches!(deployment.files.as_slice(), [only]
                if first != only && directory(first) == directory(only) && text(first) == text(only))
        };
        let copies = self.larger.iter().filter(|(first, _)| is_copy(first)).flat_map(|(_, all)| all);
        let larger = deployment.files.first().and_then(|first| self.larger.get(first)).into_iter().flatten();
        larger.chain(copies).any(|other| {
            other.files.len() > deployment.files.len()
                && (other.files.starts_with(&deployment.files) || other.files.first().is_some_and(is_copy))
                && !other.faults.iter().any(|fault| missing(facts, fault) == lacked)
        })
    }
}

fn missing<'f>(facts: &'f Repository, fault: &Diagnostic) -> Missing<'f> {
    Some((fault.code.name, facts.sources.text(fault.labels.first()?.span)))
}

/// Whether nobody starts these files, and nobody could: other files complete them.
pub(in crate::rules) fn is_completed_elsewhere(deployment: &Deployment) -> bool {
    deployment.invocations.is_empty()
        && deployment.faults.iter().any(|fault| fault.code == &codes::COMPOSE_REFERENCE)
}

/// What the files lack that nobody starts.
pub(in crate::rules) fn lacks(facts: &Repository) -> impl Iterator<Item = (&'static str, &str)> {
    let unstarted = facts.deployments.iter().filter(|deployment| deployment.invocations.is_empty());
    let faults = unstarted.flat_map(|deployment| &deployment.faults).filter(|fault| !stands_alone(fault));
    faults.filter_map(|fault| missing(facts, fault))
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
