//! One run of the rules over a repository: levels, `allow` comments, excludes, baseline.

mod allow;
mod baseline;
pub mod codes;
pub mod fingerprint;
mod projects;
mod redact;
mod settings;

pub use baseline::{Baseline, write as write_baseline};
pub use fingerprint::path_of;
pub use projects::{Judged, judge};
pub use settings::{SETTINGS_FILE, settings};

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::Repository;
use crate::rules;
use crate::source::Sources;
use crate::spec::model::{Level, Lint};
use crate::workspace::dockerignore::Dockerignore;
use allow::Allows;
use std::path::{Path, PathBuf};

/// What is asked of a run.
#[derive(Debug, Default)]
pub struct Options {
    /// Whether advice is reported too.
    pub pedantic: bool,
    /// The files and directories to report, from the root of the repository; everything when there are none.
    pub only: Vec<PathBuf>,
    /// Findings that are known already.
    pub baseline: Baseline,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be reported, by place.
    pub findings: Vec<Diagnostic>,
    /// What names each of them.
    pub fingerprints: Vec<String>,
    /// How many findings `allow` comments and the baseline set aside.
    pub suppressed: usize,
}

/// Runs every rule over the repository. Paths of its sources are relative to its root.
pub fn run(facts: &Repository, settings: &Lint, options: &Options) -> Outcome {
    let sources = &facts.sources;
    let found = facts.faults.iter().cloned().chain(rules::check(facts)).collect();
    let mut outcome = Outcome::default();
    let mut findings = allowed(sources, found, settings, options, &mut outcome);
    let excluded = Dockerignore::parse(
        &settings.exclude.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>().join("\n"),
    );
    findings.retain(|finding| !excluded.excludes(&path_of(sources, finding)));
    findings.retain(|finding| is_asked(sources, finding, &options.only));
    redact::redact(sources, &mut findings);
    sort(sources, &mut findings);
    let fingerprints = fingerprint::of(sources, &findings);
    for (finding, fingerprint) in findings.into_iter().zip(fingerprints) {
        if options.baseline.holds(&fingerprint) {
            outcome.suppressed += 1;
        } else {
            outcome.findings.push(finding);
            outcome.fingerprints.push(fingerprint);
        }
    }
    outcome
}

/// The findings that no comment allows, as bad as the settings say, with what is wrong with the comments.
fn allowed(
    sources: &Sources,
    found: Vec<Diagnostic>,
    settings: &Lint,
    options: &Options,
    outcome: &mut Outcome,
) -> Vec<Diagnostic> {
    let mut allows = Allows::gather(sources);
    let wanted = |finding: &Diagnostic| finding.severity > Severity::Info || options.pedantic;
    let mut kept = Vec::new();
    for finding in found {
        let allowed = allows.allows(sources, &finding);
        let Some(finding) = level(finding, settings).filter(wanted) else { continue };
        if allowed {
            outcome.suppressed += 1;
        } else {
            kept.push(finding);
        }
    }
    kept.extend(allows.unused().into_iter().filter_map(|finding| level(finding, settings)).filter(wanted));
    kept
}

/// The finding as bad as the settings say; nothing when they do not want its rule. What a rule itself takes for milder
/// than usual never becomes worse than that.
fn level(mut finding: Diagnostic, settings: &Lint) -> Option<Diagnostic> {
    match settings.rules.get(finding.code.name).map(|level| **level) {
        None => {}
        Some(Level::Allow) => return None,
        Some(Level::At(severity)) if finding.severity == finding.code.severity => finding.severity = severity,
        Some(Level::At(severity)) => finding.severity = finding.severity.min(severity),
    }
    Some(finding)
}

/// Whether a finding is about one of these files or directories.
fn is_asked(sources: &Sources, finding: &Diagnostic, only: &[PathBuf]) -> bool {
    let below = |path: &Path| only.iter().any(|wanted| path.starts_with(wanted));
    only.is_empty()
        || finding.labels.iter().any(|label| below(sources.path(label.span)))
        || finding.path.as_deref().is_some_and(below)
}

/// The same order in every run.
fn sort(sources: &Sources, findings: &mut [Diagnostic]) {
    findings.sort_by_cached_key(|finding| place(sources, finding));
}

/// What findings are sorted by: file, then place, then the worse one first.
fn place(
    sources: &Sources,
    finding: &Diagnostic,
) -> (String, u32, std::cmp::Reverse<Severity>, &'static str, String) {
    let start = finding.labels.first().map_or(0, |label| label.span.start);
    let worse = std::cmp::Reverse(finding.severity);
    (path_of(sources, finding), start, worse, finding.code.name, finding.message.clone())
}
