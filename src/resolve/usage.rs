//! What is declared and never used.

use super::codes;
use super::scope::Uses;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::spec::model::Spec;
use std::collections::BTreeSet;

/// Reports secrets and variables that no environment uses, and secrets whose names are taken.
pub(super) fn check(spec: &Spec, uses: &[Uses], diagnostics: &mut Diagnostics) {
    let secrets: BTreeSet<&str> = uses.iter().flat_map(|uses| &uses.secrets).map(String::as_str).collect();
    for (key, _) in spec.secrets.iter() {
        if key.as_str() == "release" {
            diagnostics.push(
                Diagnostic::new(&codes::INVALID_NAME, "a secret cannot be called `release`")
                    .at(key.span, "its variable would be that of the images' release")
                    .help("call it something else"),
            );
        }
        if !secrets.contains(key.as_str()) {
            diagnostics.push(
                Diagnostic::new(&codes::UNUSED_SECRET, format!("nothing uses secret `{}`", key.as_str()))
                    .at(key.span, "declared here")
                    .help(format!("refer to it as `${{secrets.{}}}`, or take it out", key.as_str())),
            );
        }
    }
    let used: BTreeSet<&str> = uses.iter().flat_map(|uses| &uses.variables).map(String::as_str).collect();
    let shared = spec.vars.iter().map(|(key, _)| key);
    let own =
        spec.environments.iter().flat_map(|(_, environment)| environment.vars.iter()).map(|(key, _)| key);
    let mut reported = BTreeSet::new();
    for key in shared.chain(own) {
        if !used.contains(key.as_str()) && reported.insert(key.as_str()) {
            diagnostics.push(
                Diagnostic::new(&codes::UNUSED_VARIABLE, format!("nothing uses variable `{}`", key.as_str()))
                    .at(key.span, "given a value here")
                    .help(format!("refer to it as `${{vars.{}}}`, or take it out", key.as_str())),
            );
        }
    }
}
