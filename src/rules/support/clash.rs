//! Things that several deployments on one host claim for themselves.

use super::words;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, DeploymentId, Evidence, Relation, Repository};
use crate::source::Span;
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
    evidence: &'f [Evidence],
}

impl<T> Clash<'_, '_, T> {
    /// The claimants as a sentence lists them, each once.
    pub(in crate::rules) fn who(&self) -> String {
        let mut titles: Vec<&String> = Vec::new();
        for title in &self.titles {
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        match titles.as_slice() {
            [one] => format!("two deployments of `{one}`"),
            _ => words::quoted(&titles),
        }
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
        let mut places: Vec<(Span, usize, Vec<&String>)> = Vec::new();
        for (at, (claim, title)) in self.claims.iter().zip(&self.titles).enumerate() {
            match places.iter_mut().find(|(span, ..)| *span == claim.span) {
                Some((.., titles)) if titles.contains(&title) => {}
                Some((.., titles)) => titles.push(title),
                None => places.push((claim.span, at, vec![title])),
            }
        }
        for (span, at, titles) in places {
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

/// Claims of deployments that meet and that `collide`. Those which hang together are one clash.
pub(in crate::rules) fn clashes<'c, 'f, T>(
    facts: &'f Repository,
    claims: &'c [Claim<'f, T>],
    collide: impl Fn(&Claim<'f, T>, &Claim<'f, T>) -> bool,
) -> Vec<Clash<'c, 'f, T>> {
    let mut by_deployment: BTreeMap<DeploymentId, Vec<usize>> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        by_deployment.entry(claim.deployment.id).or_default().push(at);
    }
    let mut groups = Groups::new(claims.len());
    let mut certain: Vec<Option<&[Evidence]>> = vec![None; claims.len()];
    let of = |id: DeploymentId| by_deployment.get(&id).map(Vec::as_slice).unwrap_or_default();
    for (one, other, relation) in facts.pairs() {
        for &ours in of(one.id) {
            for &theirs in of(other.id) {
                if collide(&claims[ours], &claims[theirs]) {
                    let (low, high) = groups.join(ours, theirs);
                    let here = match relation {
                        Relation::Neighbours(evidence) => Some(evidence.as_slice()),
                        _ => None,
                    };
                    certain[low] = certain[low].or(certain[high]).or(here);
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
            let claims: Vec<&Claim<'f, T>> = members.into_iter().map(|at| &claims[at]).collect();
            let meeting = if certain[root].is_some() { Meeting::Certain } else { Meeting::Possible };
            let evidence = certain[root].unwrap_or_default();
            Clash { titles: titles(facts, &claims), claims, meeting, evidence }
        })
        .collect()
}

/// The title of each claim's deployment. One deployment may claim a thing twice.
fn titles<T>(facts: &Repository, claims: &[&Claim<'_, T>]) -> Vec<String> {
    let mut deployments: Vec<&Deployment> = claims.iter().map(|claim| claim.deployment).collect();
    deployments.dedup_by_key(|deployment| deployment.id);
    let names = words::titles(facts, &deployments);
    let title = |claim: &&Claim<'_, T>| {
        let at = deployments.iter().position(|deployment| deployment.id == claim.deployment.id);
        at.map(|at| names[at].clone()).unwrap_or_default()
    };
    claims.iter().map(title).collect()
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
