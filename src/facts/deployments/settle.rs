//! What a deployment is, once its files are loaded: its environment, for whom it runs, who supplies its variables.

use super::candidate::Candidate;
use super::names;
use crate::facts::model::{Deployment, Environment, Invocation, Reader, Stage, Supply};
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Script, ScriptKind};
use crate::source::{SourceId, Sources, Span, shown};
use crate::workspace::clean;
use crate::workspace::discover::{DEFAULT_NAMES, is_automatic_override};
use foldhash::HashMap;
use std::path::PathBuf;

/// Fills in what the candidate knows.
pub(super) fn settle(
    deployment: &mut Deployment,
    candidate: Candidate,
    scripts: &[Script],
    sources: &Sources,
) {
    deployment.stage = stage(&candidate, scripts, sources);
    // An override that Compose reads by itself is what developers have on their machines.
    let overridden = |id: &SourceId| {
        sources.get(*id).path.file_name().and_then(|name| name.to_str()).is_some_and(is_automatic_override)
    };
    if deployment.stage == Stage::Unknown && deployment.files.iter().any(overridden) {
        deployment.stage = Stage::Development;
    }
    deployment.environment =
        candidate.environment.map(|(named, span)| Environment { name: named.name, span });
    deployment.host = candidate.host;
    deployment.because = candidate.because;
    deployment.swarm = candidate.swarm;
    deployment.guessed = candidate.guessed;
    let named = named_env_files(&candidate.invocations, scripts);
    for used in &mut deployment.env_files {
        // `--env-file` stands in a script: its place is there.
        let own = candidate.request.env_files.iter().position(|path| {
            used.reader == Reader::Compose && clean(&candidate.request.directory.join(path)) == used.path
        });
        if let Some(at) = own {
            used.required = true;
            used.span = named.get(at).copied();
        }
        let replacement = candidate.replaced.get(&used.path);
        used.replaced_by = replacement.map(|replacement| (replacement.by.clone(), replacement.span));
    }
    deployment.invocations = candidate.invocations;
    supply(deployment);
}

/// Where the first call names its env-files, in order.
fn named_env_files(calls: &[Invocation], scripts: &[Script]) -> Vec<Span> {
    let command = calls.first().and_then(|call| scripts.get(call.script)?.commands.get(call.command));
    match command.and_then(recognise).map(|call| call.what) {
        Some(Docker::Compose(compose)) => compose.env_files.iter().map(|word| word.span).collect(),
        _ => Vec::new(),
    }
}

/// For whom it runs.
fn stage(candidate: &Candidate, scripts: &[Script], sources: &Sources) -> Stage {
    // Whatever it is called: what an editor's container starts is there for whoever develops in it.
    let in_editor = |call: &Invocation| {
        let path = &sources.get(scripts[call.script].source).path;
        path.components().any(|part| part.as_os_str() == ".devcontainer")
    };
    if candidate.host.is_none()
        && !candidate.invocations.is_empty()
        && candidate.invocations.iter().all(in_editor)
    {
        return Stage::Development;
    }
    let known = candidate.environment.as_ref().map(|(named, _)| named);
    // Whatever it is called: what only passing machines start is gone after the job.
    let production = known.is_some_and(|named| named.name == "production");
    if candidate.ci
        && !production
        && candidate.invocations.iter().all(|call| is_passing(&scripts[call.script]))
    {
        return Stage::Development;
    }
    if let Some(named) = known.filter(|named| named.stage != Stage::Unknown) {
        return named.stage;
    }
    if candidate.host.is_some() || candidate.swarm {
        return Stage::Deployed;
    }
    let words = candidate.invocations.iter().map(|call| {
        let script = &scripts[call.script];
        let name = match &script.kind {
            ScriptKind::Target(name) | ScriptKind::Job(name) | ScriptKind::Npm(name) => name.as_str(),
            ScriptKind::Shell | ScriptKind::Cron => "",
        };
        format!("{} {name}", shown(&sources.get(script.source).path)).to_lowercase()
    });
    let words: Vec<String> = words.collect();
    if words.iter().any(|text| text.contains("deploy") || text.contains("release")) {
        return Stage::Deployed;
    }
    if candidate.ci || !words.is_empty() && words.iter().all(|text| is_development(text)) {
        return Stage::Development;
    }
    Stage::Unknown
}

/// Whether a job runs on a machine that its forge makes for it, and is for no environment of the forge's.
fn is_passing(script: &Script) -> bool {
    let Some(job) = script.job.as_ref().filter(|job| job.environment.is_none()) else { return false };
    let mut labels = job.runs_on.iter().map(|label| label.value.as_str()).peekable();
    labels.peek().is_some()
        && labels.all(|label| {
            ["ubuntu-", "windows-", "macos-"].iter().any(|start| label.trim().starts_with(start))
        })
}

/// Names of targets and scripts of somebody's own machine, and of tests.
fn is_development(text: &str) -> bool {
    names::in_text(text).is_some_and(|named| named.stage == Stage::Development)
        || text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| matches!(word, "setup" | "bootstrap" | "lint" | "check" | "watch"))
}

/// Where every env-file of Compose's can be read, what none of them and no script gives is given by nobody, as far as the
/// repository tells. Its value stays unknown all the same: somebody's shell may have it.
fn supply(deployment: &mut Deployment) {
    let mut own = deployment.env_files.iter().filter(|used| used.reader == Reader::Compose).peekable();
    let readable = own.peek().is_some() && own.all(|used| used.source.is_some());
    for used in &mut deployment.variables {
        match (&used.supply, readable) {
            (Supply::Unknown(_), true) => used.supply = Supply::Nobody,
            // Where there is none at all, its values come from where nobody can look.
            (Supply::Nobody, false) => {
                used.supply =
                    Supply::Unknown("no env-file of this deployment is in the repository".to_owned());
            }
            _ => {}
        }
    }
}

/// The deployments of each directory, by their places.
pub(super) fn by_directory(found: &[Deployment]) -> HashMap<PathBuf, Vec<usize>> {
    let mut directories: HashMap<PathBuf, Vec<usize>> = HashMap::default();
    for (at, deployment) in found.iter().enumerate() {
        directories.entry(deployment.directory.clone()).or_default().push(at);
    }
    directories
}

/// Gives a call that starts nothing to the deployments that are started from the same files in the same directory. What is
/// left is about files that nobody starts.
pub(super) fn adopt(
    candidate: Candidate,
    found: &mut [Deployment],
    started_in: &HashMap<PathBuf, Vec<usize>>,
    sources: &Sources,
) -> Option<Candidate> {
    let here = started_in.get(&clean(&candidate.request.directory));
    let mut adopted = false;
    for at in here.into_iter().flatten() {
        let deployment = &mut found[*at];
        let same_host = match (&candidate.host, &deployment.host) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        let same_name = match (&candidate.request.project, deployment.name()) {
            (Some(flag), Some(name)) => flag.known().is_none_or(|flag| flag == name),
            _ => true,
        };
        if same_host && same_name && names_files(&candidate, deployment, sources) {
            deployment.invocations.extend(candidate.invocations.iter().cloned());
            adopted = true;
        }
    }
    (!adopted).then_some(candidate)
}

/// Whether the files that a call names, or those that Compose finds by itself, are those of the deployment.
fn names_files(candidate: &Candidate, deployment: &Deployment, sources: &Sources) -> bool {
    let theirs: Vec<_> = deployment.files.iter().map(|id| sources.get(*id).path.as_path()).collect();
    if candidate.request.files.is_empty() {
        let name = theirs.first().and_then(|path| path.file_name()?.to_str());
        return name.is_some_and(|name| DEFAULT_NAMES.contains(&name));
    }
    let ours: Vec<_> =
        candidate.request.files.iter().map(|path| clean(&candidate.request.directory.join(path))).collect();
    ours.len() == theirs.len() && ours.iter().all(|path| theirs.contains(&path.as_path()))
}
