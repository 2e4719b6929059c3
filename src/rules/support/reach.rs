//! Who is meant by a name that a container uses.

use crate::facts::model::{Deployment, NetworkMode, Service};

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
