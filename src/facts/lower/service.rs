//! One service.

use super::{entries, fact, facts, items, mounts, ports};
use crate::facts::compose::{Data, Entry, Loaded, Map, Node};
use crate::facts::model::{
    Attachment, Build, ByName, Condition, Dependency, EnvVariable, Fact, Health, NetworkMode, Probe, Service,
    Words,
};
use std::path::Path;

/// The service `name`.
pub(super) fn service(name: &str, entry: &Entry, loaded: &Loaded, base: &Path) -> Service {
    let empty = Map::default();
    let map = entry.node.as_map().unwrap_or(&empty);
    let node = &entry.node;
    Service {
        name: name.to_owned(),
        span: entry.key,
        container_name: fact(map, "container_name"),
        image: fact(map, "image"),
        build: map.get("build").and_then(|build| self::build(&build.node, loaded, base)),
        ports: ports::ports(node.get("ports")),
        expose: facts(node.get("expose"))
            .into_iter()
            .map(|port| port.filter_map("a port", |text| text.split('/').next()?.parse().ok()))
            .filter(|port| port.known().is_some())
            .collect(),
        mounts: mounts::mounts(node, base),
        environment: variables(node.get("environment"), loaded),
        command: words(node.get("command")),
        entrypoint: words(node.get("entrypoint")),
        health: node.get("healthcheck").and_then(health),
        depends_on: entries(node.get("depends_on")).map(|(name, entry)| dependency(name, entry)).collect(),
        networks: entries(node.get("networks")).map(|(name, entry)| attachment(name, entry)).collect(),
        network_mode: fact(map, "network_mode")
            .map(|mode| mode.filter_map("a mode", |text| Some(network_mode(text)))),
        links: [facts(node.get("links")), facts(node.get("external_links"))].concat(),
        extra_hosts: extra_hosts(node.get("extra_hosts")),
        hostname: fact(map, "hostname"),
        replicas: node
            .at(&["deploy", "replicas"])
            .or_else(|| node.get("scale"))
            .and_then(Node::fact)
            .map(|text| text.filter_map("a number", |text| text.parse().ok())),
        restart: fact(map, "restart")
            .or_else(|| node.at(&["deploy", "restart_policy", "condition"]).and_then(Node::fact)),
        labels: entries(node.at(&["deploy", "labels"]))
            .chain(entries(node.get("labels")))
            .filter_map(|(name, entry)| Some((name.clone(), entry.node.fact()?)))
            .collect(),
        profiles: facts(node.get("profiles")).iter().filter_map(Fact::known).cloned().collect(),
        memory_limit: node
            .at(&["deploy", "resources", "limits", "memory"])
            .or_else(|| node.get("mem_limit"))
            .filter(|limit| !limit.is_null())
            .map(|limit| limit.span),
        secrets: given(node.get("secrets")),
        configs: given(node.get("configs")),
    }
}

fn build(node: &Node, loaded: &Loaded, base: &Path) -> Option<Build> {
    let map = node.as_map()?;
    Some(Build {
        span: node.span,
        context: fact(map, "context").unwrap_or_else(|| Fact::literal(".".to_owned(), node.span)),
        base: super::relative(&loaded.directory, base),
        dockerfile: fact(map, "dockerfile"),
        inline: map.contains_key("dockerfile_inline"),
        target: fact(map, "target"),
        args: variables(node.get("args"), loaded),
        image: None,
    })
}

/// What comes out of an env-file is written in none of the project's Compose files.
fn variables(node: Option<&Node>, loaded: &Loaded) -> ByName<EnvVariable> {
    let variable = |entry: &Entry| EnvVariable {
        key: entry.key,
        value: (!entry.node.is_null()).then(|| entry.node.fact()).flatten(),
        from_file: !loaded.read.contains(&entry.key.source),
    };
    entries(node).map(|(name, entry)| (name.clone(), variable(entry))).collect()
}

fn words(node: Option<&Node>) -> Option<Words> {
    let node = node.filter(|node| !node.is_null())?;
    let words = match &node.data {
        Data::List(_) => facts(Some(node)),
        _ => node.fact().into_iter().collect(),
    };
    Some(Words { span: node.span, words })
}

fn health(node: &Node) -> Option<Health> {
    node.as_map()?;
    let disabled = node.get("disable").is_some_and(Node::is_true);
    let test = node.get("test").filter(|test| !test.is_null());
    let words = facts(test);
    let probe = match (words.first().and_then(Fact::known).map(String::as_str), test) {
        _ if disabled => Probe::Disabled,
        (Some("NONE"), _) => Probe::Disabled,
        (Some("CMD-SHELL"), _) => words.get(1).cloned().map_or(Probe::OfImage, Probe::Shell),
        (Some("CMD"), _) => Probe::Exec(words[1..].to_vec()),
        (_, Some(text)) if words.is_empty() => text.fact().map_or(Probe::OfImage, Probe::Shell),
        _ => Probe::OfImage,
    };
    Some(Health { span: node.span, probe })
}

fn dependency(name: &str, entry: &Entry) -> Dependency {
    Dependency {
        service: name.to_owned(),
        span: entry.key,
        condition: match entry.node.get("condition").and_then(Node::as_text) {
            Some("service_healthy") => Condition::Healthy,
            Some("service_completed_successfully") => Condition::Completed,
            _ => Condition::Started,
        },
        restart: entry.node.get("restart").is_some_and(Node::is_true),
        required: !matches!(entry.node.get("required").map(|node| &node.data), Some(Data::Bool(false))),
    }
}

fn attachment(name: &str, entry: &Entry) -> Attachment {
    Attachment { network: name.to_owned(), span: entry.key, aliases: facts(entry.node.get("aliases")) }
}

fn network_mode(text: &str) -> NetworkMode {
    match text.split_once(':') {
        Some(("service", name)) => NetworkMode::Service(name.to_owned()),
        _ if text == "host" => NetworkMode::Host,
        _ if text == "none" => NetworkMode::None,
        _ => NetworkMode::Other(text.to_owned()),
    }
}

/// `name=address`, or a mapping.
fn extra_hosts(node: Option<&Node>) -> Vec<Fact<String>> {
    let listed = items(node).filter_map(Node::fact).map(|host| {
        host.filter_map("a host", |text| Some(text.split(['=', ':']).next().unwrap_or(text).to_owned()))
    });
    let mapped = entries(node).map(|(name, entry)| Fact::literal(name.clone(), entry.key));
    listed.chain(mapped).collect()
}

/// Keys of secrets and configs: each entry's `source`.
fn given(node: Option<&Node>) -> Vec<Fact<String>> {
    items(node)
        .filter_map(|item| {
            let source = item.get("source").unwrap_or(item).fact()?;
            Some(Fact { span: item.span, ..source })
        })
        .collect()
}
