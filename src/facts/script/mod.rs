//! What scripts do: every command of shell scripts, workflows, Makefiles, crontabs and `package.json`, in order, with
//! its words, variables, directory and host as far as they can be known.
//!
//! A script is evaluated without running it: assignments, loops over words, `case` and `if` over known values, `cd`,
//! functions, `source`, `ssh host "…"` and calls of other scripts of the repository are followed. Where two branches
//! set different values, what follows is listed once for each; [`Command::choices`] tells them apart.

mod command;
mod cron;
mod directory;
pub mod docker;
mod eval;
mod file;
mod makefile;
mod package;
mod pattern;
mod prefix;
mod renamed;
mod shell;
mod variable;
mod word;
mod workflow;

pub use command::{Action, Caller, Choice, Command, Context, Host, Joined, Options, Pipe, Redirection, Via};
pub use directory::Directory;
pub use file::{File, FileKind, kind_of};
pub use renamed::{Renamed, renamed};
pub use variable::{Assignment, Origin, SourcedFile, Use, Variable, Variables};
pub use word::{Piece, Word};

use eval::{Library, state};

use crate::source::{SourceId, Sources, Span, Spanned};

/// One thing that runs from its first command to its last: a shell script, a target of a Makefile, a job of a workflow,
/// a line of a crontab, a script of `package.json`.
#[derive(Clone, Debug)]
pub struct Script {
    /// The file that it is written in.
    pub source: SourceId,
    /// What it is.
    pub kind: ScriptKind,
    /// Where it is written: its name, where it has one; else the start of the file.
    pub span: Span,
    /// Whether CI runs it.
    pub ci: bool,
    /// What a workflow's job or a crontab says beside its commands.
    pub job: Option<Job>,
    /// Its commands, in order. Those of scripts that it calls are among them, with [`Command::caller`] set.
    pub commands: Vec<Command>,
    /// Every assignment that was seen, in order: `X=…`, `export X=…`, `env:` of a workflow.
    pub assignments: Vec<Assignment>,
    /// The actions that a workflow's job uses, in order.
    pub actions: Vec<Action>,
    /// Whether it was too much to follow to its end: loops, calls or branches without bound.
    pub truncated: bool,
}

/// What a script is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ScriptKind {
    /// A file of shell commands.
    Shell,
    /// A target of a Makefile, or a recipe of a justfile.
    Target(String),
    /// A job of a GitHub workflow or of GitLab CI, by its key.
    Job(String),
    /// A line of a crontab.
    Cron,
    /// A script of a `package.json`, by its key.
    Npm(String),
}

/// What a job says beside its commands.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// `runs-on:`, or GitLab's `tags:`, as written.
    pub runs_on: Vec<Spanned<String>>,
    /// `environment:`.
    pub environment: Option<Word>,
    /// The images of `services:`.
    pub services: Vec<Word>,
    /// The image that the job runs in: `container:`, `image:`.
    pub image: Option<Word>,
    /// The jobs that must have ended before.
    pub needs: Vec<String>,
    /// The schedule of a crontab's line.
    pub schedule: Option<Spanned<String>>,
    /// What GitLab keeps: `artifacts: paths:`.
    pub artifacts: Vec<Word>,
}

impl Script {
    /// The commands that are written in the script itself, not in one that it calls.
    pub fn own_commands(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.caller.is_none())
    }

    /// The commands of a command's pipeline, in order, itself included.
    pub fn pipeline<'a>(&'a self, command: &'a Command) -> impl Iterator<Item = &'a Command> {
        let pipe = command.pipe.id;
        self.commands.iter().filter(move |other| other.pipe.id == pipe)
    }
}

/// Evaluates everything that these files run. Scripts that others call or source are found among them.
pub fn evaluate(sources: &Sources, files: &[File]) -> Vec<Script> {
    let library = Library::new(sources, files);
    files.iter().flat_map(|file| scripts_of(&library, file)).collect()
}

fn scripts_of(library: &Library<'_>, file: &File) -> Vec<Script> {
    match file.kind {
        FileKind::Shell => shell::script(library, file).into_iter().collect(),
        FileKind::Github | FileKind::Gitlab => workflow::scripts(library, file),
        FileKind::Makefile | FileKind::Justfile => makefile::scripts(library, file),
        FileKind::Crontab => cron::scripts(library, file),
        FileKind::Package => package::scripts(library, file),
        FileKind::Env => Vec::new(),
    }
}

/// Evaluates one shell script as it runs when it is called with these arguments and variables, in this directory.
pub fn evaluate_call(
    sources: &Sources,
    files: &[File],
    script: &File,
    arguments: &[Word],
    variables: &Variables,
    directory: &Directory,
) -> Option<Script> {
    let library = Library::new(sources, files);
    shell::call(&library, script, arguments, variables, directory)
}
