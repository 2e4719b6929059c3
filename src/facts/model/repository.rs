//! Everything that was read of one repository.

use super::{Deployment, DeploymentId, Evidence, Invocation};
use crate::diagnostic::Diagnostics;
use crate::facts::proxy::Proxy;
use crate::facts::script::{Command, Script};
use crate::source::{Sources, Span};
use crate::workspace::Inventory;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A repository: its texts, its deployments, its scripts and confs.
#[derive(Debug, Default)]
pub struct Repository {
    /// Every text that was read.
    pub sources: Sources,
    /// The deployments, in a stable order.
    pub deployments: Vec<Deployment>,
    /// The files that there are.
    pub inventory: Inventory,
    /// How deployments stand to each other, the lower one first. What is not listed are strangers.
    pub relations: BTreeMap<(DeploymentId, DeploymentId), Relation>,
    /// What scripts, Makefiles, workflows and crontabs do.
    pub scripts: Vec<Script>,
    /// What reverse proxies do.
    pub proxies: Vec<Proxy>,
    /// What could not be read or followed.
    pub gaps: Vec<Gap>,
    /// Files that were read and are not what they should be.
    pub faults: Diagnostics,
}

/// How two deployments stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Something says that they share a host.
    Neighbours(Vec<Evidence>),
    /// Nothing says either way.
    Possible,
    /// They never meet: other hosts, alternatives, development.
    Strangers,
}

/// Something that could not be read or followed: nobody can say that it is free of faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The file, relative to the repository's root.
    pub path: PathBuf,
    /// The place in it, if it could be read.
    pub span: Option<Span>,
    /// Why.
    pub reason: String,
}

impl Repository {
    /// The deployment with this number.
    pub fn deployment(&self, id: DeploymentId) -> &Deployment {
        &self.deployments[id.0]
    }

    /// The command of a call of Compose.
    pub fn command(&self, call: &Invocation) -> Option<&Command> {
        self.scripts.get(call.script)?.commands.get(call.command)
    }

    /// How two deployments stand to each other.
    pub fn relation(&self, one: DeploymentId, other: DeploymentId) -> &Relation {
        let pair = if one < other { (one, other) } else { (other, one) };
        self.relations.get(&pair).unwrap_or(&Relation::Strangers)
    }

    /// Every two deployments that share a host or may do so, each pair once, the lower one first.
    pub fn pairs(&self) -> impl Iterator<Item = (&Deployment, &Deployment, &Relation)> {
        self.relations
            .iter()
            .filter(|(_, relation)| **relation != Relation::Strangers)
            .map(|((one, other), relation)| (self.deployment(*one), self.deployment(*other), relation))
    }
}
