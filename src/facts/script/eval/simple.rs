//! Simple commands: their words are expanded, they are noted, and what they change is changed.

use super::assign::Assigned;
use super::follow::arguments;
use super::listed::{alike, listed};
use super::state::{Function, State, Status, all, common, merge};
use super::{Evaluator, Frame, expand};
use crate::facts::script::command::Redirection;
use crate::facts::script::variable::Origin;
use crate::facts::script::word::Word;
use crate::source::Spanned;
use crate::syntax::shell::{self, Part, PartKind, Place};

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

impl Evaluator<'_> {
    /// Runs a simple command.
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
                let made = listed(frame, &state, &expanded, assignments, words);
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

/// The place of several words as written.
pub(super) fn place_of(words: &[&shell::Word]) -> Place {
    let start = words.first().map_or(0, |word| word.place.start);
    Place { start, end: words.last().map_or(start, |word| word.place.end) }
}

/// Whether a word may hold blanks that its author wrote: an array as a whole is no word.
pub(super) fn is_array(word: &shell::Word) -> bool {
    matches!(word.parts.last(), Some(Part { kind: PartKind::Array(_), .. }))
}
