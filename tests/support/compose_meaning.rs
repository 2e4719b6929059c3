//! What a deployment means, in the form in which `docker compose config --format json` prints it.

use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value, json};
use specc::resolve::environment::{
    Condition, Container, Deployment, Image, Mount, MountSource, Piece, Probe, Resources, Value as Text,
};

/// The value of a secret, by its variable.
pub type Secrets<'a> = &'a dyn Fn(&str) -> String;

/// Every service's JSON: what Compose must print, labels and nothing else aside.
pub fn service(dir: &Path, deployment: &Deployment, container: &Container, secret: Secrets) -> Value {
    let words = |words: &Option<Vec<Text>>| match words {
        None => Value::Null,
        Some(words) => words.iter().map(|word| text(word, secret)).collect(),
    };
    let mut value = json!({
        "container_name": container.name.value,
        "image": image(deployment, &container.image, secret),
        "init": true,
        "restart": json!(container.restart),
        "command": words(&container.command),
        "entrypoint": words(&container.entrypoint),
        "logging": { "driver": container.logging.driver },
        "labels": {
            "dev.specc.project": deployment.project,
            "dev.specc.environment": deployment.environment,
            "dev.specc.service": container.service,
        },
    });
    let mut set = |name: &str, entry: Option<Value>| {
        if let Some(entry) = entry {
            value[name] = entry;
        }
    };
    let present = |entry: Value| match &entry {
        Value::Array(items) if items.is_empty() => None,
        Value::Object(map) if map.is_empty() => None,
        _ => Some(entry),
    };
    set("build", build(dir, deployment, &container.image));
    set("user", container.user.clone().map(Value::from));
    set("profiles", container.profile.clone().map(|profile| json!([profile])));
    set("stop_grace_period", container.stop_grace.map(|seconds| json!(seconds)));
    set("hostname", container.hostname.clone().map(Value::from));
    set("shm_size", container.shm_size.map(|bytes| json!(bytes.to_string())));
    set("network_mode", container.networks.is_empty().then(|| json!("none")));
    set("healthcheck", container.probe.as_ref().map(healthcheck));
    set("deploy", deploy(container));
    let environment =
        container.environment.iter().map(|(key, value)| (key.clone(), text(value, secret).into()));
    set("environment", present(Value::Object(environment.collect())));
    let ports = container.ports.iter().map(|port| {
        let mut published = json!({ "mode": "ingress", "target": port.container,
                "published": port.host.to_string(), "protocol": port.protocol });
        if port.bind.to_string() != "0.0.0.0" {
            published["host_ip"] = json!(port.bind);
        }
        published
    });
    set("ports", present(ports.collect()));
    set("volumes", present(container.mounts.iter().map(|mount| volume(dir, deployment, mount)).collect()));
    let networks = container.networks.iter().map(|network| {
        let aliases = present(json!(network.aliases)).map(|aliases| json!({ "aliases": aliases }));
        (network.network.clone(), aliases.unwrap_or_else(|| json!({})))
    });
    set("networks", present(Value::Object(networks.collect())));
    let needs = container.needs.iter().map(|need| {
        let condition = match need.condition {
            Condition::Started => "service_started",
            Condition::Healthy => "service_healthy",
            Condition::Completed => "service_completed_successfully",
        };
        let mut entry = json!({ "condition": condition, "required": true });
        if need.restart {
            entry["restart"] = json!(true);
        }
        (need.key.clone(), entry)
    });
    set("depends_on", present(Value::Object(needs.collect())));
    let options: Map<String, Value> =
        container.logging.options.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    if !options.is_empty() {
        value["logging"]["options"] = Value::Object(options);
    }
    value
}

/// The top-level networks or volumes, as `(key, name, external, internal)`.
pub fn resources<'a>(all: impl Iterator<Item = (&'a str, &'a str, bool, bool)>) -> Value {
    let entry = |(key, name, external, internal): (&str, &str, bool, bool)| {
        let mut entry = json!({ "name": name });
        for (word, value) in [("external", external), ("internal", internal && !external)] {
            if value {
                entry[word] = json!(true);
            }
        }
        (key.to_owned(), entry)
    };
    Value::Object(all.map(entry).collect())
}

/// A text with the values of its secrets.
pub fn text(value: &Text, secret: Secrets) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Secret(variable) => secret(variable),
    };
    value.0.iter().map(piece).collect()
}

fn image(deployment: &Deployment, image: &Image, secret: Secrets) -> String {
    match image {
        Image::Pulled(reference) => reference.clone(),
        Image::Built { repository, .. } => {
            let release = deployment.release.as_ref().expect("what is built here has a release");
            format!("{repository}:{}", release.tag.clone().unwrap_or_else(|| secret(&release.variable)))
        }
    }
}

fn build(dir: &Path, deployment: &Deployment, image: &Image) -> Option<Value> {
    let Image::Built { build: Some(build), .. } = image else { return None };
    let mut value = json!({
        "context": absolute(dir, &format!("{}/{}", deployment.root, build.context.value)),
        "dockerfile": build.dockerfile.as_deref().unwrap_or("Dockerfile"),
    });
    if !build.args.is_empty() {
        let args = build.args.iter().map(|(name, value)| (name.clone(), json!(value)));
        value["args"] = Value::Object(args.collect());
    }
    if let Some(target) = &build.target {
        value["target"] = json!(target);
    }
    Some(value)
}

fn volume(dir: &Path, deployment: &Deployment, mount: &Mount) -> Value {
    let (kind, source) = match &mount.source {
        MountSource::Volume(key) => ("volume", Some(key.clone())),
        MountSource::Repository(path) => {
            ("bind", Some(absolute(dir, &format!("{}/{}", deployment.root, path.value))))
        }
        MountSource::Output(path) => ("bind", Some(absolute(dir, path))),
        MountSource::Host(path) => ("bind", Some(path.clone())),
        MountSource::Tmpfs => ("tmpfs", None),
    };
    let mut value = json!({ "type": kind, "target": mount.target });
    if let Some(source) = source {
        value["source"] = json!(source);
    }
    if mount.read_only {
        value["read_only"] = json!(true);
    }
    if kind == "bind" {
        // `create_host_path: true` would be printed.
        value["bind"] = json!({});
    }
    value
}

/// Durations in seconds: the proof reads Compose's (`1m30s`) into the same.
fn healthcheck(probe: &Probe) -> Value {
    let test: Vec<&str> = std::iter::once("CMD").chain(probe.test.iter().map(String::as_str)).collect();
    let mut value = json!({
        "test": test, "interval": probe.interval, "timeout": probe.timeout, "retries": probe.retries,
    });
    if probe.start_period > 0 {
        value["start_period"] = json!(probe.start_period);
    }
    value
}

fn deploy(container: &Container) -> Option<Value> {
    let amounts = |amounts: &Resources, pids: bool| {
        let mut map = Map::new();
        if let Some(cpus) = &amounts.cpus {
            let number = cpus.parse::<f64>().expect("a number of processors");
            // Compose prints a whole number as one.
            let whole = cpus.parse::<u64>().map(|whole| json!(whole));
            map.insert("cpus".to_owned(), whole.unwrap_or_else(|_| json!(number)));
        }
        if let Some(memory) = amounts.memory {
            map.insert("memory".to_owned(), json!(memory.to_string()));
        }
        if let Some(pids) = amounts.pids.filter(|_| pids) {
            map.insert("pids".to_owned(), json!(pids));
        }
        map
    };
    let mut resources = Map::new();
    for (name, amounts) in [
        ("limits", amounts(&container.limits, true)),
        ("reservations", amounts(&container.reservations, false)),
    ] {
        if !amounts.is_empty() {
            resources.insert(name.to_owned(), Value::Object(amounts));
        }
    }
    (!resources.is_empty()).then(|| json!({ "resources": resources }))
}

/// A path from `dir`, without `.` and `..`, as Compose prints it.
fn absolute(dir: &Path, path: &str) -> String {
    let mut result = PathBuf::new();
    for component in dir.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(result.pop()),
            other => result.push(other),
        }
    }
    result.to_string_lossy().into_owned()
}
