//! Everything of a repository, read and put together.

use super::image;
use super::model::{Deployment, DeploymentId, Gap, Repository};
use super::output;
use super::projects::Tree;
use super::proxy;
use super::script::{self, File, FileKind};
use super::settings;
use super::spec as lowered;
use super::{deployments, env};
use crate::diagnostic::Diagnostics;
use crate::resolve::{self, Project};
use crate::spec::{self, model::Lint};
use crate::workspace::discover::Kind;
use crate::workspace::{Files, Inventory};
use std::path::Path;

/// The whole repository at `root`, an absolute path, as `lint` says to look at it.
pub fn read(root: &Path, lint: &Lint) -> Repository {
    let tree = Tree::new(root);
    read_project(&tree, tree.inventory(lint), lint)
}

/// One project of a tree. Nothing stops it: what cannot be read is a gap, what is wrong a fault.
pub fn read_project(tree: &Tree, inventory: Inventory, lint: &Lint) -> Repository {
    let mut files = Files::with_git(&tree.root, tree.git.clone());
    files.know(inventory.seen.clone());
    let mut gaps: Vec<Gap> = inventory
        .gaps
        .iter()
        .map(|gap| Gap { path: gap.path.clone(), span: None, reason: gap.reason.clone() })
        .collect();
    let holding = scripts(&mut files, &inventory);
    let scripts = script::evaluate(files.sources(), &holding);
    let mut found = deployments::deployments(&mut files, &inventory, &scripts, &mut gaps);
    let mut faults = Diagnostics::default();
    specs(&mut files, &inventory, &mut found, &mut faults);
    settings::environments(&mut found, files.sources(), lint);
    let targets = deployments::Targets::of(&tree.root, &inventory, files.sources(), &scripts);
    let relations = deployments::relations(files.sources(), &found, &scripts, &targets);
    images(&mut files, &mut found);
    let proxies = proxy::read(&mut files, &inventory, &found);
    gaps.extend(proxy::gaps(files.sources(), &proxies));
    for (path, fault) in files.faults() {
        if inventory.get(&path).is_some() {
            gaps.push(Gap { path, span: None, reason: fault.message.clone() });
        }
    }
    let env_files = env::read(&mut files, &inventory, &found);
    let outputs = output::read(&mut files, &inventory);
    Repository {
        deployments: found,
        outputs,
        env_files,
        proxies,
        relations,
        scripts,
        gaps,
        inventory,
        faults,
        sources: std::mem::take(files.sources_mut()),
        files,
    }
}

/// What the Dockerfiles of services make.
fn images(files: &mut Files, deployments: &mut [Deployment]) {
    let services =
        deployments.iter_mut().flat_map(|it| it.services.values_mut().chain(it.disabled.values_mut()));
    for build in services.filter_map(|service| service.build.as_mut()) {
        build.image = image::read(files, build).map(Box::new);
    }
}

/// The deployments of specs. One with faults has none: what `specc check` says of it is passed on.
fn specs(files: &mut Files, inventory: &Inventory, found: &mut Vec<Deployment>, faults: &mut Diagnostics) {
    for entry in inventory.of(Kind::Spec) {
        let Ok(source) = files.read(&entry.path) else { continue };
        let text = files.sources().get(source).text.clone();
        let mut diagnostics = Diagnostics::default();
        if let Some(spec) = spec::read(source, &text, &mut diagnostics).filter(|_| !diagnostics.has_errors())
        {
            let project = Project { sources: files.sources(), spec: &spec, neighbours: Vec::new() };
            let environments = resolve::resolve(&project, &mut diagnostics);
            if !diagnostics.has_errors() {
                let root = entry.path.parent().unwrap_or(Path::new(""));
                for resolved in environments.iter().flat_map(|environment| &environment.deployments) {
                    let id = DeploymentId(found.len());
                    let stage = deployments::stage_of(&resolved.environment);
                    found.push(lowered::deployment(id, resolved, source, root, stage));
                }
            }
        }
        faults.extend(diagnostics);
    }
}

/// The files that hold commands, and those that scripts source.
fn scripts(files: &mut Files, inventory: &Inventory) -> Vec<File> {
    let wanted = inventory.files.iter().filter_map(|entry| Some((entry, form(entry.kind)?)));
    wanted
        .filter_map(|(entry, kind)| {
            let source = files.read(&entry.path).ok()?;
            Some(File { path: entry.path.clone(), source, kind })
        })
        .collect()
}

fn form(kind: Kind) -> Option<FileKind> {
    Some(match kind {
        Kind::Shell => FileKind::Shell,
        Kind::Makefile => FileKind::Makefile,
        Kind::Justfile => FileKind::Justfile,
        Kind::GithubWorkflow | Kind::GithubAction => FileKind::Github,
        Kind::GitlabCi => FileKind::Gitlab,
        Kind::Crontab => FileKind::Crontab,
        Kind::EnvFile => FileKind::Env,
        _ => return None,
    })
}
