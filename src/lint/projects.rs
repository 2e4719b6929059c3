//! A tree judged project by project, on all cores: what is known of one project is let go before the next.

use super::{Options, Outcome, fingerprint, path_of, place, run};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::{Tree, read_project};
use crate::rules;
use crate::source::{SourceId, Sources};
use crate::spec::model::Lint;
use crate::workspace::{Inventory, on_cores};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::path::PathBuf;

/// What came of a tree.
#[derive(Debug)]
pub struct Judged<T> {
    /// The texts that findings point into, with paths from the root of the tree.
    pub sources: Sources,
    /// What was found.
    pub outcome: Outcome,
    /// What was kept of each project.
    pub kept: Vec<T>,
}

impl<T> Judged<T> {
    /// Puts what was found elsewhere, in texts of its own, before everything else.
    pub fn prepend(&mut self, sources: Sources, findings: impl IntoIterator<Item = Diagnostic>) {
        let first = self.sources.append(sources);
        let moved = findings.into_iter().map(|finding| moved(finding, first));
        let mut found: Vec<Diagnostic> = moved.collect();
        self.outcome.fingerprints.splice(0..0, fingerprint::of(&self.sources, &found));
        found.append(&mut self.outcome.findings);
        self.outcome.findings = found;
    }
}

/// Judges every project of a tree. `prepare` may add to what was read of each, and `keep` says what outlives it.
pub fn judge<T: Send>(
    tree: &Tree,
    settings: &Lint,
    options: &Options,
    prepare: impl Fn(&mut Repository) + Sync,
    keep: impl Fn(&Repository) -> T + Sync,
) -> Judged<T> {
    let projects = tree.projects(settings);
    let alone = projects.len() == 1;
    let judge = |project: Inventory| {
        let mut facts = read_project(tree, project, settings);
        prepare(&mut facts);
        let mut outcome = run(&facts, settings, options);
        let (kept, lacks) = (keep(&facts), rules::lacks(&facts));
        let inventory = (!lacks.is_empty()).then(|| mem::take(&mut facts.inventory));
        if alone {
            let sources = mem::take(&mut facts.sources);
            // Freed by the end of the process, at once.
            mem::forget(facts);
            return Part { sources, outcome, kept, lacks, inventory };
        }
        let sources = pointed_into(&facts.sources, &mut outcome);
        Part { sources, outcome, kept, lacks, inventory }
    };
    let mut parts = on_cores(projects, judge);
    let alike = alike(&parts);
    if !alike.is_empty() {
        let together: Inventory = alike.iter().filter_map(|at| parts[*at].inventory.take()).collect();
        let mut numbers = 0..parts.len();
        parts.retain(|_| !numbers.next().is_some_and(|at| alike.contains(&at)));
        parts.push(judge(together));
    }
    join(parts)
}

/// What came of one project.
struct Part<T> {
    sources: Sources,
    outcome: Outcome,
    kept: T,
    lacks: BTreeSet<(&'static str, String)>,
    /// The project itself, where it lacks something.
    inventory: Option<Inventory>,
}

/// The projects that lack the very same thing as another one: perhaps they are put together elsewhere, which shows when they
/// are judged together.
fn alike<T>(parts: &[Part<T>]) -> BTreeSet<usize> {
    let mut lacking: HashMap<&(&str, String), Vec<usize>> = HashMap::default();
    for (at, part) in parts.iter().enumerate() {
        for lack in &part.lacks {
            lacking.entry(lack).or_default().push(at);
        }
    }
    lacking.into_values().filter(|projects| projects.len() > 1).flatten().collect()
}

/// The texts that findings point into. The findings are changed to point into what is given back.
fn pointed_into(sources: &Sources, outcome: &mut Outcome) -> Sources {
    let mut kept = Sources::default();
    let mut numbers: BTreeMap<SourceId, SourceId> = BTreeMap::new();
    for finding in &mut outcome.findings {
        if finding.labels.is_empty() && finding.path.is_none() {
            finding.path = Some(PathBuf::from(path_of(sources, finding)));
        }
        for label in &mut finding.labels {
            let id = &mut label.span.source;
            *id = *numbers.entry(*id).or_insert_with(|| kept.keep(sources.get(*id).clone()));
        }
    }
    kept
}

/// All parts as one, by place.
fn join<T>(parts: Vec<Part<T>>) -> Judged<T> {
    let alone = parts.len() == 1;
    let mut all = Judged { sources: Sources::default(), outcome: Outcome::default(), kept: Vec::new() };
    let mut found = Vec::new();
    for part in parts {
        let first = all.sources.append(part.sources);
        all.outcome.suppressed += part.outcome.suppressed;
        all.kept.push(part.kept);
        let findings = part.outcome.findings.into_iter().map(|finding| moved(finding, first));
        found.extend(findings.zip(part.outcome.fingerprints));
    }
    if !alone {
        found.sort_by_cached_key(|(finding, _)| place(&all.sources, finding));
    }
    (all.outcome.findings, all.outcome.fingerprints) = found.into_iter().unzip();
    all
}

/// The finding where the texts that it points into have been put behind `first` others.
fn moved(mut finding: Diagnostic, first: u32) -> Diagnostic {
    finding.labels.iter_mut().for_each(|label| label.span.source.0 += first);
    finding
}
