//! The command line: one file a command.

mod check;
pub mod codes;
pub mod compile;
mod config;
mod contexts;
mod explain;
mod lint;
mod output;
mod render;
mod repository;
mod rules;
mod schema;
mod stale;
mod status;

use crate::diagnostic::{Diagnostic, words};
use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand, ValueEnum};
use output::Output;
use status::Status;
use std::path::PathBuf;
use std::process::ExitCode;

/// Compile one typed spec into self-contained Docker Compose deployments.
///
/// specc reads `specc.yaml`, from the current directory or the nearest one above it, and writes one directory for each
/// environment: a Compose file, env-files and web server configuration that plain `docker compose up -d` takes.
#[derive(Debug, Parser)]
#[command(name = "specc", version, arg_required_else_help = true, max_term_width = 100, after_help = EXIT_STATUS)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Exit status: 0 clean; 1 errors were found (for lint: what `--fail-on` says) or files are stale; 2 the job was not done \
(bad arguments, a file that cannot be read, parsed or written).";

/// What every command takes.
#[derive(Clone, Debug, Args)]
struct Global {
    /// Run as if started in this directory
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Global options")]
    directory: Option<PathBuf>,
    /// Colour the output: on a terminal (unless `NO_COLOR` is set), always, or never
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = "Global options")]
    color: Color,
    /// Say nothing but errors and warnings
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    quiet: bool,
    /// Say more: files that stay as they are, too
    #[arg(short, long, global = true, help_heading = "Global options")]
    verbose: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// Where the output is a terminal and `NO_COLOR` is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Config(config::Config),
    Render(render::Render),
    Lint(lint::Lint),
    Rules(rules::Rules),
    Explain(explain::Explain),
    Schema(schema::Schema),
}

/// Reads the command line, does what it says, and says how it went.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away has seen enough.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * Status::Failed.code());
        }
    };
    let output = Output::new(&cli.global);
    let status = match enter(&cli.global) {
        Ok(()) => match &cli.command {
            Command::Check(check) => check.run(&output),
            Command::Config(config) => config.run(&output),
            Command::Render(render) => render.run(&output),
            Command::Lint(lint) => lint.run(&output),
            Command::Rules(rules) => rules.run(&output),
            Command::Explain(explain) => explain.run(&output),
            Command::Schema(schema) => schema.run(&output),
        },
        Err(fault) => output.fail(&fault),
    };
    ExitCode::from(output.status(status).code())
}

/// Everything after this, and every path that is shown, is relative to the directory that `-C` names.
fn enter(global: &Global) -> Result<(), Diagnostic> {
    let Some(directory) = &global.directory else { return Ok(()) };
    std::env::set_current_dir(directory).map_err(|error| {
        let message = format!("cannot start in `{}`: {}", directory.display(), words(&error));
        Diagnostic::new(&codes::DIRECTORY_UNUSABLE, message)
            .in_file(directory)
            .help("name a directory that exists and that you may enter")
    })
}

/// The command line as clap knows it, from which help, completions and documents are made.
pub fn command() -> clap::Command {
    Cli::command().color(ColorChoice::Auto)
}
