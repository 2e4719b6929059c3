//! `if` and `case`.

use super::state::{State, Status, merge};
use super::{Evaluator, Frame, expand, test};
use crate::facts::script::command::Choice;
use crate::facts::script::pattern;
use crate::facts::script::word::Word;
use crate::source::Span;
use crate::syntax::shell::{self, Arm, Branch, List};

impl Evaluator<'_> {
    /// `if`: each run takes the branches whose conditions may hold.
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

    /// `case`: each run takes the first arm that fits, or, where the subject is not known, any.
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
pub(super) fn settle(mut states: Vec<State>) -> Vec<State> {
    for state in states.iter_mut() {
        state.status = Status::Likely;
    }
    merge(states)
}
