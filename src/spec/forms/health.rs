//! How a service is asked whether it is well.

use super::Command;
use crate::diagnostic::Invalid;
use crate::forms;
use crate::source::Spanned;
use crate::spec::template::Template;
use crate::spec::values::define::quoted;
use crate::spec::values::{Duration, HeaderName, Port, Retries, UrlPath};
use crate::syntax::yaml::{Map, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

/// How a service is asked whether it is well.
#[derive(Clone, Debug)]
pub enum Health {
    /// It is not asked, whatever its preset would do.
    None,
    /// It is asked so.
    Check(Box<HealthCheck>),
}

/// A probe: an HTTP request by a program in the image, or a command.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// What is asked for; an answer below 400 is well.
    pub path: Option<Spanned<UrlPath>>,
    /// The program in the image that asks.
    pub via: Option<Spanned<Via>>,
    /// The port that is asked; the service's first where nothing is said.
    pub port: Option<Spanned<Port>>,
    /// Headers of the request; a secret in one is read from the container's environment and never stands in the probe.
    #[serde(default)]
    pub headers: Map<HeaderName, Spanned<Template>>,
    /// A command in place of a request; exit status 0 is well.
    pub command: Option<Spanned<Command>>,
    /// How long between two probes; `10s` where nothing is said.
    pub interval: Option<Spanned<Duration>>,
    /// How long a probe may take; `5s` where nothing is said.
    pub timeout: Option<Spanned<Duration>>,
    /// How many failures in a row make it unhealthy; 6 where nothing is said.
    pub retries: Option<Spanned<Retries>>,
    /// How long failures do not count after the start; `30s` where nothing is said.
    pub start_period: Option<Spanned<Duration>>,
}

/// A program that can make an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// curl.
    Curl,
    /// wget, of GNU or of busybox.
    Wget,
    /// Python 3, as `python`.
    Python,
    /// Node.js 18 or later, as `node`.
    Node,
}

/// The word `none`.
#[derive(Clone, Copy, Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Nothing {
    /// The service is not asked.
    None,
}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        if &*text == "none" {
            return Ok(Self::None);
        }
        let path = if text.starts_with('/') { &*text } else { "/health" };
        Err(D::Error::custom(
            Invalid::new(format!("{} is no probe", quoted(&text)))
                .help(format!("write `{{ path: {path}, via: curl }}`, `{{ command: … }}` or `none`")),
        ))
    }
}

forms! {
    /// How a service is asked whether it is well: a request by a program in its image, a command, or `none`.
    Health = "`none`, or a mapping with `path` and `via`" {
        scalar: Nothing => |_| Health::None,
        mapping: HealthCheck => |check| Health::Check(Box::new(check)),
    }
}
