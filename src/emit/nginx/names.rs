//! Names in a configuration that other projects share.

use crate::resolve::proxy::{Proxy, Route, Site};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;

/// The longest beginning of a variable's name: nginx keeps its variables in cells of 64 bytes, and a shared
/// nginx's cells are not ours to widen.
const LONGEST_VARIABLE_PREFIX: usize = 32;

/// The names of one deployment. Two underscores end the prefix, as two stand within it, so that no name of one
/// deployment is ever another's.
pub(super) struct Names<'a> {
    pub(super) proxy: &'a Proxy,
    variable: String,
    /// How many routes of the sites before each are rewritten.
    rewritten: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(proxy: &'a Proxy) -> Self {
        let mut rewritten = HashMap::new();
        let mut before = 0;
        for site in &proxy.sites {
            rewritten.insert(site.name.as_str(), before);
            before += site.routes.iter().filter(|route| route.rewrite.is_some()).count();
        }
        Self { proxy, variable: short(&proxy.prefix), rewritten }
    }

    /// An upstream's, a site's or a zone's name: `wish_with_me__production__core_api`.
    pub(super) fn of(&self, name: &str) -> String {
        format!("{}__{}", self.proxy.prefix, fold(name))
    }

    /// A variable's name, without its dollar.
    pub(super) fn variable(&self, name: &str) -> String {
        format!("{}__{name}", self.variable)
    }

    /// The zone that counts a route's requests.
    pub(super) fn zone(&self, site: &Site, route: &Route) -> String {
        let name = |path: &str| self.of(&format!("{}__{}", site.name, fold(path.trim_start_matches('/'))));
        let mine = name(&route.path);
        // `/a-b` and `/a/b` fold to one name: the later ones count.
        let same = site.routes.iter().take_while(|other| other.path != route.path);
        match same.filter(|other| other.limit.is_some() && name(&other.path) == mine).count() {
            0 => mine,
            before => format!("{mine}__{}", before + 1),
        }
    }

    /// The variable that holds the path a rewritten route asks for, without its dollar.
    pub(super) fn target(&self, site: &Site, route: &Route) -> String {
        let own = site.routes.iter().take_while(|other| other.path != route.path);
        let own = own.filter(|other| other.rewrite.is_some()).count();
        let before = self.rewritten.get(site.name.as_str()).copied().unwrap_or_default() + own;
        self.variable(&format!("to_{}", before + 1))
    }
}

/// Letters, digits and underscores, as nginx takes them everywhere.
fn fold(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.chars().map(kept).collect()
}

/// A prefix that leaves a variable's name room, and is still its own.
fn short(prefix: &str) -> String {
    if prefix.len() <= LONGEST_VARIABLE_PREFIX {
        return prefix.to_owned();
    }
    let hash = Sha256::digest(prefix.as_bytes());
    let mut tail = String::new();
    for byte in hash.iter().take(4) {
        let _ = write!(tail, "{byte:02x}");
    }
    let kept: String = prefix.chars().take(LONGEST_VARIABLE_PREFIX - 1 - tail.len()).collect();
    format!("{kept}_{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prefix_is_shortened_and_stays_apart() {
        assert_eq!(short("shop_production"), "shop_production");
        let long = "a_very_long_name_of_a_project_in_production";
        assert_eq!(short(long).len(), LONGEST_VARIABLE_PREFIX);
        assert_ne!(short(long), short(&format!("{long}_2")));
    }
}
