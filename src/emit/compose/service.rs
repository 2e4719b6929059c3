//! A container as an entry of `services:`.

use super::super::{Artifact, env};
use super::file::{
    Amounts, Attachment, Build, Dependency, Deploy, Healthcheck, Logging, Map, Port, Resources, Service,
};
use super::interpolate::{ENV_DIRECTORY, image, literal, value};
use super::{mounts, units};
use crate::resolve::Deployment;
use crate::resolve::environment::{
    self, Condition, Container, Image, Probe, Protocol, Publish, Restart, Value,
};
use std::net::Ipv4Addr;

/// The entry. `env_file` is the name of its env-file, without `.env`.
pub(super) fn service(
    deployment: &Deployment,
    container: &Container,
    env_file: &str,
    generated: &[Artifact],
) -> Service {
    Service {
        container_name: literal(&container.name),
        image: image(&container.image, deployment.release.as_ref()),
        build: build(deployment, &container.image),
        profiles: container.profile.iter().map(|profile| literal(profile)).collect(),
        init: true,
        restart: restart(container.restart),
        user: container.user.as_deref().map(literal),
        entrypoint: container.entrypoint.as_deref().map(words),
        command: container.command.as_deref().map(words),
        env_file: vec![format!("{ENV_DIRECTORY}/{}.env", literal(env_file))],
        hostname: container.hostname.as_deref().map(literal),
        environment: environment(container),
        ports: container.ports.iter().map(|publish| port(publish)).collect(),
        volumes: container.mounts.iter().map(|mount| mounts::mount(deployment, mount)).collect(),
        networks: networks(container),
        network_mode: container.networks.is_empty().then_some("none"),
        depends_on: container.needs.iter().map(|need| (need.key.clone(), dependency(need))).collect(),
        healthcheck: container.probe.as_ref().map(healthcheck),
        stop_grace_period: container.stop_grace.map(units::seconds),
        shm_size: container.shm_size.map(units::bytes),
        deploy: deploy(container),
        logging: logging(&container.logging),
        labels: labels(deployment, container, generated),
    }
}

fn build(deployment: &Deployment, image: &Image) -> Option<Build> {
    let Image::Built { build: Some(build), .. } = image else { return None };
    Some(Build {
        context: mounts::below_root(deployment, &build.context),
        dockerfile: build.dockerfile.as_deref().map(literal),
        target: build.target.as_deref().map(literal),
        args: build.args.iter().map(|(name, value)| (name.clone(), literal(value))).collect(),
    })
}

fn words(words: &[Value]) -> Vec<String> {
    words.iter().map(value).collect()
}

/// What the env-file does not hold.
fn environment(container: &Container) -> Vec<String> {
    let inline = env::settings(container).inline;
    inline.into_iter().map(|(key, text)| format!("{}={}", literal(key), value(text))).collect()
}

/// Without an address Docker listens on all of them, IPv6 included; `0.0.0.0` would leave that out.
fn port(publish: &Publish) -> Port {
    Port {
        target: publish.container,
        published: publish.host.to_string(),
        host_ip: (publish.bind != Ipv4Addr::UNSPECIFIED).then(|| publish.bind.to_string()),
        protocol: match publish.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        },
    }
}

fn networks(container: &Container) -> Map<Attachment> {
    let attachment = |network: &environment::Attachment| {
        let aliases = network.aliases.iter().map(|alias| literal(alias)).collect();
        (network.network.clone(), Attachment { aliases })
    };
    container.networks.iter().map(attachment).collect()
}

fn dependency(need: &environment::Need) -> Dependency {
    Dependency {
        condition: match need.condition {
            Condition::Started => "service_started",
            Condition::Healthy => "service_healthy",
            Condition::Completed => "service_completed_successfully",
        },
        restart: need.restart,
    }
}

fn healthcheck(probe: &Probe) -> Healthcheck {
    let words = probe.test.iter().map(|word| literal(word));
    Healthcheck {
        test: std::iter::once("CMD".to_owned()).chain(words).collect(),
        interval: units::seconds(probe.interval),
        timeout: units::seconds(probe.timeout),
        retries: probe.retries,
        start_period: (probe.start_period > 0).then(|| units::seconds(probe.start_period)),
    }
}

fn restart(restart: Restart) -> &'static str {
    match restart {
        Restart::No => "no",
        Restart::Always => "always",
        Restart::OnFailure => "on-failure",
        Restart::UnlessStopped => "unless-stopped",
    }
}

/// Compose applies limits, and of reservations the memory. It knows no reservation of processes.
fn deploy(container: &Container) -> Option<Deploy> {
    let amounts = |amounts: &environment::Resources, pids: Option<u32>| {
        let cpus = amounts.cpus.as_deref().map(literal);
        let memory = amounts.memory.map(units::bytes);
        (cpus.is_some() || memory.is_some() || pids.is_some()).then_some(Amounts { cpus, memory, pids })
    };
    let limits = amounts(&container.limits, container.limits.pids);
    let reservations = amounts(&container.reservations, None);
    (limits.is_some() || reservations.is_some())
        .then_some(Deploy { resources: Resources { limits, reservations } })
}

fn logging(logging: &environment::Logging) -> Logging {
    Logging {
        driver: literal(&logging.driver),
        options: logging.options.iter().map(|(name, value)| (name.to_string(), literal(value))).collect(),
    }
}

/// Only what belongs to this service in this environment: a changed label recreates the container.
fn labels(deployment: &Deployment, container: &Container, generated: &[Artifact]) -> Map<String> {
    let mut labels = Map::new();
    labels.insert("dev.specc.project".to_owned(), literal(&deployment.project));
    labels.insert("dev.specc.environment".to_owned(), literal(&deployment.environment));
    labels.insert("dev.specc.service".to_owned(), literal(&container.service));
    if let Some(hash) = mounts::content(container, generated) {
        labels.insert("dev.specc.files".to_owned(), hash);
    }
    labels
}
