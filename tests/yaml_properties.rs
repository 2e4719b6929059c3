//! What holds for the YAML reader whatever the text.

#![allow(clippy::format_push_string)]

use proptest::prelude::*;
use serde::Deserialize;
use specc::diagnostic::Diagnostics;
use specc::source::{SourceId, Spanned};
use specc::syntax::yaml::{self, Kind, List, Map, NodeId, Style, Text, Tree};

/// A text with something of everything, to be spoilt.
const SEED: &str = "\u{feff}# c\nx: &a {k: v, l: [1, \"é\\n\", ~]}\nserv:\n  web: &w\n    <<: *a\n    port: 80\r\n    \
    t: !reset null\n    b: |\n      x\n\n      y\n    f: >-\n     z\n  db: {<<: [*a, *w], 'q': ${X}}\n? [c]\n: - d\n  -\n\
    \n  - - e\n---\nn: *w\n...\n";

fn parse(text: &str) -> (Option<Tree>, Diagnostics) {
    let mut diags = Diagnostics::default();
    let tree = yaml::parse_stream(SourceId(0), text, &mut diags);
    (tree, diags)
}

/// Checks every node that is written below `node`, without recursion.
fn check(tree: &Tree, text: &str, root: NodeId) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let span = tree.span(node);
        let (start, end) = (span.start as usize, span.end as usize);
        let written = text.get(start..end).expect("a span lies on character boundaries");
        if tree.style(node) == Some(Style::Plain) && tree.resolve(node) == node && !written.contains('\n') {
            assert_eq!(tree.text(node), Some(written));
        }
        let entries = tree.mapping(node).unwrap_or_default().iter().flat_map(|(key, value)| [*key, *value]);
        let children: Vec<_> =
            entries.chain(tree.sequence(node).unwrap_or_default().iter().copied()).collect();
        assert!(tree.kind(node) != Kind::Scalar || children.is_empty());
        if tree.resolve(node) != node || text.contains("<<") {
            continue; // what stands for it, or was merged into it, is written elsewhere
        }
        for child in children {
            let inner = tree.span(child);
            assert!(span.start <= inner.start && inner.end <= span.end, "{inner:?} is outside {span:?}");
            open.push(child);
        }
    }
}

/// Edits of the seed: where, how many bytes go, and what comes instead.
fn edits() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    let piece = prop_oneof![
        "[\\[\\]{}:,&*!|>'\"%@`#\t \n?~<=-]{0,4}",
        Just("\r\n".to_owned()),
        Just("*a".to_owned()),
        Just("&w ".to_owned()),
        Just("<<: *w".to_owned()),
        Just("\0".to_owned()),
        Just("é\u{2028}".to_owned()),
        Just("---\n".to_owned()),
        Just("${X}".to_owned()),
    ];
    proptest::collection::vec((0..SEED.len(), 0..6usize, piece), 1..6)
}

fn spoil(edits: &[(usize, usize, String)]) -> String {
    let mut text: Vec<char> = SEED.chars().collect();
    for (at, remove, piece) in edits {
        let at = at % text.len().max(1);
        let end = (at + remove).min(text.len());
        text.splice(at..end, piece.chars());
    }
    text.into_iter().collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Service {
    image: Spanned<Text>,
    port: u16,
    health: Option<Health>,
    #[serde(default)]
    needs: List<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Health {
    path: String,
    via: Option<Via>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Via {
    Curl,
    Wget,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_in_a_tree_or_an_error(edits in edits()) {
        let text = spoil(&edits);
        let (tree, diags) = parse(&text);
        prop_assert!(tree.is_some() || diags.has_errors());
        for diagnostic in &diags {
            for label in &diagnostic.labels {
                prop_assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
            }
        }
        if let Some(tree) = tree {
            for document in tree.documents() {
                check(&tree, &text, *document);
                let mut diags = Diagnostics::default();
                let _ = yaml::read::<Map<Text, List<Service>>>(&tree, *document, &mut diags);
                let _ = yaml::read::<serde_yaml::Value>(&tree, *document, &mut diags);
            }
        }
    }

    #[test]
    fn spans_are_what_is_written(words in proptest::collection::vec("[a-zéA-Z0-9_][a-zéA-Z0-9_./-]{0,8}( [a-z]{1,4})?", 1..12)) {
        let mut text = String::new();
        for (n, word) in words.iter().enumerate() {
            text.push_str(&format!("k{n}:   {word}  # c\nl{n}:\n  -  {word}\n  - [ {word} , {word}]\n"));
        }
        let (tree, diags) = parse(&text);
        prop_assert!(diags.is_empty(), "{diags:?}");
        let tree = tree.unwrap();
        check(&tree, &text, tree.root());
    }

    #[test]
    fn every_planted_error_is_found(plants in proptest::collection::vec(0..10usize, 1..40)) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for (n, plant) in plants.iter().enumerate() {
            let (service, codes): (&str, &[&str]) = match plant {
                0 => ("{image: x, port: 1, colour: red}", &["unknown-key"]),
                1 => ("{image: x, port: 70000}", &["out-of-range"]),
                2 => ("{image: [x], port: y}", &["wrong-type", "wrong-type"]),
                3 => ("{}", &["missing-key", "missing-key"]),
                4 => ("{image: x, port: 1, health: {via: crul, paht: /}}", &["unknown-value", "unknown-key"]),
                5 => ("{image: x, port: 1, needs: [a, 1, {}, b, []]}", &["wrong-type", "wrong-type", "wrong-type"]),
                6 => ("[x]", &["wrong-type"]),
                7 => ("{port: x, health: {}, needs: 1, u: 1, w: 2}", &[
                    "missing-key", "wrong-type", "missing-key", "wrong-type", "unknown-key", "unknown-key",
                ]),
                8 => ("{image: 1.10, port: 1, health: , needs: }", &[]),
                _ => ("{image: x, port: 80, health: {path: /, via: wget}, needs: [a]}", &[]),
            };
            text.push_str(&format!("service-{n}: {service}\n"));
            expected.extend(codes.iter().map(|code| (n, (*code).to_owned())));
        }
        let (tree, mut diags) = parse(&text);
        let tree = tree.unwrap();
        let services = yaml::read::<Map<String, Service>>(&tree, tree.root(), &mut diags).unwrap();
        let line = |offset: u32| text[..offset as usize].matches('\n').count();
        let mut found: Vec<_> =
            diags.iter().map(|d| (line(d.labels[0].span.start), d.code.name.to_owned())).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
        let sound = plants.iter().filter(|plant| **plant >= 8).count();
        prop_assert!(services.len() >= sound);
    }
}
