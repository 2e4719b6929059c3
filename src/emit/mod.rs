//! Resolved deployments turned into the files that run them: one folder a target, pure.

pub mod caddy;
pub mod compose;
pub mod crontab;
pub mod env;
pub mod manifest;
pub mod nginx;
mod order;
mod template;
pub mod write;
pub mod yaml;

use crate::resolve::Deployment;

/// A file of a deployment, before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it goes, relative to the deployment's directory, with `/`: `nginx/nginx.conf`.
    pub path: String,
    /// What it holds.
    pub contents: String,
    /// Whether it is a program.
    pub executable: bool,
}

impl Artifact {
    /// A file that is read, not run.
    pub fn text(path: impl Into<String>, contents: String) -> Self {
        Self { path: path.into(), contents, executable: false }
    }
}

/// What is rendered beside `compose.yaml`. A new target is one folder and one word here.
const TARGETS: &[fn(&Deployment) -> Vec<Artifact>] = &[env::emit, crontab::emit, nginx::emit, caddy::emit];

/// The files of one deployment, sorted by path, `manifest.json` among them.
///
/// A function of the deployment's meaning alone: no clock, no version, and not the order in which a person wrote the
/// keys of the spec.
pub fn emit(mut deployment: Deployment) -> Vec<Artifact> {
    emit_in_place(&mut deployment)
}

/// The same of a deployment that the caller keeps, sorted: to copy a large one, or to free it, is work for nothing.
pub fn emit_in_place(deployment: &mut Deployment) -> Vec<Artifact> {
    order::sort(deployment);
    let deployment = &*deployment;
    let mut files: Vec<Artifact> = TARGETS.iter().flat_map(|target| target(deployment)).collect();
    // Second to last: its labels carry the hash of the files it mounts.
    files.push(compose::emit(deployment, &files));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.push(manifest::emit(deployment, &files));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
