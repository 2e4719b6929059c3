//! The spec as it is written: every key of the language, each value with its place.
//!
//! What the doc comments here say is what an editor shows: the JSON schema is derived from these types.

mod environment;
mod host;
mod lint;
mod service;
mod site;

pub use environment::{EnvironmentSpec, Job, Package};
pub use host::{Host, Names, Network, ProxyPlacement, ProxySpec, SecretSpec, Taken};
pub use lint::{Level, Lint, PathPattern, RuleName};
pub use service::{Balance, External, Persistence, ResourceSpec, RestartPolicy, Service};
pub use site::Site;

use super::names::{
    EnvironmentName, HostName, JobName, NetworkName, ProjectName, SecretName, ServiceName, SiteName, VarName,
};
use crate::source::Spanned;
use crate::syntax::yaml::{Map, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A project: its services, the sites in front of them, and the environments it runs in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "specc project")]
pub struct Spec {
    /// The project's name. It begins every name on a host: Compose projects, containers, volumes, networks.
    pub project: Spanned<ProjectName>,
    /// The machines it runs on, by name.
    #[serde(default)]
    pub hosts: Map<HostName, Spanned<Host>>,
    /// How names on a host are made, for a project that runs already and must keep its own.
    #[serde(default)]
    pub names: Names,
    /// Secrets, by name. Their values are never written here: each environment has its own, in `.env`.
    #[serde(default)]
    pub secrets: Map<SecretName, Spanned<SecretSpec>>,
    /// Variables that have one value in every environment; an environment's own `vars` win.
    #[serde(default)]
    pub vars: Map<VarName, Spanned<Text>>,
    /// Networks beyond the default one that all services share.
    #[serde(default)]
    pub networks: Map<NetworkName, Spanned<Network>>,
    /// What runs, by name.
    #[serde(default)]
    pub services: Map<ServiceName, Spanned<Service>>,
    /// What is served to the outside, by name. Services and sites share one name space.
    #[serde(default)]
    pub sites: Map<SiteName, Spanned<Site>>,
    /// Commands that run by the clock, or once before a service starts.
    #[serde(default)]
    pub jobs: Map<JobName, Spanned<Job>>,
    /// What goes into the deploy archive beside what the deployment itself refers to.
    #[serde(default)]
    pub package: Package,
    /// How `specc lint` looks at the repository.
    #[serde(default)]
    pub lint: Lint,
    /// Where and how it runs: production, staging, development, …
    pub environments: Map<EnvironmentName, Spanned<EnvironmentSpec>>,
}
