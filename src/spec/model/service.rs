//! A service: what runs, what it offers, what it needs.

use crate::source::Spanned;
use crate::spec::forms::{
    Build, Command, Health, LoggingSpec, Needs, PresetName, Raw, VolumeMount, VolumeSource,
};
use crate::spec::names::{DockerObjectName, NetworkName, PortName, VariableName};
use crate::spec::template::Template;
use crate::spec::values::{
    ByteSize, Cpus, Duration, ImageReference, ImageTag, Pids, Port, Replicas, ServerAddress,
};
use crate::syntax::yaml::{List, Map};
use schemars::JsonSchema;
use serde::Deserialize;

/// Something that runs: an image built here (`build`), somebody's image (`image`), a kind of server that specc knows
/// (`preset`), or a server that runs elsewhere (`preset` or `port` with `external`).
// What few services say is in boxes: a large project has thousands of services, and what says nothing takes room too.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// A kind of server that specc knows: its image, port, probe, data path, credential variables and URL.
    pub preset: Option<Spanned<PresetName>>,
    /// In an environment's override: says that another preset there is meant.
    #[serde(default)]
    pub another_preset: bool,
    /// The tag of the preset's image: `16-alpine`.
    pub version: Option<Spanned<ImageTag>>,
    /// The image, with a tag or digest.
    pub image: Option<Box<Spanned<ImageReference>>>,
    /// How to build the image from this repository.
    pub build: Option<Box<Spanned<Build>>>,
    /// Says that the server runs elsewhere, and how it is reached.
    pub external: Option<Box<Spanned<External>>>,
    /// The port that it listens on.
    pub port: Option<Spanned<Port>>,
    /// The ports that it listens on, by name, where there are several: `${service.name}`, `service.name` in routes.
    pub ports: Option<Box<Spanned<Map<PortName, Spanned<Port>>>>>,
    /// The account that clients use (presets with accounts), or the user that its process runs as (all others).
    pub user: Option<Box<Spanned<Template>>>,
    /// The password of `user`: a secret.
    pub password: Option<Box<Spanned<Template>>>,
    /// The password of the server's own administrator, where the preset has one beside `user`.
    pub root_password: Option<Box<Spanned<Template>>>,
    /// The database that is made at the first start.
    pub database: Option<Box<Spanned<Template>>>,
    /// What is kept over a restart (redis and valkey).
    pub persistence: Option<Spanned<Persistence>>,
    /// How to ask it whether it is well.
    pub health: Option<Spanned<Health>>,
    /// What must be up before it; a list waits for health.
    pub needs: Option<Box<Spanned<Needs>>>,
    /// Its environment variables; `${…}` refers to secrets, variables, services and sites.
    #[serde(default)]
    pub env: Map<VariableName, Spanned<Template>>,
    /// What is mounted: `storage: /app/storage` for a named volume, `./conf/app.toml: /etc/app.toml` for a file of the
    /// repository, `/srv/media: /media` for a directory of the host.
    #[serde(default)]
    pub volumes: Map<VolumeSource, Spanned<VolumeMount>>,
    /// The networks it joins, in place of the default one (name `default` to keep that).
    pub networks: Option<Box<Spanned<List<Spanned<NetworkName>>>>>,
    /// What it may use at most.
    pub limits: Option<Box<Spanned<ResourceSpec>>>,
    /// What is kept for it.
    pub reservations: Option<Box<Spanned<ResourceSpec>>>,
    /// How many containers of it run, named with a number each; written out, even 1 makes a number.
    pub replicas: Option<Spanned<Replicas>>,
    /// How a site spreads requests over the replicas.
    pub balance: Option<Spanned<Balance>>,
    /// The command, in place of the image's.
    pub command: Option<Spanned<Command>>,
    /// The entry point, in place of the image's.
    pub entrypoint: Option<Box<Spanned<Command>>>,
    /// The size of `/dev/shm`: `256M`.
    pub shm_size: Option<Box<Spanned<ByteSize>>>,
    /// Where its output goes; rotating files on the host where nothing is said.
    pub logging: Option<Box<Spanned<LoggingSpec>>>,
    /// How long it may take to stop before it is killed.
    pub stop_grace: Option<Spanned<Duration>>,
    /// When the engine starts it again; `unless-stopped` where nothing is said.
    pub restart: Option<Spanned<RestartPolicy>>,
    /// Raw Compose keys, merged over what specc makes of this service.
    pub compose: Option<Box<Spanned<Raw>>>,
}

/// A server that runs elsewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Its address, or the container name by which it is found on `network`.
    pub host: Spanned<ServerAddress>,
    /// The existing Docker network on which it is reached; services that need it join that network.
    pub network: Option<Spanned<DockerObjectName>>,
}

/// What a cache keeps over a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Persistence {
    /// Nothing: there is no volume.
    None,
    /// Snapshots.
    Rdb,
    /// Every write (append-only file).
    Aof,
}

/// How a site spreads requests over replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// In turn; the default.
    RoundRobin,
    /// By the client's address: one client keeps one replica, as event streams with state want it.
    IpHash,
    /// To the replica with the fewest open requests.
    LeastConn,
}

/// When the engine starts a container again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Never.
    Never,
    /// Whenever it ends.
    Always,
    /// When it failed.
    OnFailure,
    /// Whenever it ends, unless somebody stopped it; the default.
    UnlessStopped,
}

/// Amounts of a machine.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceSpec {
    /// Processors: `2`, `0.5`.
    pub cpus: Option<Spanned<Cpus>>,
    /// Memory: `512M`, `4G` (of 1024).
    pub memory: Option<Spanned<ByteSize>>,
    /// Processes.
    pub pids: Option<Spanned<Pids>>,
}
