//! Findings → bytes: one file a format, one line in a list.

mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod place;
mod sarif;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::fingerprint;
use crate::source::Sources;
pub use crate::source::shown;
use serde::Serialize;

/// What one run has to say.
pub struct Report<'a> {
    /// The texts that diagnostics point into.
    pub sources: &'a Sources,
    /// What was found, in the order in which it is shown.
    pub findings: Vec<&'a Diagnostic>,
    /// The files that were read.
    pub read: Vec<ReadFile>,
    /// The deployments that were looked at.
    pub deployments: Vec<SeenDeployment>,
    /// What could not be read or followed.
    pub gaps: Vec<Gap>,
    /// How many findings were set aside by `allow` comments and the baseline.
    pub suppressed: usize,
    /// What names each finding from one version of its file to the next.
    pub fingerprints: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct ReadFile {
    /// Its path as it is shown.
    pub path: String,
    /// What it was taken for: `specc`, `compose`, `env`, …
    pub kind: &'static str,
}

/// A deployment that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct SeenDeployment {
    /// The Compose project's name.
    pub project: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The host.
    pub host: Option<String>,
    /// Its Compose files.
    pub files: Vec<String>,
    /// Its env-files.
    pub env_files: Vec<String>,
    /// Where it was learnt that these belong together.
    pub because: Vec<Evidence>,
}

/// A place that says how a deployment is put together.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The file.
    pub path: String,
    /// The line in it, from 1.
    pub line: usize,
}

/// Something that could not be read or followed.
#[derive(Clone, Debug, Serialize)]
pub struct Gap {
    /// The file.
    pub path: String,
    /// The line in it, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// What the reader of a report can take.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether to colour.
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Declares the formats: the variant, the word on the command line (from the variant), and who writes it.
macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $variant:ident => $writer:path;)+) => {
        /// How a report is written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Format {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Report<'_> {
            /// The whole report as text.
            pub fn render(&self, format: Format, look: Look) -> String {
                match format {
                    $(Format::$variant => $writer(self, look),)+
                }
            }
        }
    };
}

formats! {
    /// For people: every place with its lines
    Human => human::render;
    /// For programs: one JSON document, version 1
    Json => json::render;
    /// For code scanning: SARIF 2.1.0, with the documentation of the rules
    Sarif => sarif::render;
    /// For GitHub: annotations at the lines of a pull request
    Github => github::render;
    /// For GitLab: code quality
    Gitlab => gitlab::render;
    /// For whatever shows test results: XML as test runners write it
    Junit => junit::render;
}

impl<'a> Report<'a> {
    /// A report of these diagnostics alone.
    pub fn new(sources: &'a Sources, findings: Vec<&'a Diagnostic>) -> Self {
        let fingerprints = fingerprint::of(sources, findings.iter().copied());
        Self::named(sources, findings, fingerprints)
    }

    /// A report of diagnostics that have their fingerprints already.
    pub fn named(sources: &'a Sources, findings: Vec<&'a Diagnostic>, fingerprints: Vec<String>) -> Self {
        Self {
            sources,
            findings,
            read: Vec::new(),
            deployments: Vec::new(),
            gaps: Vec::new(),
            suppressed: 0,
            fingerprints,
        }
    }

    /// How many findings are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// `2 errors, 1 warning`; nothing when there are no findings.
    pub fn summary(&self) -> String {
        let part = |severity: Severity, plural: &str| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {}", severity.name())),
            many => Some(format!("{many} {plural}")),
        };
        let parts = [
            part(Severity::Error, "errors"),
            part(Severity::Warning, "warnings"),
            part(Severity::Info, "remarks").map(|text| text.replace("info", "remark")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
