//! What may be a deployment: a call of Compose with everything that decides what it means.

use super::names::Named;
use crate::facts::compose::Request;
use crate::facts::model::{Evidence, Fact, Invocation};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file that a script puts where another one is read: `cp .env.staging .env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    /// The file that is read in its place.
    pub(super) by: PathBuf,
    /// Where that is done.
    pub(super) span: Span,
}

/// Files and settings that go together, and why.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What Compose is asked to load.
    pub(super) request: Request,
    /// Files that are replaced before, by the path that is read.
    pub(super) replaced: BTreeMap<PathBuf, Replacement>,
    /// The machine, if something says which.
    pub(super) host: Option<Fact<String>>,
    /// The environment, if something says which, and where.
    pub(super) environment: Option<(Named, Option<Span>)>,
    /// The calls.
    pub(super) invocations: Vec<Invocation>,
    /// What says that it is so.
    pub(super) because: Vec<Evidence>,
    /// Whether it is a Swarm stack.
    pub(super) swarm: bool,
    /// Whether all of its calls are made by CI on its own machines.
    pub(super) ci: bool,
    /// Whether nothing but names says that its files belong together, and the last of them has everything that it runs.
    pub(super) guessed: bool,
}

impl Candidate {
    /// What tells two candidates apart: calls that agree in all of it are calls on one deployment.
    pub(super) fn key(&self, sources: &Sources) -> String {
        let request = &self.request;
        let fact = |fact: &Fact<String>| match fact.known() {
            Some(text) => format!("={text}"),
            // Two unknown values are the same when they are written alike.
            None => format!("?{}", sources.text(fact.span)),
        };
        let variables: Vec<String> = request
            .variables
            .iter()
            .map(|(name, given)| match (given.value.known(), given.span) {
                (Some(text), _) => format!("{name}={text}"),
                (None, span) => format!("{name}?{}", span.map(|span| sources.text(span)).unwrap_or_default()),
            })
            .collect();
        let replaced: Vec<_> =
            self.replaced.iter().map(|(path, replacement)| (path, &replacement.by)).collect();
        let parts = (
            (&request.directory, &request.project_directory, &request.files, &request.env_files),
            (request.project.as_ref().map(fact), &request.profiles, variables, replaced),
            (self.host.as_ref().map(fact), self.swarm),
        );
        format!("{parts:?}")
    }

    /// Takes over what another candidate of the same key knows.
    pub(super) fn merge(&mut self, other: Self) {
        self.invocations.extend(other.invocations);
        for evidence in other.because {
            if !self.because.contains(&evidence) {
                self.because.push(evidence);
            }
        }
        if self.environment.is_none() {
            self.environment = other.environment;
        }
        self.ci &= other.ci;
    }
}
