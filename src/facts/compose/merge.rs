//! Merging one tree onto another, each key by its own rule.

use super::codes;
use super::map::Map;
use super::node::{Data, Entry, Node};
use crate::diagnostic::Diagnostic;
use foldhash::HashSet;

/// Merges `over` into `base`, as the whole of two files.
pub(super) fn merge(base: &mut Node, over: Node, faults: &mut Vec<Diagnostic>) {
    let mut merger = Merger { path: Vec::new(), faults };
    merger.node(base, over);
}

/// Merges one service into the one it extends.
pub(super) fn merge_service(base: &mut Node, over: Node, faults: &mut Vec<Diagnostic>) {
    let mut merger = Merger { path: vec!["services".to_owned(), "x".to_owned()], faults };
    merger.node(base, over);
}

struct Merger<'f> {
    path: Vec<String>,
    faults: &'f mut Vec<Diagnostic>,
}

/// How the values of a key are merged.
enum Rule {
    /// By their kinds: mappings by key, lists one after the other, the stronger one of anything else.
    Plain,
    /// The stronger one.
    Replace,
    /// As one list: a mapping becomes `key=value`.
    Sequence,
    /// As a list without what is there already.
    ExtraHosts,
    Build,
    DependsOn,
    Logging,
    Networks,
    Ulimit,
    Ipam,
}

fn rule(path: &[String]) -> Rule {
    let path: [&str; 4] = match path {
        [a, b, c] => [a, b, c, ""],
        [a, b, c, d] => [a, b, c, d],
        _ => return Rule::Plain,
    };
    match path {
        ["networks", _, "ipam", "config"] => Rule::Ipam,
        ["services", _, key, ""] => match key {
            "annotations" | "dns" | "dns_opt" | "dns_search" | "env_file" | "label_file" | "environment"
            | "labels" | "sysctls" | "tmpfs" => Rule::Sequence,
            "extra_hosts" => Rule::ExtraHosts,
            "build" => Rule::Build,
            "command" | "entrypoint" => Rule::Replace,
            "depends_on" => Rule::DependsOn,
            "logging" => Rule::Logging,
            "networks" => Rule::Networks,
            _ => Rule::Plain,
        },
        ["networks" | "volumes", _, "labels", ""]
        | ["services", _, "build", "args" | "additional_contexts" | "labels"]
        | ["services", _, "deploy", "labels"] => Rule::Sequence,
        ["services", _, "build", "extra_hosts"] => Rule::ExtraHosts,
        ["services", _, "healthcheck", "test"] => Rule::Replace,
        ["services", _, "ulimits", _] => Rule::Ulimit,
        _ => Rule::Plain,
    }
}

impl Merger<'_> {
    fn node(&mut self, base: &mut Node, over: Node) {
        match rule(&self.path) {
            Rule::Plain => self.plain(base, over),
            Rule::Replace | Rule::Ulimit => *base = over,
            Rule::Sequence => {
                let mut list = sequence(std::mem::replace(&mut base.data, Data::Null), base);
                let over_node = Node { data: Data::Null, ..over };
                list.extend(sequence(over.data, &over_node));
                base.data = Data::List(list);
            }
            Rule::ExtraHosts => {
                let mut list = sequence(std::mem::replace(&mut base.data, Data::Null), base);
                let over_node = Node { data: Data::Null, ..over };
                let mut known: HashSet<String> = list.iter().filter_map(shown).collect();
                for node in sequence(over.data, &over_node) {
                    if shown(&node).is_none_or(|text| known.insert(text)) {
                        list.push(node);
                    }
                }
                base.data = Data::List(list);
            }
            Rule::Build => {
                wrap_context(base);
                let mut over = over;
                wrap_context(&mut over);
                self.mappings(base, over);
            }
            Rule::DependsOn => {
                into_mapping(base, true);
                let mut over = over;
                into_mapping(&mut over, true);
                self.mappings(base, over);
            }
            Rule::Networks => {
                into_mapping(base, false);
                let mut over = over;
                into_mapping(&mut over, false);
                self.mappings(base, over);
            }
            Rule::Logging => {
                let driver = |node: &Node| node.get("driver").and_then(Node::display);
                let (old, new) = (driver(base), driver(&over));
                if old == new || old.is_none() || new.is_none() {
                    self.mappings(base, over);
                } else {
                    *base = over;
                }
            }
            Rule::Ipam => self.ipam(base, over),
        }
    }

    fn plain(&mut self, base: &mut Node, over: Node) {
        if over.is_null() {
            return;
        }
        match (&mut base.data, over.data) {
            (Data::Map(_), Data::Map(map)) => {
                self.mappings(base, Node { data: Data::Map(map), span: over.span, interpolated: false });
            }
            (Data::List(list), Data::List(more)) => list.extend(more),
            (Data::Map(_) | Data::List(_), Data::Unknown(_)) => {}
            (Data::Map(_) | Data::List(_), _) => {
                let (what, is) = match base.data {
                    Data::Map(_) => ("a mapping", "a mapping"),
                    _ => ("a list", "a list"),
                };
                self.faults.push(
                    Diagnostic::new(
                        &codes::COMPOSE_CONFLICT,
                        format!(
                            "`{}` is {what} and cannot be overridden by something else",
                            self.path.join(".")
                        ),
                    )
                    .at(over.span, "written as something else here")
                    .at(base.span, format!("{is} here"))
                    .help("write both in the same form, or tag the second one `!override`"),
                );
            }
            (_, data) => *base = Node { data, span: over.span, interpolated: over.interpolated },
        }
    }

    fn mappings(&mut self, base: &mut Node, over: Node) {
        let Data::Map(over_map) = over.data else { return };
        let Data::Map(map) = &mut base.data else {
            base.data = Data::Map(over_map);
            return;
        };
        for (key, entry) in over_map {
            match map.get_mut(&key) {
                Some(known) if !key.starts_with("x-") => {
                    known.key = entry.key;
                    self.path.push(key);
                    self.node(&mut known.node, entry.node);
                    self.path.pop();
                }
                _ => {
                    map.insert(key, entry);
                }
            }
        }
    }

    /// Pools of addresses are told apart by their subnets. As in Compose, a pool that was merged goes on changing
    /// where it stands already.
    fn ipam(&mut self, base: &mut Node, over: Node) {
        let (Data::List(old), Data::List(new)) = (&mut base.data, over.data) else { return };
        let mut old = std::mem::take(old);
        // Nobody has so many; comparing each with each would take as long as somebody wants it to.
        if old.len().saturating_mul(new.len()) > 10_000 {
            old.extend(new);
            base.data = Data::List(old);
            return;
        }
        let subnet = |node: &Node| node.get("subnet").and_then(Node::display);
        let mut pools: Vec<Pool> = Vec::new();
        for at in 0..old.len() {
            for (index, pool) in new.iter().enumerate() {
                let shown = |pool: &Pool, old: &[Node]| match pool {
                    Pool::Old(at) => subnet(&old[*at]),
                    Pool::New(at) => subnet(&new[*at]),
                };
                let other = subnet(pool);
                if other != subnet(&old[at]) && !pools.iter().any(|known| shown(known, &old) == other) {
                    pools.push(Pool::New(index));
                    continue;
                }
                self.mappings(&mut old[at], pool.clone());
                let merged = subnet(&old[at]);
                match pools.iter().position(|known| shown(known, &old) == merged) {
                    Some(place) => pools[place] = Pool::Old(at),
                    None => pools.push(Pool::Old(at)),
                }
            }
        }
        let node = |pool: Pool| match pool {
            Pool::Old(at) => old[at].clone(),
            Pool::New(at) => new[at].clone(),
        };
        base.data = Data::List(pools.into_iter().map(node).collect());
    }
}

/// A pool of addresses, by its place in one of the two lists.
#[derive(Clone, Copy)]
enum Pool {
    Old(usize),
    New(usize),
}

/// An item of a list as text, whichever form it was written in.
fn shown(node: &Node) -> Option<String> {
    match &node.data {
        Data::Text(text) => Some(text.clone()),
        Data::Pair(pair) => Some(format!("{}={}", pair.0, pair.1.node.as_text()?)),
        _ => None,
    }
}

/// A build that is only a context, at length.
fn wrap_context(node: &mut Node) {
    if matches!(node.data, Data::Text(_) | Data::Unknown(_)) {
        let mut long = Node::map(node.span);
        long.insert("context", node.clone());
        *node = long;
    }
}

/// A list of names as a mapping: `depends_on` and `networks` have both forms.
pub(super) fn into_mapping(node: &mut Node, depends: bool) {
    let Data::List(list) = &mut node.data else { return };
    let mut map = Map::default();
    for item in std::mem::take(list) {
        // A name that is not known has a hole: nobody takes it for one that is declared or missing.
        let Some(name) = item.as_partial() else { continue };
        let value = if depends { dependency(&item) } else { Node::new(Data::Null, item.span) };
        map.insert(name.to_owned(), Entry { key: item.span, node: value });
    }
    node.data = Data::Map(map);
}

/// What the short form of a dependency means.
fn dependency(item: &Node) -> Node {
    let mut long = Node::map(item.span);
    long.insert("condition", Node::text("service_started", item.span));
    long.insert("required", Node::new(Data::Bool(true), item.span));
    long
}

/// Any form as a list. An entry of a mapping becomes a pair, which keeps the place of its key.
fn sequence(data: Data, place: &Node) -> Vec<Node> {
    match data {
        Data::List(list) => list,
        Data::Text(text) => {
            vec![Node { data: Data::Text(text), span: place.span, interpolated: place.interpolated }]
        }
        Data::Unknown(unknown) => {
            vec![Node { data: Data::Unknown(unknown), span: place.span, interpolated: place.interpolated }]
        }
        Data::Map(map) => {
            let mut list = Vec::with_capacity(map.len());
            for (key, entry) in map {
                pair(key, entry, &mut list);
            }
            list
        }
        _ => Vec::new(),
    }
}

/// An entry of a mapping as an item of a list; several where its value is a list.
fn pair(key: String, entry: Entry, list: &mut Vec<Node>) {
    let Entry { key: key_span, node } = entry;
    if let Data::List(items) = node.data {
        for item in items {
            pair(key.clone(), Entry { key: key_span, node: item }, list);
        }
        return;
    }
    let span = node.span;
    list.push(Node::new(Data::Pair(Box::new((key, Entry { key: key_span, node }))), span));
}
