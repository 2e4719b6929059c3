//! The words for what the typed reader finds.

use super::error::{Fault, Kind as FaultKind};
use crate::diagnostic::{Diagnostic, Invalid, suggestion};
use crate::source::Span;
use crate::syntax::codes;
use crate::syntax::yaml::{Kind, NodeId, Scalar, Style, Tree, resolve};

/// A fault as the user is told of it.
pub(super) fn diagnostic(tree: &Tree, fault: &Fault) -> Diagnostic {
    let node = fault.at.unwrap_or_else(|| tree.root());
    let place = place(tree, node, fault.owner);
    let owner = fault.owner.and_then(|key| tree.text(key));
    match &fault.kind {
        FaultKind::UnknownKey { word, known } => unknown_key(place, word, known),
        FaultKind::UnknownValue { word, known } => {
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_VALUE, format!("unknown value `{word}`"));
            with_help(diagnostic.at(place, "not one of the words for this"), suggestion(word, known))
        }
        FaultKind::MissingKey(name) => missing_key(tree, node, name, place, owner),
        FaultKind::WrongType { expected } => wrong_type(tree, node, expected, place, owner),
        FaultKind::WrongValue { expected, number } => {
            let code = if *number { &codes::OUT_OF_RANGE } else { &codes::INVALID_VALUE };
            let text = tree.text(node).unwrap_or_default();
            let message = format!("{}`{text}` is not {}", prefix(owner), expectation(expected));
            Diagnostic::new(code, message).at(place, if *number { "out of range" } else { "not valid here" })
        }
        FaultKind::WrongLength { found, expected } => {
            let message = format!("{}expected {}, found {found} items", prefix(owner), expectation(expected));
            Diagnostic::new(&codes::WRONG_TYPE, message).at(place, "wrong number of items")
        }
        FaultKind::Refused(text) => {
            let Invalid { message, help } = Invalid::decode(text);
            with_help(Diagnostic::new(&codes::INVALID_VALUE, message).at(place, "not valid here"), help)
        }
        // These two are never shown: the errors behind them were.
        FaultKind::StandIn(..) | FaultKind::Dropped => {
            Diagnostic::new(&codes::INVALID_VALUE, "this cannot be read").at(place, "not valid here")
        }
    }
}

pub(super) fn unknown_key(place: Span, word: &str, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_KEY, format!("unknown key `{word}`")).at(place, "unknown key");
    let help = suggestion(word, known).unwrap_or_else(|| "remove it: nothing can be set here".to_owned());
    diagnostic.help(help)
}

fn missing_key(tree: &Tree, mapping: NodeId, name: &str, place: Span, owner: Option<&str>) -> Diagnostic {
    if let Some((key, _)) = tree.get(mapping, name) {
        return Diagnostic::new(&codes::MISSING_KEY, format!("the key `{name}` has no value"))
            .at(tree.span(key), "a value must follow")
            .help(format!("give `{name}` a value"));
    }
    let message = match owner {
        Some(owner) => format!("`{owner}` lacks the key `{name}`"),
        None => format!("the key `{name}` is missing"),
    };
    Diagnostic::new(&codes::MISSING_KEY, message)
        .at(place, format!("`{name}` is missing here"))
        .help(format!("add `{name}:`"))
}

fn wrong_type(tree: &Tree, node: NodeId, expected: &str, place: Span, owner: Option<&str>) -> Diagnostic {
    let expected = expectation(expected);
    let found = found(tree, node);
    let diagnostic =
        Diagnostic::new(&codes::WRONG_TYPE, format!("{}expected {expected}, found {found}", prefix(owner)))
            .at(place, format!("this is {found}"));
    let text = tree.text(node).unwrap_or_default();
    let plain = resolve(text, Style::Plain, None);
    let help = match tree.scalar(node) {
        Some(Scalar::Null) => Some("give it a value, or remove the key".to_owned()),
        Some(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_))
            if expected.starts_with("text") =>
        {
            Some(format!("quote it: `\"{text}\"`"))
        }
        Some(Scalar::Text(_)) if expected == BOOLEAN => {
            Some("write `true` or `false`, without quotes".to_owned())
        }
        Some(Scalar::Text(_)) if expected.contains("number") && !matches!(plain, Scalar::Text(_)) => {
            Some(format!("remove the quotes: `{text}`"))
        }
        _ => None,
    };
    with_help(diagnostic, help)
}

const BOOLEAN: &str = "`true` or `false`";

/// What serde or a visitor expected, in plain words.
fn expectation(words: &str) -> String {
    let (low, high): (i128, u128) = match words {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "i8" => (i8::MIN.into(), 127),
        "i16" => (i16::MIN.into(), 32_767),
        "i32" => (i32::MIN.into(), 2_147_483_647),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.unsigned_abs().into()),
        "a nonzero u8" => (1, u8::MAX.into()),
        "a nonzero u16" => (1, u16::MAX.into()),
        "a nonzero u32" => (1, u32::MAX.into()),
        "a nonzero u64" | "a nonzero usize" => (1, u64::MAX.into()),
        _ => return plain_words(words).to_owned(),
    };
    // The largest bounds are how numbers are stored, which tells the user nothing.
    match (low, high) {
        (0, high) if high >= u128::from(u32::MAX) => "a whole number, not negative".to_owned(),
        (1, high) if high >= u128::from(u32::MAX) => "a whole number above 0".to_owned(),
        (low, high) if low < 0 && high > u128::from(u16::MAX) => "a whole number".to_owned(),
        (low, high) => format!("a whole number from {low} to {high}"),
    }
}

fn plain_words(words: &str) -> &str {
    match words {
        "a string" | "str" | "string" => "text",
        "a character" => "a single character",
        "a boolean" => BOOLEAN,
        "f32" | "f64" => "a number",
        "a map" => "a mapping",
        "a sequence" => "a list",
        "unit" => "nothing",
        "field identifier" | "variant identifier" => "a word",
        _ if words.starts_with("struct ") => "a mapping",
        _ if words.starts_with("enum ") => "one of its words",
        _ if words.starts_with("tuple ") => "a list",
        _ => words,
    }
}

/// What a node is, in plain words, and without its value: that may be nobody's business.
fn found(tree: &Tree, node: NodeId) -> String {
    if let Some(tag) = tree.custom_tag(node) {
        return format!("a value with the tag `{}`", tag.name);
    }
    let words = match (tree.kind(node), tree.scalar(node)) {
        (Kind::Mapping, _) => "a mapping",
        (Kind::Sequence, _) => "a list",
        (Kind::Scalar, Some(Scalar::Bool(true))) => "`true`",
        (Kind::Scalar, Some(Scalar::Bool(false))) => "`false`",
        (Kind::Scalar, Some(Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_))) => "a number",
        (Kind::Scalar, Some(Scalar::Text(_))) => "text",
        (Kind::Scalar, _) => "nothing",
    };
    words.to_owned()
}

/// Where to point: at a short value itself, but at the key of a block, which may fill pages.
fn place(tree: &Tree, node: NodeId, owner: Option<NodeId>) -> Span {
    let span = tree.span(node);
    let key = owner.map(|key| tree.span(key));
    match tree.kind(node) {
        Kind::Scalar if span.is_empty() => key.unwrap_or(span),
        Kind::Scalar => span,
        _ if tree.span(node) != tree.value_span(node) => span,
        Kind::Mapping | Kind::Sequence => {
            let first = match (tree.mapping(node), tree.sequence(node)) {
                (Some([(key, _), ..]), _) => Some(tree.span(*key)),
                (_, Some([item, ..])) => Some(tree.span(*item)).filter(|_| tree.kind(*item) == Kind::Scalar),
                _ => None,
            };
            if tree.is_flow(node) && key.is_none() {
                return span;
            }
            let first = first.unwrap_or_else(|| span.slice(0, 1));
            if tree.is_flow(node) && key.is_some_and(|key| key.end < span.start) && span.len() <= SHORT {
                return span;
            }
            key.unwrap_or(first)
        }
    }
}

/// How much of a line a label may take before it is better put on the key.
const SHORT: usize = 60;

fn prefix(owner: Option<&str>) -> String {
    owner.map(|owner| format!("`{owner}`: ")).unwrap_or_default()
}

fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
