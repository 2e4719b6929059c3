//! Orphans that are somebody's services.

use super::support::{distinct, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Invocation, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// `--remove-orphans` removes services that another file deploys under the same project name.
    ///
    /// ## What
    /// To Compose every container of the project whose service is not in the files given is an orphan. This rule
    /// reports `--remove-orphans` where other files of the repository are deployed on the host under the same project
    /// name, with services of their own. Services of disabled profiles are no orphans, and a `down` may well take a variant
    /// of the same stack with it, whose containers have the same names.
    ///
    /// ## Why
    /// A deploy of the application removes the monitoring, the backup job or the other environment, and says so in one
    /// line of its output. The flag is often added to silence the very warning that says it.
    ///
    /// ## Example
    /// ```makefile
    /// deploy:
    /// 	docker compose -f compose.yaml up -d --remove-orphans
    /// monitoring:
    /// 	docker compose -f compose.monitoring.yaml up -d
    /// ```
    ///
    /// ## Fix
    /// Give the other file a project of its own, or name all files in every call:
    /// ```yaml
    /// # compose.monitoring.yaml
    /// name: shop-monitoring
    /// ```
    pub REMOVE_ORPHANS_HAZARD = Warning "remove-orphans-hazard";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut projects: BTreeMap<&str, Vec<Member<'_>>> = BTreeMap::new();
    for deployment in &facts.deployments {
        let Some(name) = deployment.name() else { continue };
        let removing = deployment.invocations.iter().filter_map(|call| {
            let ends = call.subcommand == "down";
            removes(facts, call).map(|flag| Removing { flag, ends })
        });
        let removing = removing.collect();
        projects.entry(name).or_default().push(Member { deployment, removing, stays: stays(deployment) });
    }
    for members in projects.into_values() {
        for (at, one) in members.iter().enumerate() {
            for other in &members[at + 1..] {
                for (ours, theirs) in [(one, other), (other, one)] {
                    if !ours.removing.is_empty() && theirs.stays {
                        look(facts, ours, theirs.deployment, findings);
                    }
                }
            }
        }
    }
}

/// A deployment of a project.
struct Member<'f> {
    deployment: &'f Deployment,
    /// Where its calls remove orphans.
    removing: Vec<Removing>,
    stays: bool,
}

/// A call that removes orphans.
struct Removing {
    /// Where it says so.
    flag: Span,
    /// Whether it takes the whole project down.
    ends: bool,
}

fn look(facts: &Repository, member: &Member<'_>, theirs: &Deployment, findings: &mut Findings<'_>) {
    let ours = member.deployment;
    // That two environments are one project is said by the rules above.
    if distinct(ours, theirs) || facts.meet(ours.id, theirs.id).is_none() {
        return;
    }
    let has = |service: &Service| {
        ours.services.contains_key(&service.name) || ours.disabled.contains_key(&service.name)
    };
    let orphans: Vec<&Service> = theirs.services.values().filter(|service| !has(service)).collect();
    if let [first, ..] = orphans.as_slice() {
        // Of two variants only one is up: `down` is meant to end whichever it is.
        let variants = are_variants(ours, theirs);
        for call in member.removing.iter().filter(|call| !(call.ends && variants)) {
            findings.push(report(facts, (ours, call.flag), theirs, first, &orphans));
        }
    }
}

/// Whether two deployments are one stack in two forms: most containers of the one have the names of the other's.
fn are_variants(one: &Deployment, other: &Deployment) -> bool {
    let container = |service: &Service| service.container_name.as_ref()?.known().cloned();
    let same = |service: &&Service| {
        let theirs = other.services.get(&service.name).and_then(container);
        theirs.is_some() && theirs == container(service)
    };
    let common = one.services.values().filter(same).count();
    common > 0 && common * 2 > one.services.len()
}

/// Whether it is started to stay, not only for a moment.
fn stays(deployment: &Deployment) -> bool {
    deployment
        .invocations
        .iter()
        .any(|call| matches!(call.subcommand.as_str(), "up" | "start" | "restart" | "create"))
}

/// Where a call removes orphans.
fn removes(facts: &Repository, call: &Invocation) -> Option<Span> {
    let command = facts.command(call)?;
    let Docker::Compose(compose) = recognise(command)?.what else { return None };
    let variable = || {
        let variable = command.exported("COMPOSE_REMOVE_ORPHANS")?;
        let on = variable.value.known().is_some_and(|value| matches!(value, "1" | "true"));
        (on && compose.is(&["up", "down"])).then_some(variable.span)
    };
    compose.remove_orphans.or_else(variable)
}

fn report(
    facts: &Repository,
    (ours, flag): (&Deployment, Span),
    theirs: &Deployment,
    first: &Service,
    orphans: &[&Service],
) -> Diagnostic {
    let names: Vec<&str> = orphans.iter().map(|service| service.name.as_str()).collect();
    let project = ours.name().unwrap_or_default();
    let file = facts.sources.path(first.span).display();
    let mut finding = Diagnostic::new(
        &REMOVE_ORPHANS_HAZARD,
        format!("`--remove-orphans` removes {} of the same project, `{project}`", quoted(&names)),
    )
    .at(flag, "everything that these files do not define is an orphan")
    .at(first.span, format!("`{}` is deployed under the same project name", first.name));
    if let Some(call) = theirs.invocations.first().filter(|call| call.span != flag) {
        finding = finding.at(call.span, "it is started here");
    }
    finding.help(format!(
        "Give `{file}` a project name of its own (`name: {project}-…`), or add `-f {file}` to the call, or leave the \
         flag out",
    ))
}
