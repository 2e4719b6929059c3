//! Addresses as nginx writes them.

use super::Endpoint;
use crate::facts::model::Fact;
use crate::facts::value::{HOLE, Unknown, Value};
use crate::source::Span;
use std::net::IpAddr;

/// A word as it is written.
pub(super) struct Written<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Its place.
    pub(super) span: Span,
    /// The place of some of its bytes.
    pub(super) part: &'a dyn Fn(usize, usize) -> Span,
}

/// `host:port` in an address that may have a scheme, a path and parts that are not known.
pub(super) fn endpoint(word: &Written, text: &str, interpolated: bool, scheme: &str) -> Endpoint {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (scheme.to_owned(), text),
    };
    let socket = rest.starts_with("unix:");
    let end = if socket { rest.len() } else { rest.find(['/', '?']).unwrap_or(rest.len()) };
    let address = &rest[..end];
    let written = word.text == text;
    let span = match word.text.find(address).filter(|_| written && !address.is_empty()) {
        Some(_) => {
            let from = text.len() - rest.len();
            (word.part)(from, from + address.len())
        }
        None => word.span,
    };
    let (host, port) = split(address);
    let default = match scheme.as_str() {
        "http" | "grpc" | "ws" | "h2c" => Some(80),
        "https" | "grpcs" | "wss" => Some(443),
        _ => None,
    };
    // Something unknown at its end may bring the port with it.
    let open = host.ends_with(HOLE);
    let fact = |value| Fact { value, span, interpolated };
    let host = if host.contains(HOLE) || host.is_empty() {
        fact(Value::Unknown(unknown(span, host)))
    } else {
        fact(Value::Known(host.to_ascii_lowercase()))
    };
    let port = match port {
        _ if socket => None,
        Some(port) => Some(match port.parse() {
            Ok(port) => Fact { value: Value::Known(port), span, interpolated },
            Err(_) => Fact { value: Value::Unknown(unknown(span, port)), span, interpolated },
        }),
        None if open => Some(Fact { value: Value::Unknown(unknown(span, "")), span, interpolated }),
        None => default.map(|port| Fact { value: Value::Known(port), span, interpolated }),
    };
    Endpoint { span, scheme, host, port, socket }
}

fn unknown(span: Span, shape: &str) -> Unknown {
    Unknown::at(span, "a variable decides it").shaped(shape)
}

/// A host and its port, `[::1]:80` too.
pub(super) fn split(address: &str) -> (&str, Option<&str>) {
    if address.starts_with("unix:") {
        return (address, None);
    }
    if let Some((host, rest)) = address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match address.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (address, None),
    }
}

/// The address and port of a `listen`: none for what is not known or not there.
pub(super) fn listen(text: &str) -> (Option<IpAddr>, Option<u16>) {
    if text.starts_with("unix:") || text.contains(HOLE) {
        return (None, None);
    }
    if let Ok(port) = text.parse() {
        return (None, Some(port));
    }
    let (host, port) = split(text);
    let address = match host {
        "*" => None,
        "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
        host => host.parse().ok().filter(|address: &IpAddr| !address.is_unspecified() || address.is_ipv6()),
    };
    (address, port.map_or(Some(80), |port| port.parse().ok()))
}
