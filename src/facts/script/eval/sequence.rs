//! Commands that follow each other: lists, `&&` and `||`, pipelines.

use super::state::{State, Status, merge};
use super::{Evaluator, Frame, test};
use crate::facts::script::command::{Choice, Joined, Pipe};
use crate::syntax::shell::{AndOr, Item, Link, List, Pipeline};

impl Evaluator<'_> {
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
}

fn joined(operator: AndOr) -> Joined {
    match operator {
        AndOr::And => Joined::And,
        AndOr::Or => Joined::Or,
    }
}
