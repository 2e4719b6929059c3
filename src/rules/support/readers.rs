//! Who reads an env-file, and what of it anybody gets.

use crate::facts::env::EnvFile;
use crate::facts::model::{Bind, Deployment, EnvVariable, MountSource, Reader, Repository, Service};
use crate::facts::script::{Command, Directory, SourcedFile};
use foldhash::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What of an env-file reaches a program.
pub(in crate::rules) enum Readers<'f> {
    /// Nothing says who reads it: whoever does may want all of it.
    Unknown,
    /// A container gets the whole file.
    All,
    /// Compose reads it, or a script that calls Compose, and passes on what they name.
    Named(HashSet<&'f str>),
}

/// Which deployments and commands read each env-file, looked up once.
pub(in crate::rules) struct ByFile<'f> {
    facts: &'f Repository,
    /// Those that read it for interpolation, or are called after a script exported it; none where a service gets it.
    deployments: HashMap<PathBuf, Option<Vec<&'f Deployment>>>,
    /// The commands that come after a script has sourced it.
    commands: HashMap<PathBuf, Vec<&'f Command>>,
}

impl<'f> ByFile<'f> {
    /// Of all files.
    pub(in crate::rules) fn of_all(facts: &'f Repository) -> Self {
        let mut deployments: HashMap<PathBuf, Option<Vec<&Deployment>>> = HashMap::default();
        for deployment in &facts.deployments {
            for used in &deployment.env_files {
                let path = used.replaced_by.as_ref().map_or(&used.path, |(path, _)| path);
                let readers = deployments.entry(path.clone()).or_insert_with(|| Some(Vec::new()));
                match (&used.reader, readers) {
                    (Reader::Service(_), readers) => *readers = None,
                    (Reader::Compose, Some(readers)) => add(readers, deployment),
                    (Reader::Compose, None) => {}
                }
            }
            for call in calls(facts, deployment) {
                let exported = call.sourced.iter().filter(|sourced| sourced.exported);
                for path in exported.filter_map(|sourced| place(call, sourced)) {
                    if let Some(readers) = deployments.entry(path).or_insert_with(|| Some(Vec::new())) {
                        add(readers, deployment);
                    }
                }
            }
        }
        let mut commands: HashMap<PathBuf, Vec<&Command>> = HashMap::default();
        for command in facts.scripts.iter().flat_map(|script| &script.commands) {
            for path in command.sourced.iter().filter_map(|sourced| place(command, sourced)) {
                commands.entry(path).or_default().push(command);
            }
        }
        Self { facts, deployments, commands }
    }

    /// Whether it is known who reads this file.
    pub(in crate::rules) fn knows(&self, file: &EnvFile) -> bool {
        self.deployments.contains_key(&file.path)
    }

    /// Who reads this file.
    pub(in crate::rules) fn readers(&self, file: &'f EnvFile) -> Readers<'f> {
        let Some(deployments) = self.deployments.get(&file.path) else { return Readers::Unknown };
        let Some(deployments) = deployments else { return Readers::All };
        let mut named: HashSet<&str> = HashSet::default();
        for deployment in deployments {
            if holds(self.facts, deployment, &file.path) {
                return Readers::All;
            }
            named.extend(passed_on(deployment));
        }
        let after = self.commands.get(&file.path).into_iter().flatten();
        named.extend(after.flat_map(|command| &command.uses).map(|used| used.name.as_str()));
        // What the file itself puts into what is passed on.
        for entry in file.entries().collect::<Vec<_>>().into_iter().rev() {
            let Some(value) = entry.value.as_ref().filter(|_| named.contains(entry.key.as_str())) else {
                continue;
            };
            named.extend(names_in(&value.text));
        }
        Readers::Named(named)
    }
}

impl Readers<'_> {
    /// Whether anything gets this variable, as far as can be known.
    pub(in crate::rules) fn get(&self, key: &str) -> bool {
        match self {
            Self::Unknown | Self::All => true,
            Self::Named(named) => named.contains(key),
        }
    }

    /// Those of several files.
    pub(in crate::rules) fn together(of: impl Iterator<Item = Self>) -> Self {
        of.reduce(|one, other| match (one, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Named(mut one), Self::Named(other)) => {
                one.extend(other);
                Self::Named(one)
            }
            (known @ Self::Named(_), Self::Unknown) | (Self::Unknown, known) => known,
        })
        .unwrap_or(Self::Unknown)
    }
}

/// What scripts export out of files before they call Compose.
pub(in crate::rules) struct Exported<'f> {
    /// The files that are in the repository.
    files: Vec<&'f EnvFile>,
    /// Whether there is one that is not.
    elsewhere: bool,
}

impl<'f> Exported<'f> {
    /// For this deployment.
    pub(in crate::rules) fn by_scripts(facts: &'f Repository, deployment: &'f Deployment) -> Self {
        let mut exported = Self { files: Vec::new(), elsewhere: false };
        for call in calls(facts, deployment) {
            for sourced in call.sourced.iter().filter(|sourced| sourced.exported) {
                match place(call, sourced).and_then(|path| facts.env_file(&path)) {
                    Some(file) => exported.files.push(file),
                    None => exported.elsewhere |= sourced.found.is_none(),
                }
            }
        }
        exported
    }

    /// Whether one of them gives the variable, or may do so.
    pub(in crate::rules) fn may_give(&self, name: &str) -> bool {
        self.elsewhere || self.files.iter().any(|file| file.get(name).is_some())
    }
}

/// Adds a deployment, once: its calls come one after the other.
fn add<'f>(readers: &mut Vec<&'f Deployment>, deployment: &'f Deployment) {
    if readers.last().is_none_or(|last| last.id != deployment.id) {
        readers.push(deployment);
    }
}

/// The calls of Compose on a deployment.
fn calls<'f>(facts: &'f Repository, deployment: &'f Deployment) -> impl Iterator<Item = &'f Command> {
    deployment.invocations.iter().filter_map(|call| facts.command(call))
}

/// Where a sourced file is in the repository.
fn place(command: &Command, sourced: &SourcedFile) -> Option<PathBuf> {
    sourced.found.clone().or_else(|| match command.path(&sourced.path) {
        Directory::Inside(path) => Some(path),
        _ => None,
    })
}

/// The variables that Compose itself looks at for a deployment: those that its files put in somewhere, and those that they
/// pass on by their names alone.
fn passed_on(deployment: &Deployment) -> impl Iterator<Item = &str> {
    let put_in = deployment.variables.iter().map(|used| used.name.as_str());
    let services = deployment.services.values().chain(deployment.disabled.values());
    let given = services.flat_map(|service| {
        service.environment.iter().chain(service.build.iter().flat_map(|build| &build.args))
    });
    let by_name =
        given.filter(|(_, variable)| is_passed_on(deployment, variable)).map(|(name, _)| name.as_str());
    let resources = deployment.secrets.values().chain(deployment.configs.values());
    let stored = resources.filter_map(|resource| resource.environment.as_ref()?.known()).map(String::as_str);
    put_in.chain(by_name).chain(stored)
}

/// Whether a variable has no value of its own in the Compose files.
fn is_passed_on(deployment: &Deployment, variable: &EnvVariable) -> bool {
    let value = variable.value.as_ref().map(|value| value.span);
    value.is_none_or(|span| span == variable.key || !deployment.files.contains(&span.source))
}

/// Whether the file itself is in a container: mounted, or copied into an image with everything around it.
fn holds(facts: &Repository, deployment: &Deployment, path: &Path) -> bool {
    let mounts = |service: &Service| {
        service.mounts.iter().any(|mount| {
            matches!(&mount.source, MountSource::Bind(Bind::Inside(directory)) if path.starts_with(directory))
        })
    };
    let bakes = |service: &Service| {
        let baked = service.build.as_ref().and_then(|build| facts.baked(build, &[path.to_path_buf()]));
        baked.is_some_and(|baked| !baked.copies.is_empty())
    };
    deployment.services.values().any(|service| mounts(service) || bakes(service))
}

/// The variables that a value puts in: `${NAME}` or `$NAME`.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(rest, |end| &rest[..end])
    })
}
