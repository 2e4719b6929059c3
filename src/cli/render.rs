//! `specc render`: write the deployments, or say how what is written differs.

use super::compile::{self, Compiled};
use super::{Output, Status, check, codes};
use crate::diagnostic::{Code, Diagnostic, Severity, suggestion};
use crate::emit::write::{self, Action, Plan, Prune, Request};
use crate::report::{Format, Report};
use crate::resolve::{Deployment, Environment};
use crate::workspace;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Write the files of environments, all of them or none
///
/// Everything is compiled first: a spec with errors changes no file. Files that specc did not write, or that were edited by
/// hand since, are never overwritten or removed without --force; `.env` is not touched at all.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// The environments to render; all of them when none is named
    #[arg(value_name = "ENVIRONMENT")]
    environments: Vec<String>,
    /// Where to write [default: `deploy` beside the spec]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only what runs on this host
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Name the release that images built here are tagged with, instead of reading it from `.env`
    #[arg(long, value_name = "TAG", value_parser = tag)]
    release: Option<String>,
    /// Write nothing; fail when a file is stale, edited by hand, missing or left over
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and fail when something would
    #[arg(long)]
    diff: bool,
    /// Overwrite and remove files that were edited by hand or that specc did not write
    #[arg(long, conflicts_with = "check")]
    force: bool,
    /// How to report: for people on standard error, everything else on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", conflicts_with = "diff")]
    format: Format,
}

/// A tag as registries take it. `latest` is none: what it names changes under a running deployment.
fn tag(text: &str) -> Result<String, String> {
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let rest = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    if text == "latest" {
        Err("`latest` names whatever was built last; give a tag that stays, such as a commit".into())
    } else if first && rest && text.len() <= 128 {
        Ok(text.into())
    } else {
        Err("a tag has at most 128 letters, digits, `_`, `.` and `-`, and starts with neither `.` nor `-`"
            .into())
    }
}

impl Render {
    pub(super) fn run(&self, output: &Output) -> Status {
        let mut compiled = ManuallyDrop::new(compile::compile()); // as in `check`
        let status = Status::of(compiled.diagnostics.iter());
        if status != Status::Clean {
            output.report(&check::report(&compiled), self.format);
            return status;
        }
        let shown = self
            .out
            .clone()
            .unwrap_or_else(|| workspace::relative(&compiled.root.join("deploy"), &compiled.started));
        // What is not needed any more makes room for what is rendered: to get new memory from the system takes longer.
        compiled.spec = None;
        let mut environments = ManuallyDrop::new(std::mem::take(&mut compiled.environments));
        let outcome = self.request(&compiled, &mut environments, &shown).and_then(|request| {
            let plan = if self.check || self.diff { write::inspect(request) } else { write::write(request) };
            plan.map_err(|fault| vec![fault])
        });
        match outcome {
            Ok(plan) => self.tell(output, &compiled, &ManuallyDrop::new(plan), &shown),
            Err(faults) => {
                self.report(output, &compiled, &faults);
                Status::of(&faults)
            }
        }
    }

    fn request<'a>(
        &self,
        compiled: &'a Compiled,
        environments: &mut [Environment],
        out: &'a Path,
    ) -> Result<Request<'a>, Vec<Diagnostic>> {
        let all = environments.iter().flat_map(|environment| &environment.deployments);
        let known = all.map(|deployment| deployment.directory.clone()).collect();
        let chosen = self.choose(environments)?;
        // `--check` of what was rendered with a release asks whether it is what that release gives.
        let looks = self.check || self.diff;
        let full = compiled.started.join(out);
        let render = |deployment: &mut Deployment| {
            let last = || write::last_release(out, &deployment.directory).filter(|_| looks);
            let release = self.release.clone().or_else(last);
            compile::render(deployment, &full, &compiled.root, release)
        };
        let prune = match (&self.host, self.environments.is_empty()) {
            (Some(_), _) => Prune::Environments(Vec::new()),
            (None, true) => Prune::All,
            (None, false) => Prune::Environments(self.environments.clone()),
        };
        Ok(Request {
            out,
            within: chosen
                .iter()
                .any(|one| compile::needs_repository(one))
                .then_some(compiled.root.as_path()),
            deployments: chosen.into_iter().map(render).collect(),
            known,
            prune,
            force: self.force,
        })
    }

    /// The deployments that the arguments name.
    fn choose<'e>(
        &self,
        environments: &'e mut [Environment],
    ) -> Result<Vec<&'e mut Deployment>, Vec<Diagnostic>> {
        let names: Vec<&str> = environments.iter().map(|one| one.name.as_str()).collect();
        let unknown = self.environments.iter().filter(|name| !names.contains(&name.as_str()));
        let faults: Vec<_> =
            unknown.map(|name| no_such(&codes::UNKNOWN_ENVIRONMENT, "environment", name, &names)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let wanted = |name: &String| self.environments.is_empty() || self.environments.contains(name);
        let deployments = environments.iter_mut().flat_map(|environment| &mut environment.deployments);
        let mut chosen: Vec<_> = deployments.filter(|one| wanted(&one.environment)).collect();
        if let Some(host) = &self.host {
            let mut hosts: Vec<&str> = chosen.iter().map(|one| one.host.name.as_str()).collect();
            hosts.sort_unstable();
            hosts.dedup();
            if !hosts.contains(&host.as_str()) {
                return Err(vec![no_such(&codes::UNKNOWN_HOST, "host", host, &hosts)]);
            }
            chosen.retain(|one| one.host.name == *host);
        }
        Ok(chosen)
    }

    /// Says what was done, or what is in the way, or what `--check` and `--diff` ask.
    fn tell(&self, output: &Output, compiled: &Compiled, plan: &Plan, out: &Path) -> Status {
        if self.diff {
            output.print(&plan.diff(out, output.colors_stdout()));
        }
        let refused = !plan.refusals.is_empty();
        let warnings = plan.findings.iter().filter(|found| found.severity() != Severity::Error);
        let findings: Vec<Diagnostic> = if self.check {
            plan.findings.clone()
        } else if self.diff {
            warnings.cloned().collect()
        } else {
            plan.refusals.iter().chain(warnings).cloned().collect()
        };
        self.report(output, compiled, &findings);
        let stale = (self.check || self.diff) && plan.is_stale();
        let human = self.format == Format::Human;
        if !(stale || refused || self.check || self.diff || output.quiet) && human {
            output.print(&tree(plan, out, output.verbose));
        } else if self.check && !stale && human && !output.quiet {
            output.print(&format!("{} is up to date\n", out.display()));
        } else if self.check && stale && human {
            Output::complain(&stale_summary(plan, out));
        } else if refused && !(self.check || self.diff) && human {
            Output::complain("nothing was written\n");
        }
        Status::of(&findings).max(if stale { Status::Found } else { Status::Clean })
    }

    fn report(&self, output: &Output, compiled: &Compiled, findings: &[Diagnostic]) {
        let mut report: Report<'_> = check::report(compiled);
        report.findings.extend(findings);
        output.report(&report, self.format);
    }
}

fn no_such(code: &'static Code, kind: &str, name: &str, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::new(code, format!("there is no {kind} `{name}`")).in_file(workspace::SPEC_FILE);
    fault.help(
        suggestion(name, known).unwrap_or_else(|| format!("the project has no {kind} yet: add one first")),
    )
}

/// `deploy: 2 stale, 1 edited by hand`.
fn stale_summary(plan: &Plan, out: &Path) -> String {
    let kinds = [
        (&write::codes::OUTPUT_STALE, "stale"),
        (&write::codes::GENERATED_FILE_EDITED, "edited by hand"),
        (&write::codes::OUTPUT_MISSING, "missing"),
        (&write::codes::OUTPUT_LEFT_OVER, "left over"),
        (&write::codes::NOT_OURS, "not written by specc"),
        (&write::codes::MANIFEST_DAMAGED, "damaged"),
    ];
    let count = |code: &Code| plan.findings.iter().filter(|found| found.code == code).count();
    let counted = kinds.iter().map(|(code, words)| (count(code), words)).filter(|(count, _)| *count > 0);
    let counted: Vec<String> = counted.map(|(count, words)| format!("{count} {words}")).collect();
    format!("{}: {}\n", out.display(), counted.join(", "))
}

/// What was written, by directory of a deployment, and how many of each.
fn tree(plan: &Plan, out: &Path, verbose: bool) -> String {
    let mut directories: BTreeMap<&str, Vec<(&str, Action)>> = BTreeMap::new();
    let mut counts = [0_usize; 4];
    for change in &plan.changes {
        let place = change.path.split_once('/').unwrap_or(("", &change.path));
        directories.entry(place.0).or_default().push((place.1, change.action));
        counts[change.action as usize] += 1;
    }
    let mut text = String::new();
    for (directory, files) in &directories {
        let shown: Vec<_> = files.iter().filter(|(_, action)| verbose || *action != Action::Keep).collect();
        let width = shown.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
        if !shown.is_empty() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}/", out.join(directory).display().to_string().trim_end_matches('/'));
        }
        for (path, action) in shown {
            let _ = writeln!(text, "  {path:width$}  {}", action.name());
        }
    }
    let actions = [Action::Create, Action::Update, Action::Remove, Action::Keep];
    let counted = actions.iter().zip(counts).filter(|(_, count)| *count > 0);
    let counted: Vec<String> = counted.map(|(action, count)| format!("{count} {}", action.name())).collect();
    let _ = writeln!(text, "{}: {}", out.display(), counted.join(", "));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::Artifact;
    use crate::emit::write::Rendered;

    #[test]
    fn what_was_written_is_shown_as_a_tree() {
        let root = tempfile::tempdir().expect("a directory");
        let request = |contents: &str| {
            let file = |path: &str, text: &str| Artifact {
                path: path.into(),
                contents: text.into(),
                executable: false,
            };
            let artifacts = vec![file("compose.yaml", contents), file("env/shop/web.env", "A=1\n")];
            let deployments = vec![Rendered { directory: "production".into(), artifacts }];
            let known = vec!["production".into()];
            Request { out: root.path(), within: None, deployments, known, prune: Prune::All, force: true }
        };
        let shown = |contents| {
            let plan = write::write(request(contents)).expect("written");
            tree(&plan, Path::new("deploy"), false)
        };
        let first = "deploy/\n  .gitignore  created\ndeploy/production/\n  compose.yaml      created\n  env/shop/web.env  \
                     created\ndeploy: 3 created\n";
        assert_eq!(shown("a"), first);
        assert_eq!(
            shown("b"),
            "deploy/production/\n  compose.yaml  updated\ndeploy: 1 updated, 2 unchanged\n"
        );
        assert_eq!(shown("b"), "deploy: 3 unchanged\n");
        let plan = write::inspect(request("c")).expect("a plan");
        assert_eq!(stale_summary(&plan, Path::new("deploy")), "deploy: 1 not written by specc\n");
    }
}
