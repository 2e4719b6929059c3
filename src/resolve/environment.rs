//! The resolved environment: every name computed, every reference followed, nothing optional left undecided.
//!
//! This is what `emit` turns into files. Serialising it gives the same text for the same meaning, spans
//! aside, which is what the manifest hashes.

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

/// One container: a service, one replica of it, a proxy, or a job that runs to its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Container {
    /// The Compose service's key: `core-api-1`.
    pub key: String,
    /// What it is an instance of in the spec: `core-api`.
    pub service: String,
    /// What kind of container it is.
    pub role: Role,
    /// The literal container name: `wish-with-me-production-core-api-1`.
    pub name: Spanned<String>,
    /// The image it runs.
    pub image: Image,
    /// Words of the command, in place of the image's.
    pub command: Option<Vec<Value>>,
    /// Words of the entry point, in place of the image's.
    pub entrypoint: Option<Vec<Value>>,
    /// The user (and group) that its process runs as, in place of the image's.
    pub user: Option<String>,
    /// Its environment, by name. Those with a secret go into `compose.yaml`, the others into its env-file.
    pub environment: Vec<(String, Spanned<Value>)>,
    /// Ports published on the host.
    pub ports: Vec<Spanned<Publish>>,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// Networks it joins, by key.
    pub networks: Vec<Attachment>,
    /// What must be up before it.
    pub needs: Vec<Need>,
    /// How the engine asks whether it is well.
    pub probe: Option<Probe>,
    /// What it may use at most.
    pub limits: Resources,
    /// What is kept for it.
    pub reservations: Resources,
    /// How long it may take to stop before it is killed, in seconds.
    pub stop_grace: Option<u64>,
    /// The host name that it has inside, for servers whose data belongs to it.
    pub hostname: Option<String>,
    /// The size of `/dev/shm`, in bytes.
    pub shm_size: Option<u64>,
    /// Where its output goes.
    pub logging: Logging,
    /// When the engine starts it again.
    pub restart: Restart,
    /// The Compose profile without which it is not started.
    pub profile: Option<String>,
    /// A raw block of the service, merged over its Compose entry last.
    pub raw: Option<serde_yaml::Value>,
}

/// What kind of container it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A service of the spec.
    Service,
    /// The web server of the deployment's sites.
    Proxy,
    /// A command that runs to its end.
    Job,
}

/// The image of a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Image {
    /// Somebody else's, with a tag or digest: `postgres:16-alpine`.
    Pulled(String),
    /// Built here, tagged with the release.
    Built {
        /// The repository without a tag: `wish-with-me/core-api`. Where build arguments differ between environments
        /// the environment's name is part of it, since the image differs too.
        repository: String,
        /// How to build it; only one container of a service carries it.
        build: Option<Build>,
    },
}

/// How to build an image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Build {
    /// The context, relative to the repository's root: `services/core-api`.
    pub context: Spanned<String>,
    /// The Dockerfile, relative to the context.
    pub dockerfile: Option<String>,
    /// The stage to build.
    pub target: Option<String>,
    /// Build arguments by name; never a secret.
    pub args: Vec<(String, String)>,
}

/// A port published on the host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Publish {
    /// The address it listens on: `127.0.0.1`, `::1`; `0.0.0.0` stands for every address, IPv6 included.
    pub bind: std::net::IpAddr,
    /// The port on the host.
    pub host: u16,
    /// The port in the container.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: Protocol,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// Something mounted into a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Where, absolute, in the container.
    pub target: String,
    /// Whether the container may not write to it.
    pub read_only: bool,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MountSource {
    /// The volume with this key of [`Deployment::volumes`].
    Volume(String),
    /// A file or directory of the repository, relative to its root.
    Repository(Spanned<String>),
    /// A file or directory beside `compose.yaml` that specc writes: `nginx`.
    Output(String),
    /// An absolute path of the host.
    Host(String),
    /// Memory; nothing is kept.
    Tmpfs,
}

/// A network that a container joins.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attachment {
    /// The key of [`Deployment::networks`].
    pub network: String,
    /// Names by which others on that network find it, beyond its service's key.
    pub aliases: Vec<String>,
}

/// Something that must be up before a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// The Compose service's key.
    pub key: String,
    /// What it must be.
    pub condition: Condition,
    /// Whether this container restarts when that one is recreated.
    pub restart: bool,
}

/// What a container waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It runs.
    Started,
    /// Its probe passes.
    Healthy,
    /// It ended, and well.
    Completed,
}

/// How the engine asks a container whether it is well. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Probe {
    /// The words after `CMD`. Literal: a `$` is a dollar. Secrets are read from the container's own environment.
    pub test: Vec<String>,
    /// Between two probes.
    pub interval: u64,
    /// Until a probe counts as failed.
    pub timeout: u64,
    /// How many failures in a row make it unhealthy.
    pub retries: u32,
    /// How long failures do not count after the start.
    pub start_period: u64,
}

/// Amounts of a machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Resources {
    /// Processors, as written: `2`, `0.5`.
    pub cpus: Option<String>,
    /// Bytes of memory.
    pub memory: Option<u64>,
    /// Processes.
    pub pids: Option<u32>,
}

/// Where a container's output goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Logging {
    /// The engine's driver: `json-file`, `local`, `journald`.
    pub driver: String,
    /// The driver's options, by name.
    pub options: Vec<(String, String)>,
}

/// When the engine starts a container again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Never: it is meant to end, or nobody wants it back.
    No,
    /// Whenever it ends, however it ended.
    Always,
    /// When it failed.
    OnFailure,
    /// Whenever it ends, unless somebody stopped it.
    UnlessStopped,
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
