//! Assignments: they are noted, and set the variables of the shell.

use super::state::State;
use super::{Evaluator, Frame, pieces};
use crate::facts::script::variable::{Assignment, Origin, Variable};
use crate::facts::script::word::{Piece, Word};
use crate::source::Spanned;
use std::sync::Arc;

/// An assignment with its value expanded.
pub(super) struct Assigned {
    pub(super) name: Spanned<String>,
    pub(super) value: Word,
    pub(super) elements: Option<Vec<Word>>,
    pub(super) element: bool,
    pub(super) append: bool,
}

impl Evaluator<'_> {
    /// Lists an assignment.
    pub(in crate::facts::script) fn note(
        &mut self,
        state: &State,
        name: &Spanned<String>,
        value: &Word,
        exported: bool,
        origin: Origin,
    ) {
        if self.silent == 0 {
            self.assignments.push(Assignment {
                name: name.clone(),
                value: value.clone(),
                exported,
                origin,
                remote: !state.hosts.is_empty(),
                at: self.commands.len(),
            });
        }
    }

    /// Sets a variable of the shell.
    pub(super) fn assign(&mut self, frame: &Frame, state: &mut State, assigned: Assigned, origin: Origin) {
        let Assigned { name, value, elements, element, append } = assigned;
        let before = state.variables.get(&name.value).cloned();
        let exported = state.options.allexport || before.as_ref().is_some_and(|before| before.exported);
        self.note(state, &name, &value, exported, origin.clone());
        let origin = match &frame.code.path {
            Some(path) if self.silent > 0 => Origin::File(path.clone()),
            _ => origin,
        };
        let mut variable = Variable { value, elements, exported, origin, span: name.span };
        if element {
            // Which element it is decides; none of them is known any more.
            let reason = format!("`{}` is an array whose elements are set one by one", name.value);
            let piece = Piece::Unknown { name: name.value.clone(), default: None, reason, span: name.span };
            variable.value = Word::new(vec![piece], variable.value.raw.clone(), variable.value.span);
            variable.elements = None;
        } else if append && let Some(before) = before {
            match (before.elements, variable.elements.take()) {
                (Some(mut list), Some(more)) => {
                    list.extend(more.into_iter().take(64));
                    variable.value = list.first().cloned().unwrap_or(before.value);
                    variable.elements = Some(list);
                }
                (None, None) => {
                    let mut pieces = before.value.pieces.clone();
                    for piece in variable.value.pieces.iter() {
                        pieces::push(&mut pieces, piece.clone());
                    }
                    if pieces::is_too_long(&pieces) {
                        pieces = pieces::too_long(name.span);
                    }
                    variable.value = Word::new(pieces, variable.value.raw.clone(), variable.value.span);
                }
                (list, more) => variable.elements = more.or(list),
            }
        } else if let Some(elements) = &variable.elements {
            let span = variable.value.span;
            variable.value = elements.first().cloned().unwrap_or_else(|| Word::new(Vec::new(), "", span));
        }
        Arc::make_mut(&mut state.variables).insert(name.value, variable);
    }
}
