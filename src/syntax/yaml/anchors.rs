//! Anchors and what repeats them: known, finite, and no more than a text may hold.

use super::build::{Builder, Stop};
use super::event::{DEPTH_LIMIT, Style};
use super::tree::{Node, NodeId, Shape};
use super::trouble;
use crate::diagnostic::nearest;
use crate::source::Span;

/// The node an anchor names.
pub(super) struct Anchor {
    node: NodeId,
    pub(super) name: String,
    /// While the node is still open an alias of it would be a cycle.
    open: bool,
    /// How many nodes it has, aliases expanded.
    weight: u64,
    /// How many levels it has.
    height: usize,
}

impl Builder<'_, '_> {
    pub(super) fn define(&mut self, anchor: usize, node: NodeId, open: bool) {
        if self.anchors.len() <= anchor {
            self.anchors.resize_with(anchor + 1, || None);
        }
        self.anchors[anchor] = Some(Anchor { node, name: String::new(), open, weight: 0, height: 0 });
    }

    pub(super) fn close_anchor(&mut self, anchor: usize, weight: u64, height: usize) {
        if let Some(Some(anchor)) = self.anchors.get_mut(anchor) {
            (anchor.open, anchor.weight, anchor.height) = (false, weight, height);
        }
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        let Some(Some(anchor)) = self.anchors.get(anchor) else { return self.undefined("", span) };
        let (target, weight, height) = (anchor.node, anchor.weight, anchor.height);
        if anchor.open {
            let diagnostic = trouble::alias_cycle(&anchor.name, span);
            return self.stop(diagnostic);
        }
        if self.frames.len() + height > DEPTH_LIMIT {
            return self.stop(trouble::too_deep(span));
        }
        self.reach(self.frames.len() + height);
        self.weigh(weight, weight, span)?;
        let node = Node { start: span.start, end: span.end, a: target.0, b: 0, tag: 0, shape: Shape::Alias };
        let node = self.tree.push(node);
        self.place(node);
        Ok(())
    }

    /// An alias of nothing: reported, and taken for null so that the rest can be checked too.
    pub(super) fn undefined(&mut self, name: &str, span: Span) -> Result<(), Stop> {
        let known = self.anchors.get(self.first_anchor..).unwrap_or_default();
        let names = known.iter().rev().flatten().map(|anchor| anchor.name.as_str()).take(256);
        let diagnostic = trouble::undefined_alias(name, nearest(name, names), span);
        self.report(diagnostic)?;
        self.broken = true;
        let node = self.scalar("", Style::Plain, span, None)?;
        self.place(node);
        Ok(())
    }

    /// Counts nodes, and refuses a text that consists of repetitions, by go-yaml's measure: small texts may repeat at
    /// will, large ones hardly.
    pub(super) fn weigh(&mut self, nodes: u64, repeated: u64, span: Span) -> Result<(), Stop> {
        const SMALL: u64 = 400_000;
        const LARGE: u64 = 4_000_000;
        self.weight = self.weight.saturating_add(nodes);
        self.repeated = self.repeated.saturating_add(repeated);
        if self.repeated <= 100 || self.weight <= 1000 {
            return Ok(());
        }
        // In thousandths: 990 up to SMALL, then falling evenly to 100 at LARGE.
        let allowed = 990 - 890 * (self.weight.clamp(SMALL, LARGE) - SMALL) / (LARGE - SMALL);
        if u128::from(self.repeated) * 1000 > u128::from(self.weight) * u128::from(allowed) {
            return self.stop(trouble::alias_bomb(span));
        }
        Ok(())
    }
}
