//! `if`, loops and `case`.

use super::state::{Arguments, Ended, State, Status, join, merge};
use super::{Evaluator, Frame, expand, test};
use crate::facts::script::command::Choice;
use crate::facts::script::pattern;
use crate::facts::script::variable::Origin;
use crate::facts::script::word::{Piece, Word};
use crate::source::Span;
use crate::syntax::shell::{self, Arm, Branch, List};

/// How often a loop is gone through.
const ROUNDS: usize = 12;

impl Evaluator<'_> {
    pub(super) fn conditional(
        &mut self,
        frame: &Frame,
        span: Span,
        branches: &[Branch],
        otherwise: Option<&List>,
        states: Vec<State>,
    ) -> Vec<State> {
        let mut done = Vec::new();
        // Runs that have not found their branch, and whether anything was unknown on the way.
        let mut open: Vec<(State, bool)> = states.into_iter().map(|state| (state, false)).collect();
        for (at, branch) in branches.iter().enumerate() {
            if open.is_empty() {
                break;
            }
            let condition = frame.with(|context| {
                context.condition = true;
                (context.after, context.before) = (None, None);
            });
            let (mut sure, mut maybe, mut rest) = (Vec::new(), Vec::new(), Vec::new());
            for unsure in [false, true] {
                let these = open.iter().filter(|(_, flag)| *flag == unsure).map(|(state, _)| state.clone());
                let these: Vec<_> = these.collect();
                if these.is_empty() {
                    continue;
                }
                for mut state in self.list(&condition, &branch.condition, these) {
                    if !state.live() {
                        done.push(state);
                        continue;
                    }
                    match std::mem::replace(&mut state.status, Status::Likely) {
                        Status::Known(true) if unsure => maybe.push(state),
                        Status::Known(true) => sure.push(state),
                        Status::Known(false) => rest.push((state, unsure)),
                        status => {
                            let (yes, no) = match status {
                                Status::Test(yes, no) => (yes, no),
                                Status::Likely | Status::Known(_) => (Vec::new(), Vec::new()),
                            };
                            let mut other = state.clone();
                            let value = yes.first().and_then(|refinement| refinement.value.clone());
                            other.choose(Choice { span, branch: at, value });
                            for refinement in yes.iter() {
                                other.refine(refinement);
                            }
                            maybe.push(other);
                            let value = no.first().and_then(|refinement| refinement.value.clone());
                            // The last branch of all is `else`, or none.
                            state.choose(Choice { span, branch: at + 1, value });
                            for refinement in no.iter() {
                                state.refine(refinement);
                            }
                            rest.push((state, true));
                        }
                    }
                }
            }
            if !sure.is_empty() {
                done.extend(self.list(frame, &branch.body, merge(sure)));
            }
            if !maybe.is_empty() {
                let inner = frame.with(|context| context.conditional = true);
                done.extend(self.list(&inner, &branch.body, merge(maybe)));
            }
            open = rest;
        }
        let (maybe, sure): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, unsure)| *unsure);
        for (states, conditional) in [(sure, false), (maybe, true)] {
            let states: Vec<State> = states.into_iter().map(|(state, _)| state).collect();
            match otherwise {
                Some(body) if !states.is_empty() => {
                    let inner = frame.with(|context| context.conditional |= conditional);
                    done.extend(self.list(&inner, body, merge(states)));
                }
                _ => done.extend(states),
            }
        }
        settle(done)
    }

    pub(super) fn for_loop(
        &mut self,
        frame: &Frame,
        command: &shell::Command,
        name: &str,
        words: Option<&[shell::Word]>,
        body: &List,
        states: Vec<State>,
    ) -> Vec<State> {
        let inner = frame.with(|context| context.in_loop = true);
        let span = frame.code.span(command.place);
        self.substitutions(frame, words.unwrap_or_default(), &states);
        let mut done = Vec::new();
        for state in states {
            let values = if let Some(words) = words {
                words.iter().flat_map(|word| expand::words(frame, &state, word)).collect()
            } else {
                let arguments = state.arguments.last().cloned().unwrap_or_default();
                if arguments.open { vec![super::state::argument(1, span)] } else { arguments.known }
            };
            let open =
                words.is_none() && state.arguments.last().is_some_and(|arguments: &Arguments| arguments.open);
            let known =
                !open && values.len() <= ROUNDS && values.iter().all(|word| !word.splits && !word.glob);
            let used = uses(frame, command, name);
            let rounds = match (known, values.first()) {
                (true, None) => Vec::new(),
                (true, Some(first)) if !used => vec![first.clone()],
                (true, Some(_)) => values,
                (false, _) => {
                    let reason = format!("`{name}` is one after the other of what the loop goes through");
                    let piece = Piece::Unknown { name: name.to_owned(), default: None, reason, span };
                    vec![Word::new(vec![piece], format!("${name}"), span)]
                }
            };
            let mut states = vec![state];
            for value in rounds {
                let (mut live, ended): (Vec<_>, Vec<_>) = states.into_iter().partition(State::live);
                for state in &mut live {
                    let place = value.span;
                    state.set(name, value.clone(), Origin::Loop, place);
                }
                states = self.list(&inner, body, live);
                for state in &mut states {
                    if state.ended == Some(Ended::Continue) {
                        state.ended = None;
                    }
                }
                states.extend(ended);
                states = merge(states);
            }
            done.extend(states);
        }
        leave_loop(done, false)
    }

    pub(super) fn while_loop(
        &mut self,
        frame: &Frame,
        until: bool,
        condition: &List,
        body: &List,
        states: Vec<State>,
    ) -> Vec<State> {
        let asking = frame.with(|context| {
            context.condition = true;
            context.in_loop = true;
        });
        let inner = frame.with(|context| context.in_loop = true);
        let mut done = Vec::new();
        let mut states = states;
        for round in 0..ROUNDS {
            let before = states.clone();
            let (mut again, mut unsure) = (Vec::new(), false);
            for mut state in self.list(&asking, condition, states) {
                let status = std::mem::replace(&mut state.status, Status::Likely);
                match status {
                    _ if !state.live() => done.push(state),
                    Status::Known(known) if known == until => done.push(state),
                    Status::Known(_) => again.push(state),
                    Status::Test(..) | Status::Likely => {
                        unsure = true;
                        done.push(state.clone());
                        again.push(state);
                    }
                }
            }
            if again.is_empty() {
                return leave_loop(done, false);
            }
            let mut after = self.list(&inner, body, again);
            for state in &mut after {
                if state.ended == Some(Ended::Continue) {
                    state.ended = None;
                }
            }
            // What goes round without end, or may do so, is gone through once.
            let stuck =
                merge(before.iter().cloned().chain(after.iter().cloned()).collect()).len() <= before.len();
            if unsure || stuck || round + 1 == ROUNDS {
                done.extend(after);
                return leave_loop(done, true);
            }
            let (live, ended): (Vec<_>, Vec<_>) = merge(after).into_iter().partition(State::live);
            done.extend(ended);
            states = live;
        }
        leave_loop(done, true)
    }

    pub(super) fn case(
        &mut self,
        frame: &Frame,
        span: Span,
        subject: &shell::Word,
        arms: &[Arm],
        states: Vec<State>,
    ) -> Vec<State> {
        let mut done = Vec::new();
        // The runs that take each branch: those that surely do, and those that may.
        let mut sure: Vec<Vec<State>> = vec![Vec::new(); arms.len()];
        let mut maybe: Vec<Vec<State>> = vec![Vec::new(); arms.len()];
        for state in states {
            let value = expand::one(frame, &state, subject);
            let patterns: Vec<Vec<Word>> = arms
                .iter()
                .map(|arm| arm.patterns.iter().map(|word| expand::one(frame, &state, word)).collect())
                .collect();
            if let Some(text) = value.known() {
                let fits = |word: &Word| match word.known() {
                    Some(known) if word.quoted => known == text,
                    Some(known) => pattern::matches(known, text),
                    None => false,
                };
                match patterns.iter().position(|patterns| patterns.iter().any(fits)) {
                    Some(arm) => sure[arm].push(state),
                    None => done.push(state),
                }
                continue;
            }
            let mut every = false;
            for (branch, patterns) in patterns.iter().enumerate() {
                let plain =
                    |word: &&Word| word.known().is_some_and(|text| word.quoted || !pattern::is_pattern(text));
                let values: Vec<&Word> = patterns.iter().filter(plain).collect();
                every |= patterns.iter().any(|word| word.is("*"));
                // `prod | production` is one case: the longest word is its name.
                let text = values.iter().filter_map(|word| word.known()).max_by_key(|text| text.len());
                if let Some(text) = text.filter(|_| values.len() == patterns.len()) {
                    let mut state = state.clone();
                    state.choose(Choice { span, branch, value: Some(text.to_owned()) });
                    if let Some(refinement) = test::refinement(subject, &value, text) {
                        state.refine(&refinement);
                    }
                    maybe[branch].push(state);
                } else {
                    let mut state = state.clone();
                    state.choose(Choice { span, branch, value: None });
                    maybe[branch].push(state);
                }
            }
            if !every {
                let mut state = state;
                state.choose(Choice { span, branch: arms.len(), value: None });
                done.push(state);
            }
        }
        let (mut falling, mut falling_maybe) = (Vec::new(), Vec::new());
        for (at, arm) in arms.iter().enumerate() {
            let these = std::mem::take(&mut falling)
                .into_iter()
                .chain(std::mem::take(&mut sure[at]))
                .collect::<Vec<_>>();
            let others = std::mem::take(&mut falling_maybe)
                .into_iter()
                .chain(std::mem::take(&mut maybe[at]))
                .collect::<Vec<_>>();
            let inner = frame.with(|context| context.conditional = true);
            let after = if these.is_empty() { these } else { self.list(frame, &arm.body, merge(these)) };
            let after_maybe =
                if others.is_empty() { others } else { self.list(&inner, &arm.body, merge(others)) };
            if arm.falls_through {
                (falling, falling_maybe) = (after, after_maybe);
            } else {
                done.extend(after);
                done.extend(after_maybe);
            }
        }
        done.extend(falling);
        done.extend(falling_maybe);
        settle(done)
    }
}

/// The runs after a compound command.
fn settle(mut states: Vec<State>) -> Vec<State> {
    for state in states.iter_mut() {
        state.status = Status::Likely;
    }
    merge(states)
}

/// The runs after a loop; one in place of several where it is not known how often it was gone through.
pub(super) fn leave_loop(states: Vec<State>, joined: bool) -> Vec<State> {
    let mut states = settle(states);
    for state in &mut states {
        if matches!(state.ended, Some(Ended::Break | Ended::Continue)) {
            state.ended = None;
        }
    }
    if !joined {
        return merge(states);
    }
    let (live, ended): (Vec<_>, Vec<_>) = states.into_iter().partition(State::live);
    join(live).into_iter().chain(ended).collect()
}

/// Whether a loop's text uses its variable.
fn uses(frame: &Frame, command: &shell::Command, name: &str) -> bool {
    let text = frame.code.text(command.place);
    let bare = |text: &str| {
        text.split('$').skip(1).any(|rest| {
            let rest = rest.strip_prefix('{').map_or(rest, |rest| rest.trim_start_matches(['!', '#']));
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            &rest[..end] == name
        })
    };
    bare(text)
}
