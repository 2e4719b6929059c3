//! How a command went, as an exit status.

use super::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::{emit, lint, syntax, workspace};

/// How a command went. The greater one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Nothing was found.
    Clean,
    /// Errors were found, or files are stale.
    Found,
    /// The job was not done.
    Failed,
}

impl Status {
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    /// What these diagnostics amount to.
    pub(super) fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let one = |found: &Diagnostic| match found.severity() {
            _ if is_failure(found.code) => Self::Failed,
            Severity::Error => Self::Found,
            Severity::Warning | Severity::Info => Self::Clean,
        };
        diagnostics.into_iter().map(one).max().unwrap_or(Self::Clean)
    }
}

/// Whether it means that the job was not done: a bad argument, or a file that cannot be read, parsed or written.
pub(super) fn is_failure(code: &Code) -> bool {
    [
        codes::ALL,
        workspace::codes::ALL,
        syntax::codes::FAILURES,
        emit::write::codes::FAILURES,
        lint::codes::FAILURES,
    ]
    .iter()
    .any(|stage| stage.contains(&code))
}
