//! What is known at one moment of a script's run, and how runs that differ are told apart and joined.

use super::code::Code;
use crate::facts::script::command::{Choice, Host, Options};
use crate::facts::script::directory::Directory;
use crate::facts::script::variable::{Origin, SourcedFile, Variable, Variables};
use crate::facts::script::word::{Piece, Word};
use crate::source::Span;
use crate::syntax::shell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// One possible run, up to here.
#[derive(Clone)]
pub(in crate::facts::script) struct State {
    pub(in crate::facts::script) variables: Variables,
    pub(in crate::facts::script) functions: Rc<BTreeMap<String, Function>>,
    /// The arguments of the script and of the functions that are being run, innermost last.
    pub(in crate::facts::script) arguments: Vec<Arguments>,
    pub(in crate::facts::script) directory: Directory,
    pub(in crate::facts::script) directory_assumed: bool,
    pub(in crate::facts::script) options: Options,
    pub(in crate::facts::script) sourced: Arc<[SourcedFile]>,
    pub(in crate::facts::script) hosts: Arc<[Host]>,
    pub(in crate::facts::script) choices: Arc<[Choice]>,
    /// What is not known, but surely not empty.
    pub(in crate::facts::script) filled: Arc<[Piece]>,
    pub(in crate::facts::script) status: Status,
    pub(in crate::facts::script) ended: Option<Ended>,
}

/// A function that was defined.
#[derive(Clone)]
pub(in crate::facts::script) struct Function {
    pub(in crate::facts::script) code: Rc<Code>,
    pub(in crate::facts::script) body: Rc<shell::Command>,
}

/// `$1`, `$2`, …
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::facts::script) struct Arguments {
    pub(in crate::facts::script) known: Vec<Word>,
    /// Whether there may be more.
    pub(in crate::facts::script) open: bool,
}

/// How the last command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts::script) enum Status {
    /// Well or not, which is known.
    Known(bool),
    /// An ordinary command, which mostly ends well.
    Likely,
    /// A test of which nothing is known, and what is known once it has been decided.
    Test(Vec<Refinement>, Vec<Refinement>),
}

/// Something that is known in one branch: a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts::script) struct Refinement {
    /// The variable that was looked at.
    pub(in crate::facts::script) name: String,
    /// What it was, as far as that was known.
    pub(in crate::facts::script) piece: Option<Piece>,
    /// What it is; none where all that is known is that there is something.
    pub(in crate::facts::script) value: Option<String>,
}

/// Why a run goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::facts::script) enum Ended {
    Exit,
    Return,
    Break,
    Continue,
}

impl State {
    /// Nothing is known but the directory.
    pub(in crate::facts::script) fn new(directory: Directory, directory_assumed: bool) -> Self {
        Self {
            variables: Variables::default(),
            functions: Rc::default(),
            arguments: vec![Arguments { known: Vec::new(), open: true }],
            directory,
            directory_assumed,
            options: Options::default(),
            sourced: Arc::default(),
            hosts: Arc::default(),
            choices: Arc::default(),
            filled: Arc::default(),
            status: Status::Known(true),
            ended: None,
        }
    }

    /// Whether both have the same future.
    fn is_like(&self, other: &Self) -> bool {
        (Arc::ptr_eq(&self.variables, &other.variables) || self.variables == other.variables)
            && self.arguments == other.arguments
            && self.directory == other.directory
            && self.options == other.options
            && self.sourced == other.sourced
            && self.ended == other.ended
            && (Rc::ptr_eq(&self.functions, &other.functions)
                || self.functions.keys().eq(other.functions.keys()))
    }

    pub(in crate::facts::script) fn live(&self) -> bool {
        self.ended.is_none()
    }

    pub(in crate::facts::script) fn set(&mut self, name: &str, value: Word, origin: Origin, span: Span) {
        let exported = self.options.allexport
            || matches!(origin, Origin::Prefix)
            || self.variables.get(name).is_some_and(|before| before.exported);
        let variable = Variable { value, elements: None, exported, origin, span };
        Arc::make_mut(&mut self.variables).insert(name.to_owned(), variable);
    }

    pub(in crate::facts::script) fn choose(&mut self, choice: Choice) {
        // Of very many the oldest that stands for no value is forgotten.
        if self.choices.len() >= MOST_CHOICES {
            let oldest = self.choices.iter().position(|choice| choice.value.is_none()).unwrap_or(0);
            let kept = self.choices.iter().enumerate().filter(|(at, _)| *at != oldest);
            self.choices = kept.map(|(_, choice)| choice.clone()).collect();
        }
        self.choices = self.choices.iter().cloned().chain([choice]).collect();
    }

    /// The run in which what was looked at has this value.
    pub(in crate::facts::script) fn refine(&mut self, refinement: &Refinement) {
        let Refinement { name, piece, value } = refinement;
        let Some(value) = value else {
            let fresh = piece.iter().filter(|piece| !self.filled.iter().any(|other| piece.is_same(other)));
            self.filled = self.filled.iter().chain(fresh).cloned().collect();
            return;
        };
        let place = match piece {
            Some(Piece::Unknown { span, .. }) => Some(*span),
            _ => None,
        };
        if let Some(piece) = piece {
            let replace = |word: &mut Word| {
                if word.pieces.iter().any(|other| piece.is_same(other)) {
                    let change = |other: &Piece| {
                        if piece.is_same(other) { Piece::Text(value.clone()) } else { other.clone() }
                    };
                    let pieces = word.pieces.iter().map(change).collect();
                    *word = Word { quoted: word.quoted, ..Word::new(pieces, word.raw.clone(), word.span) };
                }
            };
            if self.variables.values().any(|variable| variable.value.pieces.iter().any(|p| piece.is_same(p)))
            {
                for variable in Arc::make_mut(&mut self.variables).values_mut() {
                    replace(&mut variable.value);
                }
            }
            for word in self.arguments.iter_mut().flat_map(|list| &mut list.known) {
                replace(word);
            }
        }
        let Some(span) = place else { return };
        if let Ok(number) = name.parse::<usize>() {
            let Some(arguments) = self.arguments.last_mut() else { return };
            if (1..=9).contains(&number) {
                for missing in arguments.known.len() + 1..=number {
                    arguments.known.push(argument(missing, span));
                }
                arguments.known[number - 1] = Word::literal(value, span);
            }
        } else if !name.is_empty() && !self.variables.contains_key(name) {
            self.set(name, Word::literal(value, span), Origin::Branch, span);
        }
    }
}

/// The unknown argument of a script.
pub(in crate::facts::script) fn argument(number: usize, span: Span) -> Word {
    let piece = Piece::Unknown {
        name: number.to_string(),
        default: None,
        reason: format!("it is argument {number} of whoever calls this"),
        span,
    };
    Word::new(vec![piece], format!("${number}"), span)
}

/// The most choices that are kept of one run.
const MOST_CHOICES: usize = 24;

/// The most runs that are followed at once.
const MOST: usize = 12;

/// The same runs, each once: those that have one future are one, and too many of them are joined.
pub(in crate::facts::script) fn merge(states: Vec<State>) -> Vec<State> {
    if states.len() < 2 {
        return states;
    }
    let mut kept: Vec<State> = Vec::new();
    for state in states {
        match kept.iter_mut().find(|other| other.is_like(&state)) {
            Some(other) => {
                other.choices = common(&other.choices, &state.choices);
                other.filled = common(&other.filled, &state.filled);
                if other.status != state.status {
                    other.status = Status::Likely;
                }
            }
            None => kept.push(state),
        }
    }
    if kept.len() > MOST { join(kept).into_iter().collect() } else { kept }
}

/// What is in both: the choices that both made, what is filled in both.
pub(in crate::facts::script) fn common<T: Clone + PartialEq>(one: &Arc<[T]>, other: &Arc<[T]>) -> Arc<[T]> {
    if one == other {
        return one.clone();
    }
    one.iter().filter(|entry| other.contains(entry)).cloned().collect()
}

/// The files that one or the other has sourced.
pub(in crate::facts::script) fn all(
    one: &Arc<[SourcedFile]>,
    other: &Arc<[SourcedFile]>,
) -> Arc<[SourcedFile]> {
    if one == other {
        return one.clone();
    }
    one.iter().chain(other.iter().filter(|file| !one.contains(file))).cloned().collect()
}

/// One run in place of several: what differs is unknown.
pub(in crate::facts::script) fn join(states: Vec<State>) -> Option<State> {
    let (live, ended): (Vec<_>, Vec<_>) = states.into_iter().partition(State::live);
    let mut states = if live.is_empty() { ended } else { live }.into_iter();
    let mut joined = states.next()?;
    for state in states {
        joined.choices = common(&joined.choices, &state.choices);
        joined.filled = common(&joined.filled, &state.filled);
        if joined.status != state.status {
            joined.status = Status::Likely;
        }
        if joined.directory != state.directory {
            joined.directory = Directory::Unknown("it depends on what ran before".into());
        }
        if joined.arguments != state.arguments {
            let levels = joined.arguments.len();
            joined.arguments = vec![Arguments { known: Vec::new(), open: true }; levels];
        }
        joined.sourced = all(&joined.sourced, &state.sourced);
        if !Rc::ptr_eq(&joined.functions, &state.functions) {
            let mut functions = (*joined.functions).clone();
            for (name, function) in state.functions.iter() {
                functions.entry(name.clone()).or_insert_with(|| function.clone());
            }
            joined.functions = Rc::new(functions);
        }
        if !Arc::ptr_eq(&joined.variables, &state.variables) {
            join_variables(&mut joined, &state);
        }
    }
    Some(joined)
}

fn join_variables(joined: &mut State, other: &State) {
    let names: Vec<String> = joined
        .variables
        .keys()
        .chain(other.variables.keys())
        .cloned()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    for name in names {
        let (one, two) = (joined.variables.get(&name), other.variables.get(&name));
        if one == two {
            continue;
        }
        let Some(base) = one.or(two).cloned() else { continue };
        let default = one.and_then(|one| one.value.known().map(str::to_owned)).or_else(|| {
            one?.value.pieces.iter().find_map(|piece| match piece {
                Piece::Unknown { default, .. } => default.clone(),
                _ => None,
            })
        });
        let reason = format!("`{name}` depends on which branch was taken");
        let piece = Piece::Unknown { name: name.clone(), default, reason, span: base.span };
        let value = Word::new(vec![piece], base.value.raw.clone(), base.value.span);
        let exported = one.is_some_and(|v| v.exported) || two.is_some_and(|v| v.exported);
        let variable = Variable { value, elements: None, exported, ..base };
        Arc::make_mut(&mut joined.variables).insert(name, variable);
    }
}
