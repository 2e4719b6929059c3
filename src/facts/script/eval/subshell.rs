//! Other shells: what they are given to run, and running it.

use super::expand;
use super::follow::{CALLS, arguments, child};
use super::simple::Expanded;
use super::state::State;
use super::{Code, Evaluator, Frame};
use crate::facts::script::command::Redirection;
use crate::facts::script::directory::Directory;
use crate::facts::script::word::Word;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

/// The programs that read commands.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "dash" | "zsh" | "ash" | "ksh")
}

/// What a shell is given to run.
pub(super) enum Given {
    /// `-c TEXT`, the words from here on.
    Text(usize),
    /// A file and its arguments, from here on.
    File(usize),
    /// What comes in; and where the arguments begin.
    Input(usize),
}

impl Evaluator<'_> {
    /// Runs what a shell is given.
    pub(super) fn shell(&mut self, frame: &Frame, expanded: &Expanded<'_>, given: &Given, state: &State) {
        if frame.calls >= CALLS {
            self.truncated = true;
            return;
        }
        let mut inner = child(state);
        match given {
            Given::Text(at) => {
                let Some(word) = expanded.words.get(*at) else { return };
                let fragment = match expanded
                    .written
                    .iter()
                    .filter(|w| w.place == expanded.written[*at].place)
                    .count()
                {
                    1 => expand::text_for_another(frame, state, &[expanded.written[*at]]),
                    _ => {
                        expand::text_of_words(frame, expanded.written[*at].place, std::slice::from_ref(word))
                    }
                };
                inner.arguments = vec![arguments(expanded.words.get(at + 2..).unwrap_or_default())];
                let frame = frame.nested(Code::new(fragment, None));
                self.run(&frame, vec![inner]);
            }
            Given::File(at) => {
                if let Some(code) = expanded.words.get(*at).and_then(|word| self.find_file(state, word)) {
                    self.call(frame, expanded, &code, at + 1, state);
                }
            }
            Given::Input(at) => {
                inner.arguments = vec![arguments(expanded.words.get(*at..).unwrap_or_default())];
                self.input(frame, expanded, inner);
            }
        }
    }

    /// A file that is named without a directory, too.
    fn find_file(&self, state: &State, word: &Word) -> Option<Rc<Code>> {
        match state.directory.join_pieces(&word.pieces) {
            Directory::Inside(path) => self.library.shell(&path, false),
            _ => self.find(state, word, false),
        }
    }

    /// Runs what is fed to a shell: a heredoc, a here-string, a file.
    pub(super) fn input(&mut self, frame: &Frame, expanded: &Expanded<'_>, state: State) {
        let input = input_of(expanded).or_else(|| frame.input.as_deref().filter(|_| frame.pipe.index == 0));
        let Some(input) = input else { return };
        if let Some(body) = &input.body {
            let frame = frame.nested(Code::new(body.clone(), None));
            self.run(&frame, vec![state]);
        } else if input.operator == "<" {
            // The file is read here, wherever its commands run.
            let here = State { hosts: Arc::default(), ..State::new(Directory::Inside(PathBuf::new()), true) };
            if let Some(code) = self.find_file(&here, &input.target) {
                let frame = frame.called(code, expanded.command);
                self.run(&frame, vec![state]);
            }
        }
    }
}

/// What a shell is given, by its words from `from` on.
pub(super) fn given(words: &[Word], from: usize) -> Given {
    let mut at = from;
    while let Some(word) = words.get(at) {
        let text = word.prefix();
        match text.split_at_checked(1) {
            _ if word.is("--") => return Given::Input(at + 1),
            _ if text.starts_with("--") => at += 1,
            Some(("-" | "+", letters)) => {
                if letters.contains('c') {
                    return Given::Text(at + 1);
                }
                if letters.contains('s') {
                    let rest = at + 1;
                    return Given::Input(
                        rest + usize::from(words.get(rest).is_some_and(|word| word.is("--"))),
                    );
                }
                at += if letters.ends_with('o') { 2 } else { 1 };
            }
            _ if word.is("/dev/stdin") => return Given::Input(at + 1),
            _ => return Given::File(at),
        }
    }
    Given::Input(at)
}

/// What a command reads in place of the keyboard.
pub(super) fn input_of<'e>(expanded: &'e Expanded<'_>) -> Option<&'e Redirection> {
    expanded.redirections.iter().rev().find(|one| one.operator.starts_with('<'))
}
