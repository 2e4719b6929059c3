//! Which files are deployed together, as which environment, on which host: as scripts and workflows call Compose, then as
//! names say it.

mod by_name;
mod calls;
mod candidate;
mod context;
mod copies;
mod development;
mod domain;
mod evidence;
mod names;
mod relations;
mod settle;
mod standing;
mod targets;
mod vendored;
mod written;

pub(crate) use development::is_shown;
pub(super) use relations::Relations;
pub(super) use targets::Targets;

use super::compose::Loaded;
use super::lower;
use super::model::{Deployment, DeploymentId, Environment, Gap, Stage};
use super::script::{Script, ScriptKind};
use crate::facts::model::ByName;
use crate::source::{Sources, shown};
use crate::syntax::codes::FAILURES;
use crate::workspace::discover::Kind;
use crate::workspace::{Files, Inventory};
use candidate::Candidate;
use context::Context;
use foldhash::HashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The deployments of a repository.
pub(super) fn deployments(
    files: &mut Files,
    inventory: &Inventory,
    scripts: &[Script],
    gaps: &mut Vec<Gap>,
) -> Vec<Deployment> {
    let gaps = &mut Gaps { seen: gaps.iter().cloned().collect(), list: gaps };
    let read = inventory.files.iter().map(|entry| &entry.path);
    let paths: BTreeSet<String> = read.chain(&inventory.others).map(|path| shown(path)).collect();
    let mut context = Context::new(files, inventory, &paths);
    let calls = calls::calls(files.sources(), scripts);
    let mut found: Vec<Deployment> = Vec::new();
    let starting = calls.iter().filter(|call| call.starts());
    let candidates = starting.flat_map(|call| calls::candidates(&context, call)).collect();
    load(&mut context, files, scripts, candidates, &mut found, gaps);
    // What only stops or builds says something of files that nobody starts.
    let started_in = settle::by_directory(&found);
    let others: Vec<Candidate> = calls
        .iter()
        .filter(|call| !call.starts())
        .flat_map(|call| {
            calls::candidates(&context, call)
                .into_iter()
                .map(|candidate| (call.only_checks(), candidate))
                .collect::<Vec<_>>()
        })
        .filter_map(|(only_checks, candidate)| {
            let left = settle::adopt(candidate, &mut found, &started_in, files.sources());
            left.filter(|_| !only_checks)
        })
        .collect();
    load(&mut context, files, scripts, others, &mut found, gaps);
    let left = left(files, inventory, &context, &found);
    by_name::candidates(&mut context, files, &left, inventory.among_others, |files, candidate, loaded| {
        add(files, scripts, candidate, loaded, &mut found, gaps);
    });
    development::recognise(&mut found, files.sources());
    vendored::recognise(&mut found, files.sources(), scripts, &paths);
    found.sort_by_cached_key(|deployment| {
        let paths: Vec<PathBuf> =
            deployment.files.iter().map(|id| files.sources().get(*id).path.clone()).collect();
        (paths, deployment.title(), deployment.name().map(str::to_owned))
    });
    for (index, deployment) in found.iter_mut().enumerate() {
        deployment.id = DeploymentId(index);
    }
    found
}

/// For whom an environment that somebody declares under this name runs; for others, where the name says nothing.
pub(super) fn stage_of(environment: &str) -> Stage {
    match names::in_text(environment) {
        Some(named) if named.stage == Stage::Development => Stage::Development,
        _ => Stage::Deployed,
    }
}

/// The directory whose files a Compose file or env-file is one with by its name: its own; and where a directory names an
/// environment that is deployed, the one in which other environments would stand beside it.
pub(super) fn claimed_by_name(path: &Path) -> &Path {
    let here = path.parent().unwrap_or(Path::new(""));
    let text = shown(path);
    let directories = text.rfind('/').unwrap_or(0);
    let deployed = |text| names::word_in(text).filter(|(named, _)| named.stage == Stage::Deployed);
    // `.env.production` has its like beside it; `acme-production/.env.production` in `acme-staging`, too.
    let Some((_, word)) = deployed(&text).filter(|(_, word)| word.start < directories).or_else(|| {
        deployed(&text[..directories]).filter(|(_, word)| !text[word.end..directories].contains('/'))
    }) else {
        return here;
    };
    let above = text[..word.start].matches('/').count();
    here.ancestors().find(|directory| directory.components().count() == above).unwrap_or(here)
}

/// The environment that an env-file is named for: by its own name, else by its directories; and its path with a `*` in the
/// place of that name, which is the same for the files of all environments.
pub(super) fn named_for(path: &Path) -> Option<(Environment, Stage, String)> {
    let text = shown(path);
    let (named, word) = names::word_in(&text)?;
    let family = format!("{}*{}", &text[..word.start], &text[word.end..]);
    Some((Environment { name: named.name, span: None }, named.stage, family))
}

/// How these deployments stand to each other.
pub(super) fn relations(
    sources: &Sources,
    deployments: &[Deployment],
    scripts: &[Script],
    targets: &Targets,
) -> Relations {
    Relations::of(sources, deployments, scripts, targets, |script| {
        let script = &scripts[script];
        let stays =
            script.job.iter().flat_map(|job| &job.runs_on).any(|label| label.value.contains("self-hosted"));
        stays || matches!(script.kind, ScriptKind::Shell | ScriptKind::Target(_) | ScriptKind::Npm(_))
    })
}

/// What cannot be read, each once.
struct Gaps<'g> {
    list: &'g mut Vec<Gap>,
    seen: HashSet<Gap>,
}

impl Gaps<'_> {
    fn add(&mut self, gap: Gap) {
        if self.seen.insert(gap.clone()) {
            self.list.push(gap);
        }
    }
}

/// Loads each candidate once, and keeps those that have Compose files.
fn load(
    context: &mut Context<'_>,
    files: &mut Files,
    scripts: &[Script],
    candidates: Vec<Candidate>,
    found: &mut Vec<Deployment>,
    gaps: &mut Gaps<'_>,
) {
    let mut unique: ByName<Candidate> = ByName::default();
    for candidate in candidates {
        let key = candidate.key(files.sources());
        match unique.get_mut(&key) {
            Some(known) => known.merge(candidate),
            None => {
                unique.insert(key, candidate);
            }
        }
    }
    for candidate in unique.into_values() {
        let redirects = candidate.replaced.iter().map(|(path, by)| (path.clone(), by.by.clone())).collect();
        files.redirect(redirects);
        let loaded = context.loader.load(files, &candidate.request);
        files.redirect(BTreeMap::new());
        add(files, scripts, candidate, loaded, found, gaps);
    }
}

/// Adds the deployment that a candidate is, if it has Compose files, and what of it cannot be read.
fn add(
    files: &Files,
    scripts: &[Script],
    candidate: Candidate,
    loaded: Loaded,
    found: &mut Vec<Deployment>,
    gaps: &mut Gaps<'_>,
) {
    if is_template(&loaded, files) {
        return;
    }
    for gap in &loaded.gaps {
        gaps.add(gap.clone());
    }
    for fault in loaded.faults.iter().filter(|fault| FAILURES.contains(&fault.code)) {
        let Some(place) = fault.labels.first() else { continue };
        let path = files.sources().path(place.span).to_path_buf();
        let gap = Gap { path, span: Some(place.span), reason: fault.message.clone() };
        gaps.add(gap);
    }
    if loaded.files.is_empty() {
        return;
    }
    let base = files.base().to_path_buf();
    let mut deployment = lower::deployment(DeploymentId(found.len()), loaded, &base);
    for used in &mut deployment.env_files {
        used.path = files.relative(&used.path);
        used.target = files.resolve(&used.path).filter(|real| *real != used.path);
    }
    settle::settle(&mut deployment, candidate, scripts, files.sources());
    found.push(deployment);
}

/// Whether what is loaded is no Compose file yet: another program's templates, which nobody can read as they are.
fn is_template(loaded: &Loaded, files: &Files) -> bool {
    !loaded.faults.is_empty() && loaded.read.iter().any(|id| is_marked(&files.sources().get(*id).text))
}

/// Whether a text has marks of another program's, which puts something in their place: `{% if %}`, `{{ tag }}`, `<% %>`, or an
/// image with a `{name}` in it, as none can have.
fn is_marked(text: &str) -> bool {
    let named = |line: &str| {
        let image = line.trim_start().strip_prefix("image:").unwrap_or_default();
        image.match_indices('{').any(|(at, _)| !image[..at].ends_with('$'))
    };
    ["{%", "{{", "<%"].iter().any(|mark| text.contains(mark)) || text.lines().any(named)
}

/// The Compose files that no deployment reads.
fn left(
    files: &Files,
    inventory: &Inventory,
    context: &Context<'_>,
    found: &[Deployment],
) -> BTreeSet<PathBuf> {
    let read: BTreeSet<&Path> = found
        .iter()
        .flat_map(|deployment| &deployment.files)
        .map(|id| files.sources().get(*id).path.as_path())
        .collect();
    inventory
        .of(Kind::Compose)
        .filter(|entry| entry.output.is_none() && !read.contains(entry.path.as_path()))
        .filter(|entry| !context.included.contains(&entry.path))
        .map(|entry| entry.path.clone())
        .collect()
}
