//! Hosts in URLs that nobody is called.

use super::support::{Names, Part, sees_others, url};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::model::{Deployment, Fact, Repository, Service};
use std::cell::OnceCell;
use foldhash::HashMap;
use std::path::Path;

rule! {
    /// A URL leads to a service that does not exist.
    ///
    /// ## What
    /// Looks at the URLs that services are given (`DATABASE_URL`, `API_URL`) whose host is a bare name, as services have, and
    /// reports those that no service, alias or container name answers to on any network that the client is on. Names with a dot,
    /// clients on external networks, and what browsers use are left alone.
    ///
    /// ## Why
    /// Nothing checks the name before the first request. A service that was renamed, or written with `_` for `-`, leaves the
    /// URL behind, and the application restarts until somebody reads its log.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   core-api:
    ///     image: acme/core-api:3.2
    ///     environment: { RESOLVER_URL: "http://item_resolver:8000" }
    ///   item-resolver:
    ///     image: acme/item-resolver:3.2
    /// ```
    ///
    /// ## Fix
    /// ```yaml
    ///     environment: { RESOLVER_URL: "http://item-resolver:8000" }
    /// ```
    /// For a host that is meant to be found elsewhere, give its full name, or `extra_hosts`.
    pub UNKNOWN_SERVICE_HOST = Error "unknown-service-host";
}

/// Names that every container has, or that Docker gives.
const ALWAYS: &[&str] = &["localhost", "host", "gateway", "ip6-localhost", "example", "hostname", "metadata", "unix"];
/// Schemes of connections between servers.
const SCHEMES: &[&str] = &[
    "http", "https", "ws", "wss", "grpc", "tcp", "redis", "rediss", "valkey", "postgres", "postgresql", "mysql", "mariadb",
    "mongodb", "amqp", "amqps", "nats", "memcached", "kafka", "mqtt", "smtp", "smtps", "elasticsearch", "clickhouse",
];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let beside = Beside { facts, directories: OnceCell::new() };
    for deployment in facts.deployments.iter().filter(|deployment| deployment.faults.is_empty()) {
        let names = Names::of(deployment);
        for client in deployment.services.values() {
            if sees_others(deployment, client) {
                continue;
            }
            for (name, variable) in &client.environment {
                if let Some(value) = &variable.value
                    && value.value.shape().contains("://")
                    && !is_for_browsers(name)
                {
                    look(&beside, (deployment, &names), client, value, findings);
                }
            }
        }
    }
}

fn look(
    beside: &Beside<'_>,
    (deployment, names): (&Deployment, &Names<'_>),
    client: &Service,
    value: &Fact<String>,
    findings: &mut Findings<'_>,
) {
    let Some(address) = url(value.value.shape()) else { return };
    let scheme = address.scheme.as_deref().unwrap_or_default();
    let scheme = scheme.split('+').next().unwrap_or(scheme);
    let host = address.host.as_str();
    let bare = !host.contains(['.', ':']) && !ALWAYS.contains(&host) && host.starts_with(|c: char| c.is_ascii_alphabetic());
    // `sqlite:///x`, `unix://…`, and what only looks like an address.
    if !SCHEMES.contains(&scheme) || !bare || address.user == Part::Unknown && host.len() < 2 {
        return;
    }
    if names.has(client, host) {
        return;
    }
    // It may be a service of a profile that is not enabled now, or one that another file adds.
    if deployment.disabled.contains_key(host) || beside.has(deployment, host) {
        return;
    }
    let elsewhere = deployment.services.get(host).or_else(|| {
        deployment.services.values().find(|service| service.container_name.as_ref().and_then(Fact::known).map(String::as_str) == Some(host))
    });
    let name = &client.name;
    let (message, help) = if let Some(other) = elsewhere {
        (
            format!("`{name}` cannot reach `{host}`: they share no network"),
            format!("Put `{name}` and `{}` on one network", other.name),
        )
    } else {
        let close = nearest(host, names.all(client));
        let help = close.map_or_else(
            || {
                format!(
                    "Name the service that is meant; for a host elsewhere give its full name, or `extra_hosts` on \
                     `{name}`"
                )
            },
            |other| format!("Did you mean `{other}`?"),
        );
        (format!("`{name}` is told to reach `{host}`, and nothing is called that"), help)
    };
    findings.push(Diagnostic::new(&UNKNOWN_SERVICE_HOST, message).at(value.span, "leads nowhere").help(help));
}

/// Whether the value is sent to browsers, which know other names.
fn is_for_browsers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PUBLIC", "VITE_", "REACT_APP_", "VUE_APP_", "CORS", "ORIGIN", "ALLOWED", "BROWSER", "FRONTEND_", "PROXY", "CALLBACK", "REDIRECT"]
        .iter()
        .any(|word| name.contains(word))
}

/// What other files of a directory have, where nobody says which files are started together.
struct Beside<'f> {
    facts: &'f Repository,
    directories: OnceCell<HashMap<&'f Path, Vec<&'f Deployment>>>,
}

impl Beside<'_> {
    /// Whether another file of the deployment's directory has such a service.
    fn has(&self, deployment: &Deployment, host: &str) -> bool {
        if !deployment.invocations.is_empty() || deployment.from_spec {
            return false;
        }
        let directories = self.directories.get_or_init(|| {
            let mut directories: HashMap<&Path, Vec<&Deployment>> = HashMap::default();
            for deployment in &self.facts.deployments {
                directories.entry(&deployment.directory).or_default().push(deployment);
            }
            directories
        });
        let here = directories.get(deployment.directory.as_path()).into_iter().flatten();
        here.copied().any(|other| other.services.contains_key(host) && other.files != deployment.files)
    }
}
