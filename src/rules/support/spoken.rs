//! The variables that scripts and workflows speak of.

use crate::facts::model::Repository;
use foldhash::HashSet;
use std::cell::OnceCell;

/// Every word of the scripts and workflows that can be a variable, gathered once somebody asks.
pub(in crate::rules) struct Spoken<'f> {
    facts: &'f Repository,
    words: OnceCell<HashSet<&'f str>>,
}

impl<'f> Spoken<'f> {
    /// Those of a repository.
    pub(in crate::rules) fn by_scripts(facts: &'f Repository) -> Self {
        Self { facts, words: OnceCell::new() }
    }

    /// Whether a script or workflow names the variable: it may well give it.
    pub(in crate::rules) fn names(&self, variable: &str) -> bool {
        let words = self.words.get_or_init(|| {
            let texts = self.facts.scripts.iter().map(|script| &*self.facts.sources.get(script.source).text);
            texts.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).collect()
        });
        words.contains(variable)
    }
}
