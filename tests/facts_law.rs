//! A law of facts: what is known of a resolved spec is what is known of the Compose file made from it, places aside.

mod support;

use specc::facts::model::{
    Bind, Build, ByName, Deployment, EnvVariable, Fact, MountSource, Probe, Resource, Service, Words,
};
use specc::facts::{self, Value};
use specc::spec::model::Lint;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What is known. How much is known of the rest differs: a spec knows the text around a secret.
fn said(fact: &Fact<String>) -> String {
    match &fact.value {
        Value::Known(text) => text.clone(),
        Value::Unknown(_) => "unknown".to_owned(),
    }
}

fn words(words: Option<&Words>) -> String {
    words.map(|words| format!("{:?}", words.words.iter().map(said).collect::<Vec<_>>())).unwrap_or_default()
}

/// Whether it stands in an env-file is for whoever writes it to decide.
fn variable(variable: &EnvVariable) -> String {
    format!("{:?}", variable.value.as_ref().map(said))
}

/// In an order that does not depend on how it is written.
fn sorted(entries: impl Iterator<Item = String>) -> String {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable();
    entries.join(" | ")
}

fn mounts(service: &Service) -> String {
    sorted(service.mounts.iter().map(|mount| {
        let source = match &mount.source {
            MountSource::Bind(Bind::Inside(path)) => format!("inside {}", path.display()),
            MountSource::Bind(Bind::Outside(path)) => format!("outside {}", path.display()),
            other => format!("{other:?}"),
        };
        format!("{source} → {} {} {}", said(&mount.target), mount.read_only, mount.creates_source)
    }))
}

fn ports(service: &Service) -> String {
    sorted(service.ports.iter().map(|port| {
        let published = port.published.as_ref().map(|published| &published.value);
        let address = port
            .address
            .known()
            .map(|address| if address.is_wildcard() { "every".into() } else { format!("{address:?}") });
        format!("{address:?} {published:?} {:?} {:?}", port.target.value, port.protocol)
    }))
}

fn health(service: &Service) -> String {
    match service.health.as_ref().map(|health| &health.probe) {
        None => String::new(),
        Some(Probe::Exec(words)) => format!("{:?}", words.iter().map(said).collect::<Vec<_>>()),
        Some(Probe::Shell(text)) => format!("shell {}", said(text)),
        Some(other) => format!("{other:?}"),
    }
}

fn dockerfile(build: &Build) -> String {
    build.dockerfile.as_ref().map_or_else(|| "Dockerfile".to_owned(), said)
}

fn of_service(service: &Service) -> BTreeMap<String, String> {
    let fact = |fact: Option<&Fact<String>>| fact.map(said).unwrap_or_default();
    let mut all = BTreeMap::from([
        ("container_name", fact(service.container_name.as_ref())),
        ("image", fact(service.image.as_ref())),
        ("build", service.build.as_ref().map(dockerfile).unwrap_or_default()),
        ("ports", ports(service)),
        ("mounts", mounts(service)),
        ("command", words(service.command.as_ref())),
        ("entrypoint", words(service.entrypoint.as_ref())),
        ("health", health(service)),
        (
            "depends_on",
            sorted(
                service
                    .depends_on
                    .iter()
                    .map(|it| format!("{} {:?} {}", it.service, it.condition, it.required)),
            ),
        ),
        (
            "networks",
            sorted(
                service
                    .networks
                    .iter()
                    .map(|it| format!("{} [{}]", it.network, sorted(it.aliases.iter().map(said)))),
            ),
        ),
        ("network_mode", format!("{:?}", service.network_mode.as_ref().map(|mode| &mode.value))),
        ("hostname", fact(service.hostname.as_ref())),
        ("restart", fact(service.restart.as_ref())),
        ("profiles", format!("{:?}", service.profiles)),
        ("memory", service.memory_limit.is_some().to_string()),
    ])
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect::<BTreeMap<_, _>>();
    let environment =
        service.environment.iter().map(|(name, value)| (format!("environment {name}"), variable(value)));
    all.extend(environment);
    all.extend(service.labels.iter().map(|(name, value)| (format!("label {name}"), said(value))));
    all
}

fn of_deployment(deployment: &Deployment) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([("directory".to_owned(), deployment.directory.display().to_string())]);
    let services = deployment.services.iter().map(|it| ("service", it));
    let disabled = deployment.disabled.iter().map(|it| ("disabled", it));
    for (kind, (name, service)) in services.chain(disabled) {
        all.extend(
            of_service(service).into_iter().map(|(field, value)| (format!("{kind} {name}: {field}"), value)),
        );
    }
    let mut resources = |kind: &str, list: &ByName<Resource>| {
        let line = |(key, it): (&String, &Resource)| {
            (format!("{kind} {key}"), format!("{} {}", said(&it.name), it.external))
        };
        all.extend(list.iter().map(line));
    };
    resources("volume", &deployment.volumes);
    resources("network", &deployment.networks);
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file");
        }
    }
}

/// The same files without the spec and without what tells that it made them.
fn by_hand(directory: &Path) {
    for entry in fs::read_dir(directory).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            by_hand(&path);
        } else if entry.file_name() == "specc.yaml" || entry.file_name() == "manifest.json" {
            fs::remove_file(path).expect("a file of ours");
        }
    }
}

#[test]
fn a_spec_is_known_as_the_compose_files_made_from_it() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for spec in support::project::specs() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        copy(&spec, &root);
        let meant = facts::read(&root, &Lint::default());
        assert!(meant.deployments.iter().all(|it| it.from_spec), "{}: output is read twice", spec.display());
        by_hand(&root);
        let made = facts::read(&root, &Lint::default());
        for ours in &meant.deployments {
            let title = format!("{}: {}", spec.display(), ours.name().unwrap_or_default());
            // Environments that are not rendered into the fixture have nothing to compare with.
            if !root.join(&ours.directory).join("compose.yaml").exists() {
                continue;
            }
            let Some(theirs) =
                made.deployments.iter().find(|it| it.name() == ours.name() && it.directory == ours.directory)
            else {
                wrong.push(format!("{title}: not found"));
                continue;
            };
            let (ours, theirs) = (of_deployment(ours), of_deployment(theirs));
            let mut keys: Vec<_> = ours.keys().chain(theirs.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            // Compiling adds labels, and so do blocks of raw Compose.
            let told = |key: &&String| !key.contains(": label ") || ours.contains_key(*key);
            for key in keys.into_iter().filter(told).filter(|key| ours.get(*key) != theirs.get(*key)) {
                wrong.push(format!(
                    "{title}\n  {key}\n    spec    {:?}\n    compose {:?}",
                    ours.get(key),
                    theirs.get(key)
                ));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 12, "{compared} deployments of the fixtures were compared");
}
