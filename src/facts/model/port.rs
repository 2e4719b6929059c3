//! Published ports.

use super::Fact;
use crate::source::Span;
use std::net::IpAddr;

/// One published mapping of a container's port, as written: a range stays one.
#[derive(Clone, Debug)]
pub struct Port {
    /// The container's ports.
    pub target: Fact<PortRange>,
    /// The host's ports; none where the engine picks one.
    pub published: Option<Fact<PortRange>>,
    /// Whether one free port of the published range is taken, instead of all of them: `9000-9009:80`.
    pub picks_one: bool,
    /// The address of the host.
    pub address: Fact<Address>,
    /// The protocol.
    pub protocol: Protocol,
    /// Where the whole entry is written.
    pub span: Span,
    /// Whether the entry was written with a variable.
    pub interpolated: bool,
}

/// `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortRange {
    /// The lowest port.
    pub first: u16,
    /// The highest port.
    pub last: u16,
}

impl PortRange {
    /// One port.
    pub fn one(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// The ports of both, if there are any.
    pub fn overlap(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// Whether `port` is among them.
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl std::fmt::Display for PortRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// The address that a port is published on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// None is written: every address, of both families.
    Every,
    /// This one; `0.0.0.0` and `::` are every one of their family.
    Ip(IpAddr),
}

impl Address {
    /// Whether two sockets on one port would meet.
    pub fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Every, _) | (_, Self::Every) => true,
            (Self::Ip(one), Self::Ip(other)) => {
                one.is_ipv4() == other.is_ipv4()
                    && (one == other || one.is_unspecified() || other.is_unspecified())
            }
        }
    }

    /// Whether only the host itself reaches it.
    pub fn is_loopback(self) -> bool {
        matches!(self, Self::Ip(ip) if ip.is_loopback())
    }

    /// Whether every address of a family is meant.
    pub fn is_wildcard(self) -> bool {
        match self {
            Self::Every => true,
            Self::Ip(ip) => ip.is_unspecified(),
        }
    }
}

/// The protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP, which is meant where none is written.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// The word that Compose uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}
