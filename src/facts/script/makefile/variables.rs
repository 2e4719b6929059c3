//! The variables of Makefiles and justfiles, as far as they are known.

use super::{DEPTH, Rules};
use crate::facts::script::eval;
use crate::facts::script::file::FileKind;
use crate::facts::script::variable::{Origin, Variable, Variables};
use crate::facts::script::word::{Piece, Word};
use crate::source::Fragment;
use crate::source::fragment::Hole;
use crate::syntax::makefile::{self, Known};
use std::sync::Arc;

/// How often the variables of one file are looked up for one target.
const LOOKUPS: usize = 5_000;

/// A variable of a target.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) value: Word,
}

impl Rules<'_> {
    /// A text with the file's variables filled in. `own` are those of the target, weaker ones first.
    pub(super) fn fill(&self, text: &Fragment, own: &[Bound], depth: usize) -> Fragment {
        let value = |name: &str| self.value(name, own, depth);
        match self.file.kind {
            FileKind::Justfile => makefile::in_braces(text, &value),
            _ => makefile::in_parentheses(text, &value),
        }
    }

    /// What is known of a variable.
    fn value(&self, name: &str, own: &[Bound], depth: usize) -> Known {
        let lookups = self.lookups.get() + 1;
        self.lookups.set(lookups);
        if depth > DEPTH || lookups > LOOKUPS {
            return Known::Unknown("its variables refer to each other".into(), None);
        }
        if let Some(word) = self.given.get(name) {
            return known_of(word);
        }
        if let Some(bound) = own.iter().rev().find(|bound| bound.name == name) {
            return known_of(&bound.value);
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
            let value = known_of(&word);
            if variable.operator == "?="
                && let Some(outer) = self.outer.get(name)
            {
                return known_of(&outer.value);
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
            return known_of(&outer.value);
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
    pub(super) fn environment(&self, own: &[Bound], before: &Variables) -> Variables {
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

/// A text with its variables filled in, as a word.
pub(super) fn word(fragment: &Fragment) -> Word {
    eval::word(fragment, "$(", ")")
}
