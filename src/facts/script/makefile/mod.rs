//! Targets of Makefiles and recipes of justfiles.

mod variables;

use super::directory::Directory;
use super::eval::state::{State, Status, merge};
use super::eval::{Code, Evaluator, Frame, Library};
use super::file::{File, FileKind};
use super::shell::finish;
use super::variable::{SourcedFile, Variables};
use super::word::{Piece, Word};
use super::{Script, ScriptKind};
use crate::facts::script::command::Caller;
use crate::source::Fragment;
use crate::syntax::makefile::{self, Line, Makefile, Target};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use variables::{Bound, word};

/// How deep variables may refer to each other, and targets need each other.
const DEPTH: usize = 8;

/// The targets of a Makefile or the recipes of a justfile, each by itself.
pub(super) fn scripts(library: &Library<'_>, file: &File) -> Vec<Script> {
    let made = read(library, file);
    let mut scripts = Vec::new();
    for target in &made.targets {
        if target.recipe.is_empty() && target.variables.is_empty() && target.prerequisites.is_empty() {
            continue;
        }
        let mut evaluator = Evaluator::new(library);
        let rules = Rules::new(library, file, &made, BTreeMap::new(), Variables::default());
        let mut state = State::new(rules.directory(), false);
        state.arguments = vec![super::eval::state::Arguments::default()];
        rules.run(&mut evaluator, target, &[], state, None, 0, &mut Vec::new(), &[]);
        let kind = ScriptKind::Target(target.name.value.clone());
        scripts.push(finish(evaluator, file.source, kind, target.name.span, None));
    }
    scripts
}

/// Runs a target that a command asks for: `make deploy ENV=staging`.
pub(super) fn call(
    evaluator: &mut Evaluator<'_>,
    file: &File,
    words: &[Word],
    state: &State,
    caller: &Arc<Caller>,
    calls: usize,
) {
    let library = evaluator.library;
    let made = read(library, file);
    let mut given = BTreeMap::new();
    let mut names: Vec<&Word> = Vec::new();
    let mut values = false;
    for word in words {
        let text = word.prefix();
        if std::mem::take(&mut values) {
            continue;
        }
        if let Some(equals) = super::prefix::assignment(text) {
            given.insert(text[..equals].to_owned(), word.after(equals + 1));
        } else if text.starts_with('-') {
            values = matches!(text, "-C" | "-f" | "-j" | "--file" | "--directory" | "--justfile");
        } else {
            names.push(word);
        }
    }
    let find = |name: &str| made.targets.iter().find(|target| target.name.value == name);
    let rules = Rules::new(library, file, &made, given, state.variables.clone());
    let mut state = State { directory: rules.directory(), directory_assumed: false, ..state.clone() };
    state.arguments = vec![super::eval::state::Arguments::default()];
    let mut done = Vec::new();
    match (file.kind, names.as_slice()) {
        (_, []) => {
            if let Some(target) = made.targets.first() {
                rules.run(evaluator, target, &[], state, Some(caller), calls, &mut done, &[]);
            }
        }
        // The first word is the recipe, the others its arguments.
        (FileKind::Justfile, [name, rest @ ..]) => {
            if let Some(target) = name.known().and_then(find) {
                let arguments: Vec<Word> = rest.iter().map(|word| (*word).clone()).collect();
                rules.run(evaluator, target, &arguments, state, Some(caller), calls, &mut done, &[]);
            }
        }
        (_, names) => {
            for target in names.iter().filter_map(|name| name.known()).filter_map(find) {
                rules.run(evaluator, target, &[], state.clone(), Some(caller), calls, &mut done, &[]);
            }
        }
    }
}

fn read(library: &Library<'_>, file: &File) -> Makefile {
    let text = library.sources.get(file.source).text.clone();
    let fragment = Fragment::whole(file.source, text);
    match file.kind {
        FileKind::Justfile => makefile::justfile(&fragment),
        _ => makefile::makefile(&fragment),
    }
}

/// The targets of one file, and what their variables depend on.
struct Rules<'r> {
    file: &'r File,
    made: &'r Makefile,
    /// Variables of included files, weaker ones first.
    included: Vec<(makefile::Variable, std::path::PathBuf)>,
    sourced: Vec<SourcedFile>,
    /// Variables on the command line, which beat those of the file.
    given: BTreeMap<String, Word>,
    /// Variables of whoever calls, which those of the file beat.
    outer: Variables,
    lookups: std::cell::Cell<usize>,
}

impl<'r> Rules<'r> {
    fn new(
        library: &Library<'_>,
        file: &'r File,
        made: &'r Makefile,
        given: BTreeMap<String, Word>,
        outer: Variables,
    ) -> Self {
        let mut rules = Self {
            file,
            made,
            included: Vec::new(),
            sourced: Vec::new(),
            given,
            outer,
            lookups: std::cell::Cell::new(0),
        };
        let dotenv = (made.dotenv && file.kind == FileKind::Justfile)
            .then(|| Fragment::verbatim(".env", crate::source::Span::new(file.source, 0, 0)));
        for name in made.includes.iter().chain(&dotenv) {
            let span = name.whole_span();
            let name = rules.fill(name, &[], 0);
            let path = word(&name);
            let found = match rules.directory().join_pieces(&path.pieces) {
                Directory::Inside(path) => library.included(&path),
                _ => None,
            };
            if let Some(file) = found {
                let text = Fragment::whole(file.source, library.sources.get(file.source).text.clone());
                let variables = makefile::makefile(&text).variables;
                rules.included.extend(variables.into_iter().map(|variable| (variable, file.path.clone())));
            }
            let exported = made.exports_all || file.kind == FileKind::Justfile;
            let found = found.map(|file| file.path.clone());
            rules.sourced.push(SourcedFile { path, exported, found, span });
        }
        rules
    }

    fn directory(&self) -> Directory {
        Directory::Inside(self.file.path.parent().unwrap_or(Path::new("")).to_path_buf())
    }

    /// Runs what a target needs, and then its recipe.
    #[allow(clippy::too_many_arguments)] // they are what a run is
    fn run(
        &self,
        evaluator: &mut Evaluator<'_>,
        target: &Target,
        arguments: &[Word],
        state: State,
        caller: Option<&Arc<Caller>>,
        calls: usize,
        done: &mut Vec<String>,
        outer: &[Bound],
    ) {
        if done.len() > 40 || calls > DEPTH || done.contains(&target.name.value) {
            return;
        }
        done.push(target.name.value.clone());
        let mut own = outer.to_vec();
        for variable in &target.variables {
            let value = word(&self.fill(&variable.value, &own, 0));
            own.push(Bound { name: variable.name.value.clone(), value });
        }
        for (at, (name, default)) in target.parameters.iter().enumerate() {
            let span = target.name.span;
            let value = arguments.get(at).cloned().unwrap_or_else(|| {
                let reason = format!("`{name}` is given by whoever calls this");
                let piece = Piece::Unknown { name: name.clone(), default: default.clone(), reason, span };
                Word::new(vec![piece], format!("{{{{{name}}}}}"), span)
            });
            own.push(Bound { name: name.clone(), value });
        }
        own.push(Bound { name: "@".into(), value: Word::literal(&target.name.value, target.name.span) });
        for need in &target.prerequisites {
            if let Some(other) = self.made.targets.iter().find(|other| other.name.value == need.value) {
                let caller = Arc::new(Caller { span: need.span, caller: caller.cloned() });
                self.run(evaluator, other, &[], state.clone(), Some(&caller), calls + 1, done, &own);
            }
        }
        let mut state = state;
        state.variables = self.environment(&own, &state.variables);
        state.sourced = state.sourced.iter().cloned().chain(self.sourced.iter().cloned()).collect();
        let frame = |code: Rc<Code>| {
            let mut frame = Frame::new(code, false);
            frame.caller = caller.cloned();
            frame.calls = calls;
            frame
        };
        if target.script || self.made.one_shell {
            let Some(text) = whole(&target.recipe) else { return };
            let code = Code::new(self.fill(&text, &own, 0), None);
            let mut inner = state;
            inner.options = code.options();
            inner.options.errexit |= !target.script;
            evaluator.run(&frame(code), vec![inner]);
            return;
        }
        for line in &target.recipe {
            let code = Code::new(self.fill(&line.text, &own, 0), None);
            let mut inner = state.clone();
            inner.options.errexit = !line.ignores_failure;
            inner.options.pipefail = self.made.pipefail;
            inner.status = Status::Known(true);
            let after = evaluator.run(&frame(code), vec![inner]);
            let _ = merge(after);
        }
    }
}

/// All lines of a recipe as one text.
fn whole(lines: &[Line]) -> Option<Fragment> {
    let first = lines.first()?;
    let mut cutting = crate::source::fragment::Cutting::new(first.span.source);
    for line in lines {
        let text = line.text.text();
        cutting.copy_from(&line.text, 0, text.len());
        if !text.ends_with('\n') {
            cutting.replace_from("\n", &line.text, text.len(), text.len());
        }
    }
    Some(cutting.finish(first.span.start as usize))
}
