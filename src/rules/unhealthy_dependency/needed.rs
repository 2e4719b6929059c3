//! Who needs the other one ready: what is given its address, and what is written for a store.

use super::enough::is_proxy;
use crate::catalog::{self, Image, Kind};
use crate::facts::model::{Fact, Service};
use foldhash::HashSet;

/// Whether a service cannot do without the other from its start, as far as can be seen: it is given the other's address, or
/// it is somebody's own application and the other keeps data or passes messages on.
pub(super) fn is_needed_ready(service: &Service, needed: &Service) -> bool {
    !dials_when_asked(service) && !is_console(service) && (is_given_address(service, needed) || is_own(service) && is_store(needed))
}

/// Whether a service dials others only when somebody asks it for something: a proxy, or files that a browser fetches.
fn dials_when_asked(service: &Service) -> bool {
    base(service).is_some_and(is_proxy)
}

/// The image that it runs, or is built upon.
fn base(service: &Service) -> Option<&str> {
    match &service.build {
        Some(build) => build.image.as_ref()?.base.as_ref()?.known().map(String::as_str),
        None => service.repository(),
    }
}

fn known(service: &Service) -> Option<&'static Image> {
    service.known_image().or_else(|| {
        let base = base(service)?;
        let last = base.rfind('/').map_or(0, |slash| slash + 1);
        catalog::image(base[last..].find([':', '@']).map_or(base, |end| &base[..last + end]))
    })
}

fn is_store(service: &Service) -> bool {
    known(service).is_some_and(|image| {
        matches!(image.kind, Kind::Database | Kind::Cache | Kind::Broker | Kind::ObjectStore | Kind::Search)
    })
}

/// Whether the image may be the project's own: it is not one of the catalog.
fn is_own(service: &Service) -> bool {
    service.build.is_some() || service.known_image().is_none()
}

/// Whether the image is a console, which people add what they look at, or which dials when somebody looks.
fn is_console(service: &Service) -> bool {
    const CONSOLES: &[&str] = &[
        "adminer", "akhq", "cloudbeaver", "dbgate", "dozzle", "flower", "grafana", "kafdrop", "kafka-ui", "kibana",
        "metabase", "mongo-express", "pgadmin4", "phpmyadmin", "portainer", "redash", "redis-commander", "redisinsight",
        "superset",
    ];
    let is_name = |name: &str| CONSOLES.contains(&name) || name == "temporalio/ui";
    let image = service.repository().filter(|_| service.build.is_none());
    let by_image = image.is_some_and(|name| is_name(name) || name.rsplit('/').next().is_some_and(is_name));
    // Celery's is run from the project's own image.
    by_image || {
        let written = service.entrypoint.iter().chain(&service.command).flat_map(|command| &command.words);
        let mut words = written.filter_map(Fact::known).flat_map(|words| words.split_whitespace());
        words.any(|word| word == "celery") && words.any(|word| word == "flower")
    }
}

/// Whether a variable, the command or a build's argument names the other as a host. What is meant for browsers does not.
fn is_given_address(service: &Service, needed: &Service) -> bool {
    const FOR_BROWSERS: &[&str] =
        &["VITE_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "REACT_APP_", "VUE_APP_", "PUBLIC_", "GATSBY_", "EXPO_PUBLIC_", "NG_APP_"];
    const ADDRESSES: &[&str] = &[
        "HOST", "SERVER", "ADDR", "URL", "URI", "DSN", "ENDPOINT", "BROKER", "NODE", "UPSTREAM", "BACKEND", "CONNECTION",
    ];
    let attached = service.networks.iter().map(|network| network.network.as_str());
    let names = attached.flat_map(|network| needed.names_on(network));
    let hostname = needed.hostname.as_ref().and_then(Fact::known).map(String::as_str);
    let names: HashSet<&str> = names.chain([needed.name.as_str()]).chain(hostname).collect();
    let build = service.build.iter().flat_map(|build| &build.args);
    let given = service.environment.iter().chain(build);
    let mut given = given.filter(|(key, _)| !FOR_BROWSERS.iter().any(|prefix| key.starts_with(prefix)));
    let written = || service.command.iter().chain(&service.entrypoint).flat_map(|command| &command.words);
    given.any(|(key, variable)| {
        let key = key.to_ascii_uppercase();
        let alone = ADDRESSES.iter().any(|word| key.contains(word));
        variable.value.as_ref().is_some_and(|value| names_host(value.value.shape(), &names, alone))
    }) || written().any(|word| names_host(word.value.shape(), &names, true))
}

/// Whether a text names one of these as a host: `//db`, `@db`, `db:5432`; or, where that is an address, by its name `alone`.
fn names_host(text: &str, names: &HashSet<&str>, alone: bool) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut rest = 0;
    text.split(|c: char| !is_name(c)).any(|word| {
        let start = rest;
        rest = start + word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        let (before, after) = (&text[..start], &text[start + word.len()..]);
        let port = after.strip_prefix(':').is_some_and(|port| port.starts_with(|c: char| !is_name(c) || c.is_ascii_digit()));
        names.contains(word) && (alone || port || before.ends_with("//") || before.ends_with('@'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_other_words() {
        let names = HashSet::from_iter(["db"]);
        for text in ["postgres://db/shop", "postgres://me:secret@db:5432/shop", "db:5432", "a:1,db:2"] {
            assert!(names_host(text, &names, false), "{text}");
        }
        assert!(names_host("db", &names, true));
        for text in ["db", "shop_db", "/var/db/files", "db.example"] {
            assert!(!names_host(text, &names, false), "{text}");
        }
    }
}
