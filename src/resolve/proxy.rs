//! The web server of a deployment, resolved: its sites, routes and the containers behind them.

use crate::source::Spanned;
use serde::Serialize;

/// Where the nginx of a deployment finds the files that specc wrote for it.
pub const NGINX_DIRECTORY: &str = "/etc/specc/nginx";
/// Where the proxy answers ACME's challenges from.
pub const ACME_DIRECTORY: &str = "/var/www/acme";
/// Where certificates are kept, as certbot lays them out.
pub const CERTIFICATES_DIRECTORY: &str = "/etc/letsencrypt";

/// Memory of a proxy container in which it chooses confs by the certificates that there are.
pub const NGINX_STATE_DIRECTORY: &str = "/run/specc";
/// The words that start the nginx of a deployment: it chooses confs, then becomes nginx, and turns to TLS by itself
/// within a minute after a certificate appears or is renewed.
pub const NGINX_COMMAND: [&str; 3] = ["sh", "/etc/specc/nginx/control.sh", "run"];
/// The words by which the nginx of a deployment takes up new files, once they are proven.
pub const NGINX_RELOAD: [&str; 3] = ["sh", "/etc/specc/nginx/control.sh", "reload"];
/// The words of its probe.
pub const NGINX_PROBE: [&str; 3] = ["sh", "/etc/specc/nginx/control.sh", "probe"];
/// The words that get and renew certificates, in place of the entry point of certbot's image.
pub const CERTIFICATES_COMMAND: [&str; 2] = ["sh", "/etc/specc/nginx/certificates.sh"];
/// Where the Caddy of a deployment finds the files that specc wrote for it.
pub const CADDY_DIRECTORY: &str = "/etc/caddy";

/// The web server in front of a deployment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proxy {
    /// Which program it is.
    pub server: Server,
    /// Where it runs.
    pub placement: Placement,
    /// Its version, which decides directives that differ.
    pub version: Version,
    /// The directory that an nginx on the machine itself reads confs from, where the spec says one.
    pub conf: Option<String>,
    /// The prefix of every name in its configuration: `wish_with_me__production`.
    pub prefix: String,
    /// The groups of containers that routes lead to, in the order of their names.
    pub upstreams: Vec<Upstream>,
    /// The sites, in the order of the spec.
    pub sites: Vec<Site>,
}

impl Proxy {
    /// Whether nginx itself learns the new addresses of recreated containers: where it asks for them by name, and
    /// is new enough. Otherwise it keeps those it saw when it read its configuration.
    pub fn resolves_at_run_time(&self) -> bool {
        self.server == Server::Nginx && self.placement != Placement::Host && self.version >= Version(1, 27, 3)
    }
}

/// A web server program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
}

/// Where a proxy runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// As a container of the deployment, under this Compose key; it owns the whole configuration.
    Service {
        /// The Compose service's key.
        key: String,
    },
    /// On the machine itself; it reaches services through ports published on loopback, and owns only its own files.
    Host,
    /// In a container that other projects use too; it reaches services by container name on a shared network.
    Shared {
        /// The container's name.
        container: String,
        /// The directory on the host that it reads confs from, absolute.
        conf: String,
    },
}

/// A version, compared number by number: 1.27.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Version(pub u32, pub u32, pub u32);

/// A group of containers that serve the same thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Upstream {
    /// The service it stands for, and its port's name where a route chose one: `core-api`, `minio-console`.
    pub name: String,
    /// Where they listen: `core-api-1:8000`, `127.0.0.1:18000`, `filter-ical-backend-production:3000`.
    pub servers: Vec<String>,
    /// How requests are spread.
    pub balance: Balance,
}

/// How requests are spread over several containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// In turn.
    RoundRobin,
    /// By the client's address, so that one client keeps one container.
    IpHash,
    /// To the one with the fewest open requests.
    LeastConn,
}

/// A site: names or an address, and what is served there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    /// Its name in the spec: `web`.
    pub name: Spanned<String>,
    /// The domains it answers to; empty when it is asked by address.
    pub domains: Vec<Spanned<String>>,
    /// The port for plain HTTP.
    pub listen: u16,
    /// How it is encrypted.
    pub tls: Tls,
    /// The addresses and networks that may ask; everyone when empty.
    pub allow: Vec<String>,
    /// Response headers of the site's own, which replace those of the same name in the default set.
    pub headers: Vec<(String, String)>,
    /// The greatest request body, in bytes; nginx's own default of 1 MiB where nothing is said.
    pub body_size: Option<u64>,
    /// Whether answers are compressed.
    pub gzip: bool,
    /// Routes, longest path first.
    pub routes: Vec<Route>,
}

/// How a site is encrypted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// Not at all: plain HTTP.
    Off,
    /// With a certificate of Let's Encrypt, under this name in [`CERTIFICATES_DIRECTORY`].
    LetsEncrypt {
        /// certbot's `--cert-name`.
        name: String,
        /// Where Let's Encrypt may write to.
        email: Option<String>,
        /// Seconds of HSTS; 0 sends none.
        hsts: u64,
    },
    /// With files that are there already, absolute paths where the proxy runs.
    Files {
        /// The chain.
        certificate: String,
        /// The private key.
        key: String,
        /// Seconds of HSTS; 0 sends none.
        hsts: u64,
    },
}

/// What is served below a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// The path, which matches whole segments: `/`, `/api` (also `/api/…`, not `/apifoo`), never with a trailing slash
    /// other than `/` itself.
    pub path: Spanned<String>,
    /// The name of an [`Upstream`].
    pub upstream: String,
    /// What the path is replaced by on the way; the path is kept as it came when this is `None`.
    pub rewrite: Option<String>,
    /// Whether answers are passed on as they come (event streams) and may last an hour.
    pub stream: bool,
    /// Whether a connection may be upgraded to a websocket.
    pub websocket: bool,
    /// How many requests one client may make.
    pub limit: Option<Limit>,
    /// The greatest request body, in bytes, where it differs from the site's.
    pub body_size: Option<u64>,
    /// How long an answer may take, in seconds; 60 where nothing is said.
    pub timeout: Option<u64>,
    /// How long browsers may keep the answer, in seconds, and whether it never changes.
    pub cache: Option<Cache>,
}

/// How many requests one client may make.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// Requests…
    pub requests: u32,
    /// …in this time.
    pub per: Per,
    /// How many may come at once beyond that.
    pub burst: u32,
}

/// The time that a rate is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// `r/s`.
    Second,
    /// `r/m`.
    Minute,
}

/// How long browsers may keep an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cache {
    /// Seconds.
    pub max_age: u64,
    /// Whether it never changes under its URL.
    pub immutable: bool,
}
