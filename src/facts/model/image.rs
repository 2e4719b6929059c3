//! An image that is built here, as its Dockerfile says it.

use super::{ByName, Fact, Health};
use crate::source::{SourceId, Span};
use std::path::PathBuf;

/// What a Dockerfile makes: its target stage, with the stages of the same file that it is built upon.
#[derive(Clone, Debug)]
pub struct BuiltImage {
    /// The Dockerfile.
    pub dockerfile: SourceId,
    /// The directory that is sent to the builder, relative to the repository's root.
    pub context: PathBuf,
    /// The image of somebody else that all of it is built upon; none for `scratch`.
    pub base: Option<Fact<String>>,
    /// `EXPOSE`: the ports; of a range, each.
    pub exposed: Vec<Fact<u16>>,
    /// The last `HEALTHCHECK`. None where nothing is written: the base may have one.
    pub health: Option<Health>,
    /// The last `ENTRYPOINT`: its words, or the text for a shell as one.
    pub entrypoint: Option<Vec<Fact<String>>>,
    /// The last `CMD`.
    pub command: Option<Vec<Fact<String>>>,
    /// The last `USER`.
    pub user: Option<Fact<String>>,
    /// `ENV`.
    pub environment: ByName<Fact<String>>,
    /// `COPY` and `ADD` out of the context.
    pub copies: Vec<ImageCopy>,
    /// What runs while it is built: `RUN`, as written.
    pub runs: Vec<(String, Span)>,
}

/// A `COPY` or `ADD` out of the context.
#[derive(Clone, Debug)]
pub struct ImageCopy {
    /// What is copied, relative to the context.
    pub sources: Vec<Fact<String>>,
    /// Where to, absolute; a slash at its end is kept.
    pub target: Fact<String>,
    /// Where it is written.
    pub span: Span,
}
