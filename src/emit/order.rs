//! The canonical order of a deployment: what has no order of its own is sorted.
//!
//! Somebody who moves a service up in the spec, or swaps two keys, changes no byte of the output. Order stays where it
//! means something: words of a command, routes, which are matched in turn, and lists of a raw block.

use super::yaml;
use crate::resolve::Deployment;
use crate::resolve::environment::{Container, Image};
use serde_yaml::Value;

/// Sorts a deployment.
pub(super) fn sort(deployment: &mut Deployment) {
    deployment.containers.iter_mut().for_each(sort_container);
    deployment.containers.sort_by(|a, b| a.key.cmp(&b.key));
    deployment.networks.sort_by(|a, b| a.key.cmp(&b.key));
    deployment.volumes.sort_by(|a, b| a.key.cmp(&b.key));
    deployment.secrets.iter_mut().for_each(|secret| secret.used_by.sort());
    deployment.secrets.sort_by(|a, b| a.name.cmp(&b.name));
    deployment.schedule.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(proxy) = &mut deployment.proxy {
        proxy.upstreams.sort_by(|a, b| a.name.cmp(&b.name));
        proxy.sites.sort_by(|a, b| a.name.cmp(&b.name));
    }
    deployment.raw = deployment.raw.take().map(sorted);
}

fn sort_container(container: &mut Container) {
    container.environment.sort_by(|a, b| a.0.cmp(&b.0));
    container.ports.sort_by_key(|port| (port.container, port.protocol, port.host, port.bind));
    container.mounts.sort_by(|a, b| a.target.cmp(&b.target));
    container.networks.sort_by(|a, b| a.network.cmp(&b.network));
    container.networks.iter_mut().for_each(|network| network.aliases.sort());
    container.needs.sort_by(|a, b| a.key.cmp(&b.key));
    container.logging.options.sort();
    if let Image::Built { build: Some(build), .. } = &mut container.image {
        build.args.sort();
    }
    container.raw = container.raw.take().map(|raw| Box::new(sorted(*raw)));
}

/// A raw block with the keys of its maps sorted, at every depth.
fn sorted(value: Value) -> Value {
    match value {
        Value::Mapping(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by_cached_key(|(key, _)| yaml::print(key));
            Value::Mapping(entries.into_iter().collect())
        }
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(sorted).collect()),
        Value::Tagged(mut tagged) => {
            tagged.value = sorted(std::mem::take(&mut tagged.value));
            Value::Tagged(tagged)
        }
        scalar => scalar,
    }
}
