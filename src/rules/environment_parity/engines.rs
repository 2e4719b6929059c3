//! Kinds of databases, from one environment to the next, and in CI.

use super::ENVIRONMENT_PARITY;
use crate::catalog::{self, Kind};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Deployment, Repository, Service, Stage};
use crate::facts::script::{Command, Script, Word};
use crate::rules::Findings;
use crate::rules::support::Groups;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    between(facts, findings);
    in_ci(facts, findings);
}

/// Services of one name that are another engine in another environment.
fn between(facts: &Repository, findings: &mut Findings<'_>) {
    // Environments of one application stand in one directory, or side by side.
    let mut neighbourhoods: BTreeMap<Option<&Path>, Vec<&Deployment>> = BTreeMap::new();
    for deployment in facts.deployments.iter().filter(|deployment| deployment.stage == Stage::Deployed) {
        neighbourhoods.entry(deployment.directory.parent()).or_default().push(deployment);
    }
    for deployments in neighbourhoods.values() {
        let mut by_name: BTreeMap<&str, Vec<Runs<'_>>> = BTreeMap::new();
        for deployment in deployments.iter().copied().filter(|deployment| deployment.environment.is_some()) {
            for (name, service) in &deployment.services {
                if let (Some(kind), Some(image)) = (service.known_image(), &service.image) {
                    let (engine, place) = (kind.engine, image.span);
                    by_name.entry(name).or_default().push(Runs { deployment, kind: kind.kind, engine, place });
                }
            }
        }
        for (name, all) in by_name {
            if all.iter().any(|other| other.engine != all[0].engine) {
                differing(name, &all, findings);
            }
        }
    }
}

/// A service of an environment whose image is known.
struct Runs<'f> {
    deployment: &'f Deployment,
    kind: Kind,
    engine: &'static str,
    place: Span,
}

/// Tells of those that differ. Of several that hang together each is told of once, with one that it differs from.
fn differing(name: &str, all: &[Runs<'_>], findings: &mut Findings<'_>) {
    let mut groups = Groups::new(all.len());
    for (at, one) in all.iter().enumerate() {
        for (other_at, other) in all.iter().enumerate().skip(at + 1) {
            let differ = one.engine != other.engine && one.kind == other.kind && one.place != other.place;
            if !differ
                || groups.root(at) == groups.root(other_at)
                || !one_application(one.deployment, other.deployment)
            {
                continue;
            }
            groups.join(at, other_at);
            let message = format!(
                "`{name}` is {} in {} and {} in {}",
                one.engine,
                one.deployment.title(),
                other.engine,
                other.deployment.title()
            );
            findings.push(
                Diagnostic::new(&ENVIRONMENT_PARITY, message)
                    .at(one.place, one.engine)
                    .at(other.place, other.engine)
                    .help("Run one engine in both: what works on one proves nothing of the other"),
            );
        }
    }
}

/// Whether the two are one application in two deployed environments.
fn one_application(one: &Deployment, other: &Deployment) -> bool {
    let (Some(ours), Some(theirs)) = (&one.environment, &other.environment) else { return false };
    let deployed = one.stage == Stage::Deployed && other.stage == Stage::Deployed;
    let near = one.directory == other.directory || one.directory.parent() == other.directory.parent();
    deployed && near && ours.name != theirs.name
}

/// The database of what is deployed, if it has exactly one kind.
fn deployed(facts: &Repository) -> Option<(&Service, &'static str)> {
    let databases = facts
        .deployments
        .iter()
        .filter(|deployment| !deployment.is_development())
        .flat_map(|deployment| deployment.services.values())
        .filter_map(|service| Some((service, service.known_image().filter(|image| image.kind == Kind::Database)?.engine)));
    let databases: Vec<_> = databases.collect();
    let engines: BTreeSet<&str> = databases.iter().map(|(_, engine)| *engine).collect();
    (engines.len() == 1).then(|| databases[0])
}

/// Jobs that prove the application with another engine in the place of the one it runs on.
fn in_ci(facts: &Repository, findings: &mut Findings<'_>) {
    let Some((service, engine)) = deployed(facts) else { return };
    let Some(image) = &service.image else { return };
    let mut instead: BTreeMap<&str, BTreeSet<Span>> = BTreeMap::new();
    for script in facts.scripts.iter().filter(|script| script.ci) {
        let used = engines(script);
        // Where something proves with the engine too, the other one has a part of its own.
        if used.iter().any(|(_, other)| *other == engine || alike(other, engine)) || runs(script, engine) {
            return;
        }
        let proves = proves(script);
        for (place, other) in used.into_iter().filter(|(_, other)| proves && is_relational(other)) {
            instead.entry(other).or_default().insert(place);
        }
    }
    if !is_relational(engine) || instead.is_empty() || is_started_in_ci(facts, engine) {
        return;
    }
    for (other, places) in instead {
        if is_spoken(facts, other) {
            continue;
        }
        let message = format!("CI proves with {other} what runs on {engine}");
        let mut places = places.into_iter();
        let Some(first) = places.next() else { continue };
        let finding = Diagnostic::new(&ENVIRONMENT_PARITY, message)
            .at(first, format!("{other} here"))
            .at(image.span, format!("{engine} where it is deployed"));
        let finding = places.fold(finding, |finding, place| finding.at(place, format!("{other} here too")));
        findings.push(
            finding.help(format!("Start {engine} in the job (a service container does) and let the application use it")),
        );
    }
}

/// Whether the engine is one of those that applications take in each other's place: by an address and a driver.
fn is_relational(engine: &str) -> bool {
    matches!(engine, "postgres" | "mysql" | "mariadb" | "mssql" | "sqlite")
}

/// Whether a job proves something: it tests, or it runs an image.
fn proves(script: &Script) -> bool {
    const PROVING: &[&str] = &["test", "spec", "tox", "nox", "e2e", "check", "verify", "jest", "docker", "curl"];
    let words = script.commands.iter().flat_map(|command| &command.words).map(Word::shape);
    words.into_iter().any(|word| PROVING.iter().any(|proving| word.contains(proving)))
}

/// Whether a job runs an image of this engine by itself: `docker run postgres:16`.
fn runs(script: &Script, engine: &str) -> bool {
    let docker = script.commands.iter().filter(|command| command.program() == Some("docker"));
    let mut words = docker.flat_map(Command::arguments).filter_map(Word::known);
    words.any(|word| catalog::image(repository(word)).is_some_and(|image| image.engine == engine))
}

/// Whether CI starts a deployment that has this engine.
fn is_started_in_ci(facts: &Repository, engine: &str) -> bool {
    let in_ci = |deployment: &&Deployment| {
        let mut calls = deployment.invocations.iter();
        calls.any(|call| {
            let starts = matches!(call.subcommand.as_str(), "up" | "run" | "start");
            starts && facts.scripts.get(call.script).is_some_and(|script| script.ci)
        })
    };
    let mut services = facts.deployments.iter().filter(in_ci).flat_map(|deployment| deployment.services.values());
    services.any(|service| service.known_image().is_some_and(|image| image.engine == engine))
}

/// Whether what is deployed speaks to this engine too, wherever that runs: a variable or an address names it.
fn is_spoken(facts: &Repository, engine: &str) -> bool {
    let names: &[&str] = match engine {
        "postgres" => &["POSTGRES", "PGHOST", "PG_"],
        "mysql" | "mariadb" => &["MYSQL", "MARIADB"],
        "mssql" => &["MSSQL", "SQLSERVER", "SQL_SERVER"],
        _ => &["SQLITE"],
    };
    let named = |key: &str, value: &str| {
        let (key, value) = (key.to_ascii_uppercase(), value.to_ascii_uppercase());
        names.iter().any(|name| key.contains(name) || value.contains("://") && value.starts_with(name))
    };
    let deployed = facts.deployments.iter().filter(|deployment| !deployment.is_development());
    let given = deployed.flat_map(|deployment| deployment.services.values()).flat_map(|service| &service.environment);
    let mut given = given.map(|(key, variable)| (key, variable.value.as_ref().map_or("", |value| value.value.shape())));
    let files = facts.env_files.iter().filter(|file| !file.example && file.stage == Stage::Deployed);
    given.any(|(key, value)| named(key, value))
        || files.flat_map(EnvFile::entries).any(|entry| {
            named(&entry.key, entry.value.as_ref().map_or("", |value| value.text.as_str()))
        })
}

/// mariadb and mysql speak one language, to most applications.
fn alike(one: &str, other: &str) -> bool {
    let family = |engine: &str| matches!(engine, "mysql" | "mariadb");
    family(one) && family(other)
}

/// The engines that a job uses, and where it says so.
fn engines(script: &Script) -> Vec<(Span, &'static str)> {
    let mut found: Vec<(Span, &'static str)> = Vec::new();
    for word in script.job.iter().flat_map(|job| &job.services) {
        let Some(image) = word.known().and_then(|text| catalog::image(repository(text))) else { continue };
        if image.kind == Kind::Database {
            found.push((word.span, image.engine));
        }
    }
    let assigned = script.assignments.iter().map(|assignment| (assignment.name.value.as_str(), &assignment.value));
    for (name, word) in assigned {
        if name.to_ascii_uppercase().ends_with("DATABASE_URL") && is_sqlite(&word.shape()) {
            found.push((word.span, "sqlite"));
        }
    }
    for word in script.commands.iter().flat_map(|command| &command.words) {
        let shape = word.shape();
        if let Some((name, value)) = shape.split_once('=')
            && name.to_ascii_uppercase().ends_with("DATABASE_URL")
            && is_sqlite(value)
        {
            found.push((place(word, name.len() + 1), "sqlite"));
        }
    }
    // A job that has the real one beside it uses SQLite for something else.
    let real = found.iter().any(|(_, engine)| *engine != "sqlite");
    if real {
        found.retain(|(_, engine)| *engine != "sqlite");
    }
    found
}

fn place(word: &Word, from: usize) -> Span {
    word.after(from).span
}

fn is_sqlite(value: &str) -> bool {
    value.split(['+', ':']).next().is_some_and(|scheme| matches!(scheme, "sqlite" | "sqlite3"))
}

fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    name[last..].find(':').map_or(name, |colon| &name[..last + colon])
}
