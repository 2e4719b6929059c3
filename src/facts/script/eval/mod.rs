//! Going through a script as a shell would, with every run that is possible at once.

mod assign;
mod branches;
mod builtins;
mod capture;
pub(super) mod code;
mod expand;
mod follow;
mod frame;
mod listed;
mod loops;
mod pieces;
mod remote;
mod sequence;
mod simple;
pub(super) mod state;
mod subshell;
mod test;

pub(super) use code::{Code, Library};
pub(super) use frame::Frame;
pub(super) use listed::alike;
pub(super) use pieces::word;
pub(super) use state::State;

use super::command::{Action, Command};
use super::variable::Assignment;
use crate::source::fragment::HOLE;
use crate::syntax::shell::{self, Kind};
use state::{Ended, Function, Status, merge};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How many commands one script may come to.
const COMMANDS: usize = 3000;
/// How many steps are taken through one script.
const STEPS: usize = 12_000;
/// How deep commands, functions and calls may nest.
const DEPTH: usize = 56;

/// Collects what a script does.
pub(super) struct Evaluator<'a> {
    pub(super) library: &'a Library<'a>,
    pub(super) commands: Vec<Command>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) actions: Vec<Action>,
    pub(super) truncated: bool,
    pipes: usize,
    steps: usize,
    depth: usize,
    /// Above 0 nothing is collected.
    silent: usize,
    /// The files and functions that are being run: none is entered again from within.
    active: Vec<PathBuf>,
    defined: BTreeMap<String, Function>,
    called: BTreeSet<String>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(library: &'a Library<'a>) -> Self {
        Self {
            library,
            commands: Vec::new(),
            assignments: Vec::new(),
            actions: Vec::new(),
            truncated: false,
            pipes: 0,
            steps: 0,
            depth: 0,
            silent: 0,
            active: Vec::new(),
            defined: BTreeMap::new(),
            called: BTreeSet::new(),
        }
    }

    /// Runs all of a text.
    pub(super) fn run(&mut self, frame: &Frame, states: Vec<State>) -> Vec<State> {
        let code = frame.code.clone();
        // A text of which nothing is known holds no command.
        if code.fragment.text().trim() == HOLE.encode_utf8(&mut [0; 4]) && !code.fragment.holes().is_empty() {
            return states;
        }
        let entered = code.path.as_ref().is_none_or(|path| self.enter(path));
        if !entered {
            return states;
        }
        let states = self.list(frame, &code.script.body, states);
        self.leave(code.path.is_some());
        states
    }

    /// Runs the functions that nothing called, since something else may call them.
    pub(super) fn run_uncalled(&mut self, frame: &Frame, states: Vec<State>) {
        let defined = std::mem::take(&mut self.defined);
        let Some(mut state) = state::join(states) else { return };
        state.ended = None;
        state.arguments = vec![state::Arguments { known: Vec::new(), open: true }];
        for (name, function) in defined {
            if self.called.contains(&name) || !Rc::ptr_eq(&function.code, &frame.code) {
                continue;
            }
            let inner = frame.with(|context| {
                context.uncalled = true;
                context.function = Some(name);
            });
            self.command(&inner, &function.body, vec![state.clone()]);
        }
    }

    /// Notes that a file or function is being run; `false` when it is already.
    fn enter(&mut self, what: &Path) -> bool {
        let fresh = !self.active.iter().any(|other| other == what);
        if fresh {
            self.active.push(what.to_path_buf());
        }
        fresh
    }

    fn leave(&mut self, entered: bool) {
        if entered {
            self.active.pop();
        }
    }

    /// Counts a step; `false` when there were too many.
    fn step(&mut self) -> bool {
        self.steps += 1;
        let goes_on = self.steps < STEPS && self.commands.len() < COMMANDS;
        self.truncated |= !goes_on;
        goes_on
    }

    pub(super) fn command(
        &mut self,
        frame: &Frame,
        command: &shell::Command,
        states: Vec<State>,
    ) -> Vec<State> {
        if self.depth >= DEPTH {
            self.truncated = true;
            return states;
        }
        self.depth += 1;
        if !matches!(command.kind, Kind::Simple { .. }) {
            for redirection in &command.redirections {
                self.substitutions(frame, std::slice::from_ref(&redirection.target), &states);
            }
        }
        let states = match &command.kind {
            Kind::Simple { assignments, words } => self.simple(frame, command, assignments, words, states),
            Kind::Subshell(list) => {
                let inner = frame.with(|context| context.subshell = true);
                self.list(&inner, list, states.clone());
                states.into_iter().map(|state| State { status: Status::Likely, ..state }).collect()
            }
            Kind::Group(list) => self.list(frame, list, states),
            Kind::If { branches, otherwise } => {
                let span = frame.code.span(command.place);
                self.conditional(frame, span, branches, otherwise.as_ref(), states)
            }
            Kind::For { name, words, body } => {
                self.for_loop(frame, command, name, words.as_deref(), body, states)
            }
            Kind::Count(body) => self.count_loop(frame, body, states),
            Kind::While { until, condition, body } => self.while_loop(frame, *until, condition, body, states),
            Kind::Case { subject, arms } => {
                let span = frame.code.span(command.place);
                self.case(frame, span, subject, arms, states)
            }
            Kind::Function { name, body } => self.define(frame, name, body, states),
            Kind::Test(words) => {
                self.substitutions(frame, words, &states);
                let decide = |state| State { status: test::status(frame, &state, words, true), ..state };
                states.into_iter().map(decide).collect()
            }
            Kind::Arithmetic => {
                states.into_iter().map(|state| State { status: test::unknown(), ..state }).collect()
            }
        };
        self.depth -= 1;
        states
    }

    fn define(
        &mut self,
        frame: &Frame,
        name: &str,
        body: &shell::Command,
        mut states: Vec<State>,
    ) -> Vec<State> {
        let function = Function { code: frame.code.clone(), body: Rc::new(body.clone()) };
        self.defined.insert(name.to_owned(), function.clone());
        for state in &mut states {
            Rc::make_mut(&mut state.functions).insert(name.to_owned(), function.clone());
            state.status = Status::Known(true);
        }
        states
    }

    /// Runs a function's body; its arguments are the innermost ones of each run.
    fn call_function(
        &mut self,
        frame: &Frame,
        name: &str,
        function: &Function,
        states: Vec<State>,
    ) -> Vec<State> {
        self.called.insert(name.to_owned());
        let mut inner = frame.with(|context| context.function = Some(name.to_owned()));
        inner.code = function.code.clone();
        let entered = self.enter(Path::new(&format!("{name}()")));
        let mut states = if entered { self.command(&inner, &function.body, states) } else { states };
        self.leave(entered);
        for state in &mut states {
            state.arguments.pop();
            if state.ended == Some(Ended::Return) {
                state.ended = None;
            }
        }
        merge(states)
    }
}
