//! `Environment` → artifacts, pure; and the one place that writes them.

pub mod write;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where, relative to its deployment's directory, with `/` between names.
    pub path: String,
    /// The whole text.
    pub contents: String,
    /// Whether people run it.
    pub executable: bool,
}
