//! Headers that are set on the way to a container and on the way back.

use super::names::Names;
use super::word::Word;
use crate::resolve::proxy::{Route, Site, Tls};
use serde::Serialize;

/// A header, ready for the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Header {
    pub(super) name: Word,
    pub(super) value: Word,
}

/// What every answer says, unless the site says otherwise.
const SECURITY: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
];

/// The headers of a site's answers: the default set, with the site's own in place of those of the same name. An own
/// one that is empty leaves the matter to the application.
pub(in crate::emit) fn response(site: &Site, encrypted: bool) -> Vec<(String, String)> {
    let hsts = match site.tls {
        Tls::LetsEncrypt { hsts, .. } | Tls::Files { hsts, .. } if encrypted => hsts,
        _ => 0,
    };
    let own = |name: &str| site.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let mut headers: Vec<(String, String)> = Vec::new();
    if hsts > 0 && !own("Strict-Transport-Security") {
        headers.push(("Strict-Transport-Security".to_owned(), format!("max-age={hsts}")));
    }
    let defaults = SECURITY.iter().filter(|(name, _)| !own(name));
    headers.extend(defaults.map(|&(name, value)| (name.to_owned(), value.to_owned())));
    // What only makes sense over TLS is not said without it, whoever wrote it.
    let said = |name: &str| encrypted || !name.eq_ignore_ascii_case("Strict-Transport-Security");
    let chosen = site.headers.iter().filter(|(name, value)| said(name) && !value.is_empty());
    headers.extend(chosen.cloned());
    headers
}

/// The same, as words of nginx.
pub(super) fn response_words(site: &Site, encrypted: bool, dollar: &str) -> Vec<Header> {
    let header = |(name, value): &(String, String)| Header {
        name: Word::new(name),
        value: Word::value(value, dollar),
    };
    response(site, encrypted).iter().map(header).collect()
}

/// What a container is told about a request. A list at a location replaces the server's whole list, so a location
/// that differs repeats it.
pub(super) fn forwarded(site: &Site, route: Option<&Route>, names: &Names<'_>) -> Vec<Header> {
    // A site at another port than HTTP's own is asked with that port, and says so in the addresses it makes.
    let host = if site.tls == Tls::Off && site.listen != 80 { "$host:$server_port" } else { "$host" };
    let upgrade = format!("${}", names.variable("connection"));
    let websocket = route.is_some_and(|route| route.websocket);
    let mut headers = vec![
        ("Host", host),
        ("X-Real-IP", "$remote_addr"),
        // Not what the client claims it was forwarded for: this server is the first one.
        ("X-Forwarded-For", "$remote_addr"),
        ("X-Forwarded-Host", host),
        ("X-Forwarded-Proto", "$scheme"),
        ("Proxy", "\"\""),
        ("Connection", if websocket { upgrade.as_str() } else { "\"\"" }),
    ];
    if websocket {
        headers.push(("Upgrade", "$http_upgrade"));
    }
    headers.iter().map(|(name, value)| Header { name: Word::new(name), value: Word::raw(value) }).collect()
}

/// Whether a value anywhere in the sites holds a dollar, which then needs its variable.
pub(super) fn need_dollar(sites: &[Site]) -> bool {
    sites.iter().flat_map(|site| &site.headers).any(|(_, value)| value.contains('$'))
}
