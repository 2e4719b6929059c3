//! Shells on other machines, which `ssh` or an action starts.

use super::follow::CALLS;
use super::simple::Expanded;
use super::state::{Arguments, State};
use super::subshell::input_of;
use super::{Code, Evaluator, Frame};
use crate::facts::script::command::{Host, Via};
use crate::facts::script::directory::Directory;
use crate::facts::script::word::Word;
use crate::source::{Fragment, Span};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

/// Options of `ssh` that take a value.
const SSH_VALUES: &str = "BbcDEeFIiJLlmOopQRSWw";

impl Evaluator<'_> {
    /// Runs the command that `ssh` is given, or what it reads.
    pub(super) fn ssh(&mut self, frame: &Frame, expanded: &Expanded<'_>, program: usize, state: &State) {
        if frame.calls >= CALLS {
            self.truncated = true;
            return;
        }
        let Some((target, rest)) = ssh_target(&expanded.words, program + 1) else { return };
        let span = frame.code.span(expanded.command.place);
        let inner = remote(state, expanded.words[target].clone(), Via::Ssh, span);
        let words = expanded.words.get(rest..).unwrap_or_default();
        if words.is_empty() {
            return self.input(frame, expanded, inner);
        }
        let fragment = Self::written(frame, state, expanded, rest);
        let mut frame = frame.nested(Code::new(fragment, None));
        frame.input = input_of(expanded).cloned().map(Rc::new);
        self.run(&frame, vec![inner]);
    }

    /// Runs the text that an action sends to another machine.
    pub(in crate::facts::script) fn remote(
        &mut self,
        frame: &Frame,
        text: Fragment,
        state: &State,
        host: Word,
        span: Span,
        variables: &[String],
    ) {
        let mut inner = remote(state, host, Via::Action, span);
        let given =
            variables.iter().filter_map(|name| Some((name.clone(), state.variables.get(name)?.clone())));
        inner.variables = Arc::new(given.collect());
        let frame = frame.nested(Code::new(text, None));
        self.run(&frame, vec![inner]);
    }
}

/// The run of a shell on another machine.
fn remote(state: &State, target: Word, via: Via, span: Span) -> State {
    let host = Host { target, via, span };
    State {
        hosts: state.hosts.iter().cloned().chain([host]).collect(),
        choices: state.choices.clone(),
        arguments: vec![Arguments::default()],
        ..State::new(Directory::Home(PathBuf::new()), false)
    }
}

/// Where the host stands among the words of `ssh`, and where the command begins.
fn ssh_target(words: &[Word], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let mut target = None;
    while let Some(word) = words.get(at) {
        let text = word.prefix();
        if text == "--" {
            at += 1;
            if target.is_some() {
                break;
            }
        } else if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            // `-p 22`, `-p22`, `-tt`, `-tp 22`.
            let takes = letters.find(|letter| SSH_VALUES.contains(letter));
            let apart = takes.is_some_and(|at| at + 1 == letters.len()) && word.known().is_some();
            at += if apart { 2 } else { 1 };
        } else if target.is_some() {
            break;
        } else if word.splits && is_options(word) && at + 1 < words.len() {
            at += 1;
        } else {
            target = Some(at);
            at += 1;
        }
    }
    Some((target?, at))
}

/// Whether an unknown word is named like options, not like a host.
fn is_options(word: &Word) -> bool {
    word.unknown_names().any(|name| {
        let name = name.to_ascii_uppercase();
        ["OPT", "ARG", "FLAG", "PARAM"].iter().any(|part| name.contains(part)) || name == "@"
    })
}
