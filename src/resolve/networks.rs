//! Networks: which a service joins, what they are called, which of them others join too.

use super::codes;
use super::environment::{Attachment, Network};
use super::scope::{Member, Scope};
use crate::spec::model::{ProxyPlacement, Service};
use crate::spec::template::Target;
use std::collections::{BTreeSet, HashMap};

/// The network that every service joins unless it says otherwise.
pub(super) const DEFAULT: &str = "default";

impl<'a> Scope<'a> {
    /// The networks that each service joins: those it names, and those on which it is reached or reaches an external
    /// service.
    pub(super) fn find_networks(&self) -> HashMap<&'a str, Vec<String>> {
        let mut networks: HashMap<&'a str, Vec<String>> =
            self.members.values().map(|member| (member.name, self.own_networks(member))).collect();
        for (name, (_, site)) in &self.sites {
            let Some(shared) = self.shared_network(name) else { continue };
            for (_, route) in site.routes.iter() {
                if let Some(joined) = networks.get_mut(route.to.service())
                    && let Err(place) = joined.binary_search(&shared)
                {
                    joined.insert(place, shared.clone());
                }
            }
        }
        networks
    }

    /// Sorted.
    fn own_networks(&self, member: &Member<'a>) -> Vec<String> {
        let mut joined = BTreeSet::new();
        match &member.service.networks {
            None => {
                joined.insert(DEFAULT.to_owned());
            }
            Some(named) => {
                for network in named.iter() {
                    let key = network.as_str();
                    if key == DEFAULT || self.spec.networks.get(key).is_some() {
                        joined.insert(key.to_owned());
                    } else {
                        let known = self.spec.networks.iter().map(|(known, _)| known.as_str());
                        let known = known.chain(std::iter::once(DEFAULT));
                        self.report_unknown(&codes::UNKNOWN_NETWORK, "network", key, network.span, known);
                    }
                }
            }
        }
        for name in used_services(member.service) {
            let used = self.members.get(name).and_then(|used| used.service.external.as_ref());
            if let Some(network) = used.and_then(|external| external.network.as_ref()) {
                joined.insert(self.external_key(network.as_str()));
            }
        }
        joined.into_iter().collect()
    }

    /// Whether a service names a network that does not exist.
    pub(super) fn names_unknown_network(&self, member: &Member<'a>) -> bool {
        let known = |key: &str| key == DEFAULT || self.spec.networks.get(key).is_some();
        member.service.networks.iter().flat_map(|named| named.iter()).any(|network| !known(network.as_str()))
    }

    /// The key of the network on which a shared proxy reaches what the site `name` serves.
    fn shared_network(&self, name: &str) -> Option<String> {
        let proxy = self.placement.host_of(name).and_then(|host| self.host(host))?.proxy.as_ref()?;
        let placements = [&proxy.nginx, &proxy.caddy];
        let shared =
            placements.into_iter().flatten().any(|placement| placement.value == ProxyPlacement::Shared);
        let network = proxy.network.as_ref().filter(|_| shared)?;
        Some(self.external_key(network.as_str()))
    }

    /// The key of the existing network `name`: that of a declared one, else its own name.
    pub(super) fn external_key(&self, name: &str) -> String {
        let mut declared = self.spec.networks.iter();
        let same = declared
            .find(|(_, network)| network.external.as_ref().is_some_and(|known| known.as_str() == name));
        match same {
            Some((key, _)) => key.as_str().to_owned(),
            None if name == DEFAULT || self.spec.networks.get(name).is_some() => format!("external-{name}"),
            None => name.to_owned(),
        }
    }

    /// The networks that a service joins, by key, sorted.
    pub(super) fn networks_of(&self, member: &Member<'a>) -> &[String] {
        self.networks.get(member.name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether other projects join the network `key` too.
    pub(super) fn is_external_network(&self, key: &str) -> bool {
        if key == DEFAULT {
            return false;
        }
        self.spec.networks.get(key).is_none_or(|network| network.external.is_some())
    }

    /// The network `key` as a deployment has it.
    pub(super) fn network(&self, key: &str) -> Network {
        let declared = self.spec.networks.get(key);
        let external = declared.and_then(|network| network.external.as_ref());
        let name = match (external, declared) {
            (Some(name), _) => name.as_str().to_owned(),
            (None, None) if key != DEFAULT => key.strip_prefix("external-").unwrap_or(key).to_owned(),
            _ => self.naming.network(key),
        };
        Network {
            key: key.to_owned(),
            name,
            external: self.is_external_network(key),
            internal: declared.is_some_and(|network| network.internal),
        }
    }

    /// How one container of a service joins its networks. A replica answers to the service's name too; on a network
    /// of others every container answers to a name that is unique there.
    pub(super) fn attachments(&self, member: &Member<'a>, key: &str) -> Vec<Attachment> {
        let replica = key != member.name;
        let attach = |network: &String| {
            let mut aliases = Vec::new();
            if replica && self.is_external_network(network) {
                aliases.push(self.naming.container(member.name));
            } else if replica {
                aliases.push(member.name.to_owned());
            }
            Attachment { network: network.clone(), aliases }
        };
        self.networks_of(member).iter().map(attach).collect()
    }
}

/// The services that a service waits for or refers to.
fn used_services(service: &Service) -> BTreeSet<&str> {
    let needs = service.needs.iter().flat_map(|needs| needs.entries()).map(|(name, _, _)| name);
    let templates = service.env.iter().map(|(_, template)| template);
    let references = templates.flat_map(|template| template.references());
    let services = references.filter_map(|reference| match &reference.target {
        Target::Service(service, _) => Some(service.as_str()),
        _ => None,
    });
    needs.chain(services).collect()
}
