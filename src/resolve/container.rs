//! The resolved container: a service, one replica of it, a proxy or a job, with everything it runs with.

use super::environment::Value;
use crate::source::Spanned;
use serde::Serialize;
use std::borrow::Cow;

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
    pub raw: Option<Box<serde_yaml::Value>>,
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
        build: Option<Box<Build>>,
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
    /// The volume with this key of [`super::Deployment::volumes`].
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
    /// The key of [`super::Deployment::networks`].
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
    pub driver: Cow<'static, str>,
    /// The driver's options, by name.
    pub options: Vec<(Cow<'static, str>, Cow<'static, str>)>,
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
