//! Things that several deployments on one host claim for themselves.

use super::project::same_container;
use super::words;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, DeploymentId, Evidence, Relation, Repository, Service};
use crate::source::Span;
use foldhash::HashMap;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;

/// Something that a deployment claims: a name, a port, a volume.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Claim<'f, T> {
    /// Who claims it.
    pub(in crate::rules) deployment: &'f Deployment,
    /// Where.
    pub(in crate::rules) span: Span,
    /// What.
    pub(in crate::rules) what: T,
}

/// How those who meet are known to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Meeting {
    /// Something says that they share a host.
    Certain,
    /// Nothing says either way.
    Possible,
}

impl Meeting {
    /// How bad what is `usual` between neighbours is here.
    pub(in crate::rules) fn level(self, usual: Severity) -> Severity {
        match self {
            Self::Certain => usual,
            Self::Possible => usual.min(Severity::Warning),
        }
    }

    /// What a message ends with.
    pub(in crate::rules) fn condition(self) -> &'static str {
        match self {
            Self::Certain => "",
            Self::Possible => ", if they share a host",
        }
    }
}

/// Two or more claims of one thing.
#[derive(Debug)]
pub(in crate::rules) struct Clash<'c, 'f, T> {
    /// The claims, in the order of the deployments.
    pub(in crate::rules) claims: Vec<&'c Claim<'f, T>>,
    /// Whether they surely meet.
    pub(in crate::rules) meeting: Meeting,
    /// What the claimants are called, as `claims` are ordered.
    pub(in crate::rules) titles: Vec<String>,
    /// What says that they share a host.
    evidence: Vec<Evidence>,
}

impl<T> Clash<'_, '_, T> {
    /// The claimants as a sentence lists them, each once.
    pub(in crate::rules) fn who(&self) -> String {
        words::who(&self.titles)
    }

    /// Whether more than two claim it.
    pub(in crate::rules) fn both(&self) -> &'static str {
        let mut titles: Vec<&String> = self.titles.iter().collect();
        titles.sort();
        titles.dedup();
        if titles.len() > 2 { "all" } else { "both" }
    }

    /// Adds the places of the claims, a place that several share once: `text` says what stands there, of these claimants.
    pub(in crate::rules) fn label(
        &self,
        mut finding: Diagnostic,
        text: impl Fn(&Claim<'_, T>, &str) -> String,
    ) -> Diagnostic {
        let mut places: IndexMap<Span, (usize, IndexSet<&String>)> = IndexMap::new();
        for (at, (claim, title)) in self.claims.iter().zip(&self.titles).enumerate() {
            places.entry(claim.span).or_insert_with(|| (at, IndexSet::new())).1.insert(title);
        }
        for (span, (at, titles)) in places {
            let titles: Vec<&String> = titles.into_iter().collect();
            finding = finding.at(span, text(self.claims[at], &words::quoted(&titles)));
        }
        self.evidence(finding)
    }

    /// Adds what says that they share a host, where the places do not show it already.
    fn evidence(&self, finding: Diagnostic) -> Diagnostic {
        self.evidence.iter().fold(finding, |finding, evidence| {
            let said = finding.labels.iter().any(|label| label.span == evidence.span);
            if said { finding } else { finding.at(evidence.span, evidence.text.clone()) }
        })
    }
}

/// Claims of deployments that meet and that `collide`. Those which hang together are one clash. Only claims that have one of
/// their `keys` in common are compared: what they name.
pub(in crate::rules) fn clashes<'c, 'f, T, K: Ord>(
    facts: &'f Repository,
    claims: &'c [Claim<'f, T>],
    keys: impl Fn(&'c Claim<'f, T>) -> Vec<K>,
    collide: impl Fn(&Claim<'f, T>, &Claim<'f, T>) -> bool,
) -> Vec<Clash<'c, 'f, T>> {
    let mut by_key: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        for key in keys(claim) {
            by_key.entry(key).or_default().push(at);
        }
    }
    let mut groups = Groups::new(claims.len());
    // The first two of each group that surely share a host.
    let mut certain: Vec<Option<(usize, usize)>> = vec![None; claims.len()];
    for alike in by_key.into_values().filter(|alike| alike.len() > 1) {
        let of: Vec<DeploymentId> = alike.iter().map(|at| claims[*at].deployment.id).collect();
        if of.iter().all(|id| *id == of[0]) {
            continue;
        }
        for gathering in facts.gatherings(&of) {
            for (nth, &ours) in gathering.places.iter().enumerate() {
                for &theirs in &gathering.places[nth + 1..] {
                    let pair = (alike[ours], alike[theirs]);
                    let root = groups.root(pair.0);
                    let joined = root == groups.root(pair.1);
                    // That two hang together need not be found out twice.
                    if joined && (!gathering.certain || certain[root].is_some_and(|first| first <= pair)) {
                        continue;
                    }
                    let Some(sure) = facts.meet(of[ours], of[theirs]) else { continue };
                    if collide(&claims[pair.0], &claims[pair.1]) {
                        let (low, high) = groups.join(pair.0, pair.1);
                        let found = [certain[low], certain[high], sure.then_some(pair)];
                        certain[low] = found.into_iter().flatten().min();
                    }
                }
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..claims.len() {
        members.entry(groups.root(at)).or_default().push(at);
    }
    members
        .into_iter()
        .filter(|(_, members)| members.len() > 1)
        .map(|(root, members)| {
            let hanging: Vec<&Claim<'f, T>> = members.into_iter().map(|at| &claims[at]).collect();
            let meeting = if certain[root].is_some() { Meeting::Certain } else { Meeting::Possible };
            let relation = certain[root]
                .map(|(one, other)| facts.relation(claims[one].deployment.id, claims[other].deployment.id));
            let evidence = match relation {
                Some(Relation::Neighbours(evidence)) => evidence,
                _ => Vec::new(),
            };
            Clash { titles: titles(facts, &hanging), claims: hanging, meeting, evidence }
        })
        .collect()
}

/// The same of claims that services make: one container, which several deployments of a project start, never meets itself.
pub(in crate::rules) fn clashes_of_services<'c, 'f, T, K: Ord>(
    facts: &'f Repository,
    claims: &'c [Claim<'f, T>],
    service: impl Fn(&Claim<'f, T>) -> &'f Service,
    keys: impl Fn(&'c Claim<'f, T>) -> Vec<K>,
    collide: impl Fn(&Claim<'f, T>, &Claim<'f, T>) -> bool,
) -> Vec<Clash<'c, 'f, T>> {
    // The container of each key; none where there are several.
    let mut containers: BTreeMap<K, Option<(&str, &str)>> = BTreeMap::new();
    for claim in claims {
        let container = claim.deployment.name().map(|project| (project, service(claim).name.as_str()));
        for key in keys(claim) {
            let known = containers.entry(key).or_insert(container);
            *known = known.filter(|known| Some(*known) == container);
        }
    }
    let of_several = |claim| {
        let keys = keys(claim).into_iter();
        keys.filter(|key| matches!(containers.get(key), Some(None))).collect()
    };
    clashes(facts, claims, of_several, |one, other| {
        !same_container((one.deployment, service(one)), (other.deployment, service(other)))
            && collide(one, other)
    })
}

/// The title of each claim's deployment. One deployment may claim a thing twice.
fn titles<T>(facts: &Repository, claims: &[&Claim<'_, T>]) -> Vec<String> {
    let mut deployments: Vec<&Deployment> = claims.iter().map(|claim| claim.deployment).collect();
    deployments.dedup_by_key(|deployment| deployment.id);
    let names = words::titles(facts, &deployments);
    let ids = deployments.iter().map(|deployment| deployment.id);
    let named: HashMap<DeploymentId, &String> = ids.zip(&names).collect();
    claims.iter().map(|claim| named[&claim.deployment.id].clone()).collect()
}

/// Things by their numbers, of which those that hang together are one group.
#[derive(Debug)]
pub(in crate::rules) struct Groups {
    /// Each points to a lower one of its group, the lowest to itself.
    lower: Vec<usize>,
}

impl Groups {
    /// That many, each alone.
    pub(in crate::rules) fn new(count: usize) -> Self {
        Self { lower: (0..count).collect() }
    }

    /// The lowest of the group.
    pub(in crate::rules) fn root(&mut self, mut at: usize) -> usize {
        while self.lower[at] != at {
            self.lower[at] = self.lower[self.lower[at]];
            at = self.lower[at];
        }
        at
    }

    /// Makes two groups one. Says which was the lower and which the higher root.
    pub(in crate::rules) fn join(&mut self, one: usize, other: usize) -> (usize, usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.lower[high] = low;
        (low, high)
    }
}
