//! HTTPS where there is no name to have a certificate for.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Fact, Repository};
use crate::facts::proxy::{Fallback, Proxy, Site, Software};
use std::net::IpAddr;

rule! {
    /// HTTPS is spoken, or asked for, where there is only an address.
    ///
    /// ## What
    /// Reports a site of nginx that is only an address and redirects to HTTPS or has a certificate, and a site of Caddy whose
    /// domain falls back to `localhost` when its variable is empty, where no example names the variable and the conf does not
    /// say what `localhost` is for.
    ///
    /// ## Why
    /// Certificates are for names. On a host with an address alone the redirect leads visitors to a connection that fails;
    /// Caddy, left with `localhost`, redirects everybody to HTTPS for a name that is not theirs. In one incident the health check
    /// got a redirect in place of an answer, and each deploy was rolled back.
    ///
    /// ## Example
    /// ```text
    /// {$DOMAIN:localhost} {
    ///     reverse_proxy app:8000
    /// }
    /// ```
    ///
    /// ## Fix
    /// Serve plain HTTP until there is a domain, `:80`, and let the variable be required once there is one:
    /// ```text
    /// {$SITE_ADDRESS::80} {
    ///     reverse_proxy app:8000
    /// }
    /// ```
    pub TLS_WITHOUT_DOMAIN = Error "tls-without-domain";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for proxy in &facts.proxies {
        if is_for_development(facts, proxy) {
            continue;
        }
        for site in &proxy.sites {
            match proxy.software {
                Software::Caddy => caddy(facts, site, findings),
                Software::Nginx => nginx(site, findings),
            }
        }
    }
}

fn is_for_development(facts: &Repository, proxy: &Proxy) -> bool {
    let of_name = proxy.files.iter().any(|file| {
        let path = facts.sources.get(*file).path.display().to_string().to_ascii_lowercase();
        path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "dev" | "local" | "development" | "test"))
    });
    of_name || proxy.runs_in.as_ref().is_some_and(|(id, _)| facts.deployment(*id).is_development())
}

fn caddy(facts: &Repository, site: &Site, findings: &mut Findings<'_>) {
    for fallback in &site.fallbacks {
        if fallback.name != "localhost" || is_told(facts, fallback) {
            continue;
        }
        findings.push(
            Diagnostic::new(
                &TLS_WITHOUT_DOMAIN,
                format!("without `{}` this site is `localhost`, with HTTPS that nobody can use", fallback.variable),
            )
            .at(fallback.span, "redirects everybody to HTTPS, for a name that is not the host's")
            .help(format!(
                "Let it fall back to plain HTTP, `{{${}::80}}`, or require the domain where it is deployed",
                fallback.variable
            )),
        );
    }
    let addresses = site.names.iter().filter(|name| name.known().is_some_and(|name| is_public_address(name)));
    for name in addresses {
        if site.listens.iter().any(|listen| listen.tls) && site.certificate.is_none() {
            findings.push(address(name));
        }
    }
}

/// Whether whoever deploys is told of the domain: an example names its variable, or the conf says what `localhost` is for.
fn is_told(facts: &Repository, fallback: &Fallback) -> bool {
    let shown = facts.env_files.iter().any(|file| file.example && file.get(&fallback.variable).is_some());
    let text = &facts.sources.get(fallback.span.source).text;
    let mut comments = text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    shown || comments.any(|comment| comment.to_lowercase().contains("localhost"))
}

fn nginx(site: &Site, findings: &mut Findings<'_>) {
    let addresses: Vec<&Fact<String>> = site.names.iter().filter(|name| name.known().is_some_and(|name| is_public_address(name))).collect();
    if addresses.is_empty() || addresses.len() != site.names.len() {
        return;
    }
    let redirect = site.redirects.iter().find(|redirect| redirect.to_https && redirect.keeps_host && !redirect.conditional);
    if let Some(redirect) = redirect {
        findings.push(
            Diagnostic::new(&TLS_WITHOUT_DOMAIN, "an address is redirected to HTTPS, and has no name to prove")
                .at(redirect.span, "leads to a connection that fails")
                .at(addresses[0].span, "only an address")
                .help("Answer in plain HTTP here, and redirect once there is a domain"),
        );
    }
}

fn address(name: &Fact<String>) -> Diagnostic {
    Diagnostic::new(&TLS_WITHOUT_DOMAIN, "HTTPS for an address, which has no name to prove")
        .at(name.span, "only an address")
        .help("Write `http://` before it, until there is a domain; or give the site a certificate of its own: `tls`")
}

/// An address that others see. Of private ones, only their owners know.
fn is_public_address(name: &str) -> bool {
    match name.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => !address.is_loopback() && !address.is_private() && !address.is_unspecified(),
        Ok(IpAddr::V6(address)) => !address.is_loopback() && !address.is_unspecified(),
        Err(_) => false,
    }
}
