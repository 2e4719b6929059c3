//! `specc config`: what Compose would make of files that people wrote, without Docker.

use super::{Output, Status, codes as cli_codes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::compose::{self, Loaded, Loader, Request};
use crate::facts::model::Fact;
use crate::report::{Format, Report};
use crate::workspace::{self, Files};
use clap::Args;
use std::path::PathBuf;

/// Print what Compose would make of Compose files, as `docker compose config --format json` does, without Docker
///
/// The environment counts as empty: what the shell sets is not read. A value that cannot be known is printed as
/// `{"$unknown": {"path", "line", "column", "reason"}}`.
#[derive(Debug, Args)]
pub(super) struct Config {
    /// A Compose file; several are merged. Without any, they are looked for as Compose does
    #[arg(short, long = "file", value_name = "FILE")]
    file: Vec<PathBuf>,
    /// An env-file to take variables from, instead of `.env`
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// The project's name
    #[arg(short, long, value_name = "NAME")]
    project_name: Option<String>,
    /// The directory that relative paths start from
    #[arg(long, value_name = "DIR")]
    project_directory: Option<PathBuf>,
    /// A profile to enable
    #[arg(long, value_name = "PROFILE")]
    profile: Vec<String>,
}

impl Config {
    pub(super) fn run(&self, output: &Output) -> Status {
        match self.load() {
            Ok((files, loaded)) => print(output, &files, &loaded),
            Err(fault) => output.fail(&fault),
        }
    }

    fn load(&self) -> Result<(Files, Loaded), Diagnostic> {
        let mut files = Files::new(workspace::started()?);
        let mut request = Request::new("");
        request.files.clone_from(&self.file);
        request.env_files.clone_from(&self.env_file);
        request.profiles.clone_from(&self.profile);
        request.project_directory.clone_from(&self.project_directory);
        request.project = self.project_name.as_ref().map(|name| {
            let flag = files.sources_mut().add("--project-name", name.as_str());
            let span = crate::source::Span::new(flag, 0, name.len());
            Fact::literal(name.clone(), span)
        });
        let loaded = Loader::new().with_home(std::env::home_dir()).load(&mut files, &request);
        Ok((files, loaded))
    }
}

fn print(output: &Output, files: &Files, loaded: &Loaded) -> Status {
    let mut found = Diagnostics::default();
    found.extend(loaded.faults.iter().cloned());
    found.extend(loaded.warnings.iter().cloned());
    for gap in &loaded.gaps {
        let message = format!("not everything could be read: {}", gap.reason);
        let gap_found = Diagnostic::new(&cli_codes::NOT_READ, message)
            .help("what it says is missing below: `docker compose config` reads it where it is allowed to");
        found.push(match gap.span {
            Some(span) => gap_found.at(span, "not followed"),
            None => gap_found.in_file(&gap.path),
        });
    }
    // What Compose refuses was read all the same; only what could not be read is a job that was not done.
    let status = match (loaded.gaps.is_empty(), loaded.faults.is_empty()) {
        (false, _) => Status::Failed,
        (true, false) => Status::Found,
        (true, true) => Status::Clean,
    };
    if !found.is_empty() {
        output.report(&Report::new(files.sources(), found.sorted()), Format::Human);
    }
    if loaded.faults.is_empty() {
        output.print(&compose::json(loaded, files.sources()));
    }
    status
}
