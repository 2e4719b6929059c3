//! Who reads an env-file, and what of it anybody gets.

use crate::facts::env::EnvFile;
use crate::facts::model::{Bind, Deployment, EnvVariable, MountSource, Reader, Repository, Service};
use crate::facts::script::{Command, Directory, SourcedFile};
use foldhash::HashSet;
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

impl<'f> Readers<'f> {
    /// Those of this file.
    pub(in crate::rules) fn of(facts: &'f Repository, file: &'f EnvFile) -> Self {
        let mut named: Option<HashSet<&str>> = None;
        for deployment in &facts.deployments {
            let mut reads = deployment
                .env_files
                .iter()
                .filter(|used| used.replaced_by.as_ref().map_or(&used.path, |(path, _)| path) == &file.path);
            if reads.clone().any(|used| matches!(used.reader, Reader::Service(_))) {
                return Self::All;
            }
            if reads.next().is_none() && !calls(facts, deployment).any(|call| exports(call, &file.path)) {
                continue;
            }
            if holds(facts, deployment, &file.path) {
                return Self::All;
            }
            named.get_or_insert_default().extend(passed_on(deployment));
        }
        let Some(mut named) = named else { return Self::Unknown };
        let commands = facts.scripts.iter().flat_map(|script| &script.commands);
        let after =
            commands.filter(|command| command.sourced.iter().any(|sourced| is(command, sourced, &file.path)));
        named.extend(after.flat_map(|command| &command.uses).map(|used| used.name.as_str()));
        // What the file itself puts into what is passed on.
        for entry in file.entries().collect::<Vec<_>>().into_iter().rev() {
            let Some(value) = entry.value.as_ref().filter(|_| named.contains(entry.key.as_str())) else {
                continue;
            };
            named.extend(names_in(&value.text));
        }
        Self::Named(named)
    }

    /// Whether anything gets this variable, as far as can be known.
    pub(in crate::rules) fn get(&self, key: &str) -> bool {
        match self {
            Self::Unknown | Self::All => true,
            Self::Named(named) => named.contains(key),
        }
    }

    /// Those of several files.
    pub(in crate::rules) fn together(of: Vec<Self>) -> Self {
        of.into_iter()
            .reduce(|one, other| match (one, other) {
                (Self::All, _) | (_, Self::All) => Self::All,
                (Self::Named(mut one), Self::Named(other)) => {
                    one.extend(other);
                    Self::Named(one)
                }
                (known @ Self::Named(_), Self::Unknown) | (Self::Unknown, known) => known,
            })
            .unwrap_or(Self::Unknown)
    }

    /// Whether it is known who reads the file.
    pub(in crate::rules) fn are_known(&self) -> bool {
        !matches!(self, Self::Unknown)
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

/// The calls of Compose on a deployment.
fn calls<'f>(facts: &'f Repository, deployment: &'f Deployment) -> impl Iterator<Item = &'f Command> {
    deployment.invocations.iter().filter_map(|call| facts.command(call))
}

/// Whether a command gets the variables of this file because a script exported them.
fn exports(command: &Command, path: &Path) -> bool {
    command.sourced.iter().any(|sourced| sourced.exported && is(command, sourced, path))
}

fn is(command: &Command, sourced: &SourcedFile, path: &Path) -> bool {
    place(command, sourced).is_some_and(|place| place == path)
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
