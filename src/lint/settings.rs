//! How to lint: `lint:` in the spec, or `specc-lint.yaml` where there is none.

use super::codes;
use crate::diagnostic::{Diagnostic, Diagnostics, suggestion};
use crate::source::Sources;
use crate::spec;
use crate::spec::model::Lint;
use crate::syntax::yaml;
use crate::workspace;
use std::path::Path;

/// The file that holds settings where there is no spec.
pub const SETTINGS_FILE: &str = "specc-lint.yaml";

/// The settings of the repository at `root`, whose files are shown as seen from `started`.
pub fn settings(root: &Path, started: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Lint {
    let place = |name: &str| Some(root.join(name)).filter(|path| path.symlink_metadata().is_ok());
    let spec = place(workspace::SPEC_FILE);
    let own = place(SETTINGS_FILE);
    let Some(path) = spec.as_ref().or(own.as_ref()) else { return Lint::default() };
    let path = workspace::relative(path, started);
    let source = match workspace::read(sources, &path) {
        Ok(source) => source,
        // What stops a spec from being read is told where it is checked.
        Err(_) if spec.is_some() => return Lint::default(),
        Err(fault) => {
            diagnostics.push(fault);
            return Lint::default();
        }
    };
    let text = sources.get(source).text.clone();
    let settings = if spec.is_some() {
        let mut elsewhere = Diagnostics::default();
        spec::read(source, &text, &mut elsewhere).map(|spec| spec.lint).unwrap_or_default()
    } else {
        read(source, &text, diagnostics)
    };
    if let (Some(_), Some(own)) = (&spec, own) {
        let message = format!("`{SETTINGS_FILE}` is not read: there is a `{}`", workspace::SPEC_FILE);
        diagnostics.push(
            Diagnostic::new(&codes::SETTINGS_IGNORED, message)
                .in_file(workspace::relative(&own, started))
                .help("move what it says below `lint:` in the spec, and remove the file"),
        );
    }
    check(&settings, diagnostics);
    settings
}

fn read(source: crate::source::SourceId, text: &str, diagnostics: &mut Diagnostics) -> Lint {
    let Some(tree) = yaml::parse(source, text, diagnostics) else { return Lint::default() };
    if tree.is_null(tree.root()) {
        return Lint::default();
    }
    yaml::read(&tree, tree.root(), diagnostics).unwrap_or_default()
}

/// Rules that are named must exist: a misspelt one would silence nothing, and nobody would know.
fn check(settings: &Lint, diagnostics: &mut Diagnostics) {
    let names: Vec<&str> = crate::rules::ALL.iter().map(|rule| rule.code.name).collect();
    for name in settings.rules.keys().filter(|name| !names.contains(&name.as_str())) {
        let near = crate::diagnostic::nearest(name.as_str(), names.iter().copied());
        let help = near.and_then(|near| suggestion(name.as_str(), &[near]));
        diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_RULE, format!("there is no rule `{}`", name.value))
                .at(name.span, "no such rule")
                .help(help.unwrap_or_else(|| "`specc rules` lists them".to_owned())),
        );
    }
}
