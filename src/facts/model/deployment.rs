//! One environment on one host: a Compose project as scripts, workflows and names reveal it.

use super::{ByName, Fact, Resource, Service};
use crate::diagnostic::Diagnostic;
use crate::facts::value::Value;
use crate::source::{SourceId, Span};
use std::path::PathBuf;

/// A deployment, by its place in [`Repository::deployments`](super::Repository::deployments).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeploymentId(pub usize);

/// What is deployed together under one project name.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a question of its own
pub struct Deployment {
    /// Its place among the repository's deployments.
    pub id: DeploymentId,
    /// The Compose project's name and who decides it.
    pub project: ProjectName,
    /// The environment that it is, if something says so.
    pub environment: Option<Environment>,
    /// Whether it is deployed for others, or runs on somebody's own machine or in CI.
    pub stage: Stage,
    /// Whether nobody starts it and it is there to be copied: an example, a generator's template.
    pub shown: bool,
    /// The host that it runs on, if something says so: an `ssh` target, a `DOCKER_HOST`, a context, a spec's host.
    pub host: Option<Fact<String>>,
    /// The project directory, relative to the repository's root (empty for the root itself).
    pub directory: PathBuf,
    /// Its Compose files, in the order in which they are merged; for a spec, the spec.
    pub files: Vec<SourceId>,
    /// Whether nothing but names says that these files are merged, and the last of them has everything that it runs.
    pub guessed: bool,
    /// Every env-file that is read for it: for interpolation and by services.
    pub env_files: Vec<EnvFileUse>,
    /// Every way in which scripts, Makefiles and workflows call Compose on it.
    pub invocations: Vec<Invocation>,
    /// What says that these files belong together and what they are.
    pub because: Vec<Evidence>,
    /// The services that run, by name: those of disabled profiles are left out.
    pub services: ByName<Service>,
    /// The services of profiles that this deployment does not enable.
    pub disabled: ByName<Service>,
    /// Named volumes, by key.
    pub volumes: ByName<Resource>,
    /// Networks, by key; with `default` where a service joins it.
    pub networks: ByName<Resource>,
    /// Secrets, by key.
    pub secrets: ByName<Resource>,
    /// Configs, by key.
    pub configs: ByName<Resource>,
    /// Every use of a variable in its Compose files.
    pub variables: Vec<VariableUse>,
    /// Why Compose would refuse it.
    pub faults: Vec<Diagnostic>,
    /// Whether it was compiled from a spec.
    pub from_spec: bool,
    /// Whether it is a Swarm stack: `docker stack deploy`.
    pub swarm: bool,
}

impl Deployment {
    /// The project's name, if it is known.
    pub fn name(&self) -> Option<&str> {
        self.project.value.known().map(String::as_str)
    }

    /// How messages call it: its environment, else its project, else its first file's name.
    pub fn title(&self) -> String {
        match (&self.environment, self.name()) {
            (Some(environment), _) => environment.name.clone(),
            (None, Some(name)) => name.to_owned(),
            (None, None) => self.directory.display().to_string(),
        }
    }

    /// A service by its name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// Whether it serves development, tests or CI alone: nobody's neighbour, and exempt from the rules of production.
    pub fn is_development(&self) -> bool {
        self.stage == Stage::Development
    }
}

/// The name of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// In the words of the repository, lower case: `production`, `staging`, `customer-a`. `prod` is `production`.
    pub name: String,
    /// Where it was learnt.
    pub span: Option<Span>,
}

/// For whom a deployment runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// For others: production, staging, preview, a customer.
    Deployed,
    /// On somebody's own machine, in tests or in CI.
    Development,
    /// Nothing says so.
    Unknown,
}

/// The Compose project's name.
#[derive(Clone, Debug)]
pub struct ProjectName {
    /// The name, normalised as Compose does.
    pub value: Value<String>,
    /// Who decides it.
    pub origin: ProjectOrigin,
    /// Where that is written; the first Compose file's start for a directory's name.
    pub span: Option<Span>,
    /// Whether it was written with a variable.
    pub interpolated: bool,
    /// What `name:` in the Compose files says, whether or not it decides.
    pub written: Option<Fact<String>>,
}

/// Who decides a project's name, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProjectOrigin {
    /// `-p`.
    Flag,
    /// `COMPOSE_PROJECT_NAME` in the environment that a script or workflow sets.
    Shell,
    /// `COMPOSE_PROJECT_NAME` in an env-file.
    EnvFile,
    /// `name:` in a Compose file, or the spec.
    Name,
    /// The project directory's name.
    Directory,
}

/// An env-file that a deployment reads.
#[derive(Clone, Debug)]
pub struct EnvFileUse {
    /// The file, relative to the repository's root and normalised.
    pub path: PathBuf,
    /// Where symbolic links lead, when they lead elsewhere.
    pub target: Option<PathBuf>,
    /// The text, if it could be read.
    pub source: Option<SourceId>,
    /// Who reads it.
    pub reader: Reader,
    /// Where it is named; none for the `.env` that Compose reads by itself.
    pub span: Option<Span>,
    /// Whether a missing file stops Compose.
    pub required: bool,
    /// Whether it is read as it is, without interpolation: `format: raw`.
    pub raw: bool,
    /// The file that a script copies or links over it first, and where: `cp .env.staging .env`. What is read is that one.
    pub replaced_by: Option<(PathBuf, Span)>,
}

/// Who reads an env-file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Compose itself: `.env`, or `--env-file`.
    Compose,
    /// This service's `env_file:`.
    Service(String),
}

/// A place that says something about a deployment, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The place.
    pub span: Span,
    /// A few words: "started with this env-file", "copied to this host".
    pub text: String,
}

/// One call of Compose on a deployment.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The script, by its place in [`Repository::scripts`](super::Repository::scripts).
    pub script: usize,
    /// The command, by its place among the script's.
    pub command: usize,
    /// Where the call is written.
    pub span: Span,
    /// The subcommand: `up`, `down`, …
    pub subcommand: String,
}

/// One use of a variable in a Compose file.
#[derive(Clone, Debug)]
pub struct VariableUse {
    /// The variable's name.
    pub name: String,
    /// The operator: `:-`, `-`, `:?`, `?`, `:+`, `+`; empty for a plain use.
    pub operator: &'static str,
    /// `${…}` or `$NAME`, as written.
    pub span: Span,
    /// The path of the value that it stands in, with dots: `services.web.ports`.
    pub path: String,
    /// The default or message after the operator, as written.
    pub word: Option<String>,
    /// Who supplies the variable.
    pub supply: Supply,
}

/// Who supplies a variable.
#[derive(Clone, Debug)]
pub enum Supply {
    /// A line of an env-file.
    EnvFile(Span),
    /// The environment that a script or workflow sets, at this place.
    Script(Span),
    /// Compose itself: `COMPOSE_PROJECT_NAME`.
    Compose,
    /// Perhaps somebody: the environment, or an env-file, cannot be known.
    Unknown(String),
    /// Nobody.
    Nobody,
}

impl Supply {
    /// Whether it is known that nobody supplies the variable.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }
}
