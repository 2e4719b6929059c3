//! Commands that lead to other commands: `ssh`, other shells, other scripts.

use super::simple::{Expanded, place_of};
use super::state::{Arguments, State, Status};
use super::{Code, Evaluator, Frame, expand, test};
use crate::facts::script::command::{Caller, Host, Redirection, Via};
use crate::facts::script::directory::{Directory, normal};
use crate::facts::script::file::FileKind;
use crate::facts::script::variable::{Origin, Variable, Variables};
use crate::facts::script::word::{Piece, Word};
use crate::facts::script::{makefile, package, prefix};
use crate::source::{Fragment, Span};
use crate::syntax::shell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// How many scripts deep calls are followed.
const CALLS: usize = 5;

/// Options of `ssh` that take a value.
const SSH_VALUES: &str = "BbcDEeFIiJLlmOopQRSWw";

/// The programs that read commands.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "dash" | "zsh" | "ash" | "ksh")
}

/// What a shell is given to run.
enum Given {
    /// `-c TEXT`, the words from here on.
    Text(usize),
    /// A file and its arguments, from here on.
    File(usize),
    /// What comes in; and where the arguments begin.
    Input(usize),
}

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
                let frame = Self::nested(frame, code);
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
    fn written(frame: &Frame, state: &State, expanded: &Expanded<'_>, from: usize) -> Fragment {
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

    /// The frame of a text that is run by another shell.
    fn nested(frame: &Frame, code: Rc<Code>) -> Frame {
        let mut frame = frame.with(|context| {
            context.nested = true;
            context.condition = false;
            (context.after, context.before) = (None, None);
        });
        frame.code = code;
        frame.calls += 1;
        frame
    }

    /// The frame of another file.
    pub(super) fn called(frame: &Frame, code: Rc<Code>, command: &shell::Command) -> Frame {
        let span = frame.code.span(command.place);
        let mut inner = Self::nested(frame, code);
        inner.caller = Some(Arc::new(Caller { span, caller: frame.caller.clone() }));
        inner.context.nested = false;
        inner.context.in_loop = false;
        inner.input = None;
        inner.context.function = None;
        inner
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
    fn call(&mut self, frame: &Frame, expanded: &Expanded<'_>, code: &Rc<Code>, from: usize, state: &State) {
        if frame.calls >= CALLS {
            self.truncated = true;
            return;
        }
        let inner = Self::called(frame, code.clone(), expanded.command);
        let mut state = child(state);
        state.options = code.options();
        state.arguments = vec![arguments(expanded.words.get(from..).unwrap_or_default())];
        self.run(&inner, vec![state]);
    }

    /// Runs what a shell is given.
    fn shell(&mut self, frame: &Frame, expanded: &Expanded<'_>, given: &Given, state: &State) {
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
                let frame = Self::nested(frame, Code::new(fragment, None));
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
    fn input(&mut self, frame: &Frame, expanded: &Expanded<'_>, state: State) {
        let input = input_of(expanded).or_else(|| frame.input.as_deref().filter(|_| frame.pipe.index == 0));
        let Some(input) = input else { return };
        if let Some(body) = &input.body {
            let frame = Self::nested(frame, Code::new(body.clone(), None));
            self.run(&frame, vec![state]);
        } else if input.operator == "<" {
            // The file is read here, wherever its commands run.
            let here = State { hosts: Arc::default(), ..State::new(Directory::Inside(PathBuf::new()), true) };
            if let Some(code) = self.find_file(&here, &input.target) {
                let frame = Self::called(frame, code, expanded.command);
                self.run(&frame, vec![state]);
            }
        }
    }

    fn ssh(&mut self, frame: &Frame, expanded: &Expanded<'_>, program: usize, state: &State) {
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
        let mut frame = Self::nested(frame, Code::new(fragment, None));
        frame.input = input_of(expanded).cloned().map(Rc::new);
        self.run(&frame, vec![inner]);
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
            let inner = Self::called(frame, Code::new(text, None), expanded.command);
            self.run(&inner, vec![child(state)]);
        }
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
        let frame = Self::nested(frame, Code::new(text, None));
        self.run(&frame, vec![inner]);
    }
}

/// What a command reads in place of the keyboard.
fn input_of<'e>(expanded: &'e Expanded<'_>) -> Option<&'e Redirection> {
    expanded.redirections.iter().rev().find(|one| one.operator.starts_with('<'))
}

/// The run of a program that is started here: it gets what is exported, and nothing else.
fn child(state: &State) -> State {
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

pub(super) fn arguments(words: &[Word]) -> Arguments {
    let known: Vec<Word> = words.iter().take_while(|word| !word.splits).cloned().collect();
    let open = known.len() < words.len();
    Arguments { known, open }
}

/// What a shell is given, by its words from `from` on.
fn given(words: &[Word], from: usize) -> Given {
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
