//! Commands that could be about any of several environments.

use super::missing_project_name::{MISSING_PROJECT_NAME, replace_each_other};
use super::support::{quoted, titles};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Invocation, ProjectOrigin, Relation, Repository};
use crate::source::SourceId;
use indexmap::IndexMap;

rule! {
    /// A command changes containers, and nothing says of which environment.
    ///
    /// ## What
    /// Reports `up`, `down`, `stop`, `rm`, `restart`, `kill` and `run` in scripts, Makefiles and workflows where several
    /// environments on the host are the one project that the directory names. Silent with `-p`,
    /// `COMPOSE_PROJECT_NAME`, a `name:` in the file, or one deployment in the directory. Calls that
    /// `missing-project-name` points at are not repeated.
    ///
    /// ## Why
    /// `docker compose down`, meant for staging, finds its containers by the project's name alone. An env-file or
    /// another `-f` beside it changes nothing about which containers those are: in one incident it stopped
    /// production too.
    ///
    /// ## Example
    /// ```sh
    /// # stop-staging.sh, in the directory that production is started in too
    /// docker compose down
    /// ```
    ///
    /// ## Fix
    /// ```sh
    /// docker compose -p calendar-staging down
    /// ```
    /// and the same `-p` wherever staging is started.
    pub UNSCOPED_COMPOSE_COMMAND = Error "unscoped-compose-command";
}

/// Subcommands that change what runs.
const CHANGING: &[&str] = &["up", "down", "stop", "rm", "restart", "run", "kill", "start", "create"];

/// What is wrong with one script: one that stops, removes and starts is wrong once.
#[derive(Default)]
struct Fault<'f> {
    calls: Vec<&'f Invocation>,
    /// The environments that the calls can hit.
    meant: Vec<&'f Deployment>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut scripts: IndexMap<SourceId, Fault<'_>> = IndexMap::new();
    for deployment in &facts.deployments {
        if deployment.project.origin != ProjectOrigin::Directory {
            continue;
        }
        for call in &deployment.invocations {
            if !CHANGING.contains(&call.subcommand.as_str()) || findings.has(&[&MISSING_PROJECT_NAME], call.span) {
                continue;
            }
            let meant = meant(facts, deployment);
            if meant.len() < 2 {
                continue;
            }
            let fault = scripts.entry(call.span.source).or_default();
            if !fault.calls.iter().any(|known| known.span == call.span) {
                fault.calls.push(call);
            }
            for deployment in meant {
                if !fault.meant.iter().any(|known| known.id == deployment.id) {
                    fault.meant.push(deployment);
                }
            }
        }
    }
    for Fault { calls, meant } in scripts.into_values() {
        let first = calls[0];
        let who = quoted(&titles(facts, &meant));
        let mut finding = Diagnostic::new(
            &UNSCOPED_COMPOSE_COMMAND,
            format!("`docker compose {}` is about {who} alike: nothing says which", first.subcommand),
        )
        .at(first.span, "they are one project here");
        for call in &calls[1..] {
            finding = finding.at(call.span, "and here");
        }
        findings.push(finding.help(
            "Say which project is meant, `-p <application>-<environment>`, here and wherever the environment is started",
        ));
    }
}

/// The environments that a call on this deployment can hit: those that are the same project.
fn meant<'f>(facts: &'f Repository, deployment: &'f Deployment) -> Vec<&'f Deployment> {
    let near: Vec<&Deployment> = facts
        .deployments
        .iter()
        .filter(|other| {
            other.id == deployment.id
                || matches!(facts.relation(deployment.id, other.id), Relation::Neighbours(_))
                    && other.directory == deployment.directory
                    && other.name() == deployment.name()
        })
        .collect();
    let replaced = |one: &&&Deployment| {
        near.iter().any(|other| other.id != one.id && replace_each_other(facts, one, other))
    };
    near.iter().filter(replaced).copied().collect()
}
