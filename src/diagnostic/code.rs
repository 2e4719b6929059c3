//! The names of diagnostics: each is declared once, by the stage that reports it.

use std::hash::{Hash, Hasher};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Info,
    /// This will probably hurt.
    Warning,
    /// This will hurt; nothing is written.
    Error,
}

impl Severity {
    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What kind of trouble a diagnostic reports. Declared with `codes!`.
#[derive(Debug)]
pub struct Code {
    /// What users see and write: `port-collision`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, in a sentence.
    pub summary: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// Declares the codes of one stage, and `ALL` of them, so that none can be forgotten by the test which asks
/// that each is reached by a fixture.
macro_rules! codes {
    ($($(#[doc = $summary:literal])+ $id:ident = $severity:ident $name:literal;)+) => {
        $($(#[doc = $summary])+ pub static $id: $crate::diagnostic::Code = $crate::diagnostic::Code {
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            summary: concat!($($summary),+).trim_ascii(),
        };)+

        /// Every code of this stage.
        pub static ALL: &[&$crate::diagnostic::Code] = &[$(&$id),+];
    };
}

pub(crate) use codes;
