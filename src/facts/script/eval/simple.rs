//! Simple commands: their words are expanded, they are noted, and what they change is changed.

use super::follow::arguments;
use super::state::{Function, State, Status, all, common, merge};
use super::{Evaluator, Frame, expand, pieces};
use crate::facts::script::command::{Command, Redirection};
use crate::facts::script::variable::{Assignment, Origin, Variable, Variables};
use crate::facts::script::word::Word;
use crate::source::Spanned;
use crate::syntax::shell::{self, Part, PartKind, Place};
use std::sync::Arc;

/// A simple command with its words expanded.
pub(super) struct Expanded<'c> {
    pub(super) words: Vec<Word>,
    /// The word as written that each one comes out of.
    pub(super) written: Vec<&'c shell::Word>,
    pub(super) command: &'c shell::Command,
    pub(super) redirections: Vec<Redirection>,
    /// What stands before the program.
    pub(super) assigned: Vec<Assigned>,
}

/// An assignment with its value expanded.
pub(super) struct Assigned {
    pub(super) name: Spanned<String>,
    pub(super) value: Word,
    pub(super) elements: Option<Vec<Word>>,
    pub(super) element: bool,
    pub(super) append: bool,
}

impl Evaluator<'_> {
    pub(super) fn simple(
        &mut self,
        frame: &Frame,
        command: &shell::Command,
        assignments: &[shell::Assignment],
        words: &[shell::Word],
        states: Vec<State>,
    ) -> Vec<State> {
        if !self.step() {
            return states;
        }
        for assignment in assignments {
            self.substitutions(frame, std::slice::from_ref(&assignment.value), &states);
        }
        self.substitutions(frame, words, &states);
        for redirection in &command.redirections {
            self.substitutions(frame, std::slice::from_ref(&redirection.target), &states);
            if let Some(heredoc) =
                redirection.heredoc.and_then(|number| frame.code.script.heredocs.get(number))
            {
                self.substitutions(frame, std::slice::from_ref(&heredoc.body), &states);
            }
        }
        let mut after = Vec::new();
        // What was noted for this very command; what it leads to comes behind.
        let mut noted: Vec<usize> = Vec::new();
        // Runs that call a function, which go through it together.
        let mut calls: Vec<(String, Function, Vec<State>)> = Vec::new();
        for state in states {
            let expanded = Self::expand(frame, command, assignments, words, &state);
            if self.silent == 0 {
                let made = make(frame, &state, &expanded, assignments, words);
                let twin = noted.iter().copied().find(|at| alike(&self.commands[*at], &made));
                if let Some(at) = twin {
                    let choices = common(&self.commands[at].choices, &made.choices);
                    self.commands[at].choices = choices;
                    // What one of the runs has sourced may have set anything.
                    let sourced = all(&self.commands[at].sourced, &made.sourced);
                    self.commands[at].sourced = sourced;
                } else {
                    noted.push(self.commands.len());
                    self.commands.push(made);
                }
            }
            let name = expanded.words.first().and_then(Word::known).unwrap_or_default();
            if let Some(function) = state.functions.get(name).cloned() {
                let mut state = state;
                state.arguments.push(arguments(&expanded.words[1..]));
                match calls.iter_mut().find(|(other, ..)| other == name) {
                    Some((_, _, states)) => states.push(state),
                    None => calls.push((name.to_owned(), function, vec![state])),
                }
                continue;
            }
            after.extend(self.effect(frame, expanded, state));
        }
        for (name, function, states) in calls {
            after.extend(self.call_function(frame, &name, &function, states));
        }
        merge(after)
    }

    /// Runs the commands in the substitutions of some words, for what they do; what they print is another matter.
    pub(super) fn substitutions(&mut self, frame: &Frame, words: &[shell::Word], states: &[State]) {
        for part in words.iter().flat_map(|word| &word.parts) {
            match &part.kind {
                PartKind::Substitution(list) | PartKind::Process(list) => {
                    let printed = matches!(part.kind, PartKind::Substitution(_));
                    let inner = frame.with(|context| {
                        context.subshell = true;
                        context.substitution |= printed;
                        (context.after, context.before) = (None, None);
                    });
                    self.list(&inner, list, states.to_vec());
                }
                PartKind::Variable(expansion) => {
                    self.substitutions(frame, std::slice::from_ref(&expansion.word), states);
                }
                PartKind::Array(elements) => self.substitutions(frame, elements, states),
                _ => {}
            }
        }
    }

    fn expand<'c>(
        frame: &Frame,
        command: &'c shell::Command,
        assignments: &[shell::Assignment],
        words: &'c [shell::Word],
        state: &State,
    ) -> Expanded<'c> {
        let mut expanded = Vec::new();
        let mut written = Vec::new();
        for word in words {
            for made in expand::words(frame, state, word) {
                expanded.push(made);
                written.push(word);
            }
        }
        let assigned = assignments
            .iter()
            .map(|assignment| Assigned {
                name: Spanned::new(assignment.name.clone(), frame.code.span(assignment.name_place)),
                value: expand::one(frame, state, &assignment.value),
                elements: expand::elements(frame, state, &assignment.value),
                element: assignment.element,
                append: assignment.append,
            })
            .collect();
        let redirections =
            command.redirections.iter().map(|redirection| redirect(frame, state, redirection)).collect();
        Expanded { words: expanded, written, command, redirections, assigned }
    }

    /// What a command changes.
    fn effect(&mut self, frame: &Frame, expanded: Expanded<'_>, mut state: State) -> Vec<State> {
        if expanded.words.is_empty() {
            for assigned in expanded.assigned {
                self.assign(frame, &mut state, assigned, Origin::Script);
            }
            state.status = Status::Likely;
            return vec![state];
        }
        for assigned in &expanded.assigned {
            self.note(&state, &assigned.name, &assigned.value, true, Origin::Prefix);
        }
        self.builtin(frame, &expanded, state)
    }

    pub(in crate::facts::script) fn note(
        &mut self,
        state: &State,
        name: &Spanned<String>,
        value: &Word,
        exported: bool,
        origin: Origin,
    ) {
        if self.silent == 0 {
            self.assignments.push(Assignment {
                name: name.clone(),
                value: value.clone(),
                exported,
                origin,
                remote: !state.hosts.is_empty(),
                at: self.commands.len(),
            });
        }
    }

    /// Sets a variable of the shell.
    pub(super) fn assign(&mut self, frame: &Frame, state: &mut State, assigned: Assigned, origin: Origin) {
        let Assigned { name, value, elements, element, append } = assigned;
        let before = state.variables.get(&name.value).cloned();
        let exported = state.options.allexport || before.as_ref().is_some_and(|before| before.exported);
        self.note(state, &name, &value, exported, origin.clone());
        let origin = match &frame.code.path {
            Some(path) if self.silent > 0 => Origin::File(path.clone()),
            _ => origin,
        };
        let mut variable = Variable { value, elements, exported, origin, span: name.span };
        if element {
            // Which element it is decides; none of them is known any more.
            let reason = format!("`{}` is an array whose elements are set one by one", name.value);
            let piece = super::super::word::Piece::Unknown {
                name: name.value.clone(),
                default: None,
                reason,
                span: name.span,
            };
            variable.value = Word::new(vec![piece], variable.value.raw.clone(), variable.value.span);
            variable.elements = None;
        } else if append && let Some(before) = before {
            match (before.elements, variable.elements.take()) {
                (Some(mut list), Some(more)) => {
                    list.extend(more.into_iter().take(64));
                    variable.value = list.first().cloned().unwrap_or(before.value);
                    variable.elements = Some(list);
                }
                (None, None) => {
                    let mut pieces = before.value.pieces.clone();
                    for piece in variable.value.pieces.iter() {
                        pieces::push(&mut pieces, piece.clone());
                    }
                    if pieces::is_too_long(&pieces) {
                        pieces = pieces::too_long(name.span);
                    }
                    variable.value = Word::new(pieces, variable.value.raw.clone(), variable.value.span);
                }
                (list, more) => variable.elements = more.or(list),
            }
        } else if let Some(elements) = &variable.elements {
            let span = variable.value.span;
            variable.value = elements.first().cloned().unwrap_or_else(|| Word::new(Vec::new(), "", span));
        }
        Arc::make_mut(&mut state.variables).insert(name.value, variable);
    }
}

fn redirect(frame: &Frame, state: &State, redirection: &shell::Redirection) -> Redirection {
    let span = frame.code.span(redirection.place);
    let heredoc = redirection.heredoc.and_then(|number| frame.code.script.heredocs.get(number));
    let (target, body, expands) = if let Some(heredoc) = heredoc {
        let body = expand::text_for_another(frame, state, &[&heredoc.body]);
        (expand::one(frame, state, &heredoc.body), Some(body), !heredoc.quoted)
    } else {
        let body = (redirection.operator == "<<<")
            .then(|| expand::text_for_another(frame, state, &[&redirection.target]));
        (expand::one(frame, state, &redirection.target), body, true)
    };
    Redirection {
        operator: redirection.operator,
        descriptor: redirection.descriptor,
        target,
        body,
        expands,
        span,
    }
}

/// The command as it is listed.
fn make(
    frame: &Frame,
    state: &State,
    expanded: &Expanded<'_>,
    assignments: &[shell::Assignment],
    words: &[shell::Word],
) -> Command {
    let mut uses = Vec::new();
    let used: Vec<&shell::Word> = assignments
        .iter()
        .map(|assignment| &assignment.value)
        .chain(words)
        .chain(expanded.command.redirections.iter().map(|redirection| &redirection.target))
        .collect();
    expand::uses(frame, state, &used, &mut uses);
    let mut variables = state.variables.clone();
    for assigned in &expanded.assigned {
        let variable = Variable {
            value: assigned.value.clone(),
            elements: assigned.elements.clone(),
            exported: !expanded.words.is_empty(),
            origin: Origin::Prefix,
            span: assigned.name.span,
        };
        Arc::make_mut(&mut variables).insert(assigned.name.value.clone(), variable);
    }
    Command {
        words: expanded.words.clone(),
        assignments: expanded.assigned.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
        redirections: expanded.redirections.clone(),
        span: frame.code.span(expanded.command.place),
        variables,
        uses,
        sourced: state.sourced.clone(),
        directory: state.directory.clone(),
        directory_assumed: state.directory_assumed,
        hosts: state.hosts.clone(),
        pipe: frame.pipe,
        context: frame.context.clone(),
        options: state.options,
        choices: state.choices.clone(),
        filled: state.filled.clone(),
        caller: frame.caller.clone(),
        step: frame.step,
    }
}

/// Whether two runs of one command do the same.
pub(in crate::facts::script) fn alike(one: &Command, other: &Command) -> bool {
    let exported = |variables: &Variables| {
        let exported = variables.iter().filter(|(_, variable)| variable.exported);
        exported.map(|(name, variable)| (name.clone(), variable.value.value.clone())).collect::<Vec<_>>()
    };
    let values = |words: &[Word]| words.iter().map(|word| word.pieces.clone()).collect::<Vec<_>>();
    one.directory == other.directory
        && values(&one.words) == values(&other.words)
        && one
            .assignments
            .iter()
            .map(|(_, word)| &word.pieces)
            .eq(other.assignments.iter().map(|(_, word)| &word.pieces))
        && one
            .hosts
            .iter()
            .map(|host| &host.target.pieces)
            .eq(other.hosts.iter().map(|host| &host.target.pieces))
        && (Arc::ptr_eq(&one.variables, &other.variables)
            || exported(&one.variables) == exported(&other.variables))
}

/// The place of several words as written.
pub(super) fn place_of(words: &[&shell::Word]) -> Place {
    let start = words.first().map_or(0, |word| word.place.start);
    Place { start, end: words.last().map_or(start, |word| word.place.end) }
}

/// Whether a word may hold blanks that its author wrote: an array as a whole is no word.
pub(super) fn is_array(word: &shell::Word) -> bool {
    matches!(word.parts.last(), Some(Part { kind: PartKind::Array(_), .. }))
}
