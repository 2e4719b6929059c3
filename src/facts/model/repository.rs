//! Everything that was read of one repository.

use super::{Build, Deployment, DeploymentId, Evidence, Fact, Invocation, Output};
use crate::diagnostic::Diagnostics;
use crate::facts::deployments::Relations;
use crate::facts::env::EnvFile;
use crate::facts::proxy::Proxy;
use crate::facts::script::{Command, Script};
use crate::source::{Sources, Span};
use crate::workspace::{BuildContext, Files, Inventory};
use std::path::{Path, PathBuf};

/// A repository: its texts, its deployments, its scripts and confs.
#[derive(Debug, Default)]
pub struct Repository {
    /// Every text that was read.
    pub sources: Sources,
    /// The deployments, in a stable order.
    pub deployments: Vec<Deployment>,
    /// The files that there are.
    pub inventory: Inventory,
    /// How deployments stand to each other.
    pub(in crate::facts) relations: Relations,
    /// What scripts, Makefiles, workflows and crontabs do.
    pub scripts: Vec<Script>,
    /// What reverse proxies do.
    pub proxies: Vec<Proxy>,
    /// The env-files, examples among them, by path.
    pub env_files: Vec<EnvFile>,
    /// What specc itself wrote.
    pub outputs: Vec<Output>,
    /// What could not be read or followed.
    pub gaps: Vec<Gap>,
    /// Files that were read and are not what they should be.
    pub faults: Diagnostics,
    /// What answers whether a file is there, and what git thinks of it.
    pub(in crate::facts) files: Files,
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

/// Deployments that have something in common, without which they could not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathering {
    /// Their places among those that were asked about, in order.
    pub places: Vec<usize>,
    /// Whether it says that those of them which meet share a host.
    pub certain: bool,
}

/// Something that could not be read or followed: nobody can say that it is free of faults.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// The file, relative to the repository's root.
    pub path: PathBuf,
    /// The place in it, if it could be read.
    pub span: Option<Span>,
    /// Why.
    pub reason: String,
}

/// What an image keeps of its build context.
#[derive(Clone, Debug)]
pub struct Baked {
    /// The files, each with the line of the Dockerfile that copies it.
    pub copies: Vec<(PathBuf, usize)>,
    /// The file that says what is left out of the context: the one there is, or the one to write.
    pub ignore_file: PathBuf,
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

    /// A path relative to the repository's root if it is inside, cleaned; `..` remains at its start where it leads out.
    pub fn relative(&self, path: &Path) -> PathBuf {
        self.files.relative(path)
    }

    /// Whether a directory is at a path, relative to the repository's root, links followed.
    pub fn is_directory(&self, path: &Path) -> bool {
        self.files.is_directory(path)
    }

    /// Whether something is at a path, relative to the repository's root, links followed.
    pub fn exists(&self, path: &Path) -> bool {
        self.files.exists(path)
    }

    /// Whether git ignores a path. Nothing needs to be there.
    pub fn ignores(&self, path: &Path) -> bool {
        self.files.is_ignored(path)
    }

    /// Whether a path is inside a submodule, whose files need not be checked out.
    pub fn in_submodule(&self, path: &Path) -> bool {
        self.files.git().in_submodule(path)
    }

    /// The files among `paths` that end in the image of a build because the whole context is copied into it. None where
    /// that cannot be seen, or is not so.
    pub fn baked(&self, build: &Build, paths: &[PathBuf]) -> Option<Baked> {
        let image = build.image.as_deref()?;
        let context = image.context.to_str()?;
        let text = |fact: &Option<Fact<String>>| match fact {
            Some(fact) => fact.known().cloned().map(Some),
            None => Some(None),
        };
        let (dockerfile, target) = (text(&build.dockerfile)?, text(&build.target)?);
        let seen = BuildContext::read(self.files.base(), context, dockerfile.as_deref(), target.as_deref());
        seen.copies_whole_context.as_ref()?;
        let copies =
            paths.iter().filter_map(|path| Some((path.clone(), seen.would_bake(path.to_str()?)?))).collect();
        Some(Baked { copies, ignore_file: seen.ignore_file })
    }

    /// The env-file at a path.
    pub fn env_file(&self, path: &Path) -> Option<&EnvFile> {
        let at = self.env_files.binary_search_by(|file| file.path.as_path().cmp(path)).ok()?;
        Some(&self.env_files[at])
    }

    /// The env-files in a directory, not those below it.
    pub fn env_files_in<'f>(&'f self, directory: &'f Path) -> impl Iterator<Item = &'f EnvFile> {
        let from = self.env_files.partition_point(|file| file.path.as_path() < directory);
        let below = self.env_files[from..].iter().take_while(move |file| file.path.starts_with(directory));
        below.filter(move |file| file.path.parent() == Some(directory))
    }

    /// How two deployments stand to each other.
    pub fn relation(&self, one: DeploymentId, other: DeploymentId) -> Relation {
        self.relations.relation(&self.deployments, &self.scripts, one, other)
    }

    /// Whether two deployments are no strangers; and then, whether something says that they share a host.
    pub fn meet(&self, one: DeploymentId, other: DeploymentId) -> Option<bool> {
        self.relations.meet(&self.deployments, one, other)
    }

    /// Whether a deployment is no stranger to any other.
    pub fn meets_any(&self, id: DeploymentId) -> bool {
        self.relations.meets_any(&self.deployments, id)
    }

    /// Those among deployments that may meet: only those of one gathering do. First where something says that they share a
    /// host.
    pub fn gatherings(&self, among: &[DeploymentId]) -> Vec<Gathering> {
        self.relations.gatherings(among)
    }
}
