//! Targets of Makefiles and recipes of justfiles.

use super::directory::Directory;
use super::eval::state::{State, Status, merge};
use super::eval::{Code, Evaluator, Frame, Library, hole, push_text};
use super::file::{File, FileKind};
use super::shell::finish;
use super::variable::{Origin, SourcedFile, Variable, Variables};
use super::word::{Piece, Word};
use super::{Script, ScriptKind};
use crate::facts::script::command::Caller;
use crate::source::fragment::Hole;
use crate::source::{Fragment, Spanned};
use crate::syntax::makefile::{self, Known, Line, Makefile, Target};
use crate::syntax::shell::Place;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// How deep variables may refer to each other, and targets need each other.
const DEPTH: usize = 8;
/// How often the variables of one file are looked up for one target.
const LOOKUPS: usize = 5_000;

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
        rules.run(&mut evaluator, target, &[], state, None, 0, &mut Vec::new());
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
                rules.run(evaluator, target, &[], state, Some(caller), calls, &mut done);
            }
        }
        // The first word is the recipe, the others its arguments.
        (FileKind::Justfile, [name, rest @ ..]) => {
            if let Some(target) = name.known().and_then(find) {
                let arguments: Vec<Word> = rest.iter().map(|word| (*word).clone()).collect();
                rules.run(evaluator, target, &arguments, state, Some(caller), calls, &mut done);
            }
        }
        (_, names) => {
            for target in names.iter().filter_map(|name| name.known()).filter_map(find) {
                rules.run(evaluator, target, &[], state.clone(), Some(caller), calls, &mut done);
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

    /// A text with the file's variables filled in. `own` are those of the target, weaker ones first.
    fn fill(&self, text: &Fragment, own: &[Bound], depth: usize) -> Fragment {
        let value = |name: &str| self.value(name, own, depth);
        match self.file.kind {
            FileKind::Justfile => makefile::in_braces(text, &value),
            _ => makefile::in_parentheses(text, &value),
        }
    }

    /// What is known of a variable.
    fn value(&self, name: &str, own: &[Bound], depth: usize) -> Known {
        let known = known_of;
        let lookups = self.lookups.get() + 1;
        self.lookups.set(lookups);
        if depth > DEPTH || lookups > LOOKUPS {
            return Known::Unknown("its variables refer to each other".into(), None);
        }
        if let Some(word) = self.given.get(name) {
            return known(word);
        }
        if let Some(bound) = own.iter().rev().find(|bound| bound.name == name) {
            return known(&bound.value);
        }
        match name {
            "MAKE" => return Known::Text("make".into()),
            "CURDIR" | "PWD" | "justfile_directory()" => return Known::Text(".".into()),
            _ => {}
        }
        let all = self.included.iter().map(|(variable, _)| variable).chain(&self.made.variables);
        let mut found: Option<Known> = None;
        for variable in all.filter(|variable| variable.name.value == name) {
            let filled = self.fill(&variable.value, own, depth + 1);
            let word = word(&filled);
            let value = known(&word);
            if variable.operator == "?="
                && let Some(outer) = self.outer.get(name)
            {
                return known(&outer.value);
            }
            found = Some(match (variable.operator, found, value) {
                ("?=", Some(before), _) => before,
                ("?=", None, Known::Text(text)) => {
                    Known::Unknown(format!("`{name}` may be set by whoever calls this"), Some(text))
                }
                ("!=", ..) => Known::Unknown("it is what a command prints".into(), None),
                ("+=", Some(Known::Text(before)), Known::Text(text)) => {
                    Known::Text(format!("{before} {text}"))
                }
                (_, Some(Known::Text(before)), value) if variable.conditional => match value {
                    Known::Text(text) if text == before => Known::Text(text),
                    _ => Known::Unknown(format!("`{name}` depends on a condition"), Some(before)),
                },
                (_, None, Known::Text(text)) if variable.conditional => {
                    Known::Unknown(format!("`{name}` depends on a condition"), Some(text))
                }
                (_, _, value) => value,
            });
        }
        if let (None, Some(outer)) = (&found, self.outer.get(name)) {
            return known(&outer.value);
        }
        found.unwrap_or_else(|| {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let reason = if plain {
                format!("`{name}` is set by whoever calls this")
            } else {
                "it is computed".into()
            };
            Known::Unknown(reason, None)
        })
    }

    /// What programs that recipes start get.
    fn environment(&self, own: &[Bound], before: &Variables) -> Variables {
        let mut variables = (**before).clone();
        let all = self
            .included
            .iter()
            .map(|(variable, path)| (variable, Origin::File(path.clone())))
            .chain(self.made.variables.iter().map(|variable| (variable, Origin::Setting)));
        for (variable, origin) in all {
            let name = &variable.name.value;
            let from_file = matches!(origin, Origin::File(_)) && self.file.kind == FileKind::Justfile;
            let exported =
                variable.exported || self.made.exports_all || self.made.exports.contains(name) || from_file;
            if exported && !name.starts_with('.') {
                let value = word(&self.fill(&variable.value, own, 0));
                let span = variable.name.span;
                variables.insert(name.clone(), Variable { value, elements: None, exported, origin, span });
            }
        }
        // What stands on the command line is exported.
        for (name, value) in &self.given {
            let span = value.span;
            let variable = Variable {
                value: value.clone(),
                elements: None,
                exported: true,
                origin: Origin::Setting,
                span,
            };
            variables.insert(name.clone(), variable);
        }
        Arc::new(variables)
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
    ) {
        self.run_with(evaluator, target, arguments, state, caller, calls, done, &[]);
    }

    #[allow(clippy::too_many_arguments)] // they are what a run is
    fn run_with(
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
                self.run_with(evaluator, other, &[], state.clone(), Some(&caller), calls + 1, done, &own);
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

/// A word as what is known of a variable.
fn known_of(word: &Word) -> Known {
    let hole = |piece: &Piece| match piece {
        Piece::Text(text) => Ok(text.clone()),
        Piece::Root => Err(Hole::new("PWD", "it is the directory of the checkout", None)),
        Piece::Unknown { name, default, reason, .. } => {
            Err(Hole::new(name.clone(), reason.clone(), default.clone()))
        }
    };
    match word.known() {
        Some(text) => Known::Text(text.to_owned()),
        None => Known::Mixed(word.pieces.iter().map(hole).collect()),
    }
}

/// A variable of a target.
#[derive(Clone)]
struct Bound {
    name: String,
    value: Word,
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

/// A fragment whose variables are filled in, as a word.
pub(super) fn word(fragment: &Fragment) -> Word {
    let text = fragment.text();
    let mut pieces = Vec::new();
    let mut raw = String::new();
    let mut at = 0;
    for found in fragment.holes() {
        let before = text.get(at..found.at).unwrap_or_default();
        push_text(&mut pieces, before);
        raw.push_str(before);
        raw.extend(["$(", &found.name, ")"]);
        let place = Place { start: found.at, end: found.at + 1 };
        pieces.push(hole(fragment, place, fragment.span(place.start, place.end)));
        at = found.at + 1;
    }
    let rest = text.get(at..).unwrap_or_default();
    push_text(&mut pieces, rest);
    raw.push_str(rest);
    Word::new(pieces, raw, fragment.whole_span())
}

/// The scripts of a `package.json`.
pub(super) fn package(library: &Library<'_>, file: &File) -> Vec<Script> {
    package_scripts(library, file)
        .into_iter()
        .map(|(name, text)| {
            let mut evaluator = Evaluator::new(library);
            let parent = file.path.parent().unwrap_or(Path::new("")).to_path_buf();
            let state = State::new(Directory::Inside(parent), false);
            evaluator.run(&Frame::new(Code::new(text, None), false), vec![state]);
            finish(evaluator, file.source, ScriptKind::Npm(name.value.clone()), name.span, None)
        })
        .collect()
}

/// The names and texts of the scripts of a `package.json`.
pub(super) fn package_scripts(library: &Library<'_>, file: &File) -> Vec<(Spanned<String>, Fragment)> {
    let text = library.sources.get(file.source).text.clone();
    let mut unheard = crate::diagnostic::Diagnostics::default();
    // JSON is YAML.
    let Some(tree) = crate::syntax::yaml::parse(file.source, &text, &mut unheard) else { return Vec::new() };
    let scripts = tree.get(tree.root(), "scripts").and_then(|(_, scripts)| tree.mapping(scripts));
    scripts
        .unwrap_or_default()
        .iter()
        .filter_map(|(key, value)| {
            let name = Spanned::new(tree.text(*key)?.to_owned(), tree.span(*key));
            Some((name, crate::syntax::workflow::fragment(&tree, &text, *value)?))
        })
        .collect()
}
