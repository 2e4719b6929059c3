//! Calls of Docker and Compose among the commands of scripts.

mod compose;
mod engine;
mod parse;

use super::{Command, Word};
use crate::source::{Span, Spanned};

/// A call of Docker or Compose.
#[derive(Clone, Debug)]
pub struct DockerCall {
    /// All of it, without what it is started with: `sudo`, `env X=1`.
    pub span: Span,
    /// What it is started with, outermost first: `sudo`, `exec`, `time`, `nohup`, `env`, `timeout`.
    pub prefixes: Vec<Spanned<String>>,
    /// The engine that it is told to use: `-H`, `--context`, `DOCKER_HOST`, `DOCKER_CONTEXT`.
    pub engine: Option<Word>,
    /// What is asked.
    pub what: Docker,
}

/// What Docker is asked.
#[derive(Clone, Debug)]
pub enum Docker {
    /// `docker compose …` or `docker-compose …`.
    Compose(Box<ComposeCall>),
    /// `docker stack deploy …`.
    StackDeploy(StackDeploy),
    /// Any other subcommand: `run`, `build`, `push`, `save`, …
    Other(OtherCall),
}

/// A call of Compose.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a flag of the command line
pub struct ComposeCall {
    /// The whole call.
    pub span: Span,
    /// The words that name the program: `docker compose`, `docker-compose`.
    pub program: Span,
    /// Whether it is `docker-compose`, the first version.
    pub v1: bool,
    /// `-p`, `--project-name`.
    pub project: Option<Word>,
    /// `COMPOSE_PROJECT_NAME` in the environment that the script sets.
    pub project_variable: Option<Word>,
    /// `-f`, `--file`, in order.
    pub files: Vec<Word>,
    /// `COMPOSE_FILE` in the environment that the script sets: not split yet.
    pub files_variable: Option<Word>,
    /// `--env-file`, in order.
    pub env_files: Vec<Word>,
    /// `--project-directory`.
    pub project_directory: Option<Word>,
    /// `--profile`, in order.
    pub profiles: Vec<Word>,
    /// `COMPOSE_PROFILES` in the environment that the script sets: not split yet.
    pub profiles_variable: Option<Word>,
    /// The subcommand: `up`. None where it is missing or not known.
    pub subcommand: Option<Spanned<String>>,
    /// Whether unknown words may hold further options or the subcommand: `docker compose $ARGS up`, `"$@"`.
    pub uncertain: bool,
    /// All that comes after the subcommand.
    pub arguments: Vec<Word>,
    /// The services (or, for `run` and `exec`, the one service) that it is about. Empty for all of them.
    pub services: Vec<Word>,
    /// `run` and `exec`: the command and its arguments.
    pub command: Vec<Word>,
    /// `-d`, `--detach`.
    pub detach: bool,
    /// `--wait`.
    pub wait: bool,
    /// `--build`.
    pub build: bool,
    /// `--remove-orphans`.
    pub remove_orphans: Option<Span>,
    /// `-v`, `--volumes` of `down` and `rm`.
    pub volumes: bool,
    /// `--force-recreate`.
    pub force_recreate: bool,
    /// `--no-deps`.
    pub no_deps: bool,
    /// `--scale service=n`, in order.
    pub scale: Vec<Word>,
}

impl ComposeCall {
    /// Whether the subcommand is one of these.
    pub fn is(&self, subcommands: &[&str]) -> bool {
        self.subcommand.as_ref().is_some_and(|subcommand| subcommands.contains(&subcommand.value.as_str()))
    }

    /// Whether the argument is given to the subcommand.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.arguments.iter().any(|word| word.is(flag))
    }
}

/// `docker stack deploy`.
#[derive(Clone, Debug)]
pub struct StackDeploy {
    /// The whole call.
    pub span: Span,
    /// `-c`, `--compose-file`, in order.
    pub files: Vec<Word>,
    /// The stack's name.
    pub stack: Option<Word>,
}

/// A subcommand of Docker other than Compose's and stacks'.
#[derive(Clone, Debug)]
pub struct OtherCall {
    /// The whole call.
    pub span: Span,
    /// The subcommand, without `image`, `container`, `buildx`: `run`, `build`, `push`, `save`. Those of other objects
    /// keep theirs: `network create`.
    pub subcommand: Spanned<String>,
    /// All that comes after the subcommand.
    pub arguments: Vec<Word>,
    /// Options with their values, in order: `--name`, `-t`. Flags have none.
    pub options: Vec<(Spanned<String>, Option<Word>)>,
    /// What is no option: the image and its command, the container, the context, the source and target of a tag.
    pub operands: Vec<Word>,
}

impl OtherCall {
    /// The values of an option, whichever of its names is used.
    pub fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Word> {
        self.options
            .iter()
            .filter(|(name, _)| names.contains(&name.value.as_str()))
            .filter_map(|(_, value)| value.as_ref())
    }

    /// Whether a flag or option is given, whichever of its names is used.
    pub fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(&name.value.as_str()))
    }
}

/// The call of Docker that a command is, if it is one.
pub fn recognise(command: &Command) -> Option<DockerCall> {
    parse::call(command)
}
