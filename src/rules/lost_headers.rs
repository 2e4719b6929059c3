//! Headers that an inner block loses.

mod served;

use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::Kind;
use crate::facts::model::Repository;
use crate::facts::proxy::{Block, BlockKind, Header, HeaderKind, Proxy, Software};
use std::cmp::Reverse;
use std::collections::BTreeSet;

rule! {
    /// A `location` with a header of its own loses those around it.
    ///
    /// ## What
    /// Reports a `location` or `if` of nginx that sets a header with `add_header` or `proxy_set_header`, while a block around it
    /// sets security or forwarding headers that it does not repeat. `add_header_inherit` settles it, and a fixed text
    /// (`return 200 "ok"`), an answer without one (`return 204`) or a probe has nothing to protect. Of what is no page
    /// (scripts, images, fonts) only headers count that files have a use for: `X-Content-Type-Options`, HSTS. What the
    /// application behind sets by itself (Django, Rails, helmet) is not lost. A conf that sends to services of Compose and that
    /// no Compose file, Dockerfile or script names is an Info: nothing loads it.
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

/// What a block loses.
struct Loss<'f> {
    block: &'f Block,
    /// The first of its own.
    first: &'f Header,
    missing: Vec<&'f Header>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for proxy in facts.proxies.iter().filter(|proxy| proxy.software == Software::Nginx) {
        // Blocks that lose the same set, or a part of it, are one finding.
        let mut losses: Vec<(HeaderKind, Loss<'_>)> = Vec::new();
        for (at, block) in proxy.blocks.iter().enumerate() {
            if !matches!(block.kind, BlockKind::Location | BlockKind::If) {
                continue;
            }
            for kind in [HeaderKind::Answer, HeaderKind::Forwarded] {
                if let Some(loss) = lost(facts, (proxy, at), kind)
                    && seen.insert(loss.first.span)
                {
                    losses.push((kind, loss));
                }
            }
        }
        let spare = !losses.is_empty() && is_spare(facts, proxy);
        losses.sort_by_key(|(_, loss)| Reverse(loss.missing.len()));
        let mut groups: Vec<(HeaderKind, Vec<Loss<'_>>)> = Vec::new();
        for (kind, loss) in losses {
            let holds = |group: &&mut (HeaderKind, Vec<Loss<'_>>)| {
                let whole = &group.1[0].missing;
                group.0 == kind && loss.missing.iter().all(|lost| whole.iter().any(|header| header.span == lost.span))
            };
            match groups.iter_mut().find(holds) {
                Some((_, group)) => group.push(loss),
                None => groups.push((kind, vec![loss])),
            }
        }
        for (kind, losses) in &groups {
            let finding = report(losses, *kind);
            findings.extend(finding.map(|it| if spare { it.level(Severity::Info) } else { it }));
        }
    }
}

/// Whether a conf is for containers, and nothing brings it into one: it sends to services by their names, and no text that is
/// read has the name of its file.
fn is_spare(facts: &Repository, proxy: &Proxy) -> bool {
    let [file] = proxy.files.as_slice() else { return false };
    let path = &facts.sources.get(*file).path;
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let read = || facts.sources.iter().map(|(_, source)| source).filter(|source| source.path != *path);
    let is_service = |host: &String| facts.deployments.iter().any(|it| it.service(host).is_some());
    let mut hops = proxy.hops().peekable();
    // What is called as nginx calls its own is what an image takes whose Dockerfile may be elsewhere.
    !matches!(name, "nginx.conf" | "default.conf")
        && proxy.runs_in.is_none()
        && hops.peek().is_some()
        && hops.all(|hop| hop.endpoint.host.known().is_some_and(is_service))
        // A Dockerfile that nobody has read may take it.
        && facts.inventory.of(Kind::Dockerfile).all(|entry| read().any(|source| source.path == entry.path))
        && !read().any(|source| source.text.contains(name))
}

fn own(block: &Block, kind: HeaderKind) -> &[Header] {
    match kind {
        HeaderKind::Answer => &block.answer,
        HeaderKind::Forwarded => &block.forwarded,
    }
}

fn lost<'f>(facts: &Repository, (proxy, at): (&'f Proxy, usize), kind: HeaderKind) -> Option<Loss<'f>> {
    let block = &proxy.blocks[at];
    let ours = own(block, kind);
    let first = ours.first()?;
    if inherits(proxy, block, kind) {
        return None;
    }
    let parents = std::iter::successors(block.parent.map(|at| &proxy.blocks[at]), |block| block.parent.map(|at| &proxy.blocks[at]));
    // What the nearest block with any of its own sets is what would be inherited.
    let above = parents.into_iter().find(|parent| !own(parent, kind).is_empty())?;
    let wanted = served::wanted(facts, (proxy, at), kind);
    let missing: Vec<&Header> = own(above, kind)
        .iter()
        .filter(|header| wanted.contains(&header.name.to_ascii_lowercase().as_str()))
        .filter(|header| !ours.iter().any(|own| own.name.eq_ignore_ascii_case(&header.name)))
        .collect();
    (!missing.is_empty()).then_some(Loss { block, first, missing })
}

fn report(losses: &[Loss<'_>], kind: HeaderKind) -> Option<Diagnostic> {
    let (Loss { block, first, missing }, others) = losses.split_first()?;
    let (alike, fewer): (Vec<&Loss<'_>>, Vec<&Loss<'_>>) =
        others.iter().partition(|other| other.missing.len() == missing.len());
    let names: Vec<String> = missing.iter().take(4).map(|header| format!("`{}`", header.name)).collect();
    let more = if missing.len() > 4 { " and more" } else { "" };
    let (article, directive) = match kind {
        HeaderKind::Answer => ("an", "add_header"),
        HeaderKind::Forwarded => ("a", "proxy_set_header"),
    };
    let who = match alike.as_slice() {
        [] => format!("`{}` loses", block.title),
        [other] => format!("`{}` and `{}` lose", block.title, other.block.title),
        many => format!("`{}` and {} others lose", block.title, many.len()),
    };
    let some = match fewer.as_slice() {
        [] => String::new(),
        [one] => format!("; `{}` loses some of them", one.block.title),
        many => format!("; {} others lose some of them", many.len()),
    };
    let mut finding = Diagnostic::new(&LOST_HEADERS, format!("{who} {}{more}{some}", names.join(", ")))
        .at(first.span, format!("with {article} `{directive}` of its own, it has none of those around it"));
    for other in &alike {
        finding = finding.at(other.first.span, "nor has this one");
    }
    for other in &fewer {
        let names: Vec<String> = other.missing.iter().take(4).map(|header| format!("`{}`", header.name)).collect();
        finding = finding.at(other.first.span, format!("this one loses {}", names.join(", ")));
    }
    for header in missing.iter().take(4) {
        finding = finding.at(header.span, "lost in there");
    }
    Some(finding.help(if others.is_empty() {
        format!("Repeat them in `{}`, or keep the whole set in a file that both include", block.title)
    } else {
        "Repeat them in each of these, or keep the whole set in a file that all of them include".to_owned()
    }))
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
