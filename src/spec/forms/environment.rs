//! Where things run, what they wait for, what is published.

use super::PlacedName;
use crate::forms;
use crate::source::{Span, Spanned};
use crate::spec::names::{HostName, ServiceName};
use crate::spec::values::{BindAddress, PortSpan, Protocol};
use crate::syntax::yaml::{List, Map};
use schemars::JsonSchema;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};

/// Where an environment runs.
#[derive(Clone, Debug)]
pub enum RunsOn {
    /// All of it on one host.
    One(Spanned<HostName>),
    /// Services and sites by host.
    Several(Map<HostName, List<Spanned<PlacedName>>>),
}

forms! {
    /// The host that everything runs on, or lists of services and sites by host.
    RunsOn = "a host, or lists of services and sites by host" {
        scalar: Spanned<HostName> => RunsOn::One,
        mapping: Map<HostName, List<Spanned<PlacedName>>> => RunsOn::Several,
    }
}

/// What a service waits for.
#[derive(Clone, Debug)]
pub enum Needs {
    /// These, until they are well.
    All(List<Spanned<ServiceName>>),
    /// These, each until it is as stated.
    Each(Map<ServiceName, Spanned<NeedCondition>>),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NeedCondition {
    /// Its probe passes.
    Healthy,
    /// It runs.
    Started,
    /// It ended, and well.
    Completed,
}

forms! {
    /// What must be up before it: a list of services, waited for until they are well, or services with a condition.
    Needs = "a list of services, or services with a condition" {
        list: List<Spanned<ServiceName>> => Needs::All,
        mapping: Map<ServiceName, Spanned<NeedCondition>> => Needs::Each,
    }
}

impl Needs {
    /// The services, each with its place and the condition if one is stated.
    pub fn entries(&self) -> Vec<(&str, Span, Option<NeedCondition>)> {
        match self {
            Self::All(list) => list.iter().map(|name| (name.as_str(), name.span, None)).collect(),
            Self::Each(map) => map
                .iter()
                .map(|(name, condition)| (name.as_str(), name.span, Some(condition.value)))
                .collect(),
        }
    }
}

/// A port published on the host.
#[derive(Clone, Debug)]
pub struct PublishTarget {
    /// The port on the host, or one for each replica.
    pub port: Spanned<PortSpan>,
    bind: Option<Spanned<BindAddress>>,
    protocol: Protocol,
}

/// A port published on the host, at length.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongPublish {
    /// The port on the host, or a range of as many as there are replicas.
    port: Spanned<PortSpan>,
    /// The address that it listens on; loopback where nothing is said, `0.0.0.0` for everybody.
    bind: Option<Spanned<BindAddress>>,
    /// The protocol; `tcp` where nothing is said.
    #[serde(default)]
    protocol: Protocol,
}

forms! {
    /// A port on the host, or a range of as many as there are replicas; at length, also for whom.
    PublishTarget = "a port, or a mapping with `port` and `bind`" {
        scalar: Spanned<PortSpan> => |port| PublishTarget { port, bind: None, protocol: Protocol::Tcp },
        mapping: LongPublish => |long| PublishTarget { port: long.port, bind: long.bind, protocol: long.protocol },
    }
}

impl PublishTarget {
    /// The address it listens on: loopback unless something else is said.
    pub fn bind(&self) -> IpAddr {
        self.bind.as_ref().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |bind| bind.get())
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }
}
