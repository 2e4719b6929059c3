//! What is mounted into a container, and where it is kept.

use crate::diagnostic::Invalid;
use crate::forms;
use crate::source::Spanned;
use crate::spec::names::{DockerObjectName, VolumeName};
use crate::spec::values::define::readable;
use crate::spec::values::{AbsolutePath, MountTarget, RelativePath};
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;
use std::fmt;

/// What is mounted: a volume by its name, a path of the repository that begins with `./`, or a path of the host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeSource(Origin);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Origin {
    Named(VolumeName),
    Repository(RelativePath),
    Host(AbsolutePath),
}

/// Where what is mounted comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolumeOrigin<'a> {
    /// A named volume.
    Named(&'a str),
    /// A path of the repository, without `./`.
    Repository(&'a str),
    /// An absolute path of the host.
    Host(&'a str),
}

impl VolumeSource {
    /// Reads a volume's name or a path.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.starts_with('/') {
            return AbsolutePath::parse(text).map(|path| Self(Origin::Host(path)));
        }
        if let Some(path) = text.strip_prefix("./") {
            return RelativePath::parse(path).map(|path| Self(Origin::Repository(path)));
        }
        VolumeName::parse(text).map(|name| Self(Origin::Named(name))).map_err(|refused| {
            if text.starts_with('~') {
                Invalid::new(format!("`{text}` begins at nobody's home: an engine does not know yours")).help(
                    "write an absolute path of the host, or one of the repository that begins with `./`",
                )
            } else if text.contains(['/', '.']) {
                Invalid::new(refused.message).help(format!("write a path of the repository as `./{text}`"))
            } else {
                refused
            }
        })
    }

    /// Where it comes from.
    pub fn origin(&self) -> VolumeOrigin<'_> {
        match &self.0 {
            Origin::Named(name) => VolumeOrigin::Named(name.as_str()),
            Origin::Repository(path) => VolumeOrigin::Repository(path.as_str()),
            Origin::Host(path) => VolumeOrigin::Host(path.as_str()),
        }
    }

    /// The volume's name, if it is one.
    pub fn volume(&self) -> Option<&str> {
        match self.origin() {
            VolumeOrigin::Named(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for VolumeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin() {
            VolumeOrigin::Repository(path) => write!(f, "./{path}"),
            VolumeOrigin::Named(text) | VolumeOrigin::Host(text) => f.pad(text),
        }
    }
}

readable!(
    VolumeSource,
    text,
    "a volume or a path",
    "A volume's name, a path of the repository that begins with `./`, or an absolute path of the host.",
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": VolumeName::pattern() },
            { "type": "string", "pattern": RelativePath::pattern().replacen('^', r"^\./", 1) },
            { "type": "string", "pattern": AbsolutePath::pattern() },
        ]
    })
);

/// Where something is mounted in a container.
#[derive(Clone, Debug)]
pub struct VolumeMount {
    /// The absolute path in the container.
    pub to: Spanned<MountTarget>,
    /// Whether the container may not write to it.
    pub read_only: bool,
}

/// Where something is mounted, at length.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongMount {
    /// The absolute path in the container.
    to: Spanned<MountTarget>,
    /// Whether the container may not write to it; it may where nothing is said.
    #[serde(default)]
    read_only: bool,
}

forms! {
    /// The absolute path in the container where it is mounted; at length, also whether it may be written to.
    VolumeMount = "an absolute path, or a mapping with `to` and `read_only`" {
        scalar: Spanned<MountTarget> => |to| VolumeMount { to, read_only: false },
        mapping: LongMount => |long| VolumeMount { to: long.to, read_only: long.read_only },
    }
}

/// Where a volume is kept.
#[derive(Clone, Debug)]
pub enum VolumeBacking {
    /// A directory of the host.
    Host(Spanned<AbsolutePath>),
    /// A volume of this name.
    Named(Spanned<DockerObjectName>),
    /// An existing volume of this name, which somebody else makes.
    External(Spanned<DockerObjectName>),
}

/// A volume by its own name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
enum Named {
    /// The name of the volume, in place of a computed one.
    #[serde(rename = "name")]
    Name(Spanned<DockerObjectName>),
    /// The name of an existing volume that somebody else makes.
    #[serde(rename = "external")]
    External(Spanned<DockerObjectName>),
}

forms! {
    /// Where a volume is kept: a directory of the host, `{ name: … }` or `{ external: … }`.
    VolumeBacking = "an absolute path, or `{ name: … }` or `{ external: … }`" {
        scalar: Spanned<AbsolutePath> => VolumeBacking::Host,
        mapping: Named => |named| match named {
            Named::Name(name) => VolumeBacking::Named(name),
            Named::External(name) => VolumeBacking::External(name),
        },
    }
}
