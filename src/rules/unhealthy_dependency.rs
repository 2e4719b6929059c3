//! Services that start before what they need is ready.

mod enough;
mod needed;

use super::support::{OneShots, has_probe, quoted};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Condition, Dependency, Deployment, Probe, Repository, Service};
use crate::source::{SourceId, Span};
use foldhash::HashSet;
use indexmap::IndexMap;

rule! {
    /// A service does not wait until what it needs is healthy, or waits for a probe that is not there.
    ///
    /// ## What
    /// Reports `depends_on` of a service that has a health check, without `condition: service_healthy`; and, as an error,
    /// `service_healthy` on a service that surely has none. What waits by itself (`until …`, `wait-for-it`, an image known to)
    /// or through another dependency is left alone; so is what only idles (`sleep infinity`), a `service_started` that
    /// somebody wrote out where others of the same deployment wait for health, an image that only shares a volume with what it
    /// depends on, and a probe that asks for mounted files alone or surely fails: its program is not in the image, or it speaks
    /// HTTP to a port that does not. It is a warning where the service is given the other's address, or is the project's own
    /// and the other a store or broker; advice (`--pedantic`) before a proxy, a static site, a console.
    ///
    /// ## Why
    /// Without a condition Compose waits until the container exists, not until it answers: the application meets a database that
    /// is still starting. With a condition on a service without a probe, `up` fails: "has no healthcheck configured".
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:16
    ///     healthcheck: { test: ["CMD-SHELL", "pg_isready -U postgres"] }
    /// ```
    ///
    /// ## Fix
    /// ```yaml
    ///     depends_on:
    ///       db: { condition: service_healthy }
    /// ```
    pub UNHEALTHY_DEPENDENCY = Warning "unhealthy-dependency";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    // One service is one finding, whatever it does not wait for and in however many deployments.
    let mut early: IndexMap<(&str, SourceId, bool), Early<'_>> = IndexMap::new();
    let relevant = |deployment: &&Deployment| !deployment.is_development() && !deployment.swarm;
    for deployment in facts.deployments.iter().filter(relevant) {
        let one_shots = OneShots::of(deployment);
        // Somebody who knows `service_healthy` wrote the others: the long form has to name its condition.
        let needed = deployment.services.values().flat_map(|service| &service.depends_on);
        let healthy: HashSet<&str> = needed
            .filter(|dependency| dependency.condition == Condition::Healthy)
            .map(|dependency| dependency.service.as_str())
            .collect();
        let knows_healthy = !deployment.from_spec && !healthy.is_empty();
        let is_chosen = |dependency: &Dependency| knows_healthy && is_long(facts, dependency);
        // Every link is followed only to those that somebody waits for.
        let is_waited_for =
            |service, other: &str| healthy.contains(other) && enough::is_waited_for(deployment, service, other);
        for service in deployment.services.values() {
            for dependency in &service.depends_on {
                let Some(needed) = deployment.service(&dependency.service) else { continue };
                let (name, other) = (&service.name, &needed.name);
                match (dependency.condition, has_probe(needed)) {
                    (Condition::Started, Some(true))
                        if !one_shots.has(needed)
                            && !waits(service, other)
                            && !are_peers(service, needed)
                            && !is_chosen(dependency)
                            && !enough::idles(service)
                            && !enough::waits_by_itself(service)
                            && !enough::asks_again(service)
                            && !is_waited_for(service, other)
                            && !enough::asks_for_mounted_files(needed)
                            && !enough::has_no_program_for_its_probe(needed)
                            && !enough::asks_in_another_protocol(needed)
                            && !enough::only_shares_files(facts, deployment, service, needed) =>
                    {
                        let advice = !needed::is_needed_ready(service, needed);
                        let early = early.entry((name, dependency.span.source, advice)).or_default();
                        let known = early.entry(other).or_insert_with(|| (vec![], probe(needed)));
                        if !known.0.contains(&dependency.span) {
                            known.0.push(dependency.span);
                        }
                    }
                    (Condition::Healthy, Some(false)) => findings.push(
                        Diagnostic::new(
                            &UNHEALTHY_DEPENDENCY,
                            format!("`{name}` waits for `{other}` to be healthy, which has no health check"),
                        )
                        .level(Severity::Error)
                        .at(dependency.span, "this never comes true: `up` fails")
                        .at(needed.health.as_ref().map_or(needed.span, |health| health.span), "no health check")
                        .help(format!("Give `{other}` a `healthcheck`")),
                    ),
                    _ => {}
                }
            }
        }
    }
    for ((name, _, advice), mut needed) in early {
        needed.sort_by_cached_key(|_, (places, _)| places.first().map(|place| place.start));
        let finding = starts_early(name, &needed);
        findings.push(if advice { finding.level(Severity::Info) } else { finding });
    }
}

/// What a service does not wait for: by its name where that is written, and its probe.
type Early<'a> = IndexMap<&'a str, (Vec<Span>, Option<Span>)>;

fn starts_early(name: &str, needed: &Early<'_>) -> Diagnostic {
    let names: Vec<&str> = needed.keys().copied().collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    let mut finding = Diagnostic::new(
        &UNHEALTHY_DEPENDENCY,
        format!("`{name}` starts before {} {are} ready", quoted(&names)),
    );
    for (other, (places, _)) in needed {
        for place in places {
            finding = finding.at(*place, format!("waits until `{other}` has been started, no longer"));
        }
    }
    for probe in needed.values().filter_map(|(_, probe)| *probe) {
        finding = finding.at(probe, "would say when it is ready");
    }
    let conditions: Vec<_> = names.iter().map(|other| format!("{other}: {{ condition: service_healthy }}")).collect();
    finding.help(format!("Write `depends_on: {{ {} }}`", conditions.join(", ")))
}

/// Where its probe is written: in Compose, else in the Dockerfile.
fn probe(service: &Service) -> Option<Span> {
    let written = service.health.as_ref();
    let of_image = || service.build.as_ref()?.image.as_ref()?.health.as_ref();
    let health = written.filter(|health| !matches!(health.probe, Probe::OfImage)).or_else(of_image).or(written);
    health.map(|health| health.span)
}

/// Whether what a service runs waits for the other by itself.
fn waits(service: &Service, other: &str) -> bool {
    const WAITING: &[&str] = &["until ", "while !", "wait-for", "wait_for", "dockerize", "wait4x"];
    let words = service.entrypoint.iter().chain(&service.command).flat_map(|command| &command.words);
    let text: Vec<&str> = words.filter_map(|word| Some(word.known()?.as_str())).collect();
    text.iter().any(|text| WAITING.iter().any(|word| text.contains(word)))
        && text.iter().any(|text| text.contains(other))
}

/// Whether a dependency is written in the long form.
fn is_long(facts: &Repository, dependency: &Dependency) -> bool {
    let text = &facts.sources.get(dependency.span.source).text;
    let after = text.get(dependency.span.end as usize..).unwrap_or_default().trim_start_matches(['"', '\'']);
    after.starts_with(':')
}

/// Whether the two are nodes of one cluster, which become ready together: the same image, and nothing built.
fn are_peers(one: &Service, other: &Service) -> bool {
    let image = |service: &Service| service.known_image().and(service.repository().map(str::to_owned));
    image(one).is_some() && image(one) == image(other)
}
