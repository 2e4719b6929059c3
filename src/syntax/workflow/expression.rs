//! `${{ … }}` in the texts of workflows.

use crate::source::Fragment;
use crate::source::fragment::{Cutting, Hole};

/// What stands for an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// This text.
    Text(String),
    /// It cannot be known: why.
    Unknown(String),
}

/// The fragment with each `${{ … }}` replaced by what `value` says of the expression in it.
pub fn fill(fragment: &Fragment, value: impl Fn(&str) -> Filling) -> Fragment {
    let text = fragment.text();
    if !text.contains("${{") {
        return fragment.clone();
    }
    let mut cutting = Cutting::new(fragment.source());
    let mut at = 0;
    while let Some(found) = text[at..].find("${{") {
        let open = at + found;
        let Some(length) = text[open..].find("}}") else { break };
        let close = open + length + 2;
        cutting.copy_from(fragment, at, open);
        let expression = text[open + 3..close - 2].trim();
        match value(expression) {
            Filling::Text(text) => cutting.replace_from(&text, fragment, open, close),
            Filling::Unknown(reason) => {
                cutting.hole_from(Hole::new(expression, reason, None), fragment, open, close);
            }
        }
        at = close;
    }
    cutting.copy_from(fragment, at, text.len());
    cutting.finish(fragment.whole_span().start as usize)
}
