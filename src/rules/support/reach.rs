//! Who is meant by a name that a container uses.

use crate::facts::model::{Deployment, Fact, NetworkMode, Service};

/// The service of its deployment that `client` reaches by the name `host`.
pub(in crate::rules) fn reached<'d>(
    deployment: &'d Deployment,
    client: &Service,
    host: &str,
) -> Option<&'d Service> {
    let on_its_own = |service: &Service| {
        matches!(
            service.network_mode.as_ref().and_then(|mode| mode.known()),
            Some(NetworkMode::Host | NetworkMode::None)
        )
    };
    if on_its_own(client) {
        return None;
    }
    let shares = |server: &&Service| {
        client.networks.iter().any(|ours| {
            server.networks.iter().any(|theirs| theirs.network == ours.network)
                && server.names_on(&ours.network).iter().any(|name| name.eq_ignore_ascii_case(host))
        })
    };
    deployment.services.values().find(shares).or_else(|| linked(deployment, client, host))
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

/// Every name that `client` can use on the networks that it joins: services, container names, aliases, links, extra hosts and
/// its own.
pub(in crate::rules) fn known_names(deployment: &Deployment, client: &Service) -> Vec<String> {
    let shared = |server: &Service| -> Vec<String> {
        client
            .networks
            .iter()
            .filter(|ours| server.networks.iter().any(|theirs| theirs.network == ours.network))
            .flat_map(|ours| server.names_on(&ours.network))
            .map(str::to_owned)
            .collect()
    };
    let mut names: Vec<String> = deployment.services.values().flat_map(shared).collect();
    // A container also answers to `<project>-<service>-<n>`, and to the host name that it is given.
    if let Some(project) = deployment.name() {
        names.extend(deployment.services.keys().map(|service| format!("{project}-{service}-1")));
        names.extend(deployment.services.keys().map(|service| format!("{project}_{service}_1")));
    }
    let hosts = deployment.services.values().filter_map(|service| service.hostname.as_ref()?.known());
    names.extend(hosts.cloned());
    names.extend(client.extra_hosts.iter().filter_map(|host| host.known().cloned()));
    let links = client.links.iter().filter_map(|link| link.known());
    names.extend(links.flat_map(|link| link.split(':')).map(str::to_owned));
    names.push(client.name.clone());
    names
}
