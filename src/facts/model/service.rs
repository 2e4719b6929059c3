//! One service of a deployment.

use super::{BuiltImage, ByName, Fact, Mount, Port};
use crate::facts::value::Value;
use crate::source::Span;

/// A service as it would run.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where its key is written; the strongest file's, where several write it.
    pub span: Span,
    /// `container_name:`.
    pub container_name: Option<Fact<String>>,
    /// `image:`, with its tag.
    pub image: Option<Fact<String>>,
    /// `build:`.
    pub build: Option<Build>,
    /// Published ports.
    pub ports: Vec<Port>,
    /// `expose:`, as numbers where they are such.
    pub expose: Vec<Fact<u16>>,
    /// Mounts, `tmpfs:` left out.
    pub mounts: Vec<Mount>,
    /// What the container gets: `env_file:` and `environment:`, after evaluation.
    pub environment: ByName<EnvVariable>,
    /// `command:`.
    pub command: Option<Words>,
    /// `entrypoint:`.
    pub entrypoint: Option<Words>,
    /// `healthcheck:`; none where nothing is written (the image may have one).
    pub health: Option<Health>,
    /// `depends_on:`.
    pub depends_on: Vec<Dependency>,
    /// The networks that it joins; `default` where nothing is written.
    pub networks: Vec<Attachment>,
    /// `network_mode:`.
    pub network_mode: Option<Fact<NetworkMode>>,
    /// `links:` and `external_links:`: the names by which others are reached.
    pub links: Vec<Fact<String>>,
    /// `extra_hosts:`: names.
    pub extra_hosts: Vec<Fact<String>>,
    /// `hostname:`.
    pub hostname: Option<Fact<String>>,
    /// `deploy.replicas` or `scale`.
    pub replicas: Option<Fact<u64>>,
    /// `restart:` or `deploy.restart_policy`.
    pub restart: Option<Fact<String>>,
    /// `labels:`, with those of `deploy`.
    pub labels: ByName<Fact<String>>,
    /// `profiles:`.
    pub profiles: Vec<String>,
    /// Where a memory limit is written.
    pub memory_limit: Option<Span>,
    /// Keys of secrets that it is given, and where.
    pub secrets: Vec<Fact<String>>,
    /// Keys of configs that it is given, and where.
    pub configs: Vec<Fact<String>>,
}

/// How an image is built.
#[derive(Clone, Debug)]
pub struct Build {
    /// Where it is written.
    pub span: Span,
    /// The context, as it is written: a directory relative to `base`, or an address.
    pub context: Fact<String>,
    /// The directory that a relative context starts from, relative to the repository's root.
    pub base: std::path::PathBuf,
    /// `dockerfile:`, relative to the context.
    pub dockerfile: Option<Fact<String>>,
    /// Whether the Dockerfile stands in the Compose file.
    pub inline: bool,
    /// `target:`.
    pub target: Option<Fact<String>>,
    /// `args:`.
    pub args: ByName<EnvVariable>,
    /// What the Dockerfile makes, if it is in the repository.
    pub image: Option<Box<BuiltImage>>,
}

/// A variable that a container (or a build) gets.
#[derive(Clone, Debug)]
pub struct EnvVariable {
    /// Where its name is written.
    pub key: Span,
    /// Its value and where that is written: in the Compose file, or in an env-file. None when the variable is passed
    /// on and nobody supplies it.
    pub value: Option<Fact<String>>,
    /// Whether it comes out of an `env_file:`.
    pub from_file: bool,
}

/// A command or entrypoint.
#[derive(Clone, Debug)]
pub struct Words {
    /// Where it is written.
    pub span: Span,
    /// Its words: split as Compose splits a text.
    pub words: Vec<Fact<String>>,
}

/// `healthcheck:`.
#[derive(Clone, Debug)]
pub struct Health {
    /// Where it is written.
    pub span: Span,
    /// What it does.
    pub probe: Probe,
}

/// What a health check does.
#[derive(Clone, Debug)]
pub enum Probe {
    /// Turned off: `disable: true` or `NONE`.
    Disabled,
    /// Only times are set: the probe is the image's.
    OfImage,
    /// `CMD-SHELL`, or a text: given to a shell.
    Shell(Fact<String>),
    /// `CMD`.
    Exec(Vec<Fact<String>>),
}

/// One entry of `depends_on:`.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The service that is waited for.
    pub service: String,
    /// Where the entry is written.
    pub span: Span,
    /// What is waited for.
    pub condition: Condition,
    /// Whether it must be there.
    pub required: bool,
    /// Whether this service is restarted when that one is recreated.
    pub restart: bool,
}

/// What a dependency is waited for to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Started, which is meant where none is written.
    Started,
    /// Healthy.
    Healthy,
    /// Ended well.
    Completed,
}

/// A network that a service joins.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The network's key among the deployment's.
    pub network: String,
    /// Where it is written; the service's own place for the implicit `default`.
    pub span: Span,
    /// `aliases:`.
    pub aliases: Vec<Fact<String>>,
}

/// `network_mode:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkMode {
    /// The host's own network.
    Host,
    /// No network.
    None,
    /// That of another service.
    Service(String),
    /// Anything else, as written.
    Other(String),
}

impl Service {
    /// The image without its tag and digest, if it is known.
    pub fn repository(&self) -> Option<&str> {
        let image = self.image.as_ref()?.known()?;
        let name = image.split('@').next().unwrap_or(image);
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        Some(name[last..].find(':').map_or(name, |colon| &name[..last + colon]))
    }

    /// The image's tag, if it is known and has one.
    pub fn tag(&self) -> Option<&str> {
        let image = self.image.as_ref()?.known()?;
        let name = image.split('@').next().unwrap_or(image);
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        name[last..].find(':').map(|colon| &name[last + colon + 1..])
    }

    /// What is known of its image.
    pub fn known_image(&self) -> Option<&'static crate::catalog::Image> {
        crate::catalog::image(self.repository()?)
    }

    /// Whether it is meant to end: nothing restarts it, and others wait for it to complete.
    pub fn restarts(&self) -> bool {
        matches!(
            self.restart.as_ref().map(|restart| &restart.value),
            Some(Value::Known(policy)) if policy != "no"
        )
    }

    /// The names by which a network's other members reach it, aliases included.
    pub fn names_on(&self, network: &str) -> impl Iterator<Item = &str> {
        let attached = self.networks.iter().find(|attachment| attachment.network == network);
        let aliases = attached.into_iter().flat_map(|attachment| &attachment.aliases);
        let container = self.container_name.as_ref().and_then(Fact::known);
        std::iter::once(self.name.as_str())
            .chain(container.map(String::as_str))
            .chain(aliases.filter_map(Fact::known).map(String::as_str))
    }
}

/// Variables that say for whom an application runs.
pub const MODES: &[&str] = &[
    "NODE_ENV",
    "RAILS_ENV",
    "RACK_ENV",
    "APP_ENV",
    "APP_ENVIRONMENT",
    "ENV",
    "ENVIRONMENT",
    "FLASK_ENV",
    "DJANGO_ENV",
    "GO_ENV",
    "MIX_ENV",
    "SYMFONY_ENV",
    "ASPNETCORE_ENVIRONMENT",
    "SPRING_PROFILES_ACTIVE",
];
