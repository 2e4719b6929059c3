//! The files of Caddy.

use super::Artifact;
use crate::resolve::environment::Deployment;

/// The files of a deployment's Caddy; none when it has no Caddy.
pub fn emit(_deployment: &Deployment) -> Vec<Artifact> {
    Vec::new()
}
