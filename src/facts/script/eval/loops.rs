//! Loops.

use super::branches::settle;
use super::state::{Arguments, Ended, State, Status, argument, join, merge};
use super::{Evaluator, Frame, expand};
use crate::facts::script::variable::Origin;
use crate::facts::script::word::{Piece, Word};
use crate::syntax::shell::{self, List};

/// How often a loop is gone through.
const ROUNDS: usize = 12;

impl Evaluator<'_> {
    /// `for NAME in WORDS`: once for each word, as far as they are known.
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
                if arguments.open { vec![argument(1, span)] } else { arguments.known }
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
                go_on(&mut states);
                states.extend(ended);
                states = merge(states);
            }
            done.extend(states);
        }
        leave_loop(done, false)
    }

    /// `for ((…))`: perhaps once.
    pub(super) fn count_loop(&mut self, frame: &Frame, body: &List, states: Vec<State>) -> Vec<State> {
        let inner = frame.with(|context| context.in_loop = true);
        let after = self.list(&inner, body, states.clone());
        leave_loop(states.into_iter().chain(after).collect(), true)
    }

    /// `while` and `until`, as long as it is known that they go on.
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
            go_on(&mut after);
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
}

/// Begins the next round in the runs that `continue` ended.
fn go_on(states: &mut [State]) {
    for state in states {
        if state.ended == Some(Ended::Continue) {
            state.ended = None;
        }
    }
}

/// The runs after a loop; one in place of several where it is not known how often it was gone through.
fn leave_loop(states: Vec<State>, joined: bool) -> Vec<State> {
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
    frame.code.text(command.place).split('$').skip(1).any(|rest| {
        let rest = rest.strip_prefix('{').map_or(rest, |rest| rest.trim_start_matches(['!', '#']));
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end] == name
    })
}
