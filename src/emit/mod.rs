//! `Environment` → artifacts: one folder a target, pure.

pub mod caddy;
pub mod nginx;
mod template;

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
