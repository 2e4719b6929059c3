//! Simple commands with everything that is known of the moment in which they run.

use super::directory::Directory;
use super::variable::{SourcedFile, Use, Variable, Variables};
use super::word::{Piece, Word};
use crate::source::{Fragment, Span, Spanned};
use std::sync::Arc;

/// One simple command: a program and its arguments, or assignments alone.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments, after expansion. Empty where there are only assignments.
    pub words: Vec<Word>,
    /// Assignments before the program: `X=1 command`.
    pub assignments: Vec<(Spanned<String>, Word)>,
    /// Its redirections.
    pub redirections: Vec<Redirection>,
    /// All of it, assignments and redirections included.
    pub span: Span,
    /// Every variable when it runs, its own assignments included.
    pub variables: Variables,
    /// The variables that it uses, as written.
    pub uses: Vec<Use>,
    /// The files that were sourced before, on the machine that it runs on.
    pub sourced: Arc<[SourcedFile]>,
    /// The directory that it runs in.
    pub directory: Directory,
    /// Whether nothing says so: a script is then taken to be started in the repository's root.
    pub directory_assumed: bool,
    /// The machine that it runs on, if it is another one: innermost last.
    pub hosts: Arc<[Host]>,
    /// Its pipeline.
    pub pipe: Pipe,
    /// What surrounds it.
    pub context: Context,
    /// The shell options in force.
    pub options: Options,
    /// The branches that were taken to get here, outermost first.
    pub choices: Arc<[Choice]>,
    /// What is not known of the variables and arguments, but was found not to be empty: `[ -z "$X" ] && exit`.
    pub filled: Arc<[Piece]>,
    /// The call that led here, when it is not written in the script itself but in one that it calls.
    pub caller: Option<Arc<Caller>>,
    /// The step of the job that it belongs to, counted from 0.
    pub step: Option<usize>,
}

impl Command {
    /// The program's name without its directory, if it is known: `docker`.
    pub fn program(&self) -> Option<&str> {
        let name = self.words.first()?.known()?;
        Some(name.rsplit('/').next().unwrap_or(name))
    }

    /// The arguments.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// A variable as a program that this command starts would get it: exported, or set before it.
    pub fn exported(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name).filter(|variable| variable.exported)
    }

    /// Whether something of which no value is known is surely not empty when it runs.
    pub fn is_filled(&self, piece: &Piece) -> bool {
        self.filled.iter().any(|other| other.is_same(piece))
    }

    /// The machine that it runs on, if it is another one.
    pub fn host(&self) -> Option<&Host> {
        self.hosts.last()
    }

    /// What a path among its words means: relative to its directory.
    pub fn path(&self, word: &Word) -> Directory {
        self.directory.join_pieces(&word.pieces)
    }

    /// Whether both can be in one run: no branch that excludes the other was taken.
    pub fn runs_with(&self, other: &Self) -> bool {
        self.choices
            .iter()
            .all(|one| other.choices.iter().all(|two| one.span != two.span || one.branch == two.branch))
    }
}

/// Another machine that commands are run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Who is called: `deploy@203.0.113.5`, as far as it is known.
    pub target: Word,
    /// How.
    pub via: Via,
    /// The command or action that does it.
    pub span: Span,
}

impl Host {
    /// The address without its user and port, if it is known.
    pub fn address(&self) -> Option<&str> {
        let target = self.target.known()?;
        let target = target.strip_prefix("ssh://").unwrap_or(target);
        let address = target.rsplit('@').next().unwrap_or(target);
        match address.split_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(name),
            _ => Some(address),
        }
    }
}

/// How another machine is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// `ssh host …`.
    Ssh,
    /// An action with `host:` and `script:`.
    Action,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// The operator without its number: `>`, `>>`, `<`, `<<`, `<<<`, `&>`, `>&`.
    pub operator: &'static str,
    /// The descriptor, if one is written.
    pub descriptor: Option<u32>,
    /// The file, descriptor or text. For a heredoc, its body.
    pub target: Word,
    /// The lines of a heredoc, or the text of a here-string, to be read as another text.
    pub body: Option<Fragment>,
    /// Whether variables are expanded in the heredoc: its delimiter is not quoted.
    pub expands: bool,
    /// All of it, a heredoc's body left out.
    pub span: Span,
}

/// A command's place in its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipe {
    /// The same for all commands of one run of one pipeline, and for no other.
    pub id: usize,
    /// Its place, from 0.
    pub index: usize,
    /// How many commands the pipeline has: 1 for a command by itself.
    pub length: usize,
}

impl Pipe {
    /// Whether it is the last one, whose status is that of the pipeline.
    pub fn is_last(self) -> bool {
        self.index + 1 == self.length
    }
}

/// What surrounds a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a question of its own
pub struct Context {
    /// In the body of a loop.
    pub in_loop: bool,
    /// It, or what it is part of, is the condition of an `if`, `while` or `until`.
    pub condition: bool,
    /// In a branch about which nothing is known: it may not run.
    pub conditional: bool,
    /// `! command`.
    pub negated: bool,
    /// In a subshell, a command substitution or a pipeline.
    pub subshell: bool,
    /// In `$(…)` or backticks: what it prints is used.
    pub substitution: bool,
    /// `command &`.
    pub background: bool,
    /// The function that it is written in.
    pub function: Option<String>,
    /// How it is joined to the command before it in its list.
    pub after: Option<Joined>,
    /// How the next command of its list is joined to it.
    pub before: Option<Joined>,
    /// In a function that is never called as far as can be seen: it may not run at all.
    pub uncalled: bool,
    /// In the text of another shell: `bash -c "…"`, `eval "…"`, `ssh host "…"`, or a script fed to a shell.
    pub nested: bool,
}

/// How two commands of a list are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joined {
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// Shell options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub struct Options {
    /// `set -e`.
    pub errexit: bool,
    /// `set -o pipefail`.
    pub pipefail: bool,
    /// `set -u`.
    pub nounset: bool,
    /// `set -a`.
    pub allexport: bool,
}

/// A branch that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The `case`, `if` or list of alternatives.
    pub span: Span,
    /// Which branch, from 0.
    pub branch: usize,
    /// The value that the branch stands for, if it is one: `staging`.
    pub value: Option<String>,
}

/// A call of one script by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The command that calls.
    pub span: Span,
    /// The call that led there.
    pub caller: Option<Arc<Caller>>,
}

/// An action that a job uses: `uses:` and `with:`.
#[derive(Clone, Debug)]
pub struct Action {
    /// The action without its version: `appleboy/ssh-action`.
    pub name: String,
    /// All of what is written after `uses:`.
    pub uses: Spanned<String>,
    /// Its inputs.
    pub inputs: Vec<(Spanned<String>, Word)>,
    /// Its variables, those of the job and the workflow included.
    pub variables: Variables,
    /// The branches that were taken to get here, outermost first.
    pub choices: Arc<[Choice]>,
    /// The step, counted from 0.
    pub step: usize,
    /// How many commands of the job come before it.
    pub at: usize,
}

impl Action {
    /// An input by its name.
    pub fn input(&self, name: &str) -> Option<&Word> {
        self.inputs.iter().find(|(key, _)| key.value == name).map(|(_, word)| word)
    }
}
