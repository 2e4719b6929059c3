//! Going through a script as a shell would, with every run that is possible at once.

mod builtins;
mod capture;
pub(super) mod code;
mod control;
mod expand;
mod follow;
mod pieces;
mod simple;
pub(super) mod state;
mod test;

pub(super) use code::{Code, Library};
pub(super) use pieces::word;
pub(super) use simple::alike;
pub(super) use state::State;

use super::command::{Action, Caller, Choice, Command, Context, Joined, Pipe, Redirection};
use super::variable::Assignment;
use crate::source::fragment::HOLE;
use crate::syntax::shell::{self, AndOr, Item, Kind, Link, List, Pipeline};
use state::{Ended, Function, Status, merge};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// How many commands one script may come to.
const COMMANDS: usize = 3000;
/// How many steps are taken through one script.
const STEPS: usize = 12_000;
/// How deep commands, functions and calls may nest.
const DEPTH: usize = 56;

/// What surrounds the commands that are being run.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) code: Rc<Code>,
    pub(super) context: Context,
    pub(super) pipe: Pipe,
    pub(super) caller: Option<Arc<Caller>>,
    pub(super) step: Option<usize>,
    pub(super) ci: bool,
    /// How many scripts deep this is.
    pub(super) calls: usize,
    /// What a shell reads that is given nothing else: the input of the `ssh` that started it.
    pub(super) input: Option<Rc<Redirection>>,
}

impl Frame {
    pub(super) fn new(code: Rc<Code>, ci: bool) -> Self {
        let pipe = Pipe { id: 0, index: 0, length: 1 };
        Self { code, context: Context::default(), pipe, caller: None, step: None, ci, calls: 0, input: None }
    }

    /// The same with a changed context.
    fn with(&self, change: impl FnOnce(&mut Context)) -> Self {
        let mut frame = self.clone();
        change(&mut frame.context);
        frame
    }
}

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

    pub(super) fn list(&mut self, frame: &Frame, list: &List, mut states: Vec<State>) -> Vec<State> {
        for (at, item) in list.iter().enumerate() {
            let (live, mut ended): (Vec<_>, Vec<_>) = states.into_iter().partition(State::live);
            if live.is_empty() || !self.step() {
                return ended.into_iter().chain(live).collect();
            }
            let mut after = self.item(frame, item, live);
            if at + 1 < list.len() {
                for state in after.iter_mut() {
                    state.status = Status::Likely;
                }
            }
            ended.append(&mut after);
            states = merge(ended);
        }
        states
    }

    fn item(&mut self, frame: &Frame, item: &Item, states: Vec<State>) -> Vec<State> {
        if item.background {
            let frame = frame.with(|context| {
                context.background = true;
                context.subshell = true;
            });
            self.links(&frame, item, states.clone());
            return states.into_iter().map(|state| State { status: Status::Known(true), ..state }).collect();
        }
        self.links(frame, item, states)
    }

    fn links(&mut self, frame: &Frame, item: &Item, mut states: Vec<State>) -> Vec<State> {
        for (at, link) in item.links.iter().enumerate() {
            let after = link.operator.map(joined);
            let before = item.links.get(at + 1).and_then(|next| next.operator).map(joined);
            let frame = if item.links.len() == 1 {
                frame.clone()
            } else {
                frame.with(|context| (context.after, context.before) = (after, before))
            };
            states = match link.operator {
                None => self.pipeline(&frame, &link.pipeline, states),
                Some(operator) => self.joined(&frame, link, operator, states),
            };
        }
        states
    }

    /// Runs a pipeline in those runs in which the one before it lets it.
    fn joined(&mut self, frame: &Frame, link: &Link, operator: AndOr, states: Vec<State>) -> Vec<State> {
        let wanted = operator == AndOr::And;
        let place = frame.code.span(link.pipeline.place);
        let choice = |branch| Choice { span: place, branch, value: None };
        let (mut done, mut sure, mut maybe) = (Vec::new(), Vec::new(), Vec::new());
        for mut state in states {
            if !state.live() {
                done.push(state);
                continue;
            }
            match std::mem::replace(&mut state.status, Status::Likely) {
                Status::Known(known) if known == wanted => sure.push(state),
                Status::Known(known) => done.push(State { status: Status::Known(known), ..state }),
                Status::Likely if wanted => sure.push(state),
                Status::Likely => {
                    let mut other = state.clone();
                    other.choose(choice(0));
                    maybe.push(other);
                    state.choose(choice(1));
                    done.push(state);
                }
                Status::Test(yes, no) => {
                    let (taken, passed) = if wanted { (yes, no) } else { (no, yes) };
                    let mut other = state.clone();
                    other.choose(choice(0));
                    for refinement in taken.iter() {
                        other.refine(refinement);
                    }
                    maybe.push(other);
                    state.choose(choice(1));
                    for refinement in passed.iter() {
                        state.refine(refinement);
                    }
                    done.push(State { status: Status::Known(!wanted), ..state });
                }
            }
        }
        if !sure.is_empty() {
            done.extend(self.pipeline(frame, &link.pipeline, sure));
        }
        if !maybe.is_empty() {
            let frame = frame.with(|context| context.conditional = true);
            done.extend(self.pipeline(&frame, &link.pipeline, maybe));
        }
        done
    }

    fn pipeline(&mut self, frame: &Frame, pipeline: &Pipeline, states: Vec<State>) -> Vec<State> {
        self.pipes += 1;
        let mut frame = frame.clone();
        frame.context.negated ^= pipeline.negated;
        frame.pipe = Pipe { id: self.pipes, index: 0, length: pipeline.commands.len() };
        let mut states = match pipeline.commands.as_slice() {
            [command] => self.command(&frame, command, states),
            commands => {
                frame.context.subshell = true;
                for (index, command) in commands.iter().enumerate() {
                    frame.pipe.index = index;
                    self.command(&frame, command, states.clone());
                }
                states.into_iter().map(|state| State { status: Status::Likely, ..state }).collect()
            }
        };
        if pipeline.negated {
            for state in &mut states {
                state.status = test::negate(std::mem::replace(&mut state.status, Status::Likely));
            }
        }
        states
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
            Kind::Count(body) => {
                let inner = frame.with(|context| context.in_loop = true);
                let before = states.clone();
                let after = self.list(&inner, body, states);
                control::leave_loop(before.into_iter().chain(after).collect(), true)
            }
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

fn joined(operator: AndOr) -> Joined {
    match operator {
        AndOr::And => Joined::And,
        AndOr::Or => Joined::Or,
    }
}
