//! Simple commands as they are listed.

use super::simple::Expanded;
use super::state::State;
use super::{Frame, expand};
use crate::facts::script::command::Command;
use crate::facts::script::variable::{Origin, Variable, Variables};
use crate::facts::script::word::Word;
use crate::syntax::shell;
use std::sync::Arc;

/// The command as it is listed.
pub(super) fn listed(
    frame: &Frame,
    state: &State,
    expanded: &Expanded<'_>,
    assignments: &[shell::Assignment],
    words: &[shell::Word],
) -> Command {
    let mut uses = Vec::new();
    let used: Vec<&shell::Word> = assignments
        .iter()
        .map(|assignment| &assignment.value)
        .chain(words)
        .chain(expanded.command.redirections.iter().map(|redirection| &redirection.target))
        .collect();
    expand::uses(frame, state, &used, &mut uses);
    let mut variables = state.variables.clone();
    for assigned in &expanded.assigned {
        let variable = Variable {
            value: assigned.value.clone(),
            elements: assigned.elements.clone(),
            exported: !expanded.words.is_empty(),
            origin: Origin::Prefix,
            span: assigned.name.span,
        };
        Arc::make_mut(&mut variables).insert(assigned.name.value.clone(), variable);
    }
    Command {
        words: expanded.words.clone(),
        assignments: expanded.assigned.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
        redirections: expanded.redirections.clone(),
        span: frame.code.span(expanded.command.place),
        variables,
        uses,
        sourced: state.sourced.clone(),
        directory: state.directory.clone(),
        directory_assumed: state.directory_assumed,
        hosts: state.hosts.clone(),
        pipe: frame.pipe,
        context: frame.context.clone(),
        options: state.options,
        choices: state.choices.clone(),
        filled: state.filled.clone(),
        caller: frame.caller.clone(),
        step: frame.step,
    }
}

/// Whether two runs of one command do the same.
pub(in crate::facts::script) fn alike(one: &Command, other: &Command) -> bool {
    let exported = |variables: &Variables| {
        let exported = variables.iter().filter(|(_, variable)| variable.exported);
        exported.map(|(name, variable)| (name.clone(), variable.value.value.clone())).collect::<Vec<_>>()
    };
    let values = |words: &[Word]| words.iter().map(|word| word.pieces.clone()).collect::<Vec<_>>();
    one.directory == other.directory
        && values(&one.words) == values(&other.words)
        && one
            .assignments
            .iter()
            .map(|(_, word)| &word.pieces)
            .eq(other.assignments.iter().map(|(_, word)| &word.pieces))
        && one
            .hosts
            .iter()
            .map(|host| &host.target.pieces)
            .eq(other.hosts.iter().map(|host| &host.target.pieces))
        && (Arc::ptr_eq(&one.variables, &other.variables)
            || exported(&one.variables) == exported(&other.variables))
}
