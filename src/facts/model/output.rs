//! What specc itself wrote, as its manifests list it and as it stands there now.

use crate::source::Span;
use std::path::PathBuf;

/// A directory of specc's own output: one deployment.
#[derive(Clone, Debug)]
pub struct Output {
    /// The directory, relative to the repository's root.
    pub directory: PathBuf,
    /// The head of its manifest.
    pub manifest: Span,
    /// The files that it lists and that are not as specc wrote them.
    pub changed: Vec<ChangedOutput>,
    /// Whether files of it, those that were edited by hand left out, are not what the spec gives now. Who only reads cannot
    /// know: false until whoever renders says so.
    pub stale: bool,
}

/// A file that specc wrote and somebody changed.
#[derive(Clone, Debug)]
pub struct ChangedOutput {
    /// Its path, relative to the repository's root.
    pub path: PathBuf,
    /// Its first line; where it is gone, its line of the manifest.
    pub span: Span,
    /// Whether it is gone.
    pub missing: bool,
}
