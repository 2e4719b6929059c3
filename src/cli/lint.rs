//! `specc lint`: what goes wrong in files that people wrote by hand.

use super::{Output, Status, codes, stale, status};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::facts::model::{Deployment, Repository};
use crate::facts::{self, Tree};
use crate::lint::{self, Baseline, Options, Outcome};
use crate::report::{Evidence, Format, Gap, ReadFile, Report, SeenDeployment, shown};
use crate::source::{SourceId, Sources, Span};
use crate::{emit, workspace};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Find what will go wrong in Compose files, env-files, proxy configurations, scripts and workflows
///
/// The whole repository is read, from the nearest directory above that holds `.git`. Nothing needs to be configured, and
/// nothing is run: neither Docker nor the scripts.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Files and directories to report; what is read is always the whole repository
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to report: for people on standard error, everything else on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The least severity that makes the exit status 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    /// Report advice, too
    #[arg(long)]
    pedantic: bool,
    /// Succeed although files could not be read, parsed or followed
    #[arg(long)]
    allow_gaps: bool,
    /// Leave out the findings that this file holds
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

/// From which severity on findings make the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Errors alone
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Info,
    /// None
    Never,
}

impl FailOn {
    fn fails(self, finding: &Diagnostic) -> bool {
        match self {
            Self::Error => finding.severity() == Severity::Error,
            Self::Warning => finding.severity() >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// Where a run looks, absolute.
struct Places {
    root: PathBuf,
    started: PathBuf,
}

impl Places {
    /// A path of the repository as somebody would write it where the command was started.
    fn show(&self, path: &Path) -> PathBuf {
        workspace::relative(&self.root.join(path), &self.started)
    }
}

impl Lint {
    pub(super) fn run(&self, output: &Output) -> Status {
        let places = match workspace::started() {
            Ok(started) => Places { root: workspace::repository_root(&started), started },
            Err(fault) => return output.fail(&fault),
        };
        let mut asked = Sources::default();
        let mut faults = Diagnostics::default();
        let settings = lint::settings(&places.root, &places.started, &mut asked, &mut faults);
        let only = self.only(&places, &mut faults);
        let baseline = self.known(&mut asked, &mut faults);
        if faults.has_errors() {
            let report = Report::new(&asked, faults.sorted());
            output.report(&report, self.format);
            return Status::Failed;
        }
        let options = Options { pedantic: self.pedantic, only, baseline };
        let tree = Tree::new(&places.root);
        let mut judged = lint::judge(
            &tree,
            &settings,
            &options,
            |facts| stale::mark(facts, &places.root, &places.started),
            |facts| Looked::at(&places, facts),
        );
        judged.sources.rename(|path| places.show(path));
        if let Some(path) = &self.write_baseline {
            return freeze(output, path, &judged.sources, &judged.outcome);
        }
        judged.prepend(asked, faults.iter().cloned());
        let failed = judged.outcome.findings.iter().any(|finding| status::is_failure(finding.code));
        let kept = std::mem::take(&mut judged.kept);
        let report = report(&judged.sources, &judged.outcome, kept);
        let gaps = !report.gaps.is_empty() || failed;
        let found = judged.outcome.findings.iter().any(|finding| self.fail_on.fails(finding));
        output.report(&report, self.format);
        if report.findings.is_empty()
            && report.gaps.is_empty()
            && self.format == Format::Human
            && !output.quiet
        {
            output.print(&summary(&report));
        }
        match (gaps && !self.allow_gaps, found) {
            (true, _) => Status::Failed,
            (false, true) => Status::Found,
            (false, false) => Status::Clean,
        }
    }

    /// The paths that were asked for, from the root of the repository.
    fn only(&self, places: &Places, faults: &mut Diagnostics) -> Vec<PathBuf> {
        let mut only = Vec::new();
        for path in &self.paths {
            let full = places.started.join(path);
            if workspace::look(&full) == workspace::Found::Nothing {
                faults.push(
                    Diagnostic::new(
                        &workspace::codes::FILE_MISSING,
                        format!("`{}` does not exist", path.display()),
                    )
                    .in_file(path)
                    .help("name a file or directory of the repository"),
                );
                continue;
            }
            let inside = workspace::relative(&full, &places.root);
            if inside.is_absolute() || inside.starts_with("..") {
                let message = format!(
                    "`{}` is outside this repository, which begins at `{}`",
                    path.display(),
                    workspace::relative(&places.root, &places.started).display()
                );
                faults.push(
                    Diagnostic::new(&codes::PATH_OUTSIDE, message)
                        .in_file(path)
                        .help("start specc in the repository that it belongs to, or say `-C DIR`"),
                );
            } else if inside != Path::new(".") {
                only.push(inside);
            } else {
                // The whole repository, whatever else is named.
                return Vec::new();
            }
        }
        only
    }

    fn known(&self, asked: &mut Sources, faults: &mut Diagnostics) -> Baseline {
        let Some(path) = &self.baseline else { return Baseline::default() };
        let read = workspace::read(asked, path).and_then(|source| Baseline::parse(source, asked));
        read.unwrap_or_else(|fault| {
            faults.push(fault);
            Baseline::default()
        })
    }
}

/// Writes what was found for later runs to leave out.
fn freeze(output: &Output, path: &Path, sources: &Sources, outcome: &Outcome) -> Status {
    let text = lint::write_baseline(sources, &outcome.findings, &outcome.fingerprints);
    match emit::write::file(path, &text) {
        Ok(()) => {
            if !output.quiet {
                output.print(&format!("{}: {} findings\n", path.display(), outcome.findings.len()));
            }
            Status::Clean
        }
        Err(fault) => output.fail(&fault),
    }
}

/// What was looked at in one project, as reports tell it.
struct Looked {
    read: Vec<ReadFile>,
    deployments: Vec<SeenDeployment>,
    gaps: Vec<Gap>,
}

impl Looked {
    fn at(places: &Places, facts: &Repository) -> Self {
        let kind = |path: &Path| facts.inventory.get(path).map_or("other", |entry| entry.kind.name());
        let file = |path: &Path| ReadFile { path: shown(&places.show(path)), kind: kind(path) };
        let gap = |gap: &facts::model::Gap| Gap {
            path: shown(&places.show(&gap.path)),
            line: gap.span.map_or(1, |span| line(facts, span)),
            reason: gap.reason.clone(),
        };
        Self {
            read: facts.sources.iter().map(|(_, source)| file(&source.path)).collect(),
            deployments: facts.deployments.iter().map(|deployment| seen(places, facts, deployment)).collect(),
            gaps: facts.gaps.iter().map(gap).collect(),
        }
    }
}

fn report<'a>(sources: &'a Sources, outcome: &'a Outcome, kept: Vec<Looked>) -> Report<'a> {
    let mut report = Report::named(sources, outcome.findings.iter().collect(), outcome.fingerprints.clone());
    report.suppressed = outcome.suppressed;
    let several = kept.len() > 1;
    for looked in kept {
        report.read.extend(looked.read);
        report.deployments.extend(looked.deployments);
        report.gaps.extend(looked.gaps);
    }
    report.read.sort_by(|one, other| one.path.cmp(&other.path));
    if several {
        report.deployments.sort_by(|one, other| one.files.cmp(&other.files));
        report.gaps.sort_by(|one, other| (&one.path, one.line).cmp(&(&other.path, other.line)));
    }
    report
}

fn line(facts: &Repository, span: Span) -> usize {
    facts.sources.get(span.source).position(span.start).line
}

fn seen(places: &Places, facts: &Repository, deployment: &Deployment) -> SeenDeployment {
    let name = |source: &SourceId| shown(&places.show(&facts.sources.get(*source).path));
    let mut env_files: Vec<String> = Vec::new();
    for file in &deployment.env_files {
        let path = shown(&places.show(&file.path));
        if !env_files.contains(&path) {
            env_files.push(path);
        }
    }
    SeenDeployment {
        project: deployment.name().map(str::to_owned),
        environment: deployment.environment.as_ref().map(|environment| environment.name.clone()),
        host: deployment.host.as_ref().and_then(|host| host.known()).cloned(),
        files: deployment.files.iter().map(name).collect(),
        env_files,
        because: deployment
            .because
            .iter()
            .map(|evidence| Evidence {
                path: shown(&places.show(facts.sources.path(evidence.span))),
                line: line(facts, evidence.span),
            })
            .collect(),
    }
}

/// `clean: 12 files, 2 deployments`.
fn summary(report: &Report<'_>) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let suppressed = match report.suppressed {
        0 => String::new(),
        many => format!(", {many} suppressed"),
    };
    let (files, deployments) = (report.read.len(), report.deployments.len());
    format!("clean: {}, {}{suppressed}\n", count(files, "file"), count(deployments, "deployment"))
}
