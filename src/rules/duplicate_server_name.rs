//! One name of two sites of a web server.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::proxy::{Listen, Site, Software};
use crate::source::Span;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

rule! {
    /// Two `server` blocks of one nginx claim one name on one address.
    ///
    /// ## What
    /// Compares the `server_name`s of all confs that one nginx loads, for each address and port that they listen on.
    /// `listen 80` and `listen 0.0.0.0:80` are one address; `[::]:80` is another. `_` and the empty name are no names.
    ///
    /// ## Why
    /// nginx only warns: `conflicting server name "shop.example" on 0.0.0.0:80, ignored`. The first block in the order
    /// of file names answers, so that adding a file for staging can silently take over production's name, or do
    /// nothing at all.
    ///
    /// ## Example
    /// ```nginx
    /// # staging.conf, beside a production.conf with the same two lines
    /// server {
    ///     listen 80;
    ///     server_name shop.example;
    /// }
    /// ```
    ///
    /// ## Fix
    /// Give each environment its own name, and treat a warning of `nginx -t` as a failure:
    /// ```nginx
    ///     server_name staging.shop.example;
    /// ```
    pub DUPLICATE_SERVER_NAME = Error "duplicate-server-name";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for sites in loaded_together(facts) {
        for (name, one, other, listen) in duplicates(&sites) {
            let first = facts.sources.path(one).display();
            let address = shown(listen);
            let finding = Diagnostic::new(
                &DUPLICATE_SERVER_NAME,
                format!("two servers claim `{name}` on {address}: nginx ignores the second"),
            );
            let help = if one.source == other.source {
                "Remove the name from one of them, or make the two blocks one".to_owned()
            } else {
                format!("Remove the name here, or from `{first}` if this block is the one that is meant to answer")
            };
            findings.push(
                finding.at(other, "this one never answers").at(one, "this one is loaded first").help(help),
            );
        }
    }
}

/// The sites of each nginx. Confs of a host that no main conf includes are loaded together from two directories.
fn loaded_together(facts: &Repository) -> Vec<Vec<&Site>> {
    let mut found: Vec<Vec<&Site>> = Vec::new();
    let mut loose: BTreeMap<&Path, Vec<&Site>> = BTreeMap::new();
    for proxy in facts.proxies.iter().filter(|proxy| proxy.software == Software::Nginx) {
        let file = proxy.files.first().map(|file| facts.sources.get(*file).path.as_path());
        let directory = file.and_then(Path::parent).filter(|directory| {
            proxy.runs_in.is_none() && (directory.ends_with("sites-enabled") || directory.ends_with("conf.d"))
        });
        match directory {
            Some(directory) => loose.entry(directory).or_default().extend(&proxy.sites),
            None => found.push(proxy.sites.iter().collect()),
        }
    }
    found.extend(loose.into_values());
    found
}

/// Each name that a site claims after another one, with both places and the address; each site once.
fn duplicates<'f>(sites: &[&'f Site]) -> Vec<(&'f str, Span, Span, &'f Listen)> {
    let mut found = Vec::new();
    for (at, other) in sites.iter().enumerate() {
        let clash = sites[..at].iter().find_map(|one| clash(one, other));
        found.extend(clash);
    }
    found
}

fn clash<'f>(one: &'f Site, other: &'f Site) -> Option<(&'f str, Span, Span, &'f Listen)> {
    let listen = other.listens.iter().find(|listen| one.listens.iter().any(|ours| same_socket(ours, listen)))?;
    other.names.iter().find_map(|theirs| {
        // What nobody asks for is in every example.
        let name = theirs.known().filter(|name| name.as_str() != "localhost")?;
        let ours = one.names.iter().find(|ours| ours.known() == Some(name))?;
        Some((name.as_str(), ours.span, theirs.span, listen))
    })
}

fn same_socket(one: &Listen, other: &Listen) -> bool {
    one.port.is_some() && one.port == other.port && address(one) == address(other)
}

/// Without an address nginx listens on all of IPv4.
fn address(listen: &Listen) -> IpAddr {
    listen.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

fn shown(listen: &Listen) -> String {
    let port = listen.port.unwrap_or_default();
    match listen.address.filter(|address| !address.is_unspecified()) {
        Some(IpAddr::V6(address)) => format!("[{address}]:{port}"),
        Some(address) => format!("{address}:{port}"),
        None => format!("port {port}"),
    }
}
