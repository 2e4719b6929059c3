//! The Compose file as types, in the order in which its keys are printed.

use indexmap::IndexMap;
use serde::Serialize;

/// A map whose order reaches the output.
pub(super) type Map<T> = IndexMap<String, T>;

#[derive(Serialize)]
pub(super) struct File {
    pub(super) name: String,
    /// None: they are printed one by one.
    pub(super) services: Map<Service>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) networks: Map<Resource>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) volumes: Map<Resource>,
}

#[derive(Serialize)]
pub(super) struct Service {
    pub(super) container_name: String,
    pub(super) image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) build: Option<Build>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) profiles: Vec<String>,
    pub(super) init: bool,
    pub(super) restart: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entrypoint: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) command: Option<Vec<String>>,
    pub(super) env_file: Vec<String>,
    /// `KEY=value`: a list, since a map's values have types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hostname: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) environment: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ports: Vec<Port>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) volumes: Vec<Mount>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) networks: Map<Attachment>,
    /// `none` for a container that joins no network: saying nothing would join Compose's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) network_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) depends_on: Map<Dependency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) healthcheck: Option<Healthcheck>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stop_grace_period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shm_size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deploy: Option<Deploy>,
    pub(super) logging: Logging,
    pub(super) labels: Map<String>,
}

#[derive(Serialize)]
pub(super) struct Build {
    pub(super) context: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dockerfile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) args: Map<String>,
}

#[derive(Serialize)]
pub(super) struct Port {
    pub(super) target: u16,
    pub(super) published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) host_ip: Option<String>,
    pub(super) protocol: &'static str,
}

#[derive(Serialize)]
pub(super) struct Mount {
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<String>,
    pub(super) target: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bind: Option<Bind>,
}

#[derive(Serialize)]
pub(super) struct Bind {
    /// False: a missing path stops the deploy. Otherwise the engine makes an empty directory of root's.
    pub(super) create_host_path: bool,
}

#[derive(Serialize)]
pub(super) struct Attachment {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Dependency {
    pub(super) condition: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) restart: bool,
}

/// No `start_interval`: the engine refuses it before version 25.
#[derive(Serialize)]
pub(super) struct Healthcheck {
    pub(super) test: Vec<String>,
    pub(super) interval: String,
    pub(super) timeout: String,
    pub(super) retries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_period: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Deploy {
    pub(super) resources: Resources,
}

#[derive(Serialize)]
pub(super) struct Resources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limits: Option<Amounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reservations: Option<Amounts>,
}

#[derive(Serialize)]
pub(super) struct Amounts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpus: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pids: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Logging {
    pub(super) driver: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) options: Map<String>,
}

/// A network or a volume, by its literal name.
#[derive(Serialize)]
pub(super) struct Resource {
    pub(super) name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) internal: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) external: bool,
}
