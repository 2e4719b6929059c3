//! What Compose makes of a call: the evaluated project, and everything that was met on the way.

use super::node::Node;
use crate::diagnostic::Diagnostic;
use crate::facts::model::{EnvFileUse, Gap, ProjectName, VariableUse};
use crate::source::SourceId;
use std::path::PathBuf;

/// An evaluated project.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The project's name, and who decides it.
    pub name: ProjectName,
    /// The project directory: what relative paths are relative to.
    pub directory: PathBuf,
    /// The canonical model: `services` (those of disabled profiles left out), `networks`, `volumes`, `secrets`,
    /// `configs` and extensions. Short forms are written out: a port of the short form is a mapping with the span of
    /// its scalar, and a range of ports is as many mappings with one span.
    pub model: Node,
    /// The services of profiles that are not enabled: a mapping.
    pub disabled: Node,
    /// The Compose files, in the order in which they are merged; what they include or extend is not among them.
    pub files: Vec<SourceId>,
    /// Every Compose file that was read, those that are included or extended too.
    pub read: Vec<SourceId>,
    /// Every env-file that Compose or a service reads.
    pub env_files: Vec<EnvFileUse>,
    /// Every use of a variable.
    pub uses: Vec<VariableUse>,
    /// Why Compose would refuse the project.
    pub faults: Vec<Diagnostic>,
    /// What Compose would warn of.
    pub warnings: Vec<Diagnostic>,
    /// What could not be read or followed.
    pub gaps: Vec<Gap>,
}

impl Loaded {
    /// The services that run: their names and what they are.
    pub fn services(&self) -> impl Iterator<Item = (&String, &super::Entry)> {
        self.model.get("services").and_then(Node::as_map).into_iter().flatten()
    }
}
