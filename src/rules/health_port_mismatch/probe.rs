//! Probes of containers.

use super::HEALTH_PORT_MISMATCH;
use crate::diagnostic::Diagnostic;
use crate::facts::HOLE;
use crate::facts::model::{Fact, NetworkMode, PortRange, Probe, Service};
use crate::rules::Findings;
use crate::source::Span;
use std::collections::BTreeSet;

pub(super) fn check(service: &Service, findings: &mut Findings<'_>) {
    // Whose network it is, others may listen on.
    if matches!(
        service.network_mode.as_ref().map(Fact::known),
        Some(None | Some(NetworkMode::Host | NetworkMode::Service(_) | NetworkMode::Other(_)))
    ) {
        return;
    }
    let Some((port, span)) = asked(service) else { return };
    let Some(known) = listeners(service) else { return };
    if known.contains(&port) {
        return;
    }
    let listed: Vec<String> = known.iter().take(3).map(u16::to_string).collect();
    findings.push(
        Diagnostic::new(
            &HEALTH_PORT_MISMATCH,
            format!("the probe of `{}` asks port {port}, and it listens on {}", service.name, listed.join(" and ")),
        )
        .at(span, format!("nothing is known to listen on {port}"))
        .at(service.span, format!("listens on {}, as far as its image, command and ports say", listed.join(" and ")))
        .help(format!("Ask {}, or say in the Dockerfile what else it listens on: `EXPOSE {port}`", listed[0])),
    );
}

/// The port on this very container that the probe asks.
fn asked(service: &Service) -> Option<(u16, Span)> {
    let words: Vec<&Fact<String>> = match &service.health.as_ref()?.probe {
        Probe::Shell(text) => vec![text],
        Probe::Exec(words) => words.iter().collect(),
        Probe::Disabled | Probe::OfImage => return None,
    };
    words.iter().find_map(|word| {
        let text = word.known().filter(|text| text.contains(':'))?;
        let hosts = ["localhost:", "127.0.0.1:", "[::1]:", "0.0.0.0:"];
        hosts.iter().find_map(|host| {
            let rest = &text[text.find(host)? + host.len()..];
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some((digits.parse().ok()?, word.span))
        })
    })
}

/// Every port that something says the container listens on; none where too little is known to tell.
fn listeners(service: &Service) -> Option<BTreeSet<u16>> {
    let mut ports: BTreeSet<u16> = BTreeSet::new();
    let mut add = |range: &PortRange| ports.extend(range.first..=range.last.min(range.first.saturating_add(100)));
    for port in &service.ports {
        add(port.target.known()?);
    }
    for port in &service.expose {
        add(&PortRange::one(*port.known()?));
    }
    let of_build = service.build.as_ref().map(|build| build.image.as_ref());
    match of_build {
        Some(Some(image)) => {
            for port in &image.exposed {
                add(&PortRange::one(*port.known()?));
            }
            // A conf that is copied in may say anything.
            if image.exposed.is_empty() && service.ports.is_empty() {
                return None;
            }
        }
        // A Dockerfile that cannot be seen.
        Some(None) => return None,
        None => {
            let image = service.known_image()?;
            if !image.kind.is_internal() {
                return None; // a proxy listens where its configuration says
            }
            ports.extend(image.ports.iter().map(|port| port.number));
        }
    }
    // Numbers in its settings are ports that it may have been told.
    let image = service.build.as_ref().and_then(|build| build.image.as_ref());
    let words = service.command.iter().chain(&service.entrypoint).flat_map(|words| &words.words);
    let of_image = image.iter().flat_map(|image| image.command.iter().chain(&image.entrypoint)).flatten();
    let values = service.environment.values().filter_map(|variable| variable.value.as_ref());
    let own = image.iter().flat_map(|image| image.environment.values());
    for text in words.chain(of_image).chain(values).chain(own).map(|fact| fact.value.shape()) {
        if text == HOLE.to_string() {
            return None;
        }
        ports.extend(numbers(text));
    }
    // Configuration that is mounted may say anything, too.
    let configured = service.mounts.iter().any(|mount| {
        mount.target.known().is_none_or(|target| target.ends_with(".conf") || target.ends_with(".cnf") || target.ends_with(".toml") || target.ends_with(".yml") || target.ends_with(".yaml") || target.ends_with(".json"))
    });
    (!configured && service.configs.is_empty() && !ports.is_empty()).then_some(ports)
}

fn numbers(text: &str) -> impl Iterator<Item = u16> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).filter(|port| *port > 0)
}
