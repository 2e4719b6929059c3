//! The env-files of a repository, whoever reads them.

use crate::facts::model::{Deployment, Environment, Reader, Stage};
use crate::source::SourceId;
use crate::syntax::dotenv::{self, Entry};
use crate::workspace::discover::Kind;
use crate::workspace::{Files, Inventory};
use foldhash::HashMap;
use std::path::{Path, PathBuf};

/// An env-file.
#[derive(Clone, Debug)]
pub struct EnvFile {
    /// Its path, relative to the repository's root.
    pub path: PathBuf,
    /// Its text.
    pub source: SourceId,
    /// Whether it shows what to set, and is read by nobody.
    pub example: bool,
    /// What is written in it.
    pub text: dotenv::EnvFile,
    /// The environment that it is for: that of the deployments which read it, else the one it is named for.
    pub environment: Option<Environment>,
    /// For whom that environment runs.
    pub stage: Stage,
    /// Its path with a `*` in the place of the environment's name; the same for all environments.
    pub family: String,
    /// Whether it is committed, or would be by the next `git add .`.
    pub committed: bool,
}

impl EnvFile {
    /// The assignment that counts for `key`.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.text.get(key)
    }

    /// The assignments that count: the last one of each key.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let last = |entry: &&Entry| self.text.get(&entry.key).is_some_and(|last| std::ptr::eq(last, *entry));
        self.text.entries.iter().filter(last)
    }
}

/// Every env-file that can be read, by path.
pub(super) fn read(files: &mut Files, inventory: &Inventory, deployments: &[Deployment]) -> Vec<EnvFile> {
    // What specc has written is judged by its spec.
    let wanted = inventory
        .files
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::EnvFile | Kind::EnvExample) && entry.output.is_none());
    let readers = readers(deployments);
    wanted
        .filter_map(|entry| {
            let source = files.read(&entry.path).ok()?;
            let named = super::deployments::named_for(&entry.path);
            let family = named.as_ref().map(|(_, _, family)| family.clone());
            let by_name = named.map(|(environment, stage, _)| (environment, stage));
            let readers = readers.get(entry.path.as_path());
            let environment = readers.and_then(|readers| common(readers)).or(by_name);
            // What is there to be copied holds nobody's secrets.
            let shown = super::deployments::is_shown(&entry.path)
                && readers.is_none_or(|readers| readers.iter().all(|reader| reader.shown));
            let stage = environment.as_ref().map_or(Stage::Unknown, |(_, stage)| *stage);
            Some(EnvFile {
                stage: if shown { Stage::Development } else { stage },
                environment: environment.map(|(environment, _)| environment),
                family: family.unwrap_or_else(|| entry.path.display().to_string()),
                path: entry.path.clone(),
                source,
                example: entry.kind == Kind::EnvExample && !is_given(deployments, &entry.path),
                text: dotenv::parse(source, &files.sources().get(source).text),
                committed: files.is_committed(&entry.path),
            })
        })
        .collect()
}

/// Who reads each env-file.
fn readers(deployments: &[Deployment]) -> HashMap<&Path, Vec<&Deployment>> {
    let mut readers: HashMap<&Path, Vec<&Deployment>> = HashMap::default();
    for deployment in deployments {
        for used in &deployment.env_files {
            let path = used.replaced_by.as_ref().map_or(&used.path, |(by, _)| by);
            readers.entry(path).or_default().push(deployment);
        }
    }
    readers
}

/// Whether a service that is deployed gets this very file: then it is its env-file, whatever it is called.
fn is_given(deployments: &[Deployment], path: &Path) -> bool {
    deployments.iter().filter(|deployment| deployment.stage == Stage::Deployed).any(|deployment| {
        deployment.env_files.iter().any(|used| {
            used.path == path && used.replaced_by.is_none() && matches!(used.reader, Reader::Service(_))
        })
    })
}

/// The environment of all these deployments, if they are of one.
fn common(readers: &[&Deployment]) -> Option<(Environment, Stage)> {
    let (first, others) = readers.split_first()?;
    let environment = first.environment.clone()?;
    others
        .iter()
        .all(|other| other.environment.as_ref().is_some_and(|other| other.name == environment.name))
        .then_some((environment, first.stage))
}
