//! Published ports of the long form, neighbouring ones of one entry as a range again.

use super::fact;
use crate::facts::compose::Node;
use crate::facts::model::{Address, Fact, Port, PortRange, Protocol};
use crate::facts::value::{Unknown, Value};

/// The ports of a service.
pub(super) fn ports(list: Option<&Node>) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    for port in super::items(list).filter_map(port) {
        match ports.last_mut().filter(|last| continues(last, &port)) {
            Some(last) => extend(last),
            None => ports.push(port),
        }
    }
    ports
}

fn port(node: &Node) -> Option<Port> {
    let map = node.as_map()?;
    let target = range(&fact(map, "target")?);
    let published =
        fact(map, "published").filter(|text| text.known().is_none_or(|text| !text.is_empty() && text != "0"));
    let published = published.map(|text| range(&text));
    let wide = published.as_ref().and_then(Fact::known).is_some_and(|range| range.first < range.last);
    let narrow = target.known().is_some_and(|range| range.first == range.last);
    Some(Port {
        picks_one: wide && narrow,
        address: fact(map, "host_ip").map_or_else(
            || Fact::literal(Address::Every, node.span),
            |text| {
                text.filter_map("an address", |text| match text {
                    "" => Some(Address::Every),
                    text => text.trim_matches(['[', ']']).parse().ok().map(Address::Ip),
                })
            },
        ),
        protocol: match fact(map, "protocol").as_ref().and_then(Fact::known).map(String::as_str) {
            Some("udp") => Protocol::Udp,
            Some("sctp") => Protocol::Sctp,
            _ => Protocol::Tcp,
        },
        span: node.span,
        interpolated: node.interpolated
            || [Some(&target), published.as_ref()].into_iter().flatten().any(|it| it.interpolated),
        target,
        published,
    })
}

fn range(text: &Fact<String>) -> Fact<PortRange> {
    text.clone().filter_map("a port", |text| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then_some(PortRange { first, last })
    })
}

fn known(port: &Port) -> Option<(PortRange, PortRange)> {
    Some((*port.target.known()?, *port.published.as_ref()?.known()?))
}

/// Whether `next` is the next port of the range that `last` is a part of.
fn continues(last: &Port, next: &Port) -> bool {
    let (Some(ours), Some(theirs)) = (known(last), known(next)) else { return false };
    let follows = |ours: PortRange, theirs: PortRange| ours.last.checked_add(1) == Some(theirs.first);
    last.span == next.span
        && last.protocol == next.protocol
        && last.address == next.address
        && !last.picks_one
        && !next.picks_one
        && follows(ours.0, theirs.0)
        && follows(ours.1, theirs.1)
}

fn extend(port: &mut Port) {
    let widen = |fact: &mut Fact<PortRange>| {
        if let Value::Known(range) = &mut fact.value {
            range.last += 1;
        }
    };
    widen(&mut port.target);
    port.published.as_mut().map(widen);
}

impl Fact<String> {
    /// The text read as something else; unknown where it is not `what`.
    pub(super) fn filter_map<T>(self, what: &str, read: impl FnOnce(&str) -> Option<T>) -> Fact<T> {
        let span = self.span;
        let value = match self.value {
            Value::Known(text) => read(&text).map_or_else(
                || Value::Unknown(Unknown::at(span, format!("this is not {what}"))),
                Value::Known,
            ),
            Value::Unknown(unknown) => Value::Unknown(unknown),
        };
        Fact { value, span, interpolated: self.interpolated }
    }
}
