//! Addresses in values: URLs and `host:port`, whatever is known of them.

use crate::facts::HOLE;

/// The parts of an address. A part of which something is not known is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) struct Address {
    /// `postgresql+asyncpg`; none for a bare `host:port`.
    pub(in crate::rules) scheme: Option<String>,
    /// Decoded.
    pub(in crate::rules) user: Part,
    /// Decoded.
    pub(in crate::rules) password: Part,
    /// In lower case.
    pub(in crate::rules) host: String,
    /// As it is written.
    pub(in crate::rules) port: Option<u16>,
    /// The first name of the path, decoded.
    pub(in crate::rules) database: Part,
}

/// A part of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) enum Part {
    /// It is not there, or empty.
    #[default]
    Absent,
    /// It is this.
    Known(String),
    /// Not all of it is known.
    Unknown,
}

impl Part {
    fn decoded(text: &str) -> Self {
        match text {
            "" => Self::Absent,
            _ if text.contains(HOLE) => Self::Unknown,
            _ => Self::Known(decode(text)),
        }
    }
}

/// The URL that a value is: with a scheme, a host that is known, and of several hosts the first.
pub(in crate::rules) fn url(text: &str) -> Option<Address> {
    let text = text.trim().strip_prefix("jdbc:").unwrap_or(text.trim());
    let (scheme, rest) = text.split_once("://")?;
    let sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if scheme.is_empty() || !scheme.chars().all(sane) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (info, hosts) = authority.rsplit_once('@').map_or(("", authority), |(info, hosts)| (info, hosts));
    let (user, password) = info.split_once(':').unwrap_or((info, ""));
    let (host, port) = socket(hosts.split(',').next()?)?;
    let path = path.trim_start_matches('/');
    let database = path.split(['?', '#', '/', ';']).next().unwrap_or_default();
    Some(Address {
        scheme: Some(scheme.to_ascii_lowercase()),
        user: Part::decoded(user),
        password: Part::decoded(password),
        host,
        port,
        database: Part::decoded(database),
    })
}

/// `host` or `host:port`, or a URL.
pub(in crate::rules) fn endpoint(text: &str) -> Option<Address> {
    url(text).or_else(|| {
        let (host, port) = socket(text.trim())?;
        Some(Address { host, port, ..Address::default() })
    })
}

/// A host that is a name or address and wholly known, and its port.
fn socket(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if host.is_empty() || !host.chars().all(sane) {
        return None;
    }
    // A port that is not known says nothing against the host.
    Some((host.to_ascii_lowercase(), port.and_then(|port| port.parse().ok())))
}

/// Percent-decoding; what is not well-formed stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let address = url("postgresql+asyncpg://shop:p%40ss@db:5432/shop?ssl=1").expect("a URL");
        assert_eq!(address.user, Part::Known("shop".into()));
        assert_eq!(address.password, Part::Known("p@ss".into()));
        assert_eq!((address.host.as_str(), address.port), ("db", Some(5432)));
        assert_eq!(address.database, Part::Known("shop".into()));
        assert_eq!(url("jdbc:postgresql://db/app").map(|url| url.host).as_deref(), Some("db"));
        assert_eq!(
            url("redis://:secret@cache").map(|url| (url.user, url.password)),
            Some((Part::Absent, Part::Known("secret".into())))
        );
        assert_eq!(url("postgres://u:\u{fffc}@db/x").map(|url| url.password), Some(Part::Unknown));
        assert_eq!(url("http://\u{fffc}/x"), None);
        assert_eq!(endpoint("minio:9000").map(|it| (it.host, it.port)), Some(("minio".into(), Some(9000))));
        assert_eq!(endpoint("not a host"), None);
    }
}
