//! The entries of one mapping: none twice, and merge keys merged.

use super::build::{Builder, Stop};
use super::event::Style;
use super::tree::{Kind, NodeId, Tree};
use super::trouble;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Up to here comparing each key with each other one is quicker than hashing them.
const FEW: usize = 12;

/// Tidies the mapping whose entries are those from `first` on, the last ones of the tree.
pub(super) fn tidy(builder: &mut Builder<'_, '_>, first: usize) -> Result<(), Stop> {
    let mut twice = repeated_keys(&builder.tree, first);
    if !twice.is_empty() {
        twice.sort_unstable();
        for &(again, before) in &twice {
            let name = |at: usize| builder.tree.entries[at].0;
            let text = builder.tree.text(name(again)).unwrap_or_default();
            let spans = (builder.tree.span(name(again)), builder.tree.span(name(before)));
            let diagnostic = trouble::duplicate_key(text, spans.0, spans.1);
            builder.report(diagnostic)?;
        }
        // The first one stays, so that readers need not deal with both.
        let mut dropped = twice.iter().map(|(again, _)| *again).peekable();
        let kept: Vec<_> = builder.tree.entries[first..].to_vec();
        builder.tree.entries.truncate(first);
        for (at, entry) in (first..).zip(kept) {
            if dropped.next_if_eq(&at).is_none() {
                builder.tree.entries.push(entry);
            }
        }
    }
    let merge = builder.tree.entries[first..].iter().position(|(key, _)| is_merge(&builder.tree, *key));
    match merge {
        Some(at) => merge_into(builder, first, first + at),
        None => Ok(()),
    }
}

/// The entries from `first` on whose key stands before already: the place of each, and that of the first one.
fn repeated_keys(tree: &Tree, first: usize) -> Vec<(usize, usize)> {
    let keys = &tree.entries[first..];
    let mut found = Vec::new();
    if keys.len() <= FEW {
        let mut texts: [Option<&str>; FEW] = [None; FEW];
        for (again, (key, _)) in keys.iter().enumerate() {
            texts[again] = tree.text(*key);
            if texts[again].is_some()
                && let Some(before) = texts[..again].iter().position(|other| *other == texts[again])
            {
                found.push((first + again, first + before));
            }
        }
        return found;
    }
    // Eight bytes a key, in place of a table: a mapping can have millions.
    let hasher = RandomState::new();
    #[allow(clippy::cast_possible_truncation)] // the low half of a hash is one too
    let mut hashes: Vec<(u32, u32)> = (0..)
        .zip(keys)
        .filter_map(|(at, (key, _))| Some((hasher.hash_one(tree.text(*key)?) as u32, at)))
        .collect();
    hashes.sort_unstable();
    for group in hashes.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        let text = |at: u32| tree.text(keys[at as usize].0);
        let mut firsts: Vec<u32> = Vec::new();
        for &(_, at) in group {
            match firsts.iter().find(|before| text(**before) == text(at)) {
                Some(before) => found.push((first + at as usize, first + *before as usize)),
                None => firsts.push(at),
            }
        }
    }
    found
}

/// Whether a key is `<<`, unquoted, the way go-yaml recognises it.
fn is_merge(tree: &Tree, key: NodeId) -> bool {
    tree.text(key) == Some("<<") && tree.style(key) == Some(Style::Plain) && tree.tag(key).is_none()
}

/// Replaces the merge key at `at` by the entries it brings, save those that the mapping has itself. The first of
/// several mappings wins, as in go-yaml.
fn merge_into(builder: &mut Builder<'_, '_>, first: usize, at: usize) -> Result<(), Stop> {
    let (_, value) = builder.tree.entries.remove(at);
    let tree = &builder.tree;
    let sources: Vec<NodeId> = match tree.kind(value) {
        Kind::Sequence => tree.sequence(value).unwrap_or_default().to_vec(),
        Kind::Mapping | Kind::Scalar => vec![value],
    };
    let mut added: Vec<(NodeId, NodeId)> = Vec::new();
    for source in sources {
        let tree = &builder.tree;
        let span = tree.span(source);
        let Some(entries) = tree.mapping(source) else {
            // An alias of nothing is null with a place of its own; that it is undefined has been reported.
            let undefined = tree.kind(source) == Kind::Scalar && tree.text(source) == Some("");
            if !undefined || span.is_empty() {
                let aliased = tree.span(value) != tree.value_span(value);
                let place = if aliased { tree.span(value) } else { span };
                let diagnostic = trouble::merge_value(tree.kind(source), place);
                builder.report(diagnostic)?;
            }
            break;
        };
        let count = entries.len() as u64;
        builder.weigh(count, count, span)?;
        let tree = &builder.tree;
        added.extend_from_slice(tree.mapping(source).unwrap_or_default());
    }
    let tree = &builder.tree;
    let mut seen: HashSet<&str> =
        tree.entries[first..].iter().filter_map(|(key, _)| tree.text(*key)).collect();
    let fresh: Vec<_> =
        added.into_iter().filter(|(key, _)| tree.text(*key).is_none_or(|text| seen.insert(text))).collect();
    builder.tree.entries.extend(fresh);
    Ok(())
}
