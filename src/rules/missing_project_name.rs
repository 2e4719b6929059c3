//! Environments that Compose takes for one project.

use super::support::{
    Claim, Clash, Meeting, clashes, distinct, examples_of, is_completed_elsewhere, quoted, same_directory, starts, titles, two_names_for_one,
};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, DeploymentId, ProjectOrigin, Reader, Repository, Stage};
use crate::source::{SourceId, Span};
use indexmap::IndexMap;
use foldhash::HashMap;
use std::collections::BTreeSet;

rule! {
    /// Two environments on one host are one Compose project, or one environment is two.
    ///
    /// ## What
    /// Without `-p`, `COMPOSE_PROJECT_NAME` or `name:`, a project is called like its directory. This rule reports
    /// environments on one host that end up under one project name, and files that are started under two names because
    /// one of the calls names none. Where nothing says whether environments share a host, it is a warning; two that both
    /// publish port 80 or 443 are each made for a host of its own. Files that nobody starts, and that lack services or
    /// networks of others, are no projects of their own. A deployment on its own that takes its name from the
    /// directory is advice (`--pedantic`).
    ///
    /// ## Why
    /// Project and service are all that Compose knows a container by. Two environments of one name are one set of
    /// containers: starting staging recreates production's containers with staging's settings, on production's
    /// volumes, and exits with 0. The other way round, a deploy script that forgot the env-file with the project name
    /// started a second copy of everything under the directory's name, and collided with the running one.
    ///
    /// ## Example
    /// ```sh
    /// docker compose --env-file .env.staging up -d
    /// docker compose --env-file .env.production up -d   # the same project: `calendar`, after the directory
    /// ```
    ///
    /// ## Fix
    /// ```sh
    /// docker compose -p calendar-staging --env-file .env.staging up -d
    /// docker compose -p calendar-production --env-file .env.production up -d
    /// ```
    /// or `name: calendar-${ENVIRONMENT:?}` in the file, or a file and a `name:` for each.
    pub MISSING_PROJECT_NAME = Error "missing-project-name";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let claims: Vec<Claim<'_, &ProjectOrigin>> = facts
        .deployments
        .iter()
        .filter(|deployment| !is_completed_elsewhere(deployment))
        .filter_map(|deployment| {
            let call = starts(facts, deployment).next().map(|call| call.span);
            let span = call.or_else(|| place(deployment))?;
            Some(Claim { deployment, span, what: &deployment.project.origin })
        })
        .collect();
    let clashes = clashes(
        facts,
        &claims,
        |claim| {
            let project = &claim.deployment.project;
            let directory = (project.origin == ProjectOrigin::Directory).then_some(&claim.deployment.directory);
            let named = directory.is_some() || claim.deployment.name().is_some();
            let fixed = named && !project.interpolated;
            fixed.then(|| (project.origin, directory, claim.deployment.name())).into_iter().collect()
        },
        |one, other| replace_each_other(facts, one.deployment, other.deployment),
    );
    for clash in &clashes {
        findings.push(one_for_many(facts, clash));
    }
    let mut told: BTreeSet<DeploymentId> =
        clashes.iter().flat_map(|clash| &clash.claims).map(|claim| claim.deployment.id).collect();
    for (one, other) in under_two_names(facts) {
        let Some(sure) = facts.meet(one.id, other.id) else { continue };
        told.extend([one.id, other.id]);
        if sure {
            findings.extend(two_for_one(facts, one, other));
        }
    }
    for deployment in &facts.deployments {
        let falls_back = deployment.project.origin == ProjectOrigin::Directory;
        let unnamed = falls_back && !is_named_by_env_file(facts, deployment);
        if unnamed && deployment.stage == Stage::Deployed && !told.contains(&deployment.id) {
            findings.extend(alone(facts, deployment));
        }
    }
}

/// Every two that are one deployment, started under two names.
fn under_two_names(facts: &Repository) -> Vec<(&Deployment, &Deployment)> {
    let mut by_files: HashMap<&[SourceId], (Vec<&Deployment>, Vec<&Deployment>)> = HashMap::default();
    for deployment in &facts.deployments {
        let (bare, named) = by_files.entry(&deployment.files).or_default();
        let list = if deployment.project.origin == ProjectOrigin::Directory { bare } else { named };
        list.push(deployment);
    }
    let mut found = Vec::new();
    for (bare, named) in by_files.into_values() {
        for one in bare {
            let others = named.iter().filter(|other| two_names_for_one(one, other));
            found.extend(others.map(|other| if one.id < other.id { (one, *other) } else { (*other, one) }));
        }
    }
    found.sort_unstable_by_key(|(one, other)| (one.id, other.id));
    found
}

/// Whether two environments are the same containers to Compose, and no variable with a default is to blame (that is
/// `dynamic-project-name`).
pub(super) fn replace_each_other(facts: &Repository, one: &Deployment, other: &Deployment) -> bool {
    distinct(one, other)
        && one.project.origin == other.project.origin
        && !one.project.interpolated
        && !other.project.interpolated
        && ![one, other].iter().any(|deployment| is_named_by_env_file(facts, deployment))
        && one.services.keys().any(|name| other.services.contains_key(name))
        && match (one.project.origin, one.name(), other.name()) {
            (ProjectOrigin::Directory, ours, theirs) => {
                one.directory == other.directory
                    && ours == theirs
                    && same_directory(facts, one, other)
            }
            (_, Some(ours), Some(theirs)) => ours == theirs,
            _ => false,
        }
}

/// Whether an env-file that everybody makes for themselves names the project: its example does.
fn is_named_by_env_file(facts: &Repository, deployment: &Deployment) -> bool {
    let own = deployment.env_files.iter().filter(|used| used.reader == Reader::Compose && used.source.is_none());
    deployment.project.origin == ProjectOrigin::Directory
        && own.flat_map(|used| examples_of(facts, &used.path)).any(|file| file.get("COMPOSE_PROJECT_NAME").is_some())
}

/// Where its name comes from.
fn place(deployment: &Deployment) -> Option<Span> {
    let start = deployment.files.first().map(|file| Span::new(*file, 0, 0));
    deployment.project.span.or(start)
}

fn one_for_many(facts: &Repository, clash: &Clash<'_, '_, &ProjectOrigin>) -> Diagnostic {
    let first = clash.claims[0].deployment;
    let by_directory = first.project.origin == ProjectOrigin::Directory;
    let called = match first.name() {
        Some(name) if !by_directory => format!(", `{name}`"),
        _ => ", named after the directory".to_owned(),
    };
    let condition = match clash.meeting {
        Meeting::Possible if by_directory => ", if they share a host, in one directory or two of one name",
        meeting => meeting.condition(),
    };
    let mut finding = Diagnostic::new(
        &MISSING_PROJECT_NAME,
        format!("{} are one Compose project{called}{condition}", clash.who()),
    )
    .level(clash.meeting.level(MISSING_PROJECT_NAME.severity));
    // Where the name stands, or is missing; then where each is started: who shares a place is told there together.
    let mut places: IndexMap<Span, (bool, Vec<&String>)> = IndexMap::new();
    let written = clash.claims.iter().zip(&clash.titles).filter_map(|(claim, title)| {
        let silent = !by_directory || starts(facts, claim.deployment).next().is_none();
        Some((place(claim.deployment).filter(|_| silent)?, true, title))
    });
    let started = clash.claims.iter().zip(&clash.titles).flat_map(|(claim, title)| {
        starts(facts, claim.deployment).take(3).map(move |call| (call.span, false, title))
    });
    for (span, named, title) in written.chain(started) {
        let (_, titles) = places.entry(span).or_insert((named, Vec::new()));
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    for (span, (named, titles)) in places {
        let who = quoted(&titles);
        finding = finding.at(
            span,
            match (named, by_directory) {
                (true, true) => format!("nothing names the project of {who}"),
                (true, false) => format!("the project of {who}"),
                (false, true) => format!("starts {who} under the directory's name"),
                (false, false) => format!("starts {who}"),
            },
        );
    }
    let one_file = clash.claims.iter().any(|claim| {
        claim.deployment.id != first.id && claim.deployment.files.first() == first.files.first()
    });
    // A project is called after the application and the environment, whatever its file is called.
    let named = clash.claims.iter().find_map(|claim| claim.deployment.environment.as_ref());
    let example = named.map_or("staging", |environment| environment.name.as_str());
    finding.help(if one_file {
        format!(
            "Give each environment its own project name wherever it is started: `-p <application>-{example}`, or a \
             `COMPOSE_PROJECT_NAME` in its env-file. Until then starting one replaces the containers of the other"
        )
    } else {
        format!(
            "Give each file its own `name:`, such as `name: <application>-{example}`. Until then starting one replaces \
             the containers of the other"
        )
    })
}

/// One deployment under two names.
fn two_for_one(facts: &Repository, one: &Deployment, other: &Deployment) -> Option<Diagnostic> {
    let (bare, named) =
        if one.project.origin == ProjectOrigin::Directory { (one, other) } else { (other, one) };
    let (fallback, name) = (bare.name()?, named.name()?);
    let call = starts(facts, bare).next()?;
    let mut finding = Diagnostic::new(
        &MISSING_PROJECT_NAME,
        format!("the same files are started as project `{name}` and, without a name, as `{fallback}`"),
    )
    .at(call.span, format!("nothing names the project here, so it is `{fallback}`, after the directory"));
    if let Some(span) = named.project.span {
        finding = finding.at(span, format!("elsewhere it is `{name}`"));
    }
    if let Some(call) = starts(facts, named).next().filter(|call| Some(call.span) != named.project.span) {
        finding = finding.at(call.span, format!("started as `{name}`"));
    }
    let how = match named.project.origin {
        ProjectOrigin::EnvFile => "Give this call the same `--env-file`".to_owned(),
        ProjectOrigin::Flag => format!("Give this call `-p {name}` too"),
        _ => format!("Set `COMPOSE_PROJECT_NAME={name}` here too"),
    };
    Some(finding.help(format!(
        "{how}, or write `name: {name}` in the Compose file: otherwise everything is started a second time beside what \
         runs",
    )))
}

fn alone(facts: &Repository, deployment: &Deployment) -> Option<Diagnostic> {
    let title = titles(facts, &[deployment]);
    Some(
        Diagnostic::new(
            &MISSING_PROJECT_NAME,
            format!("the project of {} has no name of its own", quoted(&title)),
        )
        .level(Severity::Info)
        .at(place(deployment)?, "it is called like the directory that it happens to be in")
        .help("Write a `name:` in the Compose file: a checkout in another directory is another project"),
    )
}
