//! What services mount.

use super::Fact;
use crate::source::Span;
use std::path::PathBuf;

/// One mount of a service.
#[derive(Clone, Debug)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Where, inside the container.
    pub target: Fact<String>,
    /// Whether the container cannot write to it.
    pub read_only: bool,
    /// Whether the engine makes a directory where the source is missing, as the short form does.
    pub creates_source: bool,
    /// Where the whole entry is written.
    pub span: Span,
    /// Whether the entry was written with a variable.
    pub interpolated: bool,
}

/// What is mounted.
#[derive(Clone, Debug)]
pub enum MountSource {
    /// A named volume, by its key among the deployment's volumes.
    Volume(String),
    /// A path of the host.
    Bind(Bind),
    /// A volume without a name.
    Anonymous,
    /// Memory.
    Tmpfs,
    /// A named pipe, an image, a cluster volume: nothing that rules look at.
    Other,
    /// It cannot be known what.
    Unknown,
}

/// A path of the host that is mounted.
#[derive(Clone, Debug)]
pub enum Bind {
    /// Inside the repository: relative to its root, normalised.
    Inside(PathBuf),
    /// Outside of it: as Compose resolves it; `../` remains at its start for what is above the repository.
    Outside(PathBuf),
}
