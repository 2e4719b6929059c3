//! An environment: where it runs, and in what it differs; jobs and what is packaged.

use super::{Service, Site};
use crate::source::Spanned;
use crate::spec::forms::{
    Command, PlacedName, PublishTarget, Raw, RunsOn, ServicePort, VolumeBacking, VolumeRef,
};
use crate::spec::names::{JobName, ServiceName, SiteName, VarName};
use crate::spec::values::{RelativePath, Schedule};
use crate::syntax::yaml::{List, Map, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// One environment. It is the project as written above, except for what it says here.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentSpec {
    /// The host everything runs on, or services and sites by host.
    pub runs_on: Spanned<RunsOn>,
    /// The values of variables here.
    #[serde(default)]
    pub vars: Map<VarName, Spanned<Text>>,
    /// Services, sites and jobs that this environment does not have.
    #[serde(default)]
    pub without: List<Spanned<PlacedName>>,
    /// Ports published on the host, on loopback unless `bind` says otherwise: `web: 3000`, `minio.console: 9001`.
    #[serde(default)]
    pub publish: Map<ServicePort, Spanned<PublishTarget>>,
    /// Where volumes are kept, in place of a named one: `postgres.data: /opt/data/postgres`.
    #[serde(default)]
    pub volumes: Map<VolumeRef, Spanned<VolumeBacking>>,
    /// What differs in services: maps merge by key, scalars and lists replace, `null` removes.
    #[serde(default)]
    pub services: Map<ServiceName, Spanned<Service>>,
    /// What differs in sites, in the same way.
    #[serde(default)]
    pub sites: Map<SiteName, Spanned<Site>>,
    /// What differs in jobs, in the same way.
    #[serde(default)]
    pub jobs: Map<JobName, Spanned<Job>>,
    /// Raw Compose keys, merged over the whole file.
    pub compose: Option<Spanned<Raw>>,
}

/// A command that runs by the clock (`schedule`), or to its end before a service starts (`before`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Five fields of cron, or `@daily`: the host's crontab runs it.
    pub schedule: Option<Spanned<Schedule>>,
    /// The service that waits for this job to end well before it starts.
    pub before: Option<Spanned<ServiceName>>,
    /// The service that it belongs to: a `command` runs in its image and with its environment, a script finds its
    /// container's name in `SPECC_CONTAINER`.
    pub service: Option<Spanned<ServiceName>>,
    /// What to run in a container.
    pub command: Option<Spanned<Command>>,
    /// A script of the repository, to run on the host.
    pub run: Option<Spanned<RelativePath>>,
}

/// What goes into the deploy archive beside what the deployment itself refers to.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Files and directories of the repository.
    #[serde(default)]
    pub include: List<Spanned<RelativePath>>,
    /// Files and directories to leave out.
    #[serde(default)]
    pub exclude: List<Spanned<RelativePath>>,
}
