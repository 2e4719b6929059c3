//! Environments laid over the project: what `environments.<name>.services.<service>` says, merged with the service.
//!
//! This works on the tree, before anything has a type, so that every key of the language merges by one rule: maps merge by
//! key, scalars and lists replace, `null` removes. Nodes keep their spans, so that whatever is said later about a merged
//! service points at the line where it was written.

use super::codes;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::yaml::{NodeId, Tree};
use std::collections::HashMap;

/// What an environment may override, by key of the project and of the environment alike.
const SECTIONS: [&str; 3] = ["services", "sites", "jobs"];

/// Merges every environment's overrides with what they override, and drops top-level `x-` keys (a place for YAML
/// anchors). Gives the root of the merged tree; the nodes of the old one stay as they are.
///
/// New mappings are made all the way down, never changed in place: two environments may share one mapping by an alias.
pub(super) fn merge(tree: &mut Tree, root: NodeId, diagnostics: &mut Diagnostics) -> NodeId {
    let Some(entries) = tree.mapping(root).map(<[_]>::to_vec) else { return root };
    let mut merged = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match tree.text(key) {
            Some(text) if text.starts_with("x-") => {}
            Some("environments") => merged.push((key, environments(tree, root, value, diagnostics))),
            _ => merged.push((key, value)),
        }
    }
    tree.push_mapping(merged, tree.span(root))
}

fn environments(tree: &mut Tree, root: NodeId, node: NodeId, diagnostics: &mut Diagnostics) -> NodeId {
    each_value(tree, node, |tree, _, environment| {
        each_value(tree, environment, |tree, section, overrides| {
            let Some(name) = tree.text(section).filter(|name| SECTIONS.contains(name)).map(str::to_owned)
            else {
                return overrides;
            };
            let Some((_, base)) = tree.get(root, &name) else { return overrides };
            let declared = by_key(tree, base);
            each_value(tree, overrides, |tree, key, over| {
                let Some(&base) = tree.text(key).and_then(|key| declared.get(key)) else { return over };
                if name == "services" {
                    check_preset(tree, base, over, diagnostics);
                }
                merge_nodes(tree, base, over)
            })
        })
    })
}

/// The values of the mapping `node` by key: an environment may override thousands of services.
fn by_key(tree: &Tree, node: NodeId) -> HashMap<String, NodeId> {
    let entries = tree.mapping(node).unwrap_or_default().iter();
    entries.filter_map(|(key, value)| Some((tree.text(*key)?.to_owned(), *value))).collect()
}

/// A copy of the mapping `node` with every value changed; `node` itself when it is no mapping (its reader says so).
fn each_value(
    tree: &mut Tree,
    node: NodeId,
    mut change: impl FnMut(&mut Tree, NodeId, NodeId) -> NodeId,
) -> NodeId {
    let Some(entries) = tree.mapping(node).map(<[_]>::to_vec) else { return node };
    let changed: Vec<_> = entries.into_iter().map(|(key, value)| (key, change(tree, key, value))).collect();
    tree.push_mapping(changed, tree.span(node))
}

/// `over` laid over `base`. The recursion is as deep as both trees are, which the parser bounds.
fn merge_nodes(tree: &mut Tree, base: NodeId, over: NodeId) -> NodeId {
    let (Some(below), Some(above)) = (tree.mapping(base), tree.mapping(over)) else { return over };
    let (below, above) = (below.to_vec(), above.to_vec());
    let mut merged = Vec::with_capacity(below.len() + above.len());
    for (key, value) in below {
        let text = tree.text(key).map(str::to_owned);
        match text.and_then(|text| tree.get(over, &text)) {
            Some((_, replacement)) if tree.is_null(replacement) => {}
            Some((key, replacement)) => merged.push((key, merge_nodes(tree, value, replacement))),
            None => merged.push((key, value)),
        }
    }
    for (key, value) in above {
        let known = tree.text(key).map(str::to_owned).is_some_and(|text| tree.get(base, &text).is_some());
        if !known && !tree.is_null(value) {
            merged.push((key, value));
        }
    }
    tree.push_mapping(merged, tree.span(over))
}

/// A database of another kind in one environment is how tests pass and production fails, so it takes an explicit word.
fn check_preset(tree: &Tree, base: NodeId, over: NodeId, diagnostics: &mut Diagnostics) {
    let (Some((_, before)), Some((key, after))) = (tree.get(base, "preset"), tree.get(over, "preset")) else {
        return;
    };
    let (Some(was), Some(is)) = (tree.text(before), tree.text(after)) else { return };
    let said = tree.get(over, "another_preset").and_then(|(_, word)| tree.text(word)) == Some("true");
    if was != is && !said {
        diagnostics.push(
            Diagnostic::new(&codes::PRESET_DIFFERS, format!("this environment runs `{is}` where the others run `{was}`"))
                .at(tree.span(key).to(tree.span(after)), format!("`{is}` here"))
                .at(tree.span(before), format!("`{was}` elsewhere"))
                .help(format!(
                    "what passes on `{is}` may fail on `{was}`; write `another_preset: true` beside it if this is meant"
                )),
        );
    }
}
