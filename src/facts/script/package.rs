//! The scripts of a `package.json`.

use super::directory::Directory;
use super::eval::{Code, Evaluator, Frame, Library, State};
use super::file::File;
use super::shell::finish;
use super::{Script, ScriptKind};
use crate::diagnostic::Diagnostics;
use crate::source::{Fragment, Spanned};
use crate::syntax::{workflow, yaml};
use std::path::Path;

/// The scripts of a `package.json`, each by itself.
pub(super) fn scripts(library: &Library<'_>, file: &File) -> Vec<Script> {
    named(library, file)
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
pub(super) fn named(library: &Library<'_>, file: &File) -> Vec<(Spanned<String>, Fragment)> {
    let text = library.sources.get(file.source).text.clone();
    let mut unheard = Diagnostics::default();
    // JSON is YAML.
    let Some(tree) = yaml::parse(file.source, &text, &mut unheard) else { return Vec::new() };
    let scripts = tree.get(tree.root(), "scripts").and_then(|(_, scripts)| tree.mapping(scripts));
    scripts
        .unwrap_or_default()
        .iter()
        .filter_map(|(key, value)| {
            let name = Spanned::new(tree.text(*key)?.to_owned(), tree.span(*key));
            Some((name, workflow::fragment(&tree, &text, *value)?))
        })
        .collect()
}
