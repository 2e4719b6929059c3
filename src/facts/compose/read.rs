//! A parsed document as nodes: variables replaced, values cast as their keys ask, `!reset` and `!override` written down.

use super::codes;
use super::env_file::refused;
use super::map::Map;
use super::node::{Data, Entry, HOLE, Node, Partial};
use super::substitute::{Site, substitute};
use super::variables::Variables;
use crate::diagnostic::Diagnostic;
use crate::facts::model::VariableUse;
use crate::facts::value::{Unknown, Value};
use crate::source::Span;
use crate::syntax::yaml::{Kind, NodeId, Scalar, Style, Tree};
use std::borrow::Cow;

/// What came of a document.
pub(super) struct Document {
    pub(super) node: Node,
    /// The paths that `!reset` and `!override` clear in what the document is merged into.
    pub(super) resets: Vec<Vec<String>>,
}

/// Everything that reading adds to.
pub(super) struct Notes<'n> {
    pub(super) uses: &'n mut Vec<VariableUse>,
    pub(super) faults: &'n mut Vec<Diagnostic>,
    pub(super) warnings: &'n mut Vec<Diagnostic>,
}

/// Reads one document of a tree.
pub(super) fn read(tree: &Tree, root: NodeId, variables: &Variables, notes: &mut Notes<'_>) -> Document {
    let mut reader = Reader { tree, variables, notes, path: Vec::new(), resets: Vec::new() };
    let node = reader.node(root, true).unwrap_or_else(|| Node::new(Data::Null, tree.span(root)));
    Document { node, resets: reader.resets }
}

struct Reader<'r, 'n> {
    tree: &'r Tree,
    variables: &'r Variables,
    notes: &'r mut Notes<'n>,
    path: Vec<&'r str>,
    resets: Vec<Vec<String>>,
}

impl<'r> Reader<'r, '_> {
    /// The node, unless `!reset` takes it out. Below `!override` tags mean nothing any more.
    fn node(&mut self, id: NodeId, tags: bool) -> Option<Node> {
        let mut tags = tags;
        if tags && let Some(tag) = self.tree.custom_tag(id) {
            let reset = tag.name == "!reset";
            if reset || tag.name == "!override" {
                self.resets.push(self.path.iter().map(|part| (*part).to_owned()).collect());
                tags = false;
            }
            if reset {
                return None;
            }
        }
        let span = self.tree.value_span(id);
        Some(match self.tree.kind(id) {
            Kind::Scalar => self.scalar(id, span),
            Kind::Sequence => {
                let items = self.tree.sequence(id).unwrap_or_default();
                let mut list = Vec::with_capacity(items.len());
                self.path.push("[]");
                for item in items {
                    list.extend(self.node(*item, tags));
                }
                self.path.pop();
                Node::new(Data::List(list), span)
            }
            Kind::Mapping => {
                let entries = self.tree.mapping(id).unwrap_or_default();
                let mut map = Map::with_capacity(entries.len());
                for (key, value) in entries {
                    let key_span = self.tree.value_span(*key);
                    let Some(name) = self.key(*key, key_span) else { continue };
                    self.path.push(name);
                    if let Some(node) = self.node(*value, tags) {
                        map.insert(name.to_owned(), Entry { key: key_span, node });
                    }
                    self.path.pop();
                }
                Node::new(Data::Map(map), span)
            }
        })
    }

    fn fault(&mut self, span: Span, message: &str) {
        let fault = Diagnostic::new(&codes::COMPOSE_SCHEMA, message).at(span, "not taken");
        self.notes.faults.push(fault.help("write something else here"));
    }

    /// The text of a key. Compose takes nothing but text for one.
    fn key(&mut self, key: NodeId, span: Span) -> Option<&'r str> {
        if let Some(Scalar::Text(text)) = self.tree.scalar(key) {
            return Some(text);
        }
        let place =
            if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path.join(".")) };
        self.notes.faults.push(
            Diagnostic::new(&codes::COMPOSE_SCHEMA, format!("a key of {place} is not text"))
                .at(span, "read as a number, a truth value or nothing")
                .help("put the key in quotes"),
        );
        None
    }

    fn scalar(&mut self, id: NodeId, span: Span) -> Node {
        let tree = self.tree;
        let text = match tree.scalar(id) {
            None | Some(Scalar::Null) => return Node::new(Data::Null, span),
            Some(Scalar::Bool(value)) => return Node::new(Data::Bool(value), span),
            Some(Scalar::Int(value)) => return Node::new(Data::Int(value), span),
            // Too large for any key that holds a number.
            Some(Scalar::Uint(value)) => return Node::text(value.to_string(), span),
            Some(Scalar::Float(value)) => {
                if !value.is_finite() {
                    self.fault(span, "infinity and `.nan` are no numbers that Compose takes");
                }
                return Node::new(Data::Float(value), span);
            }
            Some(Scalar::Text(text)) => text,
        };
        if tree.tag(id).is_some_and(|tag| tag.name == "!!binary") {
            if let Some(text) = base64(text) {
                return Node::text(text, span);
            }
            self.fault(span, "`!!binary` is not followed by base64");
            return Node::new(Data::Null, span);
        }
        if tree.style(id) == Some(Style::Plain)
            && tree.tag(id).is_none()
            && let Some(time) =
                super::timestamp::display(text, self.path.first().is_some_and(|key| key.starts_with("x-")))
        {
            return Node::text(time, span);
        }
        let path = &self.path;
        let site = Site { span, path: &|| path.join("."), record: true };
        match substitute(text, &site, self.variables, self.notes.uses) {
            Ok(outcome) => {
                for (name, place) in outcome.blank {
                    self.notes.warnings.push(
                        Diagnostic::new(
                            &codes::COMPOSE_BLANK_VARIABLE,
                            format!("`{name}` is not set: Compose puts nothing in its place"),
                        )
                        .at(place, "used here")
                        .help(format!(
                            "set `{name}` in the env-file, or write `${{{name}:?}}` to stop without it"
                        )),
                    );
                }
                let interpolated = outcome.interpolated;
                let unknown = match outcome.value {
                    Value::Known(text) => return Node { data: self.cast(text, span), span, interpolated },
                    Value::Unknown(unknown) => unknown,
                };
                let node = |text: &str| {
                    let partial = Partial { unknown: unknown.clone(), text: text.to_owned() };
                    Node { data: Data::Unknown(Box::new(partial)), span, interpolated }
                };
                // Of `- NAME=${UNKNOWN}` the name is known.
                match outcome.partial.split_once('=') {
                    Some((key, value)) if is_pair(&self.path) && !key.contains(HOLE) => {
                        let entry = Entry { key: span, node: node(value) };
                        Node::new(Data::Pair(Box::new((key.to_owned(), entry))), span)
                    }
                    _ => node(&outcome.partial),
                }
            }
            Err(refusal) => {
                self.notes.faults.push(refused(&refusal, &format!("`{}`", self.path.join("."))));
                // Compose stops here: what would stand in its place nobody knows, and nothing more is said of it.
                let unknown = Unknown::at(span, "this `${…}` cannot be read");
                let partial = Partial { unknown, text: HOLE.to_string() };
                Node { data: Data::Unknown(Box::new(partial)), span, interpolated: true }
            }
        }
    }

    /// Text as the kind of value that its key holds: `"8080"` is a number where a number is meant.
    fn cast(&mut self, text: Cow<'_, str>, span: Span) -> Data {
        let wanted = kind(&self.path);
        let cast = match wanted {
            Cast::None => return Data::Text(text.into_owned()),
            Cast::Int => go_int(&text).map(Data::Int),
            Cast::Float => text.parse().ok().map(Data::Float),
            Cast::Bool => bool(&text).map(Data::Bool),
        };
        cast.unwrap_or_else(|| {
            let what = match wanted {
                Cast::Bool => "a truth value",
                Cast::Int => "a whole number",
                _ => "a number",
            };
            let said = if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") };
            self.notes.faults.push(
                Diagnostic::new(
                    &codes::COMPOSE_VALUE,
                    format!("`{}` must be {what}, not {said}", self.path.join(".")),
                )
                .at(span, format!("not {what}"))
                .help(format!("write {what}, or give the variable in it a value that is one")),
            );
            Data::Null
        })
    }
}

/// Whether the items of this list are `key=value`.
fn is_pair(path: &[&str]) -> bool {
    matches!(
        path,
        ["services", _, "environment" | "labels" | "annotations" | "sysctls" | "extra_hosts", "[]"]
            | [
                "services",
                _,
                "build",
                "args" | "labels" | "additional_contexts" | "extra_hosts" | "ssh",
                "[]"
            ]
            | ["services", _, "deploy", "labels", "[]"]
            | ["networks" | "volumes" | "secrets" | "configs", _, "labels", "[]"]
    )
}

/// The text that base64 stands for.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// What text is cast to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cast {
    None,
    Int,
    Float,
    Bool,
}

/// What the text at a path is cast to.
fn kind(path: &[&str]) -> Cast {
    match path {
        ["services", _, rest @ ..] => match rest {
            [
                "cpu_count" | "cpu_period" | "cpu_quota" | "cpu_rt_period" | "cpu_rt_runtime" | "cpu_shares"
                | "oom_score_adj" | "pids_limit" | "scale",
            ]
            | ["deploy", "replicas"]
            | ["deploy", "update_config" | "rollback_config", "parallelism"]
            | ["deploy", "restart_policy", "max_attempts"]
            | ["deploy", "placement", "max_replicas_per_node"]
            | ["healthcheck", "retries"]
            | ["ports", "[]", "target"]
            | ["secrets" | "configs", "[]", "mode"]
            | ["ulimits", _]
            | ["ulimits", _, "hard" | "soft"] => Cast::Int,
            ["cpu_percent" | "cpus"]
            | ["deploy", "update_config" | "rollback_config", "max_failure_ratio"] => Cast::Float,
            ["init" | "oom_kill_disable" | "privileged" | "read_only" | "stdin_open" | "tty"]
            | ["healthcheck", "disable"]
            | ["volumes", "[]", "read_only"]
            | ["volumes", "[]", "volume", "nocopy"] => Cast::Bool,
            _ => Cast::None,
        },
        ["networks", _, "external" | "internal" | "attachable" | "enable_ipv4" | "enable_ipv6"]
        | ["volumes" | "secrets" | "configs", _, "external"] => Cast::Bool,
        _ => Cast::None,
    }
}

/// A whole number as Go reads one: a sign of either kind, digits, nothing else.
pub(super) fn go_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A truth value as YAML 1.1 had them.
pub(super) fn bool(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Some(true),
        "false" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}
