//! A YAML text as an arena of nodes, each with the place where it is written.

use super::event::{Style, Tag};
use super::scalar::{self, Scalar};
use crate::source::{SourceId, Span};

/// A node of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A single value.
    Scalar,
    /// Keys and values.
    Mapping,
    /// A list.
    Sequence,
}

/// How a node is stored. `a` and `b` of [`Node`] mean another thing for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `b` bytes of [`Tree::buffer`], from byte `a`.
    Scalar(Style),
    /// `b` pairs of [`Tree::entries`], from pair `a`.
    Mapping {
        /// Written in braces.
        flow: bool,
    },
    /// `b` nodes of [`Tree::items`], from node `a`.
    Sequence {
        /// Written in brackets.
        flow: bool,
    },
    /// Node `a` again.
    Alias,
}

/// 24 bytes, since a 50 MB text has five million of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) a: u32,
    pub(super) b: u32,
    /// One more than the place in [`Tree::tags`]; 0 for none.
    pub(super) tag: u32,
    pub(super) shape: Shape,
}

/// The nodes of one text. Aliases are followed by every accessor, merge keys are merged already, and the builder has
/// made sure that walking every path of the tree, aliases included, ends soon and nests no deeper than
/// [`DEPTH_LIMIT`](super::DEPTH_LIMIT).
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) source: SourceId,
    pub(super) nodes: Vec<Node>,
    pub(super) entries: Vec<(NodeId, NodeId)>,
    pub(super) items: Vec<NodeId>,
    pub(super) buffer: String,
    pub(super) tags: Vec<Tag>,
    pub(super) comments: Vec<Span>,
    pub(super) documents: Vec<NodeId>,
}

impl Tree {
    /// The first document. That of an empty text is null.
    pub fn root(&self) -> NodeId {
        self.documents.first().copied().unwrap_or(NodeId(0))
    }

    /// All documents.
    pub fn documents(&self) -> &[NodeId] {
        &self.documents
    }

    /// The text that the tree was read from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// Every comment, in the order of the text; each begins with its `#`.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// What a node is.
    pub fn kind(&self, node: NodeId) -> Kind {
        match self.node(node).shape {
            Shape::Mapping { .. } => Kind::Mapping,
            Shape::Sequence { .. } => Kind::Sequence,
            Shape::Scalar(_) | Shape::Alias => Kind::Scalar,
        }
    }

    /// Where a node is written, quotes included but without its tag and anchor: `*name` for an alias. A block
    /// collection ends with its last child, and an absent value takes up no room.
    pub fn span(&self, node: NodeId) -> Span {
        self.span_of(&self.nodes[node.index()])
    }

    /// Where the value that a node stands for is written: the anchored one for an alias.
    pub fn value_span(&self, node: NodeId) -> Span {
        self.span_of(self.node(node))
    }

    /// The node that an alias stands for; any other node itself.
    pub fn resolve(&self, node: NodeId) -> NodeId {
        let stored = &self.nodes[node.index()];
        // An alias never refers to another one, which the builder sees to.
        if stored.shape == Shape::Alias { NodeId(stored.a) } else { node }
    }

    /// The text of a scalar, escapes and folding undone; never its quotes.
    pub fn text(&self, node: NodeId) -> Option<&str> {
        let node = self.node(node);
        matches!(node.shape, Shape::Scalar(_)).then(|| self.cooked(node))
    }

    /// The value of a scalar, as Compose reads it.
    pub fn scalar(&self, node: NodeId) -> Option<Scalar<'_>> {
        let style = self.style(node)?;
        let tag = self.tag(node).map(|tag| tag.name.as_str());
        Some(scalar::resolve(self.cooked(self.node(node)), style, tag))
    }

    /// How a scalar is written.
    pub fn style(&self, node: NodeId) -> Option<Style> {
        match self.node(node).shape {
            Shape::Scalar(style) => Some(style),
            _ => None,
        }
    }

    /// Whether a node says nothing: absent, `~` or `null`, and without a tag of its own.
    pub fn is_null(&self, node: NodeId) -> bool {
        self.scalar(node) == Some(Scalar::Null)
    }

    /// Whether a collection is written in braces or brackets.
    pub fn is_flow(&self, node: NodeId) -> bool {
        matches!(self.node(node).shape, Shape::Mapping { flow: true } | Shape::Sequence { flow: true })
    }

    /// The explicit tag of a node.
    pub fn tag(&self, node: NodeId) -> Option<&Tag> {
        let tag = self.node(node).tag as usize;
        self.tags.get(tag.checked_sub(1)?)
    }

    /// The tag of a node when it is not one of YAML's own: `!reset`, not `!!int`.
    pub fn custom_tag(&self, node: NodeId) -> Option<&Tag> {
        self.tag(node).filter(|tag| tag.name != "!" && !tag.name.starts_with("!!"))
    }

    /// The entries of a mapping as written, then those that were merged into it.
    pub fn mapping(&self, node: NodeId) -> Option<&[(NodeId, NodeId)]> {
        let node = self.node(node);
        matches!(node.shape, Shape::Mapping { .. }).then(|| &self.entries[range(node)])
    }

    /// The items of a sequence.
    pub fn sequence(&self, node: NodeId) -> Option<&[NodeId]> {
        let node = self.node(node);
        matches!(node.shape, Shape::Sequence { .. }).then(|| &self.items[range(node)])
    }

    /// The entry of a mapping that has this key: the key's node and the value's.
    pub fn get(&self, node: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        self.mapping(node)?.iter().copied().find(|(name, _)| self.text(*name) == Some(key))
    }

    /// Adds a mapping of nodes that exist already, said to be written at `span`.
    pub fn push_mapping(
        &mut self,
        entries: impl IntoIterator<Item = (NodeId, NodeId)>,
        span: Span,
    ) -> NodeId {
        let first = self.entries.len();
        self.entries.extend(entries);
        let count = self.entries.len() - first;
        self.push(Node {
            start: span.start,
            end: span.end,
            a: narrow(first),
            b: narrow(count),
            tag: 0,
            shape: Shape::Mapping { flow: false },
        })
    }

    /// Gives the entry of `mapping` whose key is the node `key` another value, in place: wherever the mapping is used.
    /// Whether there is such an entry.
    pub fn set_entry(&mut self, mapping: NodeId, key: NodeId, value: NodeId) -> bool {
        let node = *self.node(mapping);
        if !matches!(node.shape, Shape::Mapping { .. }) {
            return false;
        }
        let entry = self.entries[range(&node)].iter_mut().find(|(name, _)| *name == key);
        entry.map(|entry| entry.1 = value).is_some()
    }

    pub(super) fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(narrow(self.nodes.len()));
        self.nodes.push(node);
        id
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[self.resolve(node).index()]
    }

    fn cooked(&self, node: &Node) -> &str {
        self.buffer.get(range(node)).unwrap_or_default()
    }

    fn span_of(&self, node: &Node) -> Span {
        Span { source: self.source, start: node.start, end: node.end }
    }
}

fn range(node: &Node) -> std::ops::Range<usize> {
    node.a as usize..node.a as usize + node.b as usize
}

/// Offsets are kept in 32 bits; `workspace` refuses texts that would need more.
pub(super) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
