//! A spec read from its text.

use super::codes;
use super::model::Spec;
use super::overlay;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};
use crate::syntax::yaml;

/// Reads the spec in `text`; `None` when it cannot be told what is meant. Everything that is wrong is reported, not only
/// the first of it.
pub fn read(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<Spec> {
    let mut tree = yaml::parse(source, text, diagnostics)?;
    let root = tree.root();
    if tree.is_null(root) {
        diagnostics.push(
            Diagnostic::new(&codes::EMPTY_SPEC, "this spec is empty")
                .at(Span::new(source, 0, 0), "nothing here")
                .help("begin with `project: my-app`, `services:` and `environments:`"),
        );
        return None;
    }
    let merged = overlay::merge(&mut tree, root, diagnostics);
    yaml::read(&tree, merged, diagnostics)
}
