//! One env-file of two environments.

use super::support::{Claim, Clash, Meeting, clashes, distinct, quoted, same_directory, starts};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, DeploymentId, EnvFileUse, Reader, Repository};
use crate::source::Span;
use foldhash::{HashMap, HashSet};
use std::path::Path;

rule! {
    /// Two environments on one host read one env-file.
    ///
    /// ## What
    /// Compares the env-files that environments on one host read: Compose's own `.env`, `--env-file` and `env_file:`,
    /// with symbolic links followed. Also reported is a script that copies or links an environment's file over the one
    /// that is read. Where nothing says whether the environments share a host, it is a warning; a file of common
    /// settings beside one that each has for itself is advice (`--pedantic`).
    ///
    /// ## Why
    /// `cp .env.staging .env && docker compose up -d` works until production is deployed the same way. From then on
    /// whoever runs Compose, for whatever reason, gives production's containers the settings of the environment that
    /// was deployed last. In one incident deploying staging recreated production's containers as staging's, twice.
    ///
    /// ## Example
    /// ```sh
    /// cp .env.staging .env
    /// docker compose up -d
    /// ```
    ///
    /// ## Fix
    /// Name the file where it is used, and leave no `.env` lying about:
    /// ```sh
    /// docker compose -p calendar-staging --env-file .env.staging up -d
    /// ```
    pub SHARED_ENV_FILE = Error "shared-env-file";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims: Vec<Claim<'_, &EnvFileUse>> = Vec::new();
    for deployment in &facts.deployments {
        let mut seen: HashSet<&Path> = HashSet::default();
        for used in &deployment.env_files {
            if seen.contains(path(used)) || is_idle(used, deployment) {
                continue;
            }
            if let Some(span) = place(facts, deployment, used) {
                seen.insert(path(used));
                claims.push(Claim { deployment, span, what: used });
            }
        }
    }
    let collide = |one: &Claim<'_, &EnvFileUse>, other: &Claim<'_, &EnvFileUse>| {
        distinct(one.deployment, other.deployment)
            && (path(one.what).is_absolute() || same_directory(facts, one.deployment, other.deployment))
    };
    // Environments that share one file by mistake mostly share all of them: what is copied comes first, and says it all.
    let mut clashes = clashes(facts, &claims, |claim| vec![path(claim.what)], collide);
    clashes.sort_by_key(|clash| !clash.claims.iter().any(|claim| claim.what.replaced_by.is_some()));
    let mut told: HashSet<Vec<DeploymentId>> = HashSet::default();
    for clash in clashes {
        let copied = clash.claims.iter().any(|claim| claim.what.replaced_by.is_some());
        let who: Vec<DeploymentId> = clash.claims.iter().map(|claim| claim.deployment.id).collect();
        if told.contains(&who) {
            continue;
        }
        let left_lying = |claim: &&Claim<'_, &EnvFileUse>| {
            claim.what.span.is_none() && claim.what.replaced_by.is_none()
        };
        // Every checkout has its own `.env`: nothing is shared unless they share a checkout.
        if clash.meeting == Meeting::Possible && clash.claims.iter().all(left_lying) {
            continue;
        }
        if copied {
            told.insert(who);
        }
        findings.push(report(&clash));
    }
}

fn report(clash: &Clash<'_, '_, &EnvFileUse>) -> Diagnostic {
    let read = clash.claims[0].what;
    let shown = read.path.display();
    let copied = clash.claims.iter().any(|claim| claim.what.replaced_by.is_some());
    let own = !copied && all_have_own(clash);
    let level = if own { Severity::Info } else { clash.meeting.level(SHARED_ENV_FILE.severity) };
    let message = format!("{} {} read `{shown}`{}", clash.who(), clash.both(), clash.meeting.condition());
    let link = clash.claims.iter().find(|claim| claim.what.target.is_some()).map(|claim| claim.what.path.display());
    let mut copies: HashMap<Span, usize> = HashMap::default();
    for claim in &clash.claims {
        *copies.entry(claim.span).or_default() += 1;
    }
    let finding = clash.label(Diagnostic::new(&SHARED_ENV_FILE, message).level(level), |claim, titles| {
        match (&claim.what.replaced_by, &claim.what.reader) {
            (Some(_), _) if copies[&claim.span] > 1 => {
                format!("puts the file of {titles} in its place, whichever is deployed")
            }
            (Some((by, _)), _) => format!("puts `{}` in its place for {titles}", by.display()),
            (None, _) if claim.what.target.is_some() => {
                format!("`{}`, read for {titles}, is a link to it", claim.what.path.display())
            }
            (None, Reader::Service(service)) if claim.what.span.is_some() => {
                format!("`{service}` of {titles} reads it")
            }
            (None, _) if claim.what.span.is_some() => format!("read for {titles}"),
            (None, _) => format!("starts {titles} with the `.env` of this directory"),
        }
    });
    let example = clash.claims.iter().zip(&clash.titles).find_map(|(claim, title)| {
        let (by, _) = claim.what.replaced_by.as_ref()?;
        Some((title, by.file_name()?.to_str()?))
    });
    if let (false, Some(link)) = (own, link) {
        return finding.help(format!("Make `{link}` a file of its own, with that environment's values"));
    }
    finding.help(match (own, example) {
        (true, _) => format!("Check that `{shown}` holds only what is meant to be common to all of them"),
        (false, None) if matches!(read.reader, Reader::Service(_)) => format!(
            "Give {} its own file in `env_file:`, and leave in `{shown}` only what is meant to be common",
            quoted(&clash.titles[..1]),
        ),
        (false, Some((title, file))) => format!(
            "Start `{title}` with its own env-file, `docker compose --env-file {file} …` (and `env_file: {file}` where \
             services read it), instead of putting one after the other in the same place"
        ),
        (false, None) => format!(
            "Start {} with an env-file of its own: `docker compose --env-file .env.{} …`",
            quoted(&clash.titles[..1]),
            clash.titles[0],
        ),
    })
}

/// The file that is read in the end.
fn path(used: &EnvFileUse) -> &Path {
    used.target.as_deref().unwrap_or(&used.path)
}

/// Compose's `.env` that is not there, or gives nothing that is asked for.
fn is_idle(used: &EnvFileUse, deployment: &Deployment) -> bool {
    let by_itself = used.span.is_none() && used.reader == Reader::Compose && used.replaced_by.is_none();
    by_itself && (used.source.is_none() || deployment.variables.is_empty())
}

/// Where it is named, or what makes it be read.
fn place(facts: &Repository, deployment: &Deployment, used: &EnvFileUse) -> Option<Span> {
    let copied = used.replaced_by.as_ref().map(|(_, span)| *span);
    let called = || starts(facts, deployment).next().map(|call| call.span);
    let file = || deployment.files.first().map(|file| Span::new(*file, 0, 0));
    copied.or(used.span).or_else(called).or_else(file)
}

/// Whether each claimant also reads a file that no other one reads.
fn all_have_own(clash: &Clash<'_, '_, &EnvFileUse>) -> bool {
    let deployments = || clash.claims.iter().map(|claim| claim.deployment);
    let mut readers: HashMap<&Path, HashSet<DeploymentId>> = HashMap::default();
    for deployment in deployments() {
        for used in &deployment.env_files {
            readers.entry(path(used)).or_default().insert(deployment.id);
        }
    }
    deployments().all(|deployment| {
        deployment.env_files.iter().any(|used| used.source.is_some() && readers[path(used)].len() == 1)
    })
}
