//! The words for what the typed reader finds.

use super::error::{Fault, Kind as FaultKind};
use crate::diagnostic::{Diagnostic, Invalid, suggestion};
use crate::source::Span;
use crate::syntax::codes;
use crate::syntax::yaml::{Kind, NodeId, Scalar, Style, Tree, resolve};
use std::ops::Range;

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
            let expected = expectation(expected);
            let message = format!("{}`{text}` is not {expected}", prefix(owner));
            Diagnostic::new(code, message)
                .at(place, if *number { "out of range" } else { "not valid here" })
                .help(format!("write {expected}"))
        }
        FaultKind::WrongLength { found, expected } => {
            let expected = expectation(expected);
            let message = format!("{}expected {expected}, found {found} items", prefix(owner));
            Diagnostic::new(&codes::WRONG_TYPE, message)
                .at(place, "wrong number of items")
                .help(format!("write {expected}"))
        }
        FaultKind::Refused(text) => {
            let Invalid { message, help, range } = Invalid::decode(text);
            let place = range.and_then(|range| part(tree, node, range)).unwrap_or(place);
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
    let ours = FOREIGN.iter().find(|(foreign, ours)| *foreign == word && known.contains(ours));
    diagnostic.help(match ours {
        Some((_, ours)) => format!("write `{ours}` instead"),
        None => suggestion(word, known).unwrap_or_else(|| "remove it: nothing can be set here".to_owned()),
    })
}

/// Words that people know from Compose files and elsewhere, and the key that means it here. Each helps only where that
/// key can stand.
const FOREIGN: [(&str, &str); 18] = [
    ("depends_on", "needs"),
    ("requires", "needs"),
    ("healthcheck", "health"),
    ("environment", "env"),
    ("deploy", "limits"),
    ("resources", "limits"),
    ("mem_limit", "limits"),
    ("scale", "replicas"),
    ("expose", "port"),
    ("stop_grace_period", "stop_grace"),
    ("tag", "version"),
    ("cron", "schedule"),
    ("length", "generate"),
    ("target", "to"),
    ("service", "to"),
    ("server_name", "domain"),
    ("locations", "routes"),
    ("variables", "vars"),
];

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
            .at(place, if found == NOTHING { "no value".to_owned() } else { format!("this is {found}") });
    let text = tree.text(node).unwrap_or_default();
    let plain = resolve(text, Style::Plain, None);
    let help = match tree.scalar(node) {
        Some(Scalar::Null) => match owner.filter(|_| expected == MAPPING) {
            Some(owner) => {
                format!("write its keys below it, `{owner}: {{}}` if there are none to write, or remove it")
            }
            None => "give it a value, or remove the key".to_owned(),
        },
        Some(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_))
            if expected.starts_with("text") =>
        {
            format!("quote it: `\"{text}\"`")
        }
        Some(Scalar::Text(_)) if expected == BOOLEAN => "write `true` or `false`, without quotes".to_owned(),
        Some(Scalar::Text(_)) if expected.contains("number") && !matches!(plain, Scalar::Text(_)) => {
            format!("remove the quotes: `{text}`")
        }
        _ => instead(tree, node, &expected, owner),
    };
    diagnostic.help(help)
}

const BOOLEAN: &str = "`true` or `false`";
const MAPPING: &str = "a mapping";
const LIST: &str = "a list";
const NOTHING: &str = "nothing";

/// What to write where something of another kind stands.
fn instead(tree: &Tree, node: NodeId, expected: &str, owner: Option<&str>) -> String {
    let short = tree.text(node).filter(|text| !text.is_empty() && text.len() <= SHORT);
    let only = tree.sequence(node).filter(|items| items.len() == 1).and_then(|items| tree.text(items[0]));
    match (expected, tree.kind(node)) {
        (MAPPING, Kind::Sequence) => {
            "write `key: value` pairs, without the `-` or brackets of a list".to_owned()
        }
        (MAPPING, _) => match owner {
            Some(owner) => format!("write its keys below it, each on a line, or `{owner}: {{ key: value }}`"),
            None => "write `key: value` pairs, each on a line".to_owned(),
        },
        (LIST, Kind::Mapping) => "write a list: `- ` before each item, or `[one, two]`".to_owned(),
        _ if expected.starts_with(LIST) && short.is_some() => {
            format!("write a list: `[{}]`", short.unwrap_or_default())
        }
        (_, Kind::Sequence) if only.is_some() => {
            format!("take it out of the list: `{}`", only.unwrap_or_default())
        }
        _ => format!("write {expected}"),
    }
}

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
        "a map" => MAPPING,
        "a sequence" => LIST,
        "unit" => NOTHING,
        "field identifier" | "variant identifier" => "a word",
        _ if words.starts_with("struct ") => MAPPING,
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
        (Kind::Scalar, _) => NOTHING,
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

/// Where some bytes of a scalar's text stand, if it is written letter for letter.
fn part(tree: &Tree, node: NodeId, range: Range<usize>) -> Option<Span> {
    let (span, length) = (tree.span(node), tree.text(node)?.len());
    let quotes = usize::from(matches!(tree.style(node)?, Style::SingleQuoted | Style::DoubleQuoted));
    let as_written = span.len() == length + 2 * quotes && range.end <= length;
    as_written.then(|| span.slice(quotes + range.start, quotes + range.end))
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
