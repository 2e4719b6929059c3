//! When it is enough that what is needed has been started.

use crate::catalog;
use crate::facts::model::{Condition, Deployment, Fact, MountSource, Probe, Repository, Service};
use foldhash::HashSet;

/// Whether something that the service waits for has waited until the other is healthy: Compose follows every link.
pub(super) fn is_waited_for(deployment: &Deployment, service: &Service, needed: &str) -> bool {
    let mut seen: HashSet<&str> = HashSet::default();
    let mut open: Vec<&Service> = vec![service];
    while let Some(at) = open.pop() {
        for dependency in at.depends_on.iter().filter(|dependency| dependency.required) {
            if dependency.service == needed && dependency.condition == Condition::Healthy {
                return true;
            }
            if let Some(next) = deployment.service(&dependency.service)
                && next.name != needed
                && seen.insert(&next.name)
            {
                open.push(next);
            }
        }
    }
    false
}

/// Whether a probe only asks for files that are mounted into the container: they are there before anything runs.
pub(super) fn asks_for_mounted_files(service: &Service) -> bool {
    const ASKING: &[&str] = &["test -", "[ -", "ls ", "stat ", "cat ", "path.exists(", "path.isfile(", "existsSync("];
    let Some(text) = service.health.as_ref().and_then(|health| text(&health.probe)) else { return false };
    let is_mounted = |path: &str| {
        service.mounts.iter().any(|mount| {
            matches!(mount.source, MountSource::Bind(_)) && mount.target.known().is_some_and(|target| target == path)
        })
    };
    let paths = text.split(|c: char| c.is_whitespace() || "'\"()[];,".contains(c));
    let paths: Vec<&str> = paths.filter(|word| word.starts_with('/') && !word.contains("/bin/")).collect();
    ASKING.iter().any(|asking| text.contains(asking))
        && !text.contains("://")
        && !paths.is_empty()
        && paths.into_iter().all(is_mounted)
}

/// What a probe runs, as far as that is known.
fn text(probe: &Probe) -> Option<String> {
    let words: Vec<&str> = match probe {
        Probe::Shell(text) => text.known().map(String::as_str).into_iter().collect(),
        Probe::Exec(words) => words.iter().filter_map(Fact::known).map(String::as_str).collect(),
        Probe::Disabled | Probe::OfImage => return None,
    };
    Some(words.join(" "))
}

/// Whether a probe surely fails: it asks with a program that the image which is built here has not. Who waited for it would
/// never start.
pub(super) fn has_no_program_for_its_probe(service: &Service) -> bool {
    let Some(image) = service.build.as_ref().and_then(|build| build.image.as_ref()) else { return false };
    let Some(base) = image.base.as_ref().and_then(Fact::known) else { return false };
    let alpine = base.contains("alpine");
    // Images of others may have anything.
    let small = alpine || base.contains("-slim") || base.starts_with("debian:") || base.starts_with("ubuntu:");
    if !small || base.contains('/') {
        return false;
    }
    let health = service.health.as_ref().filter(|health| !matches!(health.probe, Probe::OfImage));
    let Some(text) = health.or(image.health.as_ref()).and_then(|health| text(&health.probe)) else { return false };
    let program = text.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word)).next();
    let lacks = match program {
        Some("curl") => true,
        Some("wget") => !alpine,
        _ => false,
    };
    // A script that is run while it is built may install it.
    lacks && !image.runs.iter().any(|(run, _)| program.is_some_and(|name| run.contains(name)) || run.contains(".sh"))
}

/// Whether a service only shares files with the other: both mount one volume, and nothing it is given names the other.
/// What is built here may name it in its sources.
pub(super) fn only_shares_files(
    facts: &Repository,
    deployment: &Deployment,
    service: &Service,
    needed: &Service,
) -> bool {
    // A database shares a volume with those that reach its socket.
    let is_server = needed.repository().is_some_and(|name| catalog::image(name).is_some());
    if service.build.is_some() || is_server || !shares_a_volume(service, needed) {
        return false;
    }
    let attached = service.networks.iter().map(|network| network.network.as_str());
    let names = attached.flat_map(|network| needed.names_on(network));
    let names: HashSet<&str> = names.chain([needed.name.as_str()]).collect();
    let named = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
        words.into_iter().any(|word| names.contains(word))
    };
    let written = service.command.iter().chain(&service.entrypoint).flat_map(|command| &command.words);
    let given = service.environment.values().filter_map(|variable| variable.value.as_ref());
    if written.chain(given).chain(service.labels.values()).any(|text| named(text.value.shape())) {
        return false;
    }
    let proxies: Vec<_> = facts
        .proxies
        .iter()
        .filter(|proxy| proxy.runs_in.as_ref().is_some_and(|(id, name)| *id == deployment.id && *name == service.name))
        .collect();
    // Where the conf of a proxy cannot be read, it may well name it.
    if proxies.is_empty() && passes_on(service) {
        return false;
    }
    !proxies.iter().any(|proxy| {
        proxy.hops().any(|hop| hop.endpoint.host.known().is_none_or(|host| names.contains(host.as_str())))
    })
}

fn shares_a_volume(one: &Service, other: &Service) -> bool {
    one.mounts.iter().any(|ours| {
        other.mounts.iter().any(|theirs| match (&ours.source, &theirs.source) {
            (MountSource::Volume(ours), MountSource::Volume(theirs)) => ours == theirs,
            _ => false,
        })
    })
}

/// Programs that serve files and send requests on to others, each when it comes.
const PROXIES: &[&str] = &["nginx", "httpd", "apache", "caddy", "traefik", "haproxy", "envoy", "openresty"];

/// Whether the image is one that sends requests on to others.
fn passes_on(service: &Service) -> bool {
    service.repository().is_none_or(|name| name.contains("proxy") || is_proxy(name))
}

pub(super) fn is_proxy(image: &str) -> bool {
    PROXIES.iter().any(|proxy| image.contains(proxy))
}

/// Whether the image is one that asks others again and again, and counts it when they do not answer.
pub(super) fn asks_again(service: &Service) -> bool {
    const ASKING: &[&str] = &["prometheus", "alertmanager", "grafana", "vmagent", "blackbox-exporter", "uptime-kuma"];
    let name = service.repository().and_then(|name| name.rsplit('/').next());
    name.is_some_and(|name| ASKING.contains(&name))
}

/// Whether a service does nothing but stay alive, for people to run commands in it.
pub(super) fn idles(service: &Service) -> bool {
    const SHELLS: &[&str] = &["sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash", "-c", "-lc", "exec"];
    let written = service.entrypoint.iter().chain(&service.command).flat_map(|command| &command.words);
    let Some(words) = written.map(Fact::known).collect::<Option<Vec<_>>>() else { return false };
    let words = words.into_iter().flat_map(|words| words.split_whitespace());
    let words: Vec<&str> = words.skip_while(|word| SHELLS.contains(word)).collect();
    matches!(
        words.as_slice(),
        ["sleep", "infinity" | "inf"]
            | ["tail", "-f" | "-F", "/dev/null"]
            | ["while", "true;" | ":;", "do", "sleep", _, "done"]
    )
}

/// Whether the image is one whose own entrypoint asks for its database again and again before it goes on.
pub(super) fn waits_by_itself(service: &Service) -> bool {
    const WAITING: &[&str] = &["temporalio/auto-setup", "apache/airflow", "odoo", "nextcloud"];
    let replaced = !service.entrypoint.as_ref().is_none_or(|entrypoint| entrypoint.words.is_empty());
    !replaced && service.build.is_none() && service.repository().is_some_and(|name| WAITING.contains(&name))
}

/// Whether a probe surely fails: it speaks HTTP to the port of an image that speaks something else there.
pub(super) fn asks_in_another_protocol(service: &Service) -> bool {
    const OTHERS: &[(&str, &str)] = &[
        ("temporal", "7233"),
        ("postgres", "5432"),
        ("postgis", "5432"),
        ("mysql", "3306"),
        ("mariadb", "3306"),
        ("redis", "6379"),
        ("rabbitmq", "5672"),
        ("kafka", "9092"),
    ];
    let Some(text) = service.health.as_ref().and_then(|health| text(&health.probe)) else { return false };
    let Some(image) = service.repository().filter(|_| service.build.is_none()) else { return false };
    let asked = text.split("http://").skip(1).filter_map(|rest| {
        let host = rest.split(|c: char| c.is_whitespace() || "/'\"".contains(c)).next()?;
        host.rsplit_once(':').map(|(_, port)| port)
    });
    let mut asked = asked.peekable();
    asked.peek().is_some()
        && asked.all(|port| OTHERS.iter().any(|(name, other)| image.contains(name) && port == *other))
}
