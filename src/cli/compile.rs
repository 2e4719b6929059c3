//! The pipeline, as commands call it: from the current directory to resolved environments and their files.

use super::{contexts, repository};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit;
use crate::emit::write::Rendered;
use crate::report::{ReadFile, SeenDeployment, shown};
use crate::resolve::environment::{Image, MountSource, Run};
use crate::resolve::{self, Neighbour, Project};
use crate::resolve::{Deployment, Environment};
use crate::source::{Sources, Span};
use crate::spec::{self, model::Spec};
use crate::workspace;
use std::path::{Path, PathBuf};

/// What came out of compiling.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The directory of the spec, absolute: what its relative paths are relative to.
    pub root: PathBuf,
    /// Where the command was started, absolute.
    pub started: PathBuf,
    /// Every text that was read.
    pub sources: Sources,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
    /// The project as it is written; `None` when it could not be read.
    pub spec: Option<Spec>,
    /// Every environment, in the order of the spec. Not to be used while there are errors.
    pub environments: Vec<Environment>,
    /// The deployments, for the report.
    pub seen: Vec<SeenDeployment>,
}

/// Compiles the project that the current directory belongs to.
pub fn compile() -> Compiled {
    let found = workspace::started().and_then(|started| Ok((workspace::find_spec(&started)?, started)));
    match found {
        Ok((spec, started)) => compile_spec(&started, &spec),
        Err(fault) => {
            let mut compiled = Compiled::default();
            compiled.diagnostics.push(fault);
            compiled
        }
    }
}

/// Compiles the spec at `spec`, absolute. `started` is the current directory.
pub fn compile_spec(started: &Path, spec: &Path) -> Compiled {
    let mut compiled = Compiled {
        root: spec.parent().unwrap_or(spec).to_path_buf(),
        started: started.to_path_buf(),
        ..Compiled::default()
    };
    if let Err(fault) = run(&mut compiled, spec) {
        compiled.diagnostics.push(fault);
    }
    compiled
}

fn run(compiled: &mut Compiled, spec: &Path) -> Result<(), Diagnostic> {
    let path = workspace::relative(spec, &compiled.started);
    let source = workspace::read(&mut compiled.sources, &path)?;
    let text = compiled.sources.get(source).text.clone();
    let Some(spec) = spec::read(source, &text, &mut compiled.diagnostics) else { return Ok(()) };
    if compiled.diagnostics.has_errors() {
        return Ok(()); // What could not be read is missing from the spec: resolving it would only find that again.
    }
    let neighbours = read_neighbours(compiled, &spec);
    let project = Project {
        sources: &compiled.sources,
        spec: &spec,
        neighbours: neighbours
            .iter()
            .map(|(host, span, spec)| Neighbour { host: host.clone(), span: *span, spec: spec.as_ref() })
            .collect(),
    };
    compiled.environments = resolve::resolve(&project, &mut compiled.diagnostics);
    contexts::check(&compiled.root, &compiled.environments, &mut compiled.diagnostics);
    repository::check(&compiled.root, &spec, &compiled.environments, &mut compiled.diagnostics);
    compiled.spec = Some(spec);
    compiled.seen = compiled.seen_deployments();
    Ok(())
}

/// The specs that hosts name in `with`, each with the host and the place. What is wrong inside one is not shown: it is
/// for `specc check` in its own directory.
fn read_neighbours(compiled: &mut Compiled, spec: &Spec) -> Vec<(String, Span, Option<Spec>)> {
    let mut neighbours = Vec::new();
    for (host, declared) in spec.hosts.iter() {
        for path in declared.with.iter() {
            let place = compiled.root.join(path.as_str());
            let shown = workspace::relative(&place, &compiled.started);
            if shown == workspace::relative(&compiled.root.join(workspace::SPEC_FILE), &compiled.started) {
                compiled.diagnostics.push(
                    Diagnostic::new(&resolve::codes::MEANINGLESS_KEY, "a spec is no neighbour of its own")
                        .at(path.span, "this very file")
                        .help(
                            "take it out: the environments of one spec are checked against each other anyway",
                        ),
                );
                continue;
            }
            let read = match workspace::read(&mut compiled.sources, &shown) {
                Ok(source) => {
                    let text = compiled.sources.get(source).text.clone();
                    let mut found = Diagnostics::default();
                    spec::read(source, &text, &mut found).filter(|_| !found.has_errors())
                }
                Err(fault) => {
                    compiled.diagnostics.push(fault.at(path.span, "named here"));
                    continue;
                }
            };
            neighbours.push((host.to_string(), path.span, read));
        }
    }
    neighbours
}

/// The JSON schema of the language.
pub fn schema() -> String {
    format!("{:#}\n", crate::spec::schema::schema().as_value())
}

impl Compiled {
    /// Every deployment of every environment.
    pub fn deployments(&self) -> impl Iterator<Item = &Deployment> {
        self.environments.iter().flat_map(|environment| &environment.deployments)
    }

    /// The files that were read, for the report.
    pub fn read(&self) -> Vec<ReadFile> {
        self.sources.iter().map(|(_, source)| ReadFile { path: shown(&source.path), kind: "specc" }).collect()
    }

    fn seen_deployments(&self) -> Vec<SeenDeployment> {
        let spec = self.sources.iter().next().map(|(_, source)| shown(&source.path));
        let seen = |deployment: &Deployment| SeenDeployment {
            project: Some(deployment.compose_project.clone()),
            environment: Some(deployment.environment.clone()),
            host: Some(deployment.host.name.clone()),
            files: spec.iter().cloned().collect(),
            env_files: Vec::new(),
            because: Vec::new(),
        };
        self.deployments().map(seen).collect()
    }
}

/// The files of `deployment` as they stand below `out`, absolute, for a repository at `root`: the paths in them lead from
/// there, and that is kept in the deployment. `release` is the tag that was given.
pub fn render(deployment: &mut Deployment, out: &Path, root: &Path, release: Option<String>) -> Rendered {
    deployment.root = shown(&workspace::relative(root, &out.join(&deployment.directory)));
    if let Some(built) = &mut deployment.release {
        built.tag = release;
    }
    Rendered { directory: deployment.directory.clone(), artifacts: emit::emit_in_place(deployment) }
}

/// Whether files of the deployment name files of the repository by relative paths, which lead nowhere from elsewhere.
pub fn needs_repository(deployment: &Deployment) -> bool {
    let built = |image: &Image| matches!(image, Image::Built { build: Some(_), .. });
    deployment.containers.iter().any(|container| {
        built(&container.image)
            || container.mounts.iter().any(|mount| matches!(mount.source, MountSource::Repository(_)))
    }) || deployment.schedule.iter().any(|job| matches!(job.run, Run::Script { .. }))
}
