//! Headers that an inner block loses.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::proxy::{Block, BlockKind, Header, HeaderKind, Proxy, Software};
use std::collections::BTreeSet;

rule! {
    /// A `location` with a header of its own loses those around it.
    ///
    /// ## What
    /// Reports a `location` or `if` of nginx that sets a header with `add_header` or `proxy_set_header`, while a block around it
    /// sets security or forwarding headers that it does not repeat. `add_header_inherit` settles it, and a fixed text
    /// (`return 200 "ok"`) has nothing to protect.
    ///
    /// ## Why
    /// nginx takes these directives from the block around only where a block has none of its own: a single `add_header
    /// Cache-Control` in a `location` takes HSTS and all the rest away from what is served there, without a word.
    ///
    /// ## Example
    /// ```nginx
    /// server {
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    ///     location / { add_header Cache-Control "no-cache"; }
    /// }
    /// ```
    ///
    /// ## Fix
    /// Repeat the set in each such block, by an `include` say:
    /// ```nginx
    ///     location / {
    ///         include snippets/security-headers.conf;
    ///         add_header Cache-Control "no-cache";
    ///     }
    /// ```
    pub LOST_HEADERS = Warning "lost-headers";
}

/// Headers that are missed when they are gone.
const ANSWERS: &[&str] = &[
    "strict-transport-security", "content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy",
    "permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "cross-origin-embedder-policy",
];
const FORWARDED: &[&str] = &["host", "x-real-ip", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for proxy in facts.proxies.iter().filter(|proxy| proxy.software == Software::Nginx) {
        for block in proxy.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Location | BlockKind::If)) {
            for kind in [HeaderKind::Answer, HeaderKind::Forwarded] {
                // A location that sends nothing on has no use for headers of requests.
                if kind == HeaderKind::Forwarded && !block.proxies {
                    continue;
                }
                // A word for a probe is no page that a browser has to be told how to treat.
                if kind == HeaderKind::Answer && block.fixed {
                    continue;
                }
                if let Some(finding) = lost(proxy, block, kind)
                    && seen.insert(finding.labels[0].span)
                {
                    findings.push(finding);
                }
            }
        }
    }
}

fn own(block: &Block, kind: HeaderKind) -> &[Header] {
    match kind {
        HeaderKind::Answer => &block.answer,
        HeaderKind::Forwarded => &block.forwarded,
    }
}

fn lost(proxy: &Proxy, block: &Block, kind: HeaderKind) -> Option<Diagnostic> {
    let ours = own(block, kind);
    let first = ours.first()?;
    if inherits(proxy, block, kind) {
        return None;
    }
    let parents = std::iter::successors(block.parent.map(|at| &proxy.blocks[at]), |block| block.parent.map(|at| &proxy.blocks[at]));
    // What the nearest block with any of its own sets is what would be inherited.
    let above = parents.into_iter().find(|parent| !own(parent, kind).is_empty())?;
    let wanted = match kind {
        HeaderKind::Answer => ANSWERS,
        HeaderKind::Forwarded => FORWARDED,
    };
    let missing: Vec<&Header> = own(above, kind)
        .iter()
        .filter(|header| wanted.contains(&header.name.to_ascii_lowercase().as_str()))
        .filter(|header| !ours.iter().any(|own| own.name.eq_ignore_ascii_case(&header.name)))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let names: Vec<String> = missing.iter().take(4).map(|header| format!("`{}`", header.name)).collect();
    let more = if missing.len() > 4 { " and more" } else { "" };
    let (article, directive) = match kind {
        HeaderKind::Answer => ("an", "add_header"),
        HeaderKind::Forwarded => ("a", "proxy_set_header"),
    };
    let mut finding = Diagnostic::new(&LOST_HEADERS, format!("`{}` loses {}{more}", block.title, names.join(", ")))
        .at(first.span, format!("with {article} `{directive}` of its own, it has none of those around it"));
    for header in missing.iter().take(4) {
        finding = finding.at(header.span, "lost in there");
    }
    Some(finding.help(format!(
        "Repeat them in `{}`, or keep the whole set in a file that both include",
        block.title
    )))
}

fn inherits(proxy: &Proxy, block: &Block, kind: HeaderKind) -> bool {
    let mut at = Some(block);
    while let Some(here) = at {
        if let Some((_, word)) = here.inherit.iter().find(|(of, _)| *of == kind) {
            return word.value == "merge";
        }
        at = here.parent.map(|parent| &proxy.blocks[parent]);
    }
    false
}
