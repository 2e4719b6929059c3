//! Commands that lead to other commands: which they are, and those that stand in other files.

use super::simple::{Expanded, place_of};
use super::state::{Arguments, State, Status};
use super::subshell::{Given, given, is_shell};
use super::{Code, Evaluator, Frame, expand, test};
use crate::facts::script::command::Caller;
use crate::facts::script::directory::{Directory, normal};
use crate::facts::script::file::FileKind;
use crate::facts::script::variable::{Origin, Variable, Variables};
use crate::facts::script::word::{Piece, Word};
use crate::facts::script::{makefile, package, prefix};
use crate::source::Fragment;
use crate::syntax::shell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// How many scripts deep calls are followed.
pub(super) const CALLS: usize = 5;

impl Evaluator<'_> {
    /// Goes on with the commands that this one leads to. What they change stays with them.
    pub(super) fn follow(&mut self, frame: &Frame, expanded: &Expanded<'_>, mut state: State) -> Vec<State> {
        state.status = Status::Likely;
        let prefix = prefix::of(&expanded.words);
        let words = &expanded.words[prefix.length..];
        let exec = prefix.programs.first().is_some_and(|program| program.value == "exec");
        let Some(first) = words.first() else { return vec![state] };
        let name = first.known().map(|name| name.rsplit('/').next().unwrap_or(name).to_owned());
        let mut inner = state.clone();
        for assigned in &expanded.assigned {
            inner.set(&assigned.name.value, assigned.value.clone(), Origin::Prefix, assigned.name.span);
        }
        for (name, value) in prefix.variables {
            let span = name.span;
            inner.set(&name.value, value, Origin::Prefix, span);
        }
        match name.as_deref() {
            Some("ssh" | "autossh") => self.ssh(frame, expanded, prefix.length, &inner),
            Some("eval") => {
                let code = Code::new(Self::written(frame, &inner, expanded, prefix.length + 1), None);
                let frame = frame.nested(code);
                return self.run(&frame, vec![state]);
            }
            Some("su" | "runuser") => {
                let option = words.iter().position(|word| word.is("-c") || word.is("--command"));
                if let Some(at) = option.filter(|at| at + 1 < words.len()) {
                    let given = Given::Text(prefix.length + at + 1);
                    self.shell(frame, expanded, &given, &inner);
                }
            }
            Some("make" | "gmake" | "just") => self.make(frame, expanded, prefix.length, &inner),
            Some("npm" | "yarn" | "pnpm") => self.package(frame, expanded, prefix.length, &inner),
            Some("grep" | "curl" | "wget" | "diff" | "cmp" | "nc" | "pgrep" | "which" | "type") => {
                state.status = Status::Likely;
            }
            Some(name) if is_shell(name) => {
                let given = given(&expanded.words, prefix.length + 1);
                self.shell(frame, expanded, &given, &inner);
            }
            Some("command") => state.status = test::unknown(),
            _ => {
                if let Some(code) = self.find(&inner, first, false) {
                    self.call(frame, expanded, &code, prefix.length + 1, &inner);
                }
            }
        }
        if exec && !words.is_empty() {
            state.ended = Some(super::state::Ended::Exit);
        }
        vec![state]
    }

    /// The text that the words from `from` on are for another shell.
    pub(super) fn written(frame: &Frame, state: &State, expanded: &Expanded<'_>, from: usize) -> Fragment {
        let written: Vec<&shell::Word> = expanded.written.iter().skip(from).copied().collect();
        let split = written.windows(2).any(|pair| pair[0].place == pair[1].place)
            || expanded
                .written
                .get(from.wrapping_sub(1))
                .zip(written.first())
                .is_some_and(|(a, b)| a.place == b.place);
        if split {
            let words = expanded.words.get(from..).unwrap_or_default();
            return expand::text_of_words(frame, place_of(&written), words);
        }
        expand::text_for_another(frame, state, &written)
    }

    /// The script of the repository that a word names.
    pub(super) fn find(&self, state: &State, word: &Word, sourced: bool) -> Option<Rc<Code>> {
        let path = state.directory.join_pieces(&word.pieces);
        if !sourced
            && !word
                .pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Text(text) if text.contains('/') || text.contains(".sh")))
        {
            return None;
        }
        match &path {
            Directory::Inside(path) => self.library.shell(path, sourced),
            // Another machine, or a fixed directory, that holds a checkout: what is below it is what is here.
            Directory::Absolute(_) | Directory::Home(_) | Directory::Unknown(_) if !sourced => {
                let text = word.known()?;
                let found = (!text.starts_with(['/', '~'])).then(|| normal(Path::new(text))).flatten();
                let found = found.and_then(|path| self.library.shell(&path, sourced));
                found.or_else(|| {
                    let (Directory::Absolute(path) | Directory::Home(path)) = &path else { return None };
                    let parts: Vec<_> = path.iter().skip(1).collect();
                    (0..parts.len().saturating_sub(1)).find_map(|from| {
                        self.library.shell(&parts[from..].iter().collect::<PathBuf>(), sourced)
                    })
                })
            }
            _ => None,
        }
    }

    /// Runs another script with the words from `from` on as its arguments.
    pub(super) fn call(
        &mut self,
        frame: &Frame,
        expanded: &Expanded<'_>,
        code: &Rc<Code>,
        from: usize,
        state: &State,
    ) {
        if frame.calls >= CALLS {
            self.truncated = true;
            return;
        }
        let inner = frame.called(code.clone(), expanded.command);
        let mut state = child(state);
        state.options = code.options();
        state.arguments = vec![arguments(expanded.words.get(from..).unwrap_or_default())];
        self.run(&inner, vec![state]);
    }

    /// Runs a target of a Makefile, or a recipe of a justfile.
    fn make(&mut self, frame: &Frame, expanded: &Expanded<'_>, program: usize, state: &State) {
        let words = &expanded.words[program + 1..];
        if frame.calls >= CALLS || !state.hosts.is_empty() {
            return;
        }
        let kind = match expanded.words[program].known() {
            Some("just") => FileKind::Justfile,
            _ => FileKind::Makefile,
        };
        let option = words.iter().position(|word| word.is("-C") || word.is("--directory"));
        let directory = match option.and_then(|at| words.get(at + 1)) {
            Some(word) => state.directory.join_pieces(&word.pieces),
            None => state.directory.clone(),
        };
        let Some(file) = directory.inside().and_then(|path| self.library.file_in(path, kind)) else { return };
        let caller = Caller { span: frame.code.span(expanded.command.place), caller: frame.caller.clone() };
        let inner = child(state);
        makefile::call(self, file, words, &inner, &Arc::new(caller), frame.calls + 1);
    }

    /// Runs a script of a `package.json`.
    fn package(&mut self, frame: &Frame, expanded: &Expanded<'_>, program: usize, state: &State) {
        let mut words =
            expanded.words[program + 1..].iter().filter(|word| !word.is("run") && !word.is("run-script"));
        let Some(name) = words.next().and_then(Word::known) else { return };
        let file = state.directory.inside().and_then(|path| self.library.file_in(path, FileKind::Package));
        let Some(file) = file.filter(|_| frame.calls < CALLS && state.hosts.is_empty()) else { return };
        let found = package::named(self.library, file).into_iter().find(|(key, _)| key.value == name);
        if let Some((_, text)) = found {
            let inner = frame.called(Code::new(text, None), expanded.command);
            self.run(&inner, vec![child(state)]);
        }
    }
}

/// The run of a program that is started here: it gets what is exported, and nothing else.
pub(super) fn child(state: &State) -> State {
    let exported: Vec<(String, Variable)> = state
        .variables
        .iter()
        .filter(|(_, variable)| variable.exported)
        .map(|(name, variable)| (name.clone(), variable.clone()))
        .collect();
    let sourced = state.sourced.iter().filter(|file| file.exported).cloned().collect();
    State {
        variables: Variables::new(exported.into_iter().collect()),
        sourced,
        hosts: state.hosts.clone(),
        choices: state.choices.clone(),
        ..State::new(state.directory.clone(), state.directory_assumed)
    }
}

pub(super) fn arguments(words: &[Word]) -> Arguments {
    let known: Vec<Word> = words.iter().take_while(|word| !word.splits).cloned().collect();
    let open = known.len() < words.len();
    Arguments { known, open }
}
