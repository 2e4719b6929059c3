//! The commands that change the shell itself.

use super::assign::Assigned;
use super::simple::{Expanded, is_array};
use super::state::{Ended, State, Status};
use super::{Evaluator, Frame, expand, test};
use crate::facts::script::directory::Directory;
use crate::facts::script::prefix;
use crate::facts::script::variable::{Origin, SourcedFile};
use crate::facts::script::word::{Piece, Word};
use crate::source::Spanned;
use crate::syntax::shell::{self, Kind, List, PartKind};
use std::sync::Arc;

impl Evaluator<'_> {
    /// What a command with a program does to the run; what is no builtin is followed where that leads further.
    pub(super) fn builtin(&mut self, frame: &Frame, expanded: &Expanded<'_>, mut state: State) -> Vec<State> {
        let name = expanded.words[0].known().unwrap_or_default().to_owned();
        let words = &expanded.words;
        state.status = Status::Known(true);
        match name.as_str() {
            ":" | "true" | "alias" | "trap" | "umask" | "echo" | "printf" | "shopt" | "unalias" | "hash"
            | "wait" | "ulimit" => {}
            "false" => state.status = Status::Known(false),
            "cd" | "pushd" => change_directory(&mut state, &words[1..]),
            "popd" => state.directory = Directory::Unknown("it is where `popd` leads".into()),
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                self.declare(frame, &name, expanded, &mut state);
            }
            "set" => set(&mut state, &words[1..]),
            "unset" => {
                for word in words[1..].iter().filter_map(Word::known) {
                    if state.variables.contains_key(word) {
                        Arc::make_mut(&mut state.variables).remove(word);
                    }
                }
            }
            "shift" => {
                let count =
                    words.get(1).and_then(Word::known).and_then(|count| count.parse().ok()).unwrap_or(1);
                if let Some(arguments) = state.arguments.last_mut() {
                    let cut = arguments.known.len().min(count);
                    arguments.known.drain(..cut);
                    if cut < count && arguments.open {
                        arguments.known.clear();
                    }
                }
            }
            "read" | "mapfile" | "readarray" | "getopts" => {
                for word in &words[1..] {
                    let Some(variable) = word.known().filter(|text| is_name(text)) else { continue };
                    let reason = format!("`{variable}` is read while the script runs");
                    let piece =
                        Piece::Unknown { name: variable.to_owned(), default: None, reason, span: word.span };
                    state.set(
                        variable,
                        Word::new(vec![piece], word.raw.clone(), word.span),
                        Origin::Script,
                        word.span,
                    );
                }
                state.status = test::unknown();
            }
            "exit" => state.ended = Some(Ended::Exit),
            "return" => {
                state.status = match words.get(1).and_then(Word::known) {
                    Some("0") | None => Status::Likely,
                    Some(code) if code.parse::<i64>().is_ok() => Status::Known(false),
                    Some(_) => test::unknown(),
                };
                state.ended = Some(Ended::Return);
            }
            "break" => state.ended = Some(Ended::Break),
            "continue" => state.ended = Some(Ended::Continue),
            "[" | "test" => {
                let mut inside: Vec<shell::Word> =
                    expanded.written.iter().skip(1).map(|word| (*word).clone()).collect();
                // A word that came to several, or to none, is no test that can be decided.
                inside.dedup_by(|one, other| one.place == other.place);
                if name == "[" {
                    inside.pop();
                }
                state.status = test::status(frame, &state, &inside, false);
            }
            "source" | "." => return self.source(frame, expanded, state),
            _ => return self.follow(frame, expanded, state),
        }
        vec![state]
    }

    /// `export`, `local` and their relatives.
    fn declare(&mut self, frame: &Frame, name: &str, expanded: &Expanded<'_>, state: &mut State) {
        let mut exports = name == "export";
        let mut seen: Option<usize> = None;
        for (word, written) in expanded.words.iter().zip(&expanded.written).skip(1) {
            let text = word.prefix();
            if text.starts_with('-') {
                exports |= name != "export" && text.contains('x');
                continue;
            }
            if seen == Some(written.place.start) {
                continue;
            }
            seen = Some(written.place.start);
            for part in &written.parts {
                if let PartKind::Substitution(list) = &part.kind {
                    Self::exported_file(frame, state, list, expanded);
                }
            }
            // Its value is not split, unlike that of an ordinary argument.
            let whole = expand::one(frame, state, written);
            let text = whole.prefix();
            let plus = text.find("+=").filter(|at| is_name(&text[..*at]));
            let equals = prefix::assignment(text).or(plus.map(|at| at + 1));
            let key_span = |length: usize| {
                let start = written.place.start;
                frame.code.span(shell::Place { start, end: (start + length).min(written.place.end) })
            };
            if let Some(equals) = equals {
                let length = plus.unwrap_or(equals);
                let key = Spanned::new(text[..length].to_owned(), key_span(length));
                let (value, elements) = if is_array(written) {
                    (word.after(equals + 1), expand::elements(frame, state, written))
                } else {
                    (whole.after(equals + 1), None)
                };
                let variable = key.value.clone();
                let assigned =
                    Assigned { name: key, value, elements, element: false, append: plus.is_some() };
                let before = state.options.allexport;
                state.options.allexport |= exports;
                self.assign(frame, state, assigned, Origin::Script);
                state.options.allexport = before;
                debug_assert!(state.variables.contains_key(&variable));
            } else if let Some(variable) = whole.known().filter(|text| is_name(text))
                && exports
                && state.variables.contains_key(variable)
                && let Some(variable) = Arc::make_mut(&mut state.variables).get_mut(variable)
            {
                variable.exported = true;
            }
        }
    }

    /// `export $(grep -v '^#' .env | xargs)`: a file's variables are exported.
    fn exported_file(frame: &Frame, state: &mut State, list: &List, expanded: &Expanded<'_>) {
        let span = frame.code.span(expanded.command.place);
        let commands = list.iter().flat_map(|item| &item.links).flat_map(|link| &link.pipeline.commands);
        for command in commands {
            let Kind::Simple { words, .. } = &command.kind else { continue };
            let targets = command.redirections.iter().map(|redirection| &redirection.target);
            for word in words.iter().skip(1).chain(targets) {
                let path = expand::one(frame, state, word);
                let name = path.known().unwrap_or(path.prefix());
                let last = name.rsplit('/').next().unwrap_or(name);
                if last.contains(".env") {
                    let file = SourcedFile { path, exported: true, found: None, span };
                    state.sourced = state.sourced.iter().cloned().chain([file]).collect();
                    return;
                }
            }
        }
    }

    /// `source FILE`.
    fn source(&mut self, frame: &Frame, expanded: &Expanded<'_>, mut state: State) -> Vec<State> {
        let Some(path) = expanded.words.get(1).cloned() else { return vec![state] };
        let span = frame.code.span(expanded.command.place);
        let code = self.find(&state, &path, true).filter(|_| state.hosts.is_empty() && frame.calls < 6);
        let found = code.as_ref().and_then(|code| code.path.clone());
        let file = SourcedFile { path, exported: state.options.allexport, found, span };
        state.sourced = state.sourced.iter().cloned().chain([file]).collect();
        state.status = Status::Likely;
        let Some(code) = code else { return vec![state] };
        let is_script = code.path.as_ref().is_some_and(|path| {
            path.extension()
                .is_some_and(|extension| ["sh", "bash", "zsh"].iter().any(|shell| extension == *shell))
        });
        let mut inner = frame.called(code, expanded.command);
        inner.context.nested = frame.context.nested;
        self.silent += usize::from(!is_script);
        let mut states = self.run(&inner, vec![state]);
        self.silent -= usize::from(!is_script);
        for state in &mut states {
            if state.ended == Some(Ended::Return) {
                state.ended = None;
            }
            state.status = Status::Likely;
        }
        states
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn change_directory(state: &mut State, words: &[Word]) {
    let target = words.iter().find(|word| !matches!(word.known(), Some("--" | "-P" | "-L")));
    let Some(target) = target else {
        state.directory = Directory::Home(std::path::PathBuf::new());
        state.directory_assumed = false;
        return;
    };
    let rooted =
        matches!(target.pieces.first(), Some(Piece::Root)) || target.prefix().starts_with(['/', '~']);
    state.directory = if target.is("-") {
        Directory::Unknown("it is where `cd -` leads".into())
    } else {
        state.directory.join_pieces(&target.pieces)
    };
    state.directory_assumed &= !rooted;
    state.status = Status::Likely;
}

fn set(state: &mut State, words: &[Word]) {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(text) = word.known() else { return };
        let (on, letters) = match text.split_at_checked(1) {
            Some(("-", letters)) => (true, letters),
            Some(("+", letters)) => (false, letters),
            _ => return set_arguments(state, &words[at - 1..]),
        };
        if text == "--" {
            return set_arguments(state, &words[at..]);
        }
        let options = &mut state.options;
        for letter in letters.chars() {
            match letter {
                'e' => options.errexit = on,
                'u' => options.nounset = on,
                'a' => options.allexport = on,
                'o' => {
                    match words.get(at).and_then(Word::known) {
                        Some("errexit") => options.errexit = on,
                        Some("nounset") => options.nounset = on,
                        Some("allexport") => options.allexport = on,
                        Some("pipefail") => options.pipefail = on,
                        _ => {}
                    }
                    at += 1;
                }
                _ => {}
            }
        }
    }
}

fn set_arguments(state: &mut State, words: &[Word]) {
    if let Some(arguments) = state.arguments.last_mut() {
        arguments.known = words.iter().take_while(|word| !word.splits).cloned().collect();
        arguments.open = arguments.known.len() < words.len();
    }
}
