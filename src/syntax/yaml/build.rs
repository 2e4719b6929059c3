//! Events to a tree: anchors, merge keys, duplicates and the budgets that keep every later walk short.

use super::anchors::Anchor;
use super::entries;
use super::event::{DEPTH_LIMIT, Event, Events, Style, Tag};
use super::scalar;
use super::tree::{Node, NodeId, Shape, Tree, narrow};
use super::trouble;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};
use crate::syntax::codes;

/// After so many errors in one text the rest are noise.
pub(super) const ERROR_LIMIT: usize = 1000;

/// Reads a text that holds one document. `None` when nothing can be made of it; the reasons are then in `diags`, where
/// smaller trouble (a key written twice) can be even if there is a tree. The root of an empty text is null.
pub fn parse(source: SourceId, text: &str, diags: &mut Diagnostics) -> Option<Tree> {
    Builder::new(source, text, diags).run(false)
}

/// Reads a text that may hold several documents.
pub fn parse_stream(source: SourceId, text: &str, diags: &mut Diagnostics) -> Option<Tree> {
    Builder::new(source, text, diags).run(true)
}

/// Stops the reading; the reason is reported already.
pub(super) struct Stop;

/// A collection that is still open.
pub(super) struct Frame {
    node: NodeId,
    anchor: usize,
    /// Where its children begin in [`Builder::children`].
    first: usize,
    /// [`Builder::weight`] when it was opened.
    weight: u64,
    /// The deepest level reached inside, counted from the root.
    deepest: usize,
}

pub(super) struct Builder<'t, 'd> {
    text: &'t str,
    events: Events<'t>,
    pub(super) tree: Tree,
    pub(super) diags: &'d mut Diagnostics,
    pub(super) frames: Vec<Frame>,
    /// The children of all open collections, innermost last.
    children: Vec<NodeId>,
    pub(super) anchors: Vec<Option<Anchor>>,
    /// The first anchor of this document: those of others are not known here.
    pub(super) first_anchor: usize,
    /// How many nodes there are so far, were every alias expanded …
    pub(super) weight: u64,
    /// … and how many of these come from aliases and merges.
    pub(super) repeated: u64,
    errors: usize,
    pub(super) broken: bool,
}

impl<'t, 'd> Builder<'t, 'd> {
    fn new(source: SourceId, text: &'t str, diags: &'d mut Diagnostics) -> Self {
        let tree = Tree {
            source,
            // About what a Compose file needs, so that growing never copies much.
            nodes: Vec::with_capacity(text.len() / 12 + 8),
            entries: Vec::with_capacity(text.len() / 32 + 4),
            items: Vec::new(),
            buffer: String::with_capacity(text.len() * 5 / 8),
            tags: Vec::new(),
            comments: Vec::new(),
            documents: Vec::new(),
        };
        Self {
            text,
            events: Events::new(source, text),
            tree,
            diags,
            frames: Vec::new(),
            children: Vec::new(),
            anchors: Vec::new(),
            first_anchor: 0,
            weight: 0,
            repeated: 0,
            errors: 0,
            broken: false,
        }
    }

    fn run(mut self, several: bool) -> Option<Tree> {
        self.read(several).ok()?;
        if self.tree.documents.is_empty() {
            let start = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
            let span = Span::new(self.tree.source, start, start);
            let root = self.scalar("", Style::Plain, span, None).ok()?;
            self.tree.documents.push(root);
        }
        (!self.broken).then_some(self.tree)
    }

    fn read(&mut self, several: bool) -> Result<(), Stop> {
        let mut last = None;
        while let Some(next) = self.events.next() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(failure) => {
                    let flow = self.frames.last().is_some_and(|frame| self.tree.is_flow(frame.node));
                    let last = last.filter(|_| flow);
                    return self.stop(trouble::syntax(&failure, self.text, self.tree.source, last));
                }
            };
            match event {
                Event::Scalar { text, style, anchor, tag } => {
                    if !span.is_empty() {
                        last = Some(span);
                    }
                    let node = self.scalar(&text, style, span, tag)?;
                    self.weigh(1, 0, span)?;
                    if anchor != 0 {
                        self.define(anchor, node, false);
                        self.close_anchor(anchor, 1, 0);
                    }
                    self.place(node);
                }
                Event::MappingStart { flow, anchor, tag } => {
                    self.open(Shape::Mapping { flow }, span, anchor, tag)?;
                }
                Event::SequenceStart { flow, anchor, tag } => {
                    self.open(Shape::Sequence { flow }, span, anchor, tag)?;
                }
                Event::MappingEnd | Event::SequenceEnd => self.close(span)?,
                Event::Alias(anchor) => self.alias(anchor, span)?,
                Event::UndefinedAlias(name) => self.undefined(&name, span)?,
                Event::Anchor(anchor, name) => {
                    if let Some(Some(anchor)) = self.anchors.get_mut(anchor) {
                        anchor.name = name.into_owned();
                    }
                }
                Event::Comment => self.tree.comments.push(span),
                Event::DocumentStart => {
                    if !several && !self.tree.documents.is_empty() {
                        let diagnostic = trouble::several_documents(span);
                        return self.stop(diagnostic);
                    }
                    self.first_anchor = self.anchors.len();
                }
                Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    pub(super) fn scalar(
        &mut self,
        text: &str,
        style: Style,
        span: Span,
        tag: Option<Box<Tag>>,
    ) -> Result<NodeId, Stop> {
        let mut end = span.end;
        if matches!(style, Style::Literal | Style::Folded) {
            // The parser counts the blank lines after it too.
            let written = self.text.get(span.start as usize..end as usize).unwrap_or_default();
            end = span.start + narrow(written.trim_end().len());
        }
        if let Some(tag) = &tag
            && !scalar::fits(text, &tag.name)
        {
            let place = Span { end: end.max(tag.span.end), ..tag.span };
            self.report(trouble::wrong_tag(text, &tag.name, place))?;
        }
        let tag = self.tag(tag);
        let a = narrow(self.tree.buffer.len());
        self.tree.buffer.push_str(text);
        let node =
            Node { start: span.start, end, a, b: narrow(text.len()), tag, shape: Shape::Scalar(style) };
        Ok(self.tree.push(node))
    }

    fn tag(&mut self, tag: Option<Box<Tag>>) -> u32 {
        tag.map_or(0, |tag| {
            self.tree.tags.push(*tag);
            narrow(self.tree.tags.len())
        })
    }

    fn open(&mut self, shape: Shape, span: Span, anchor: usize, tag: Option<Box<Tag>>) -> Result<(), Stop> {
        if self.frames.len() >= DEPTH_LIMIT {
            return self.stop(trouble::too_deep(span));
        }
        let start_tab = self.frames.is_empty().then(|| trouble::tab_before(self.text, span)).flatten();
        if let Some(diagnostic) = start_tab {
            return self.stop(diagnostic);
        }
        let tag = self.tag(tag);
        let node = self.tree.push(Node { start: span.start, end: span.end, a: 0, b: 0, tag, shape });
        if anchor != 0 {
            self.define(anchor, node, true);
        }
        let deepest = self.frames.len() + 1;
        self.frames.push(Frame { node, anchor, first: self.children.len(), weight: self.weight, deepest });
        self.weigh(1, 0, span)
    }

    fn close(&mut self, span: Span) -> Result<(), Stop> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let mut node = self.tree.nodes[frame.node.index()];
        // A block collection ends where its last child does, not where the parser noticed.
        let flow = self.tree.is_flow(frame.node);
        node.end = match self.children[frame.first..].last() {
            Some(last) if !flow => self.tree.span(*last).end.max(node.start),
            _ => span.end,
        };
        (node.a, node.b) = match node.shape {
            Shape::Sequence { .. } | Shape::Scalar(_) | Shape::Alias => {
                let first = self.tree.items.len();
                self.tree.items.extend_from_slice(&self.children[frame.first..]);
                (narrow(first), narrow(self.tree.items.len() - first))
            }
            Shape::Mapping { .. } => {
                let first = self.tree.entries.len();
                let pairs = self.children[frame.first..].chunks_exact(2).map(|pair| (pair[0], pair[1]));
                self.tree.entries.extend(pairs);
                entries::tidy(self, first)?;
                (narrow(first), narrow(self.tree.entries.len() - first))
            }
        };
        self.children.truncate(frame.first);
        self.tree.nodes[frame.node.index()] = node;
        if frame.anchor != 0 {
            self.close_anchor(frame.anchor, self.weight - frame.weight, frame.deepest - self.frames.len());
        }
        self.reach(frame.deepest);
        self.place(frame.node);
        Ok(())
    }

    /// Gives a finished node to the collection that holds it.
    pub(super) fn place(&mut self, node: NodeId) {
        if self.frames.is_empty() {
            self.tree.documents.push(node);
        } else {
            self.children.push(node);
        }
    }

    pub(super) fn reach(&mut self, level: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.deepest = frame.deepest.max(level);
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        let span = diagnostic.labels.first().map(|label| label.span);
        self.diags.push(diagnostic);
        self.errors += 1;
        match span {
            Some(span) if self.errors >= ERROR_LIMIT => self.stop(trouble::too_many(span)),
            _ => Ok(()),
        }
    }

    pub(super) fn stop<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Stop> {
        debug_assert!(codes::ALL.contains(&diagnostic.code));
        self.diags.push(diagnostic);
        Err(Stop)
    }
}
