//! A resolved spec as deployments: the same model as that of files written by hand, pointing into the spec.

use super::model::{
    Address, Attachment, Bind, Build, Condition, Dependency, Deployment, DeploymentId, EnvVariable,
    Environment, Fact, Health, Mount, MountSource, NetworkMode, Port, PortRange, Probe, ProjectName,
    ProjectOrigin, Protocol, Resource, Service, Stage, Words,
};
use super::value::{HOLE, Unknown, Value};
use crate::resolve::environment as resolved;
use crate::source::{SourceId, Span};
use std::path::{Path, PathBuf};

/// One deployment of a spec. `root` is the directory of the spec, relative to the repository's root, and `development`
/// says whether the environment serves development alone.
pub(super) fn deployment(
    id: DeploymentId,
    deployment: &resolved::Deployment,
    spec: SourceId,
    root: &Path,
    stage: Stage,
) -> Deployment {
    let lower = Lower { deployment, root, start: Span::new(spec, 0, 0) };
    let containers = || deployment.containers.iter();
    let services = |enabled: bool| {
        containers()
            .filter(move |container| container.profile.is_none() == enabled)
            .map(|container| (container.key.clone(), lower.service(container)))
            .collect()
    };
    Deployment {
        id,
        project: ProjectName {
            value: Value::Known(deployment.compose_project.clone()),
            origin: ProjectOrigin::Name,
            span: Some(lower.start),
            interpolated: false,
            written: Some(Fact::literal(deployment.compose_project.clone(), lower.start)),
        },
        environment: Some(Environment { name: deployment.environment.clone(), span: None }),
        stage,
        shown: false,
        host: Some(Fact::literal(deployment.host.name.clone(), lower.start)),
        directory: root.join("deploy").join(&deployment.directory),
        files: vec![spec],
        env_files: Vec::new(),
        invocations: Vec::new(),
        because: Vec::new(),
        services: services(true),
        disabled: services(false),
        volumes: deployment
            .volumes
            .iter()
            .map(|volume| {
                let (name, span) = (volume.name.value.clone(), volume.name.span);
                (volume.key.clone(), resource(&volume.key, Fact::literal(name, span), volume.external))
            })
            .collect(),
        networks: deployment
            .networks
            .iter()
            .map(|network| {
                let name = Fact::literal(network.name.clone(), lower.start);
                (network.key.clone(), resource(&network.key, name, network.external))
            })
            .collect(),
        secrets: crate::facts::model::ByName::default(),
        configs: crate::facts::model::ByName::default(),
        variables: Vec::new(),
        faults: Vec::new(),
        guessed: false,
        from_spec: true,
        swarm: false,
    }
}

fn resource(key: &str, name: Fact<String>, external: bool) -> Resource {
    Resource {
        key: key.to_owned(),
        span: name.span,
        name,
        named: true,
        external,
        file: None,
        environment: None,
        device: None,
        driver: None,
    }
}

/// What all parts of one deployment are lowered with.
struct Lower<'a> {
    deployment: &'a resolved::Deployment,
    root: &'a Path,
    /// Stands for what has no place of its own.
    start: Span,
}

impl Lower<'_> {
    fn service(&self, container: &resolved::Container) -> Service {
        let span = container.name.span;
        let labels = [
            ("dev.specc.project", &self.deployment.project),
            ("dev.specc.environment", &self.deployment.environment),
            ("dev.specc.service", &container.service),
        ];
        Service {
            name: container.key.clone(),
            span,
            container_name: Some(Fact::literal(container.name.value.clone(), span)),
            image: Some(self.image(&container.image, span)),
            build: self.build(&container.image),
            ports: container.ports.iter().map(port).collect(),
            expose: Vec::new(),
            mounts: container.mounts.iter().map(|mount| self.mount(mount, span)).collect(),
            environment: container
                .environment
                .iter()
                .map(|(name, value)| {
                    let variable = EnvVariable {
                        key: value.span,
                        value: Some(text(&value.value, value.span)),
                        from_file: !value.value.has_secret(),
                    };
                    (name.clone(), variable)
                })
                .collect(),
            command: container.command.as_deref().map(|command| words(command, span)),
            entrypoint: container.entrypoint.as_deref().map(|entrypoint| words(entrypoint, span)),
            health: container.probe.as_ref().map(|probe| Health {
                span,
                probe: Probe::Exec(probe.test.iter().map(|word| Fact::literal(word.clone(), span)).collect()),
            }),
            depends_on: container.needs.iter().map(|need| dependency(need, span)).collect(),
            networks: container.networks.iter().map(|network| attachment(network, span)).collect(),
            network_mode: container.networks.is_empty().then(|| Fact::literal(NetworkMode::None, span)),
            links: Vec::new(),
            extra_hosts: Vec::new(),
            hostname: container.hostname.clone().map(|name| Fact::literal(name, span)),
            replicas: None,
            restart: Some(Fact::literal(restart(container.restart).to_owned(), span)),
            labels: labels
                .into_iter()
                .map(|(name, value)| (name.to_owned(), Fact::literal(value.clone(), span)))
                .collect(),
            profiles: container.profile.iter().cloned().collect(),
            memory_limit: container.limits.memory.map(|_| span),
            secrets: Vec::new(),
            configs: Vec::new(),
        }
    }

    fn image(&self, image: &resolved::Image, span: Span) -> Fact<String> {
        match image {
            resolved::Image::Pulled(image) => Fact::literal(image.clone(), span),
            resolved::Image::Built { repository, .. } => {
                let release = self.deployment.release.as_ref();
                match release.and_then(|release| release.tag.as_ref()) {
                    Some(tag) => Fact::literal(format!("{repository}:{tag}"), span),
                    None => Fact {
                        value: Value::Unknown(
                            Unknown::at(span, "the release is chosen when it is deployed")
                                .shaped(format!("{repository}:{HOLE}")),
                        ),
                        span,
                        interpolated: true,
                    },
                }
            }
        }
    }

    fn build(&self, image: &resolved::Image) -> Option<Build> {
        let resolved::Image::Built { build: Some(build), .. } = image else { return None };
        let span = build.context.span;
        let literal = |text: &String| Fact::literal(text.clone(), span);
        Some(Build {
            span,
            context: literal(&build.context.value),
            base: self.root.to_path_buf(),
            dockerfile: build.dockerfile.as_ref().map(literal),
            inline: false,
            target: build.target.as_ref().map(literal),
            args: build
                .args
                .iter()
                .map(|(name, value)| {
                    let value = Some(Fact::literal(value.clone(), span));
                    (name.clone(), EnvVariable { key: span, value, from_file: false })
                })
                .collect(),
            image: None,
        })
    }

    fn mount(&self, mount: &resolved::Mount, span: Span) -> Mount {
        let (source, span) = match &mount.source {
            resolved::MountSource::Volume(key) => (MountSource::Volume(key.clone()), span),
            resolved::MountSource::Repository(path) => {
                (bind(&self.root.join(path.value.trim_start_matches("./"))), path.span)
            }
            resolved::MountSource::Output(path) => {
                (bind(&self.root.join("deploy").join(&self.deployment.directory).join(path)), span)
            }
            resolved::MountSource::Host(path) => {
                (MountSource::Bind(Bind::Outside(PathBuf::from(path))), span)
            }
            resolved::MountSource::Tmpfs => (MountSource::Tmpfs, span),
        };
        Mount {
            source,
            target: Fact::literal(mount.target.clone(), span),
            read_only: mount.read_only,
            creates_source: false,
            span,
            interpolated: false,
        }
    }
}

fn bind(path: &Path) -> MountSource {
    MountSource::Bind(Bind::Inside(path.components().collect()))
}

fn text(value: &resolved::Value, span: Span) -> Fact<String> {
    let shape: String = value
        .0
        .iter()
        .map(|piece| match piece {
            resolved::Piece::Text(text) => text.clone(),
            resolved::Piece::Secret(_) => HOLE.to_string(),
        })
        .collect();
    let value = if value.has_secret() {
        Value::Unknown(Unknown::at(span, "a secret").shaped(shape))
    } else {
        Value::Known(shape)
    };
    let interpolated = matches!(value, Value::Unknown(_));
    Fact { value, span, interpolated }
}

fn words(words: &[resolved::Value], span: Span) -> Words {
    Words { span, words: words.iter().map(|word| text(word, span)).collect() }
}

/// `0.0.0.0` stands for every address in a spec.
fn port(publish: &crate::source::Spanned<resolved::Publish>) -> Port {
    let span = publish.span;
    let every = publish.bind == std::net::Ipv4Addr::UNSPECIFIED;
    Port {
        target: Fact::literal(PortRange::one(publish.container), span),
        published: Some(Fact::literal(PortRange::one(publish.host), span)),
        picks_one: false,
        address: Fact::literal(if every { Address::Every } else { Address::Ip(publish.bind) }, span),
        protocol: match publish.protocol {
            resolved::Protocol::Tcp => Protocol::Tcp,
            resolved::Protocol::Udp => Protocol::Udp,
        },
        span,
        interpolated: false,
    }
}

fn dependency(need: &resolved::Need, span: Span) -> Dependency {
    Dependency {
        service: need.key.clone(),
        span,
        condition: match need.condition {
            resolved::Condition::Started => Condition::Started,
            resolved::Condition::Healthy => Condition::Healthy,
            resolved::Condition::Completed => Condition::Completed,
        },
        required: true,
        restart: need.restart,
    }
}

fn attachment(network: &resolved::Attachment, span: Span) -> Attachment {
    let aliases = network.aliases.iter().map(|alias| Fact::literal(alias.clone(), span)).collect();
    Attachment { network: network.network.clone(), span, aliases }
}

fn restart(restart: resolved::Restart) -> &'static str {
    match restart {
        resolved::Restart::No => "no",
        resolved::Restart::Always => "always",
        resolved::Restart::OnFailure => "on-failure",
        resolved::Restart::UnlessStopped => "unless-stopped",
    }
}
