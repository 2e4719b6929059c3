//! Hosts, what else lives on them, and the names and secrets that a project has there.

use crate::source::Spanned;
use crate::spec::names::{ContainerName, DockerObjectName};
use crate::spec::pattern::Pattern;
use crate::spec::values::{AbsolutePath, Address, ImageReference, Length, PortSpan, SpecPath, Version};
use crate::syntax::yaml::{List, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A machine with one Docker engine. Environments on one host share its ports, container names, volumes and networks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The address at which others reach it: an IP address or a host name.
    pub address: Option<Spanned<Address>>,
    /// The absolute directory on it where the repository or the deploy archive is unpacked.
    pub path: Option<Spanned<AbsolutePath>>,
    /// The web server in front of the sites on this host.
    pub proxy: Option<Spanned<ProxySpec>>,
    /// Other specs whose deployments live on this host too: their ports and names are checked against ours.
    #[serde(default)]
    pub with: List<Spanned<SpecPath>>,
    /// Ports and names that belong to strangers on this host.
    #[serde(default)]
    pub taken: Taken,
}

/// What strangers have on a host.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Ports, or ranges of them, over TCP and UDP alike.
    #[serde(default)]
    pub ports: List<Spanned<PortSpan>>,
    /// Names of containers, volumes, networks and Compose projects.
    #[serde(default)]
    pub names: List<Spanned<ContainerName>>,
}

/// The web server in front of a host's sites: `{ nginx: service }`, `{ caddy: host }`, …
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxySpec {
    /// nginx, and where it runs.
    pub nginx: Option<Spanned<ProxyPlacement>>,
    /// Caddy, and where it runs.
    pub caddy: Option<Spanned<ProxyPlacement>>,
    /// The server's version: it decides the image of a `service`, and directives that differ between versions.
    pub version: Option<Spanned<Version>>,
    /// The image of a `service`, in place of the official one of that version.
    pub image: Option<Spanned<ImageReference>>,
    /// The existing container of a `shared` server.
    pub container: Option<Spanned<ContainerName>>,
    /// The existing network on which a `shared` server reaches services.
    pub network: Option<Spanned<DockerObjectName>>,
    /// The directory on the host from which a `shared` or `host` server reads confs.
    pub conf: Option<Spanned<AbsolutePath>>,
}

/// Where a web server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProxyPlacement {
    /// As a container of each deployment.
    Service,
    /// On the machine itself, outside Docker.
    Host,
    /// In an existing container that other projects use too.
    Shared,
}

/// How names on a host are made. A pattern is text with `{project}`, `{environment}` and, where it applies, `{service}`,
/// `{volume}` or `{network}`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Compose projects; `{project}-{environment}` where nothing is said.
    pub project: Option<Spanned<Pattern>>,
    /// Containers; `{project}-{environment}-{service}` where nothing is said.
    pub container: Option<Spanned<Pattern>>,
    /// Volumes; `{project}-{environment}-{service}-{volume}` where nothing is said.
    pub volume: Option<Spanned<Pattern>>,
    /// Networks; `{project}-{environment}-{network}` where nothing is said.
    pub network: Option<Spanned<Pattern>>,
}

/// A secret: something every environment has its own value of, kept in `.env` and never here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretSpec {
    /// How many characters `specc secrets` makes it of; without it, a person supplies the value.
    pub generate: Option<Spanned<Length>>,
    /// The least number of characters a value must have.
    pub min_length: Option<Spanned<Length>>,
    /// What it is for, as `.env.example` says it.
    pub description: Option<Spanned<Text>>,
}

/// A network beyond the default one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The name of an existing network that somebody else makes.
    pub external: Option<Spanned<DockerObjectName>>,
    /// Whether nothing in it can reach the outside.
    #[serde(default)]
    pub internal: bool,
}
