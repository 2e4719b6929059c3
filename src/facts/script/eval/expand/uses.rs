//! The variables that words use.

use crate::facts::script::eval::Frame;
use crate::facts::script::eval::state::State;
use crate::facts::script::variable::Use;
use crate::syntax::shell::{self, PartKind};

/// Adds the variables that words use, those within `${…}` and arrays, too.
pub(in crate::facts::script::eval) fn uses(
    frame: &Frame,
    state: &State,
    words: &[&shell::Word],
    found: &mut Vec<Use>,
) {
    for part in words.iter().flat_map(|word| &word.parts) {
        match &part.kind {
            PartKind::Variable(expansion) => {
                let arguments = state.arguments.last();
                let set = state.variables.contains_key(&expansion.name)
                    || expansion
                        .name
                        .parse::<usize>()
                        .is_ok_and(|n| arguments.is_some_and(|a| a.known.len() >= n));
                found.push(Use {
                    name: expansion.name.clone(),
                    span: frame.code.span(part.place),
                    guarded: matches!(expansion.operator, ":-" | "-" | ":=" | "=" | ":?" | "?" | ":+" | "+"),
                    set,
                });
                uses(frame, state, &[&expansion.word], found);
            }
            PartKind::Array(elements) => uses(frame, state, &elements.iter().collect::<Vec<_>>(), found),
            _ => {}
        }
    }
}
