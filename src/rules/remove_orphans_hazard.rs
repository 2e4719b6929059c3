//! Orphans that are somebody's services.

use super::support::{distinct, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Invocation, Repository, Service};
use crate::facts::script::docker::{Docker, recognise};
use crate::source::Span;
use foldhash::HashSet;
use indexmap::{IndexMap, IndexSet};
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
    let mut flags: IndexMap<Span, Vec<Loss<'_>>> = IndexMap::new();
    for members in projects.values() {
        for (at, one) in members.iter().enumerate() {
            for other in &members[at + 1..] {
                for (ours, theirs) in [(one, other), (other, one)] {
                    if !ours.removing.is_empty() && theirs.stays {
                        look(facts, ours, theirs.deployment, &mut flags);
                    }
                }
            }
        }
    }
    findings.extend(flags.iter().map(|(flag, losses)| report(facts, *flag, losses)));
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

/// What one call removes of one other deployment.
struct Loss<'f> {
    ours: &'f Deployment,
    theirs: &'f Deployment,
    orphans: Vec<&'f Service>,
}

fn look<'f>(
    facts: &Repository,
    member: &Member<'f>,
    theirs: &'f Deployment,
    flags: &mut IndexMap<Span, Vec<Loss<'f>>>,
) {
    let ours = member.deployment;
    // That two environments are one project is said by the rules above.
    if distinct(ours, theirs) || facts.meet(ours.id, theirs.id).is_none() {
        return;
    }
    let has = |service: &Service| {
        ours.services.contains_key(&service.name) || ours.disabled.contains_key(&service.name)
    };
    let orphans: Vec<&Service> = theirs.services.values().filter(|service| !has(service)).collect();
    if orphans.is_empty() {
        return;
    }
    // Of two variants only one is up: `down` is meant to end whichever it is.
    let variants = are_variants(ours, theirs);
    for call in member.removing.iter().filter(|call| !(call.ends && variants)) {
        flags.entry(call.flag).or_default().push(Loss { ours, theirs, orphans: orphans.clone() });
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

/// One finding for each call, whatever it removes.
fn report(facts: &Repository, flag: Span, losses: &[Loss<'_>]) -> Diagnostic {
    let orphans = losses.iter().flat_map(|loss| &loss.orphans).map(|service| service.name.as_str());
    let orphans: IndexSet<&str> = orphans.collect();
    let projects: IndexSet<&str> = losses.iter().filter_map(|loss| loss.ours.name()).collect();
    let firsts = losses.iter().filter_map(|loss| loss.orphans.first().copied());
    let files: IndexSet<String> = firsts.clone().map(|first| facts.sources.path(first.span).display().to_string()).collect();
    let names: Vec<&str> = orphans.iter().copied().take(MOST_NAMES).collect();
    let names = match orphans.len() - names.len() {
        0 => quoted(&names),
        more => format!("`{}` and {more} more", names.join("`, `")),
    };
    let projects: Vec<&str> = projects.into_iter().collect();
    let same = if projects.len() == 1 { "the same project" } else { "the same projects" };
    let mut finding = Diagnostic::new(
        &REMOVE_ORPHANS_HAZARD,
        format!("`--remove-orphans` removes {names} of {same}, {}", quoted(&projects)),
    )
    .at(flag, "everything that these files do not define is an orphan");
    let mut seen: HashSet<Span> = HashSet::from_iter([flag]);
    for first in firsts.filter(|first| seen.insert(first.span)) {
        finding = finding.at(first.span, format!("`{}` is deployed under the same project name", first.name));
    }
    let calls = losses.iter().filter_map(|loss| loss.theirs.invocations.first()).map(|call| call.span);
    for call in calls.filter(|call| seen.insert(*call)) {
        finding = finding.at(call, "it is started here");
    }
    let project = projects.first().copied().unwrap_or_default();
    let apart = match files.first() {
        Some(file) if files.len() == 1 => {
            format!("Give `{file}` a project name of its own (`name: {project}-…`), or add `-f {file}` to the call")
        }
        _ => format!("Give each file a project name of its own (`name: {project}-…`), or name all of them in the call"),
    };
    finding.help(format!("{apart}, or leave the flag out"))
}

/// How many services a message names.
const MOST_NAMES: usize = 4;
