//! One run of the rules over a repository.

use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::rules;

/// What all rules find.
pub fn run(facts: &Repository) -> Vec<Diagnostic> {
    rules::check(facts)
}
