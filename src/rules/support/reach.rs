//! Who is meant by a name that a container uses.

use crate::facts::model::{Deployment, Fact, NetworkMode, Service};
use foldhash::{HashMap, HashSet};
use std::cell::OnceCell;

/// So many services are looked through one by one.
const FEW: usize = 16;

/// Who answers to which name in a deployment. Gathered when it is first asked for and there are many: a client asks for one
/// name, and there may be thousands of each.
pub(in crate::rules) struct Names<'d> {
    deployment: &'d Deployment,
    gathered: OnceCell<Gathered<'d>>,
}

struct Gathered<'d> {
    /// The first service that answers to a name, by network and by the name in lower case.
    on: HashMap<&'d str, HashMap<String, usize>>,
    /// `<project>-<service>-<n>`, and host names that services are given: a container answers to these too.
    others: Vec<String>,
    /// The same in lower case.
    other: HashSet<String>,
}

impl<'d> Names<'d> {
    pub(in crate::rules) fn of(deployment: &'d Deployment) -> Self {
        Self { deployment, gathered: OnceCell::new() }
    }

    /// The service of its deployment that `client` reaches by the name `host`.
    pub(in crate::rules) fn reached(&self, client: &Service, host: &str) -> Option<&'d Service> {
        let on_its_own = |service: &Service| {
            matches!(
                service.network_mode.as_ref().and_then(|mode| mode.known()),
                Some(NetworkMode::Host | NetworkMode::None)
            )
        };
        if on_its_own(client) {
            return None;
        }
        let found = self.first(client, host);
        let found = found.map(|at| &self.deployment.services[at]);
        found.or_else(|| linked(self.deployment, client, host))
    }

    /// Whether `client` can use a name on the networks that it joins: a service, a container name, an alias, a link, an extra
    /// host or its own.
    pub(in crate::rules) fn has(&self, client: &Service, host: &str) -> bool {
        self.first(client, host).is_some()
            || own(client).any(|name| name.eq_ignore_ascii_case(host))
            || self.gathered().other.contains(&host.to_ascii_lowercase())
    }

    /// Every such name.
    pub(in crate::rules) fn all<'n>(&'n self, client: &'n Service) -> impl Iterator<Item = &'n str> {
        let shared = |server: &'n Service| {
            let common = client
                .networks
                .iter()
                .filter(|ours| server.networks.iter().any(|theirs| theirs.network == ours.network));
            common.flat_map(|ours| server.names_on(&ours.network))
        };
        let servers = self.deployment.services.values().flat_map(shared);
        servers.chain(self.gathered().others.iter().map(String::as_str)).chain(own(client))
    }

    /// The first service that answers to a name on one of the client's networks.
    fn first(&self, client: &Service, host: &str) -> Option<usize> {
        let services = &self.deployment.services;
        if services.len() <= FEW {
            let answers = |server: &Service, network: &str| {
                server.networks.iter().any(|theirs| theirs.network == network)
                    && server.names_on(network).any(|name| name.eq_ignore_ascii_case(host))
            };
            let shared = |server: &Service| client.networks.iter().any(|ours| answers(server, &ours.network));
            return services.values().position(shared);
        }
        let (on, lower) = (&self.gathered().on, host.to_ascii_lowercase());
        client.networks.iter().filter_map(|ours| on.get(ours.network.as_str())?.get(&lower)).copied().min()
    }

    fn gathered(&self) -> &Gathered<'d> {
        self.gathered.get_or_init(|| {
            let deployment = self.deployment;
            let mut on: HashMap<&str, HashMap<String, usize>> = HashMap::default();
            for (at, service) in deployment.services.values().enumerate() {
                for attached in &service.networks {
                    let names = on.entry(&attached.network).or_default();
                    for name in service.names_on(&attached.network) {
                        names.entry(name.to_ascii_lowercase()).or_insert(at);
                    }
                }
            }
            let mut others = Vec::new();
            if let Some(project) = deployment.name() {
                others.extend(deployment.services.keys().map(|service| format!("{project}-{service}-1")));
                others.extend(deployment.services.keys().map(|service| format!("{project}_{service}_1")));
            }
            let hosts = deployment.services.values().filter_map(|service| service.hostname.as_ref()?.known());
            others.extend(hosts.cloned());
            let other = others.iter().map(|name| name.to_ascii_lowercase()).collect();
            Gathered { on, others, other }
        })
    }
}

/// The names that a service alone can use: its extra hosts, its links and its own.
fn own(client: &Service) -> impl Iterator<Item = &str> {
    let hosts = client.extra_hosts.iter().filter_map(|host| host.known()).map(String::as_str);
    let links = client.links.iter().filter_map(|link| link.known());
    hosts.chain(links.flat_map(|link| link.split(':'))).chain([client.name.as_str()])
}

/// `links: [db:postgres]`.
fn linked<'d>(deployment: &'d Deployment, client: &Service, host: &str) -> Option<&'d Service> {
    client.links.iter().filter_map(|link| link.known()).find_map(|link| {
        let (name, alias) = link.split_once(':')?;
        (alias == host).then(|| deployment.service(name)).flatten()
    })
}

/// Whether others than the services of the deployment may be on a network that `client` joins: it is external, or it has a
/// name of its own by which another project joins it.
pub(in crate::rules) fn sees_others(deployment: &Deployment, client: &Service) -> bool {
    let open = client.networks.iter().any(|attachment| {
        deployment.networks.get(&attachment.network).is_none_or(|network| {
            let driver = network.driver.as_deref().unwrap_or("bridge");
            network.external || network.named || !matches!(driver, "bridge" | "overlay")
        })
    });
    let mode = client.network_mode.as_ref().map(Fact::known);
    open || deployment.swarm || !matches!(mode, None | Some(Some(NetworkMode::None)))
}
