//! The only writer of disk: artifacts → files, all of them or none.
//!
//! What is ours is what a `manifest.json` lists with the hash it has. Anything else is left alone without `force`, and
//! `.env` is left alone with it. New files are staged beside their places, or in new directories beside theirs, then
//! renamed; until the last rename each old file has a second name, from which it is put back when anything fails.

mod apply;
pub mod codes;
mod diff;
mod disk;
mod file;
mod gitignore;
mod manifest;
mod plan;
mod staging;

use super::Artifact;
pub use file::file;

use crate::diagnostic::Diagnostic;
use std::path::Path;

/// What is to stand in an output directory.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The output directory; it need not exist.
    pub out: &'a Path,
    /// The directory that `out` must lie in, links followed: where relative paths in the output would break elsewhere.
    pub within: Option<&'a Path>,
    /// What was rendered.
    pub deployments: Vec<Rendered>,
    /// The directories of all deployments of the spec, rendered now or not. Others that specc wrote are left over.
    pub known: Vec<String>,
    /// Which left-over deployments are removed; all of them are reported.
    pub prune: Prune,
    /// Whether files that specc did not write, or that were edited, are replaced and removed.
    pub force: bool,
}

/// One deployment's files.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Where, relative to the output directory: `production/ubuntu`.
    pub directory: String,
    /// The files, `manifest.json` among them.
    pub artifacts: Vec<Artifact>,
}

/// Which left-over deployments are removed.
#[derive(Clone, Debug)]
pub enum Prune {
    /// All: the whole spec was rendered.
    All,
    /// Those of these environments, which were rendered on all their hosts.
    Environments(Vec<String>),
}

/// What writing a request would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Every file that is concerned, in the order of their paths.
    pub changes: Vec<Change>,
    /// How the files on disk differ from the request, and what is worth knowing besides: what `--check` reports.
    pub findings: Vec<Diagnostic>,
    /// Why nothing may be written; empty when it may.
    pub refusals: Vec<Diagnostic>,
    /// What an interrupted run left behind.
    stale: Vec<std::path::PathBuf>,
}

/// What happens to one file.
#[derive(Debug)]
pub struct Change {
    /// The file, relative to the output directory.
    pub path: String,
    /// What happens to it.
    pub action: Action,
    new: Option<Artifact>,
    old: Option<Vec<u8>>,
    /// Whether specc wrote what is there, so that it may be shown.
    ours: bool,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// It gets another content.
    Update,
    /// It goes.
    Remove,
    /// It is as it should be.
    Keep,
}

impl Action {
    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "updated",
            Self::Remove => "removed",
            Self::Keep => "unchanged",
        }
    }
}

/// Compares the request with what is on disk. Writes nothing.
pub fn inspect(request: Request<'_>) -> Result<Plan, Diagnostic> {
    disk::check_out(request.out, request.within)?;
    plan::plan(request)
}

/// Makes the output directory hold what is requested, or changes nothing. The plan that comes back was carried out,
/// unless it has `refusals`.
pub fn write(request: Request<'_>) -> Result<Plan, Diagnostic> {
    let out = request.out;
    disk::check_out(out, request.within)?;
    // Without the directory there is nothing to lock, and nobody to keep out but one who makes it too.
    let lock = disk::lock(out)?;
    let plan = plan::plan(request);
    let done = plan.and_then(|plan| {
        if plan.refusals.is_empty() {
            apply::apply(out, &plan)?;
        }
        Ok(plan)
    });
    lock.release();
    done
}

/// The release that was given when the deployment in `directory` below `out` was rendered last.
pub fn last_release(out: &Path, directory: &str) -> Option<String> {
    manifest::release(out, directory)
}

impl Plan {
    /// Whether the files on disk are not what was requested.
    pub fn is_stale(&self) -> bool {
        self.changes.iter().any(|change| change.action != Action::Keep)
            || self.findings.iter().any(|finding| finding.severity() == crate::diagnostic::Severity::Error)
    }

    /// A unified diff of what would change, paths shown below `out`.
    pub fn diff(&self, out: &Path, color: bool) -> String {
        self.changes.iter().map(|change| diff::diff(out, change, color)).collect()
    }
}
