//! Ports that scripts ask on the host.

use super::HEALTH_PORT_MISMATCH;
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Fact, NetworkMode, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Command, Script};
use crate::rules::Findings;
use crate::source::Span;
use std::collections::BTreeSet;

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for (index, script) in facts.scripts.iter().enumerate() {
        for (at, command) in script.commands.iter().enumerate() {
            let Some((port, span)) = asked(command) else { continue };
            let started: Vec<&Deployment> = started(facts, index, at).collect();
            if started.is_empty() || serves_itself(script) || seen.contains(&span) {
                continue;
            }
            if facts.deployments.iter().any(|deployment| may_publish(deployment, port)) {
                continue;
            }
            // Only a port that one of its containers listens on is mistaken for a published one.
            let Some((deployment, service, place)) = started.iter().find_map(|it| {
                it.services.values().find_map(|service| Some((*it, service, listens(service, port)?)))
            }) else {
                continue;
            };
            seen.insert(span);
            let name = &service.name;
            findings.push(
                Diagnostic::new(
                    &HEALTH_PORT_MISMATCH,
                    format!("the script asks port {port} of the host, which nothing publishes"),
                )
                .at(span, "asked on the host")
                .at(place, format!("`{name}` of {} listens on {port} inside its network alone", deployment.title()))
                .help(format!(
                    "Ask inside the container, `docker compose exec -T {name} …`, let Compose ask: `healthcheck` and `up \
                     --wait`; or publish it on loopback: \"127.0.0.1:{port}:{port}\""
                )),
            );
        }
    }
}

/// The port of the machine's own address that a command asks.
fn asked(command: &Command) -> Option<(u16, Span)> {
    if !matches!(command.program(), Some("curl" | "wget" | "nc" | "http")) {
        return None;
    }
    command.arguments().iter().find_map(|word| {
        let text = word.shape();
        let rest = ["localhost:", "127.0.0.1:"].iter().find_map(|host| Some(&text[text.find(host)? + host.len()..]))?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((digits.parse().ok()?, word.span))
    })
}

/// The deployments that the same run started before, on the same machine.
fn started(facts: &Repository, script: usize, at: usize) -> impl Iterator<Item = &Deployment> {
    let asks = &facts.scripts[script].commands[at];
    facts.deployments.iter().filter(move |deployment| {
        deployment.invocations.iter().any(|call| {
            let same = call.script == script && call.command < at && call.subcommand == "up";
            same && facts.command(call).is_some_and(|up| up.hosts == asks.hosts && up.runs_with(asks))
        })
    })
}

/// Whether the script starts something else that may listen.
fn serves_itself(script: &Script) -> bool {
    script.commands.iter().any(|command| {
        let runs = recognise(command).is_some_and(
            |call| matches!(call.what, Docker::Other(other) if matches!(other.subcommand.value.as_str(), "run" | "start")),
        );
        let tunnel = matches!(command.program(), Some("ssh" | "kubectl" | "socat"))
            && command.arguments().iter().any(|word| word.prefix().starts_with("-L") || word.is("port-forward"));
        runs || tunnel || command.context.background
    })
}

fn may_publish(deployment: &Deployment, port: u16) -> bool {
    deployment.services.values().chain(deployment.disabled.values()).any(|service| {
        let published = service.ports.iter().any(|entry| match &entry.published {
            Some(range) => range.known().is_none_or(|range| range.contains(port)),
            None => false,
        });
        let on_host = service.network_mode.as_ref().is_some_and(|mode| !matches!(mode.known(), Some(NetworkMode::None | NetworkMode::Service(_))));
        published || on_host
    })
}

/// Where something says that the service listens on the port.
fn listens(service: &Service, port: u16) -> Option<Span> {
    let target = service.ports.iter().find(|entry| entry.target.known().is_some_and(|range| range.contains(port)));
    let exposed = service.expose.iter().find(|entry| entry.known() == Some(&port)).map(|entry| entry.span);
    let image = service.build.as_ref().and_then(|build| build.image.as_ref());
    let of_image = image.and_then(|image| {
        image.exposed.iter().find(|entry| entry.known() == Some(&port)).map(|entry| entry.span)
    });
    let known = service
        .known_image()
        .filter(|known| known.ports.iter().any(|entry| entry.number == port))
        .and(service.image.as_ref())
        .map(|image| image.span);
    let words = service.command.iter().flat_map(|words| &words.words);
    let told = words.chain(service.environment.values().filter_map(|variable| variable.value.as_ref())).find(|fact| is_port(fact, port));
    let probed = service.health.as_ref().and_then(|health| match &health.probe {
        crate::facts::model::Probe::Shell(text) => Some(vec![text]),
        crate::facts::model::Probe::Exec(words) => Some(words.iter().collect()),
        _ => None,
    });
    let probed = probed.into_iter().flatten().find(|word| word.value.shape().contains(&format!(":{port}"))).map(|word| word.span);
    target.map(|entry| entry.span).or(exposed).or(of_image).or(known).or(probed).or(told.map(|fact| fact.span))
}

fn is_port(fact: &Fact<String>, port: u16) -> bool {
    fact.known().is_some_and(|text| *text == port.to_string() || text.ends_with(&format!(":{port}")) || text.ends_with(&format!("={port}")))
}
