//! Addresses of machines, and who may ask a site.

use super::define::{readable, refuse};
use super::domain::{LABEL, LAST_LABEL, is_host_name};
use crate::diagnostic::Invalid;
use crate::spec::names::{ContainerName, HostName};
use schemars::json_schema;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const BYTE: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

fn ipv4_pattern() -> String {
    format!(r"(?:{BYTE}\.){{3}}{BYTE}")
}

/// All forms of an IPv6 address but the one that ends like an IPv4 address.
fn ipv6_pattern() -> String {
    let group = "[0-9A-Fa-f]{1,4}";
    let mut forms = vec![format!("(?:{group}:){{7}}{group}"), format!("(?:{group}:){{1,7}}:")];
    forms.extend((1..=6).map(|before| format!("(?:{group}:){{1,{before}}}(?::{group}){{1,{}}}", 7 - before)));
    forms.push(format!(":(?:(?::{group}){{1,7}}|:)"));
    format!("(?:{})", forms.join("|"))
}

/// An address, in either family, without brackets or a zone.
fn ip(text: &str) -> Option<IpAddr> {
    match text.parse().ok()? {
        IpAddr::V6(_) if text.contains('.') => None,
        address => Some(address),
    }
}

/// How to reach a machine: an IP address, or a host name in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// `203.0.113.20`, `2001:db8::20`.
    Ip(IpAddr),
    /// `server.example.com`.
    Name(String),
}

impl Address {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Some(address) = ip(text) {
            return Ok(Self::Ip(address));
        }
        if is_host_name(text) {
            return Ok(Self::Name(text.to_owned()));
        }
        let refusal = refuse(text, "an address");
        Err(if let Some((_, rest)) = text.split_once("://") {
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            refusal.help(format!("write the address alone: `{host}`"))
        } else if let Some((_, host)) = text.split_once('@') {
            refusal.help(format!("leave out the user: `{host}`"))
        } else if text.starts_with('[') {
            refusal.help("leave out the brackets")
        } else {
            refusal.help("write an IP address or a host name in lower case, without a port: `203.0.113.20`, `server.example.com`")
        })
    }

    /// The IP address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(*address),
            Self::Name(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

readable!(
    Address,
    text,
    "an address",
    "How to reach a machine: an IP address, or a host name in lower case; no port.",
    json_schema!({
        "type": "string",
        "pattern": format!(
            r"^(?:{}|{}|(?!.{{254}})(?:{LABEL}\.)*{LAST_LABEL})$", ipv4_pattern(), ipv6_pattern()
        ),
    })
);

/// Where a server is found that others run: an address, or the name of its container on a network.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServerAddress {
    /// An IP address or a host name.
    Address(Address),
    /// A container whose name is no host name: `Shared_db`.
    Container(ContainerName),
}

impl ServerAddress {
    /// Reads an address, or the name of a container that begins with a letter.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refusal = match Address::parse(text) {
            Ok(address) => return Ok(Self::Address(address)),
            Err(refusal) => refusal,
        };
        if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(refusal);
        }
        ContainerName::parse(text).map(Self::Container).map_err(|_| refusal)
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Container(name) => name.fmt(f),
        }
    }
}

readable!(
    ServerAddress,
    text,
    "an address or a container name",
    "Where a server is found: an IP address, a host name, or the name of its container on a network; no port.",
    json_schema!({
        "type": "string",
        "pattern": format!(
            r"^(?:{}|{}|(?!.{{254}})(?:{LABEL}\.)*{LAST_LABEL}|[a-zA-Z][a-zA-Z0-9_.-]{{1,127}})$",
            ipv4_pattern(), ipv6_pattern()
        ),
    })
);

/// An address of a machine to listen on: `127.0.0.1`, `0.0.0.0` for all of IPv4, `::` for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindAddress(IpAddr);

impl BindAddress {
    /// Only from this machine.
    pub const LOOPBACK: Self = Self(IpAddr::V4(Ipv4Addr::LOCALHOST));

    /// Reads an IP address.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        ip(text).map(Self).ok_or_else(|| {
            refuse(text, "an IP address").help(match text {
                "localhost" => "write `127.0.0.1`: the engine takes addresses only",
                "*" | "all" | "any" => "write `0.0.0.0`, or `::` for IPv6 too",
                _ => "write an IP address without a port: `127.0.0.1`, `0.0.0.0`, `::1`",
            })
        })
    }

    /// The address.
    pub fn get(self) -> IpAddr {
        self.0
    }
}

impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

readable!(
    BindAddress,
    text,
    "an IP address",
    "An IP address of the machine to listen on: 127.0.0.1 for itself alone, 0.0.0.0 for everyone.",
    json_schema!({ "type": "string", "pattern": format!("^(?:{}|{})$", ipv4_pattern(), ipv6_pattern()) })
);

/// An IP address or a network of them, `10.0.0.0/8`. Bits beyond the network's are dropped, since nginx warns of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpNetwork {
    address: IpAddr,
    bits: u8,
}

impl IpNetwork {
    /// Reads an address or a network.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (written, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let help = "write an IP address, or a network such as `10.0.0.0/8`";
        let address = ip(written).ok_or_else(|| refuse(text, "an address or network").help(help))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let Some(bits) = bits else { return Ok(Self { address, bits: most }) };
        let plain = bits == "0" || (!bits.starts_with('0') && bits.bytes().all(|byte| byte.is_ascii_digit()));
        match bits.parse() {
            Ok(bits) if plain && bits <= most => Ok(Self { address: masked(address, bits), bits }),
            _ => {
                Err(refuse(text, "an address or network")
                    .help(format!("write 0 to {most} bits after the `/`")))
            }
        }
    }

    /// Its first address.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// How many leading bits all its addresses share.
    pub fn bits(self) -> u8 {
        self.bits
    }
}

fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

impl fmt::Display for IpNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)?;
        let whole = self.bits == if self.address.is_ipv4() { 32 } else { 128 };
        if whole { Ok(()) } else { write!(f, "/{}", self.bits) }
    }
}

fn network_pattern() -> String {
    let (v4, v6) = (ipv4_pattern(), ipv6_pattern());
    format!("{v4}(?:/(?:[12]?[0-9]|3[0-2]))?|{v6}(?:/(?:[1-9]?[0-9]|1[01][0-9]|12[0-8]))?")
}

readable!(
    IpNetwork,
    text,
    "an address or network",
    "An IP address, or a network of them: 10.0.0.0/8.",
    json_schema!({ "type": "string", "pattern": format!("^(?:{})$", network_pattern()) })
);

/// Who may ask a site: a host of the spec by name, an address, or a network.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Allowed {
    /// A host of the spec, by its address.
    Host(HostName),
    /// Addresses.
    Network(IpNetwork),
}

impl Allowed {
    /// Reads a host's name, an address or a network. The two cannot be confused: a name has neither dot nor colon.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.contains(['.', ':', '/']) {
            return IpNetwork::parse(text).map(Self::Network);
        }
        HostName::parse(text).map(Self::Host)
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(name) => name.fmt(f),
            Self::Network(network) => network.fmt(f),
        }
    }
}

readable!(
    Allowed,
    text,
    "a host, an address or a network",
    "Who may ask: a host of this spec by name, an IP address, or a network such as 10.0.0.0/8.",
    json_schema!({
        "type": "string",
        "pattern": format!("^(?:(?!.{{64}})[a-z](-?[a-z0-9])*|{})$", network_pattern()),
    })
);
