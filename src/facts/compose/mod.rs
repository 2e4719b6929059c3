//! Compose's own semantics: what `docker compose` makes of files that people write, without Docker.
//!
//! ```text
//!  Request ──find──▶ files, env-files ──read──▶ trees ──interpolate──▶ nodes ──extends, include, merge──▶ one tree
//!          ──canonical──▶ short forms written out ──normalise──▶ defaults, names, environments ──check──▶ Loaded
//! ```
//!
//! Every value keeps the place where a person wrote it, and what cannot be known is unknown, never guessed. The installed
//! Compose decides what is right: `tests/compose` compares the two.

pub mod codes;
mod loaded;
mod node;
mod number;
mod request;

pub use loaded::Loaded;
pub use node::{Data, Entry, Map, Node};
pub use request::{Given, Request, Shell};

use crate::workspace::Files;

/// Evaluates projects. Keeps what it has parsed, so that a file that several deployments share is parsed once.
#[derive(Debug, Default)]
pub struct Loader {}

impl Loader {
    /// A loader that has not read anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// What Compose would make of this call.
    pub fn load(&mut self, files: &mut Files, request: &Request) -> Loaded {
        let _ = files.look(&request.directory);
        todo!()
    }
}
