//! Names that stand for something declared elsewhere: `minio.console`, `postgres.data`, `postgres`.

use crate::catalog;
use crate::diagnostic::Invalid;
use crate::spec::names::{PortName, ServiceName, VolumeName};
use crate::spec::values::define::{readable, refuse, text_types};
use schemars::json_schema;
use std::fmt;

/// The grammar of a name without its limit on length, for patterns that join two.
const NAME: &str = "[a-z](?:-?[a-z0-9])*";

text_types! {
    /// The name of a service, a site or a job.
    PlacedName text "a name", |text| ServiceName::parse(text).map(String::from), ServiceName::pattern();
}

/// The name of a preset. Any name is read, so that a wrong one is reported with the one that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetName(String);

impl PresetName {
    /// Reads a preset's name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known: Vec<_> = catalog::names().collect();
        if known.contains(&text) {
            return Ok(Self(text.to_owned()));
        }
        let refused = refuse(text, "a preset");
        Err(match crate::diagnostic::suggestion(text, &known) {
            Some(help) => refused.help(help),
            None => refused,
        })
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PresetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

readable!(
    PresetName,
    text,
    "a preset",
    "A kind of server that specc knows.",
    json_schema!({ "enum": catalog::names().collect::<Vec<_>>() })
);

/// A service, or one port of it by name: `web`, `minio.console`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServicePort {
    service: ServiceName,
    port: Option<PortName>,
}

impl ServicePort {
    /// Reads a service's name, and maybe a port's after a dot.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (service, port) = match text.split_once('.') {
            Some((service, port)) => (service, Some(PortName::parse(port)?)),
            None => (text, None),
        };
        Ok(Self { service: ServiceName::parse(service)?, port })
    }

    /// The service's name.
    pub fn service(&self) -> &str {
        self.service.as_str()
    }

    /// The port's name, where one is chosen.
    pub fn port(&self) -> Option<&str> {
        self.port.as_ref().map(PortName::as_str)
    }
}

impl fmt::Display for ServicePort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.port {
            Some(port) => write!(f, "{}.{port}", self.service),
            None => self.service.fmt(f),
        }
    }
}

readable!(
    ServicePort,
    text,
    "a service, or `service.port`",
    "A service, or one of its ports by name: `minio.console`.",
    json_schema!({ "type": "string", "pattern": joined_pattern(&format!("(?:\\.{})?", inner(&PortName::pattern()))) })
);

/// A volume of a service: `postgres.data`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeRef {
    service: ServiceName,
    volume: VolumeName,
}

impl VolumeRef {
    /// Reads a service's and a volume's name with a dot between them.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let Some((service, volume)) = text.split_once('.') else {
            return Err(refuse(text, "a service's volume")
                .help(format!("write the service and its volume: `{text}.data`")));
        };
        Ok(Self { service: ServiceName::parse(service)?, volume: VolumeName::parse(volume)? })
    }

    /// The service's name.
    pub fn service(&self) -> &str {
        self.service.as_str()
    }

    /// The volume's name.
    pub fn volume(&self) -> &str {
        self.volume.as_str()
    }
}

impl fmt::Display for VolumeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service, self.volume)
    }
}

readable!(
    VolumeRef,
    text,
    "a service's volume",
    "A volume of a service: `postgres.data`.",
    json_schema!({ "type": "string", "pattern": joined_pattern(&format!("\\.{}", inner(&VolumeName::pattern()))) })
);

/// A pattern for a service's name of at most 63 letters, with `rest` after it.
fn joined_pattern(rest: &str) -> String {
    let reserved = crate::spec::names::RESERVED.join("|");
    format!("^(?!(?:{reserved})(?:\\.|$))(?![^.]{{64}}){NAME}{rest}$")
}

/// A pattern without its anchors, to stand at the end of another.
fn inner(pattern: &str) -> &str {
    pattern.trim_start_matches('^').trim_end_matches('$')
}
