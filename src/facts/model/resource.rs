//! Volumes, networks, secrets and configs of a deployment.

use super::Fact;
use crate::source::Span;

/// A named thing beside the services: a volume, a network, a secret or a config.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its key in the file.
    pub key: String,
    /// Where the key is written; for what is there by itself (`default`), the first file's start.
    pub span: Span,
    /// Its name on the engine: `name:`, else the key of what is external, else `<project>_<key>`.
    pub name: Fact<String>,
    /// Whether the name was given with `name:` (or `external: { name: … }`).
    pub named: bool,
    /// Whether it is made elsewhere.
    pub external: bool,
    /// The file that a secret or config is made of, as written.
    pub file: Option<Fact<String>>,
    /// The variable that a secret or config is made of.
    pub environment: Option<Fact<String>>,
    /// The host directory behind a volume: `driver_opts: { type: none, o: bind, device: … }`.
    pub device: Option<Fact<String>>,
    /// The driver, if one is named.
    pub driver: Option<String>,
}
