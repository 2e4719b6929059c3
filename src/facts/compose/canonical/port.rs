//! The short form of a port: `[address:][host[-host]:]container[-container][/protocol]`.

use super::super::node::{Data, HOLE, Node, Partial};
use super::piece;
use std::net::IpAddr;

/// One published port of a short form. Texts may hold [`HOLE`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortEntry {
    /// The address of the host; empty where none is written.
    pub address: String,
    /// The host's port or range; empty where the engine picks one.
    pub published: String,
    /// The container's port; none where it is unknown.
    pub target: Option<u16>,
    /// The protocol, in lower case.
    pub protocol: String,
}

impl PortEntry {
    pub(super) fn node(&self, whole: &Node) -> Node {
        let mut port = Node { interpolated: whole.interpolated, ..Node::map(whole.span) };
        port.insert("mode", Node { interpolated: false, ..piece("ingress", whole) });
        if !self.address.is_empty() {
            port.insert("host_ip", piece(&self.address, whole));
        }
        let target = match (self.target, &whole.data) {
            (Some(target), _) => Data::Int(i64::from(target)),
            (None, Data::Unknown(partial)) => {
                Data::Unknown(Box::new(Partial { unknown: partial.unknown.clone(), text: HOLE.to_string() }))
            }
            (None, _) => Data::Null,
        };
        port.insert("target", Node { data: target, ..whole_place(whole) });
        if !self.published.is_empty() {
            port.insert("published", piece(&self.published, whole));
        }
        port.insert("protocol", piece(&self.protocol, whole));
        port
    }
}

/// A node whose place is that of `whole`.
fn whole_place(whole: &Node) -> Node {
    Node { data: Data::Null, span: whole.span, interpolated: whole.interpolated }
}

/// Reads a short form. A range is as many entries, of which there may be `most`.
pub fn parse_port(text: &str, most: usize) -> Result<Vec<PortEntry>, String> {
    let (rest, container) = text.rsplit_once(':').unwrap_or(("", text));
    let (address, host) = rest.rsplit_once(':').unwrap_or(("", rest));
    let (container, protocol) = protocol(container);
    let address = self::address(address)?;
    if container.is_empty() {
        return Err("it names no port of the container".to_owned());
    }
    let protocol = protocol.to_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") && !protocol.contains(HOLE) {
        return Err(format!("`{protocol}` is no protocol"));
    }
    let entry = |published: String, target: Option<u16>| PortEntry {
        address: address.clone(),
        published,
        target,
        protocol: protocol.clone(),
    };
    if container.contains(HOLE) {
        return Ok(vec![entry(host.to_owned(), None)]);
    }
    let (first, last) = range(container)?;
    if first == 0 {
        return Err("no container has a port 0".to_owned());
    }
    if usize::from(last - first) >= most {
        return Err("the ranges of this file are more than a machine has".to_owned());
    }
    if host.is_empty() || host.contains(HOLE) {
        return Ok(sorted((first..=last).map(|target| entry(host.to_owned(), Some(target))).collect()));
    }
    let (host_first, host_last) = range(host)?;
    if first == last {
        let published = if host_first == host_last {
            host_first.to_string()
        } else {
            format!("{host_first}-{host_last}")
        };
        return Ok(vec![entry(published, Some(first))]);
    }
    if last - first != host_last - host_first {
        return Err(format!("the ranges {host} and {container} are of different lengths"));
    }
    let pairs = (first..=last).zip(host_first..=host_last);
    Ok(sorted(pairs.map(|(target, host)| entry(host.to_string(), Some(target))).collect()))
}

/// In the order of Compose, which sorts ports as texts.
fn sorted(mut entries: Vec<PortEntry>) -> Vec<PortEntry> {
    entries.sort_by_cached_key(|entry| format!("{}/", entry.target.unwrap_or_default()));
    entries
}

fn protocol(container: &str) -> (&str, &str) {
    let mut parts = container.split('/');
    let port = parts.next().unwrap_or_default();
    match parts.next() {
        None | Some("") => (port, "tcp"),
        Some(protocol) => (port, protocol),
    }
}

fn address(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(HOLE) {
        return Ok(text.to_owned());
    }
    let bare = match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(bare) => bare,
        None if text.contains(':') => return Err(format!("the address {text} needs brackets around it")),
        None => text,
    };
    match bare.parse::<IpAddr>() {
        Ok(_) => Ok(bare.to_owned()),
        Err(_) => Err(format!("`{bare}` is no IP address")),
    }
}

fn range(text: &str) -> Result<(u16, u16), String> {
    let port = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten().ok_or_else(|| format!("`{text}` is no port"))
    };
    let mut parts = text.split('-');
    let first = port(parts.next().unwrap_or_default())?;
    let last = parts.next().map_or(Ok(first), port)?;
    if last < first { Err(format!("the range {text} runs backwards")) } else { Ok((first, last)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        match parse_port(text, 9) {
            Ok(entries) => entries
                .iter()
                .map(|entry| {
                    let PortEntry { address, published, target, protocol } = entry;
                    format!(
                        "{address}|{published}|{}|{protocol}",
                        target.map_or("?".to_owned(), |port| port.to_string())
                    )
                })
                .collect(),
            Err(_) => vec!["no".to_owned()],
        }
    }

    #[test]
    fn ports_are_read_as_compose_does() {
        let cases: &[(&str, &[&str])] = &[
            ("80", &["||80|tcp"]),
            ("8080:80/UDP", &["|8080|80|udp"]),
            ("127.0.0.1:8080:80", &["127.0.0.1|8080|80|tcp"]),
            ("127.0.0.1::80", &["127.0.0.1||80|tcp"]),
            ("[::1]:1:2", &["::1|1|2|tcp"]),
            ("9-10", &["||10|tcp", "||9|tcp"]),
            ("90-91:80-81", &["|90|80|tcp", "|91|81|tcp"]),
            ("90-91:80", &["|90-91|80|tcp"]),
            (":80", &["||80|tcp"]),
            ("0:80", &["|0|80|tcp"]),
            ("80/", &["||80|tcp"]),
        ];
        for (text, entries) in cases {
            assert_eq!(show(text), *entries, "{text}");
        }
        for bad in
            ["", "8080:", "localhost:1:2", "::1:8080:80", "70000:1", "1-2:3-5", "2-1", "80/foo", "a", "+80"]
        {
            assert_eq!(show(bad), ["no"], "{bad}");
        }
        assert_eq!(show(&format!("{HOLE}:80")), [format!("|{HOLE}|80|tcp")]);
    }
}
