//! Commands that could be about any of several environments.

use super::missing_project_name::{MISSING_PROJECT_NAME, replace_each_other};
use super::support::{titles, who};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, DeploymentId, Invocation, ProjectOrigin, Repository};
use crate::source::{SourceId, Span};
use foldhash::HashMap;
use indexmap::IndexMap;
use std::cell::OnceCell;

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
    calls: IndexMap<Span, &'f Invocation>,
    /// The environments that the calls can hit.
    meant: IndexMap<DeploymentId, &'f Deployment>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut scripts: IndexMap<SourceId, Fault<'_>> = IndexMap::new();
    let mut projects: HashMap<_, Vec<&Deployment>> = HashMap::default();
    for deployment in &facts.deployments {
        projects.entry((deployment.directory.as_path(), deployment.name())).or_default().push(deployment);
    }
    for deployment in &facts.deployments {
        if deployment.project.origin != ProjectOrigin::Directory {
            continue;
        }
        let project = &projects[&(deployment.directory.as_path(), deployment.name())];
        let meant = OnceCell::new();
        for call in &deployment.invocations {
            if !CHANGING.contains(&call.subcommand.as_str()) || findings.has(&[&MISSING_PROJECT_NAME], call.span) {
                continue;
            }
            let meant = meant.get_or_init(|| self::meant(facts, deployment, project));
            if meant.len() < 2 {
                continue;
            }
            let fault = scripts.entry(call.span.source).or_default();
            fault.calls.entry(call.span).or_insert(call);
            fault.meant.extend(meant.iter().map(|deployment| (deployment.id, *deployment)));
        }
    }
    for Fault { calls, meant } in scripts.into_values() {
        let first = calls[0];
        let meant: Vec<&Deployment> = meant.into_values().collect();
        let who = who(&titles(facts, &meant));
        let mut finding = Diagnostic::new(
            &UNSCOPED_COMPOSE_COMMAND,
            format!("`docker compose {}` is about {who} alike: nothing says which", first.subcommand),
        )
        .at(first.span, "they are one project here");
        for span in calls.keys().skip(1) {
            finding = finding.at(*span, "and here");
        }
        findings.push(finding.help(
            "Say which project is meant, `-p <application>-<environment>`, here and wherever the environment is started",
        ));
    }
}

/// The environments that a call on this deployment can hit: those that are the same project, by directory and name.
fn meant<'f>(facts: &'f Repository, deployment: &Deployment, project: &[&'f Deployment]) -> Vec<&'f Deployment> {
    let is_near = |other: &&&Deployment| {
        other.id == deployment.id || facts.meet(deployment.id, other.id) == Some(true)
    };
    let near: Vec<&Deployment> = project.iter().filter(is_near).copied().collect();
    let replaced = |one: &&&Deployment| {
        near.iter().any(|other| other.id != one.id && replace_each_other(facts, one, other))
    };
    near.iter().filter(replaced).copied().collect()
}
