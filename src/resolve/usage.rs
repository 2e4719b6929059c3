//! What is declared and never used, or cannot be.

use super::scope::Uses;
use super::{Project, codes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::spec::model::Spec;
use crate::spec::names::VarName;
use crate::syntax::yaml::Text;
use std::collections::BTreeSet;

/// Reports secrets and variables that no environment uses, secrets whose names are taken, and variables that refer to
/// something.
pub(super) fn check(project: &Project<'_>, uses: &[Uses], diagnostics: &mut Diagnostics) {
    let spec = project.spec;
    for (key, _) in spec.secrets.iter().filter(|(key, _)| key.as_str() == "release") {
        diagnostics.push(
            Diagnostic::new(&codes::INVALID_NAME, "a secret cannot be called `release`")
                .at(key.span, "its variable would be that of the images' release")
                .help("call it something else"),
        );
    }
    for (key, value) in variables(spec) {
        let Some(start) = value.value.0.find("${") else { continue };
        let length = value.value.0[start..].find('}').map_or(2, |end| end + 1);
        let (text, range) = (project.sources.text(value.span), start..start + length);
        let span = crate::spec::template::locate(value.span, text, &value.value.0, range);
        diagnostics.push(
            Diagnostic::new(
                &codes::REFERENCE_IN_VARIABLE,
                format!("variable `{key}` refers to something, and variables are plain text"),
            )
            .at(span, "not followed here")
            .help(format!("write the value itself, and put the reference where `${{vars.{key}}}` is used")),
        );
    }
    if spec.environments.iter().next().is_none() {
        diagnostics.push(
            Diagnostic::new(&codes::INCOMPLETE, "the project has no environment to run in")
                .at(spec.project.span, "this project")
                .help("add one: `environments: { production: { runs_on: … } }`"),
        );
    }
    // What refers to nothing may have been meant to use it.
    if !diagnostics.has_errors() {
        check_used(spec, uses, diagnostics);
    }
}

/// Every variable that gets a value, the project's and the environments'.
fn variables(spec: &Spec) -> impl Iterator<Item = (&Spanned<VarName>, &Spanned<Text>)> {
    spec.vars.iter().chain(spec.environments.iter().flat_map(|(_, environment)| environment.vars.iter()))
}

fn check_used(spec: &Spec, uses: &[Uses], diagnostics: &mut Diagnostics) {
    let mut unused = |code, what: &str, root: &str, name: &str, span: Span, label: &str| {
        diagnostics.push(
            Diagnostic::new(code, format!("nothing uses {what} `{name}`"))
                .at(span, label)
                .help(format!("refer to it as `${{{root}.{name}}}`, or take it out")),
        );
    };
    let used: BTreeSet<&str> = uses.iter().flat_map(|uses| &uses.secrets).map(String::as_str).collect();
    for (key, _) in spec.secrets.iter().filter(|(key, _)| !used.contains(key.as_str())) {
        unused(&codes::UNUSED_SECRET, "secret", "secrets", key.as_str(), key.span, "declared here");
    }
    let used: BTreeSet<&str> = uses.iter().flat_map(|uses| &uses.variables).map(String::as_str).collect();
    let mut reported = BTreeSet::new();
    for (key, _) in variables(spec) {
        if !used.contains(key.as_str()) && reported.insert(key.as_str()) {
            unused(&codes::UNUSED_VARIABLE, "variable", "vars", key.as_str(), key.span, "given a value here");
        }
    }
}
