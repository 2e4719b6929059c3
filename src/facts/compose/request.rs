//! What to load: a command line of Compose, and what is known of the environment it runs in.

use crate::facts::model::{ByName, Fact};
use crate::facts::value::Value;
use crate::source::Span;
use std::path::PathBuf;

/// One call of Compose. Paths are as in [`Files`](crate::workspace::Files): relative to its base, or absolute.
#[derive(Clone, Debug)]
pub struct Request {
    /// The directory that Compose is started in.
    pub directory: PathBuf,
    /// `--project-directory`, relative to `directory`.
    pub project_directory: Option<PathBuf>,
    /// `-f`, relative to `directory`. None: the files are looked for, override included.
    pub files: Vec<PathBuf>,
    /// `--env-file`, relative to `directory`. None: `.env`.
    pub env_files: Vec<PathBuf>,
    /// `-p`.
    pub project: Option<Fact<String>>,
    /// `--profile`.
    pub profiles: Vec<String>,
    /// The variables that the script or workflow around the call sets.
    pub variables: ByName<Given>,
    /// The environment beside those.
    pub shell: Shell,
}

/// A variable that whoever calls Compose sets.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its value.
    pub value: Value<String>,
    /// Where it is set.
    pub span: Option<Span>,
}

/// The environment that Compose is started in, beside what is said to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// It is empty, as under `env -i`: a variable that nothing sets is unset.
    Empty,
    /// It is somebody's: a variable that nothing sets may be set there. Where it has a default, that is taken.
    Unknown,
}

impl Request {
    /// `docker compose` without arguments, started in `directory` with an empty environment.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            project_directory: None,
            files: Vec::new(),
            env_files: Vec::new(),
            project: None,
            profiles: Vec::new(),
            variables: ByName::default(),
            shell: Shell::Empty,
        }
    }
}
