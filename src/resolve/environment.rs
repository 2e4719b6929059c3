//! The resolved environment: every name computed, every reference followed, nothing optional left undecided.
//!
//! This is what `emit` turns into files. Serialising it gives the same text for the same meaning, spans
//! aside, which is what the manifest hashes.

pub use super::container::{
    Attachment, Build, Condition, Container, Image, Logging, Mount, MountSource, Need, Probe, Protocol,
    Publish, Resources, Restart, Role,
};
use super::proxy::Proxy;
use crate::source::Spanned;
use serde::Serialize;

/// One environment of a project, as one deployment for each host it runs on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Environment {
    /// The project: `wish-with-me`.
    pub project: String,
    /// The environment: `production`.
    pub name: String,
    /// One for each host, in the order of the hosts' names.
    pub deployments: Vec<Deployment>,
}

/// One environment on one host: one Compose project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deployment {
    /// The project: `wish-with-me`.
    pub project: String,
    /// The environment: `production`.
    pub environment: String,
    /// The machine.
    pub host: Host,
    /// The Compose project's name, literal: `wish-with-me-production`.
    pub compose_project: String,
    /// Where this deployment's files go below the output directory: `production` or `production/ubuntu`.
    pub directory: String,
    /// From that directory to the repository's root, as relative paths in the output are written: `../..`.
    pub root: String,
    /// What runs, in the order in which the spec names the services; a proxy, its helpers and jobs come last.
    pub containers: Vec<Container>,
    /// The networks that containers join, by key.
    pub networks: Vec<Network>,
    /// The named volumes that containers mount, by key.
    pub volumes: Vec<Volume>,
    /// The secrets that this deployment's files refer to, by name.
    pub secrets: Vec<Secret>,
    /// The release that images built here are tagged with; `None` when nothing is built here.
    pub release: Option<Release>,
    /// The web server in front, when a site is placed on this host.
    pub proxy: Option<Proxy>,
    /// What runs by the clock, for the crontab.
    pub schedule: Vec<ScheduledJob>,
    /// A raw block of the environment, merged over the whole Compose file last.
    pub raw: Option<serde_yaml::Value>,
}

/// A machine with one Docker engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Host {
    /// Its name in the spec.
    pub name: String,
    /// Its address, when it has one that others can use.
    pub address: Option<String>,
    /// The absolute directory on it where the repository or package is unpacked.
    pub path: Option<String>,
}

/// The tag of the images that are built from this repository.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Release {
    /// The variable that holds it: `WISH_WITH_ME_PRODUCTION_RELEASE`.
    pub variable: String,
    /// The tag, when `--release` gave it; otherwise Compose reads the variable.
    pub tag: Option<String>,
}

/// A secret as one deployment uses it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Secret {
    /// Its name in the spec: `postgres-password`.
    pub name: String,
    /// The variable that holds it: `WISH_WITH_ME_PRODUCTION_POSTGRES_PASSWORD`.
    pub variable: String,
    /// The services that use it, sorted.
    pub used_by: Vec<String>,
    /// Whether it stands in a URL, which limits it to `[A-Za-z0-9._~-]`.
    pub in_url: bool,
    /// The least number of characters it must have; 0 when nothing asks for any.
    pub min_length: u32,
    /// How many characters `specc secrets` makes, when the spec says that it may be made up.
    pub generate: Option<u32>,
    /// What the spec says it is for.
    pub description: Option<String>,
}

/// A piece of text in which secrets stand by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Default)]
pub struct Value(pub Vec<Piece>);

/// A part of a [`Value`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Literal text: nothing in it is an interpolation, a `$` is a dollar.
    Text(String),
    /// The value of the secret that this variable holds (see [`Secret::variable`]).
    Secret(String),
}

impl Value {
    /// Literal text.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// Whether a secret stands in it.
    pub fn has_secret(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Secret(_)))
    }

    /// The text, if no secret stands in it.
    pub fn as_text(&self) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Secret(_) => None,
            })
            .collect()
    }
}

/// A network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Network {
    /// Its key in the Compose file: `default`, `platform`.
    pub key: String,
    /// Its literal name.
    pub name: String,
    /// Whether somebody else makes it.
    pub external: bool,
    /// Whether nothing in it can reach the outside.
    pub internal: bool,
}

/// A named volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Volume {
    /// Its key in the Compose file: `postgres-data`.
    pub key: String,
    /// Its literal name.
    pub name: Spanned<String>,
    /// Whether somebody else makes it.
    pub external: bool,
}

/// A job that runs by the clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScheduledJob {
    /// Its name in the spec.
    pub name: String,
    /// Five fields of cron, or a word such as `@daily`.
    pub schedule: String,
    /// What it runs.
    pub run: Run,
}

/// What a scheduled job runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// A script of the repository, relative to its root, on the host; it finds the name of the container it is for
    /// in `SPECC_CONTAINER`, when it is for one.
    Script {
        /// The path.
        path: Spanned<String>,
        /// The container that it is for.
        container: Option<String>,
    },
    /// A container that ran to its end before, once more.
    Again {
        /// The container's name.
        container: String,
    },
    /// A command inside a running container.
    Command {
        /// The container's name.
        container: String,
        /// Words.
        words: Vec<String>,
    },
}
