//! One environment put together, host by host.

use super::codes;
use super::environment::{
    Container, Deployment, Environment, Host, Image, MountSource, Network, Release, Role, Volume,
};
use super::networks;
use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

impl<'a> Scope<'a> {
    /// The environment; complete when nothing is reported.
    pub(super) fn resolve(&self) -> Environment {
        self.check_cycles();
        self.check_backings();
        self.check_published();
        self.check_raw();
        let hosts: Vec<&str> = self.placement.hosts().collect();
        let split = hosts.len() > 1;
        let mut deployments: Vec<_> = hosts.iter().map(|host| self.deployment(host, split)).collect();
        let secrets = self.secrets(&deployments);
        for (deployment, secrets) in deployments.iter_mut().zip(secrets) {
            deployment.secrets = secrets;
        }
        self.check_clear_calls(&deployments);
        Environment { project: self.spec.project.to_string(), name: self.environment.to_owned(), deployments }
    }

    fn deployment(&self, host: &'a str, split: bool) -> Deployment {
        let members: Vec<_> = self.members.values().filter(|member| member.host == Some(host)).collect();
        // Room for all, jobs and the proxy's included: to move thousands of containers takes longer than to make them.
        let replicas: usize = members.iter().map(|member| member.replicas()).sum();
        let mut containers = Vec::with_capacity(replicas + self.jobs.len() + 2);
        containers.extend(members.iter().flat_map(|member| self.containers(member)));
        self.check_external();
        let proxy = self.proxy(host, &containers);
        let jobs = self.job_containers(host, &containers);
        let mut volumes: Vec<_> = members.iter().flat_map(|member| self.volumes(member)).collect();
        let schedule = self.schedule(host);
        let around =
            proxy.as_ref().map(|proxy| self.proxy_containers(host, proxy, &containers)).unwrap_or_default();
        volumes.extend(around.volumes);
        containers.extend(around.containers);
        containers.extend(jobs);
        let schedule = schedule.into_iter().chain(around.schedule).collect();
        self.check_keys_unique(&containers);
        let directory =
            if split { format!("{}/{host}", self.environment) } else { self.environment.to_owned() };
        let declared = self.host(host);
        let builds = containers.iter().any(|container| matches!(container.image, Image::Built { .. }));
        Deployment {
            project: self.spec.project.to_string(),
            environment: self.environment.to_owned(),
            host: Host {
                name: host.to_owned(),
                address: declared.and_then(|host| host.address.as_ref()).map(ToString::to_string),
                path: declared.and_then(|host| host.path.as_ref()).map(ToString::to_string),
            },
            compose_project: self.naming.compose_project(),
            root: vec![".."; 1 + directory.split('/').count()].join("/"),
            directory,
            networks: self.deployed_networks(&containers),
            volumes: used(volumes, &containers),
            secrets: Vec::new(),
            release: builds.then(|| Release { variable: self.naming.variable("release"), tag: None }),
            proxy,
            schedule,
            raw: self.declared.compose.as_ref().map(|raw| raw.value.value().clone()),
            containers,
        }
    }

    fn deployed_networks(&self, containers: &[Container]) -> Vec<Network> {
        let joined =
            containers.iter().flat_map(|container| &container.networks).map(|joined| joined.network.as_str());
        let keys: BTreeSet<&str> = joined.collect();
        let has_none = keys.is_empty();
        let mut list: Vec<_> = keys.into_iter().map(|key| self.network(key)).collect();
        if has_none {
            list.push(self.network(networks::DEFAULT));
        }
        list
    }

    /// External services have no containers, but their keys and accounts are checked all the same.
    fn check_external(&self) {
        for member in self.members.values().filter(|member| member.service.external.is_some()) {
            let _ = self.containers(member);
        }
    }

    /// A replica or a proxy may be called like a service; Compose would then run one of them only.
    fn check_keys_unique(&self, containers: &[Container]) {
        let mut seen: HashMap<&str, &Container> = HashMap::with_capacity(containers.len());
        for container in containers {
            if let Some(other) = seen.insert(&container.key, container) {
                self.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_NAME,
                        format!("two containers of environment `{}` would be called `{}`", self.environment, container.key),
                    )
                    .at(container.name.span, called(container))
                    .at(other.name.span, called(other))
                    .help("rename one of the services; replicas are numbered, and a proxy is called by its program"),
                );
            }
        }
    }

    fn check_published(&self) {
        for (key, _) in self.declared.publish.iter() {
            let Some(member) = self.member(key.service(), key.span) else { continue };
            if member.service.external.is_some() {
                self.report(
                    Diagnostic::new(
                        &codes::MEANINGLESS_KEY,
                        format!("`{}` runs elsewhere, so nothing is published", member.name),
                    )
                    .at(key.span, "has no effect")
                    .help("take it out"),
                );
            }
        }
    }

    /// A password that goes to another host in plain HTTP can be read on the way.
    fn check_clear_calls(&self, deployments: &[Deployment]) {
        let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for secret in deployments.iter().flat_map(|deployment| &deployment.secrets) {
            for user in &secret.used_by {
                known.entry(user).or_default().insert(&secret.name);
            }
        }
        for (from, to, span) in &self.uses.borrow().clear_calls {
            let (Some(ours), Some(theirs)) = (known.get(from.as_str()), known.get(to.as_str())) else {
                continue;
            };
            let Some(secret) = ours.intersection(theirs).next() else { continue };
            self.report(
                Diagnostic::new(
                    &codes::SECRET_IN_CLEAR,
                    format!("`{from}` calls `{to}` on another host in plain HTTP, and both know secret `{secret}`"),
                )
                .at(*span, "whoever is on the way can read what is sent")
                .help("give the site between them a domain and `tls:`, or connect the hosts by a private network"),
            );
        }
    }
}

/// Why a container has its key.
fn called(container: &Container) -> String {
    match container.role {
        Role::Proxy => format!("the web server is called `{}`", container.key),
        _ if container.key == container.service => format!("this one is called `{}`", container.key),
        _ => format!("a replica of `{}` is called `{}`", container.service, container.key),
    }
}

/// The volumes that containers mount, each once.
fn used(volumes: Vec<Volume>, containers: &[Container]) -> Vec<Volume> {
    let mounted: HashSet<&str> = containers
        .iter()
        .flat_map(|container| &container.mounts)
        .filter_map(|mount| match &mount.source {
            MountSource::Volume(key) => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let mut used: Vec<_> =
        volumes.into_iter().filter(|volume| mounted.contains(volume.key.as_str())).collect();
    used.sort_by(|one, other| one.key.cmp(&other.key));
    used
}
