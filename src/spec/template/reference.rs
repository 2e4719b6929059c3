//! What a reference can refer to: a closed set.

use crate::spec::names::{HostName, PortName, SecretName, ServiceName, SiteName, VarName};
use std::fmt;
use std::ops::Range;

/// A reference, and where it stands in its text.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What it refers to.
    pub target: Target,
    /// The bytes of the text that it takes up, from `$` to `}`.
    pub range: Range<usize>,
    /// The bytes of the first name in it that a person chose: the secret's, the variable's, the service's.
    pub name: Range<usize>,
}

/// Two references are equal when they refer to the same thing.
impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target
    }
}

impl Eq for Reference {}

impl std::hash::Hash for Reference {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.target.hash(state);
    }
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// `${secrets.name}`
    Secret(SecretName),
    /// `${vars.name}`
    Var(VarName),
    /// `${service.field}`
    Service(ServiceName, Field),
    /// `${sites.name.url}`
    SiteUrl(SiteName),
    /// `${hosts.name.address}`
    HostAddress(HostName),
    /// `${project}`
    Project,
    /// `${environment}`
    Environment,
}

/// What is asked of a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `.host`: the name that others find it by.
    Host,
    /// `.port`: its only port, or its preset's main one.
    Port,
    /// `.<port name>`: one of several ports.
    NamedPort(PortName),
    /// `.url(scheme, query)`
    Url {
        /// The scheme in place of the preset's or `http`: `postgresql+asyncpg`.
        scheme: Option<Argument>,
        /// Parameters, as written: `sslmode=require`.
        query: Vec<Argument>,
    },
    /// `.user`
    User,
    /// `.password`
    Password,
    /// `.root_password`
    RootPassword,
    /// `.database`
    Database,
}

/// An argument of `.url`, and where it stands in the text.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its text.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Argument {}

impl std::hash::Hash for Argument {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(name) => write!(f, "${{secrets.{name}}}"),
            Self::Var(name) => write!(f, "${{vars.{name}}}"),
            Self::Service(name, field) => write!(f, "${{{name}.{field}}}"),
            Self::SiteUrl(name) => write!(f, "${{sites.{name}.url}}"),
            Self::HostAddress(name) => write!(f, "${{hosts.{name}.address}}"),
            Self::Project => f.write_str("${project}"),
            Self::Environment => f.write_str("${environment}"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::NamedPort(name) => name.as_str(),
            Self::User => "user",
            Self::Password => "password",
            Self::RootPassword => "root_password",
            Self::Database => "database",
            Self::Url { scheme, query } => {
                let arguments: Vec<_> =
                    scheme.iter().chain(query).map(|argument| argument.text.as_str()).collect();
                return if arguments.is_empty() {
                    f.write_str("url")
                } else {
                    write!(f, "url({})", arguments.join(", "))
                };
            }
        })
    }
}
