//! Which headers are in force in a block: nginx forgets those of the blocks around it as soon as a block sets one itself.

use super::{Block, Header, HeaderKind, Proxy, Software};

impl Proxy {
    /// The headers in force in a block.
    pub fn headers(&self, block: usize, kind: HeaderKind) -> Vec<&Header> {
        let mut found = Vec::new();
        let mut at = self.blocks.get(block);
        while let Some(block) = at {
            found.extend(block.own(kind));
            if !found.is_empty() && !self.merges(block, kind) {
                break;
            }
            at = block.parent.and_then(|parent| self.blocks.get(parent));
        }
        found
    }

    /// The headers that would be in force in a block if it set none itself, and that it neither has nor sets anew.
    pub fn lost_headers(&self, block: usize, kind: HeaderKind) -> Vec<&Header> {
        let Some(here) = self.blocks.get(block) else { return Vec::new() };
        if here.own(kind).is_empty() || self.merges(here, kind) {
            return Vec::new();
        }
        let Some(parent) = here.parent else { return Vec::new() };
        let again =
            |header: &&Header| here.own(kind).iter().any(|own| own.name.eq_ignore_ascii_case(&header.name));
        self.headers(parent, kind).into_iter().filter(|header| !again(header)).collect()
    }

    /// Whether a block keeps what is set around it.
    fn merges(&self, block: &Block, kind: HeaderKind) -> bool {
        if self.software == Software::Caddy {
            return true;
        }
        // The setting is itself inherited.
        let mut at = Some(block);
        while let Some(block) = at {
            if let Some((_, word)) = block.inherit.iter().find(|(of, _)| *of == kind) {
                return word.value == "merge";
            }
            at = block.parent.and_then(|parent| self.blocks.get(parent));
        }
        false
    }
}

impl Block {
    /// The headers that the block sets itself.
    pub fn own(&self, kind: HeaderKind) -> &[Header] {
        match kind {
            HeaderKind::Answer => &self.answer,
            HeaderKind::Forwarded => &self.forwarded,
        }
    }
}
