//! What decides how one deployment stands to others, in numbers that are compared at once.

use super::targets::{self, Targets};
use crate::facts::model::{Address, Deployment, Invocation, PortRange, Protocol, Stage};
use crate::facts::script::{Directory, Script};
use crate::source::{SourceId, Sources, Span};
use foldhash::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

/// Subcommands that bring something up.
const STARTING: &[&str] = &["up", "start", "restart", "run", "create", "deploy"];

/// What decides how one deployment stands to others. Equal things have equal numbers.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a question of its own
pub(super) struct Standing {
    /// What others may have in common with it: two that share none are strangers.
    pub(super) ties: Vec<Tie>,
    /// Whether it serves development, tests or CI.
    pub(super) development: bool,
    /// Whether only CI's own machines start it, each of which is gone after its job.
    pub(super) runs_away: bool,
    /// Whether it publishes port 80 or 443 on every address.
    pub(super) takes_the_web: bool,
    /// The machine that it is sent to, if that is known.
    pub(super) machine: Option<usize>,
    /// What stands where a machine is named.
    pub(super) target: Option<usize>,
    /// Whether what stands there chooses among the machines of several environments.
    pub(super) chooses_machine: bool,
    /// Whether scripts or pipelines have a name for its machine alone, or know more of it than can be read.
    pub(super) machine_told: bool,
    /// The external networks that it joins.
    pub(super) networks: Vec<usize>,
    /// The scripts that start it on the machine that they run on.
    pub(super) scripts: Vec<usize>,
    /// Where these are started.
    pub(super) places: Vec<usize>,
    /// Its Compose files.
    pub(super) files: usize,
    /// The environment that it is.
    pub(super) environment: Option<usize>,
    /// Its directory, and the one above.
    directory: (usize, Option<usize>),
    name: Option<usize>,
    /// The same, where it is deployed for others.
    deployed: Option<usize>,
    services: usize,
    env_files: usize,
}

/// Something that several deployments may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tie {
    /// Its number.
    pub(super) number: usize,
    /// Whether it says by itself that they share a host.
    pub(super) tells: bool,
}

/// A tie by what it is.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Common {
    Machine(usize),
    Target(usize),
    Network(usize),
    Script(usize),
    Place(usize),
    Directory(usize),
}

impl Standing {
    /// What others may have in common with it, and whether that says by itself that they share a host.
    pub(super) fn common(&self) -> Vec<(Common, bool)> {
        let mut all = Vec::new();
        all.extend(self.machine.map(|machine| (Common::Machine(machine), true)));
        all.extend(self.target.map(|target| (Common::Target(target), false)));
        if self.development {
            return all;
        }
        all.extend(self.networks.iter().map(|network| (Common::Network(*network), true)));
        all.extend(self.scripts.iter().map(|script| (Common::Script(*script), true)));
        all.extend(self.places.iter().map(|place| (Common::Place(*place), true)));
        if self.deployed.is_some() {
            let (here, above) = self.directory;
            all.push((Common::Directory(here), false));
            all.extend(above.map(|above| (Common::Directory(above), false)));
        }
        all
    }

    /// Whether the two are one project of one set of files and env-files, started with other profiles or settings: one
    /// replaces the other, as is meant.
    pub(super) fn is_variant_of(&self, other: &Self) -> bool {
        self.name.is_some()
            && self.name == other.name
            && self.files == other.files
            && self.services != other.services
            && self.environment == other.environment
            && self.env_files == other.env_files
    }

    /// Whether the two may be one application in two environments, both deployed for others: not two applications, and not
    /// two entries of a catalogue.
    pub(super) fn may_be_environment_of(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.directory, other.directory);
        self.deployed.is_some()
            && other.deployed.is_some()
            && (self.environment != other.environment || self.files == other.files)
            // The same directory, or siblings: `deploy/staging` and `deploy/production`.
            && (ours == theirs || ours.1 == theirs.1 || ours.1 == Some(theirs.0) || theirs.1 == Some(ours.0))
    }
}

/// A number for each thing.
pub(super) struct Numbers<T>(HashMap<T, usize>);

impl<T: Eq + Hash> Numbers<T> {
    pub(super) fn new() -> Self {
        Self(HashMap::default())
    }

    pub(super) fn of(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}

/// Where a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place<'s> {
    /// In the checkout, and there in the directory of the deployment.
    Checkout,
    /// In this directory of the machine.
    At(&'s Directory),
}

/// Where a call is made, if that is known.
pub(super) fn place_of<'s>(scripts: &'s [Script], call: &Invocation) -> Option<Place<'s>> {
    match &scripts.get(call.script)?.commands.get(call.command)?.directory {
        Directory::Inside(_) => Some(Place::Checkout),
        directory => directory.is_known().then_some(Place::At(directory)),
    }
}

/// The calls that bring a deployment up.
pub(super) fn starts(deployment: &Deployment) -> impl Iterator<Item = &Invocation> {
    deployment.invocations.iter().filter(|call| STARTING.contains(&call.subcommand.as_str()))
}

/// The machine of `user@machine`, or of `ssh://user@machine:22`.
pub(super) fn machine(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// An env-file that is read, and what is put in its place.
type Used<'d> = (&'d Path, Option<&'d (PathBuf, Span)>);

/// Reads how deployments stand, and gives numbers to what is compared.
pub(super) struct Reading<'d> {
    sources: &'d Sources,
    scripts: &'d [Script],
    stays: &'d [bool],
    targets: &'d Targets,
    texts: Numbers<&'d str>,
    paths: Numbers<&'d Path>,
    places: Numbers<(&'d Path, Place<'d>)>,
    files: Numbers<&'d [SourceId]>,
    services: Numbers<Vec<&'d str>>,
    env_files: Numbers<Vec<Used<'d>>>,
}

impl<'d> Reading<'d> {
    /// `stays` says whether each script runs on a machine that stays.
    pub(super) fn new(
        sources: &'d Sources,
        scripts: &'d [Script],
        stays: &'d [bool],
        targets: &'d Targets,
    ) -> Self {
        Self {
            sources,
            scripts,
            stays,
            targets,
            texts: Numbers::new(),
            paths: Numbers::new(),
            places: Numbers::new(),
            files: Numbers::new(),
            services: Numbers::new(),
            env_files: Numbers::new(),
        }
    }

    /// How a deployment stands to others. Its ties are not known yet.
    pub(super) fn standing(&mut self, deployment: &'d Deployment) -> Standing {
        let (host, directory) = (deployment.host.as_ref(), deployment.directory.as_path());
        let staying: Vec<&Invocation> = starts(deployment).filter(|call| self.stays[call.script]).collect();
        // What is sent elsewhere does not run where its script does.
        let here: &[&Invocation] = if host.is_some() { &[] } else { &staying };
        let scripts = here.iter().map(|call| call.script).collect();
        let places = here.iter().filter_map(|call| place_of(self.scripts, call));
        let places = places.map(|place| self.places.of((directory, place))).collect();
        let networks = deployment.networks.values().filter(|network| network.external && !deployment.swarm);
        let networks = networks.filter_map(|network| Some(self.texts.of(network.name.known()?))).collect();
        let env_files = deployment.env_files.iter();
        let env_files = env_files.map(|used| (used.path.as_path(), used.replaced_by.as_ref())).collect();
        let machine_told = self.targets.are_told(deployment.environment.as_ref());
        let environment = deployment.environment.as_ref();
        let environment = environment.map(|environment| self.texts.of(&environment.name));
        Standing {
            ties: Vec::new(),
            development: deployment.is_development(),
            runs_away: host.is_none() && staying.is_empty() && starts(deployment).next().is_some(),
            takes_the_web: takes_the_web(deployment),
            machine: host.and_then(|host| Some(self.texts.of(machine(host.known()?)))),
            target: host.map(|host| self.texts.of(self.sources.text(host.span))),
            chooses_machine: host.is_some_and(|host| {
                let mut told = targets::machines(self.sources.text(host.span));
                told.next().is_some_and(|one| told.any(|other| one != other))
            }),
            machine_told,
            networks: once_each(networks),
            scripts: once_each(scripts),
            places: once_each(places),
            files: self.files.of(&deployment.files),
            environment,
            directory: (self.paths.of(directory), directory.parent().map(|above| self.paths.of(above))),
            name: deployment.name().map(|name| self.texts.of(name)),
            deployed: environment.filter(|_| deployment.stage == Stage::Deployed),
            services: self.services.of(deployment.services.keys().map(String::as_str).collect()),
            env_files: self.env_files.of(env_files),
        }
    }
}

fn once_each(mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Whether it publishes port 80 or 443 on every address.
fn takes_the_web(deployment: &Deployment) -> bool {
    let ports = deployment.services.values().flat_map(|service| &service.ports);
    ports.filter(|port| port.protocol == Protocol::Tcp).any(|port| {
        let published = port.published.as_ref().and_then(|published| published.known());
        let everywhere = matches!(port.address.known(), Some(Address::Every));
        everywhere && published.is_some_and(|range| [80, 443].map(PortRange::one).contains(range))
    })
}
