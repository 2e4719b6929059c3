//! YAML, and specs in it.

use super::place::{inside, is_json, text, told};
use specc::diagnostic::Diagnostics;
use specc::emit;
use specc::resolve::{self, Project};
use specc::source::Sources;
use specc::spec::{self as language, model::Lint};
use specc::syntax::yaml::{self as reader, Kind, List, Map, NodeId, Text, Tree};

/// YAML, as a tree and read into types.
pub fn yaml(data: &[u8]) {
    let mut sources = Sources::default();
    let source = sources.add("a.yaml", text(data));
    let text = sources.get(source).text.clone();
    let mut found = Diagnostics::default();
    let tree = reader::parse_stream(source, &text, &mut found);
    assert!(tree.is_some() || found.has_errors(), "a tree, or the reason why there is none");
    if let Some(tree) = &tree {
        for document in tree.documents() {
            nodes(&sources, tree, *document);
            let _ = reader::read::<Map<Text, List<Text>>>(tree, *document, &mut found);
            let _ = reader::read::<serde_json::Value>(tree, *document, &mut found);
            let _ = reader::read::<Lint>(tree, *document, &mut found);
        }
        for comment in tree.comments() {
            inside(&sources, *comment);
            assert!(sources.text(*comment).starts_with('#'));
        }
    }
    told(&sources, found.sorted());
}

/// Every node that is written below `node`, without recursion.
fn nodes(sources: &Sources, tree: &Tree, node: NodeId) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        inside(sources, tree.span(node));
        inside(sources, tree.value_span(node));
        // What stands for another one is looked at where that is written: aliases of aliases are no tree.
        if tree.resolve(node) != node {
            continue;
        }
        assert_eq!(tree.kind(node) == Kind::Scalar, tree.text(node).is_some());
        let entries = tree.mapping(node).unwrap_or_default();
        for (key, value) in entries {
            inside(sources, tree.span(*key));
            inside(sources, tree.span(*value));
        }
        if sources.text(tree.span(node)).contains("<<") {
            continue; // what is merged into it is written elsewhere
        }
        open.extend(entries.iter().flat_map(|(key, value)| [*key, *value]));
        open.extend(tree.sequence(node).unwrap_or_default());
    }
}

/// A spec, as `specc check` reads it, and as `specc render` writes it.
pub fn spec(data: &[u8]) {
    let mut sources = Sources::default();
    let source = sources.add("specc.yaml", text(data));
    let text = sources.get(source).text.clone();
    let mut found = Diagnostics::default();
    let spec = language::read(source, &text, &mut found);
    assert!(spec.is_some() || found.has_errors(), "a spec, or the reason why there is none");
    if let Some(spec) = spec.filter(|_| !found.has_errors()) {
        let project = Project { sources: &sources, spec: &spec, neighbours: Vec::new() };
        let environments = resolve::resolve(&project, &mut found);
        if !found.has_errors() {
            environments.into_iter().flat_map(|environment| environment.deployments).for_each(rendered);
        }
    }
    told(&sources, found.sorted());
}

/// What is written can be read.
fn rendered(deployment: resolve::Deployment) {
    for file in emit::emit(deployment) {
        if file.path.ends_with(".yaml") {
            let mut sources = Sources::default();
            let source = sources.add(&*file.path, file.contents.as_str());
            let mut found = Diagnostics::default();
            let tree = reader::parse(source, &file.contents, &mut found);
            assert!(tree.is_some() && !found.has_errors(), "{}: {found:?}\n{}", file.path, file.contents);
        }
        if file.path.ends_with(".json") {
            is_json(&file.contents);
        }
    }
}
