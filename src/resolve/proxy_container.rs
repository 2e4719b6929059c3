//! The containers that a deployment's own web server consists of: the server, and what gets its certificates.

use super::certbot;
use super::environment::{
    Attachment, Condition, Container, Image, Mount, MountSource, Need, Probe, Publish, Resources, Restart,
    Role, Run, ScheduledJob, Value, Volume,
};
use super::image::official;
use super::proxy::{
    ACME_DIRECTORY, CADDY_DIRECTORY, CERTIFICATES_COMMAND, CERTIFICATES_DIRECTORY, NGINX_COMMAND,
    NGINX_DIRECTORY, NGINX_PROBE, NGINX_STATE_DIRECTORY, Placement, Proxy, Server, Tls,
};
use super::scope::Scope;
use super::site_checks::below;
use crate::source::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// The Compose profile of what asks for certificates: it is run by hand once, and then by the crontab.
const CERTIFICATES_PROFILE: &str = "certificates";

/// What stands around a proxy.
#[derive(Default)]
pub(super) struct Around {
    pub(super) containers: Vec<Container>,
    pub(super) volumes: Vec<Volume>,
    pub(super) schedule: Vec<ScheduledJob>,
}

impl Scope<'_> {
    /// The containers and volumes of the proxy of `host`; none when it runs on the host itself or is somebody else's.
    pub(super) fn proxy_containers(&self, host: &str, proxy: &Proxy, containers: &[Container]) -> Around {
        let Placement::Service { key } = &proxy.placement else { return Around::default() };
        let span = self.host(host).and_then(|host| host.proxy.as_ref()).map_or(self.span, |proxy| proxy.span);
        let mut around = match proxy.server {
            Server::Nginx => self.nginx(host, key, proxy, span),
            Server::Caddy => self.caddy(host, key, proxy, span),
        };
        if let Some(server) = around.containers.first_mut() {
            server.ports = self.listens(proxy, span);
            (server.networks, server.needs) = served(proxy, containers);
        }
        around
    }

    fn nginx(&self, host: &str, key: &str, proxy: &Proxy, span: Span) -> Around {
        let mut around = Around::default();
        let mut server = self.container(key, span, self.server_image(host, "nginx", proxy));
        server.command = Some(NGINX_COMMAND.into_iter().map(Value::text).collect());
        server.mounts = vec![
            output("nginx", NGINX_DIRECTORY),
            Mount { source: MountSource::Tmpfs, target: NGINX_STATE_DIRECTORY.to_owned(), read_only: false },
        ];
        server.probe = Some(probe(&NGINX_PROBE));
        if certbot::is_needed(proxy) {
            let certificates = self.volume_of(key, "certificates", span);
            let acme = self.volume_of(key, "acme", span);
            server.mounts.push(mount(&certificates, CERTIFICATES_DIRECTORY, true));
            server.mounts.push(mount(&acme, ACME_DIRECTORY, true));
            let mut certbot =
                self.container("certbot", span, Image::Pulled(certbot::CERTBOT_IMAGE.to_owned()));
            certbot.entrypoint = Some(CERTIFICATES_COMMAND.into_iter().map(Value::text).collect());
            certbot.mounts = vec![
                output("nginx", NGINX_DIRECTORY),
                mount(&certificates, CERTIFICATES_DIRECTORY, false),
                mount(&acme, ACME_DIRECTORY, false),
            ];
            certbot.networks =
                vec![Attachment { network: super::networks::DEFAULT.to_owned(), aliases: Vec::new() }];
            certbot.role = Role::Job;
            certbot.restart = Restart::No;
            certbot.profile = Some(CERTIFICATES_PROFILE.to_owned());
            around.schedule.push(ScheduledJob {
                name: "certificates".to_owned(),
                schedule: self.renewal_time(),
                run: Run::Again { container: self.naming.container("certbot") },
            });
            around.volumes.extend([acme, certificates]);
            around.containers.push(certbot);
        }
        server.mounts.extend(own_certificates(proxy));
        server.mounts.sort_by(|one, other| one.target.cmp(&other.target));
        around.containers.insert(0, server);
        around
    }

    fn caddy(&self, host: &str, key: &str, proxy: &Proxy, span: Span) -> Around {
        let mut server = self.container(key, span, self.server_image(host, "caddy", proxy));
        let (data, config) = (self.volume_of(key, "data", span), self.volume_of(key, "config", span));
        server.mounts = vec![
            output("caddy", CADDY_DIRECTORY),
            mount(&data, "/data", false),
            mount(&config, "/config", false),
        ];
        server.mounts.extend(own_certificates(proxy));
        server.mounts.sort_by(|one, other| one.target.cmp(&other.target));
        Around { containers: vec![server], volumes: vec![config, data], schedule: Vec::new() }
    }

    /// A minute of the night that differs between deployments, as Let's Encrypt asks of its clients, and never changes
    /// for one of them.
    fn renewal_time(&self) -> String {
        let sum = self.naming.compose_project().bytes().map(u32::from).sum::<u32>();
        format!("{} {} * * *", sum % 60, sum % 5)
    }

    fn container(&self, key: &str, span: Span, image: Image) -> Container {
        Container {
            key: key.to_owned(),
            service: key.to_owned(),
            role: Role::Proxy,
            name: Spanned::new(self.naming.container(key), span),
            image,
            command: None,
            entrypoint: None,
            user: None,
            environment: Vec::new(),
            ports: Vec::new(),
            mounts: Vec::new(),
            networks: Vec::new(),
            needs: Vec::new(),
            probe: None,
            limits: Resources::default(),
            reservations: Resources::default(),
            stop_grace: None,
            shm_size: None,
            hostname: None,
            logging: super::service::logging(None),
            restart: Restart::UnlessStopped,
            profile: None,
            raw: None,
        }
    }

    /// The image as the spec names it, or the official one of the proxy's version: a version of two numbers is the
    /// newest of its kind.
    fn server_image(&self, host: &str, repository: &str, proxy: &Proxy) -> Image {
        let declared = self.host(host).and_then(|host| host.proxy.as_ref());
        let image = declared.and_then(|proxy| proxy.image.as_ref());
        let super::proxy::Version(major, minor, _) = proxy.version;
        let stated = declared.and_then(|proxy| proxy.version.as_ref()).map(ToString::to_string);
        Image::Pulled(official(repository, &stated.unwrap_or_else(|| format!("{major}.{minor}")), image))
    }

    fn volume_of(&self, key: &str, volume: &str, span: Span) -> Volume {
        Volume {
            key: format!("{key}-{volume}"),
            name: Spanned::new(self.naming.volume(key, volume), span),
            external: false,
        }
    }

    /// The ports that the sites are asked at, on every address.
    fn listens(&self, proxy: &Proxy, span: Span) -> Vec<Spanned<Publish>> {
        let mut ports = BTreeMap::new();
        for site in &proxy.sites {
            let here = self.sites.get(site.name.as_str()).and_then(|(_, site)| site.listen.as_ref());
            ports.entry(site.listen).or_insert(here.map_or(span, |port| port.span));
            if site.tls != Tls::Off {
                ports.entry(443).or_insert(span);
            }
        }
        let publish = |(port, span)| {
            let bind = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            let protocol = super::environment::Protocol::Tcp;
            Spanned::new(Publish { bind, host: port, container: port, protocol }, span)
        };
        ports.into_iter().map(publish).collect()
    }
}

/// The networks of what a proxy serves, and the waiting for it. A proxy that keeps the addresses it saw at its start
/// restarts with what it serves; one that asks for them anew does not have to.
fn served(proxy: &Proxy, containers: &[Container]) -> (Vec<Attachment>, Vec<Need>) {
    let restart = !proxy.resolves_at_run_time() && proxy.server == Server::Nginx;
    let asked: BTreeSet<&str> = proxy
        .upstreams
        .iter()
        .flat_map(|upstream| &upstream.servers)
        .filter_map(|server| server.rsplit_once(':').map(|(name, _)| name))
        .collect();
    let mut networks = BTreeSet::new();
    let mut needs = Vec::new();
    for container in containers.iter().filter(|container| asked.contains(container.key.as_str())) {
        networks.extend(container.networks.iter().map(|joined| joined.network.clone()));
        let condition = if container.probe.is_some() { Condition::Healthy } else { Condition::Started };
        needs.push(Need { key: container.key.clone(), condition, restart });
    }
    if networks.is_empty() {
        networks.insert(super::networks::DEFAULT.to_owned());
    }
    let join = |network| Attachment { network, aliases: Vec::new() };
    (networks.into_iter().map(join).collect(), needs)
}

/// The directories of certificates that are there already, mounted where the sites name them. What certbot keeps
/// in `live` are links to elsewhere in its directory, so that one is mounted whole.
fn own_certificates(proxy: &Proxy) -> Vec<Mount> {
    let mut directories = BTreeSet::new();
    for site in &proxy.sites {
        if let Tls::Files { certificate, key, .. } = &site.tls {
            directories.extend([certificate, key].map(|path| match path.rsplit_once('/') {
                _ if below(path, CERTIFICATES_DIRECTORY) => CERTIFICATES_DIRECTORY,
                Some((directory, _)) => directory,
                None => "",
            }));
        }
    }
    let mount = |path: &str| Mount {
        source: MountSource::Host(path.to_owned()),
        target: path.to_owned(),
        read_only: true,
    };
    // What lies at `/` itself has been refused.
    directories.into_iter().filter(|path| !path.is_empty()).map(mount).collect()
}

fn output(path: &str, target: &str) -> Mount {
    Mount { source: MountSource::Output(path.to_owned()), target: target.to_owned(), read_only: true }
}

fn mount(volume: &Volume, target: &str, read_only: bool) -> Mount {
    Mount { source: MountSource::Volume(volume.key.clone()), target: target.to_owned(), read_only }
}

fn probe(words: &[&str]) -> Probe {
    Probe {
        test: words.iter().map(|word| (*word).to_owned()).collect(),
        interval: 10,
        timeout: 5,
        retries: 3,
        start_period: 10,
    }
}
