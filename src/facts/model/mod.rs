//! The model that rules see: a repository, its deployments and everything in them, each value with its place.

mod deployment;
mod image;
mod mount;
mod output;
mod port;
mod repository;
mod resource;
mod service;

pub use deployment::{
    Deployment, DeploymentId, EnvFileUse, Environment, Evidence, Invocation, ProjectName, ProjectOrigin,
    Reader, Stage, Supply, VariableUse,
};
pub use image::{BuiltImage, ImageCopy};
pub use mount::{Bind, Mount, MountSource};
pub use output::{ChangedOutput, Output};
pub use port::{Address, Port, PortRange, Protocol};
pub use repository::{Baked, Gap, Gathering, Relation, Repository};
pub use resource::Resource;
pub use service::{
    Attachment, Build, Condition, Dependency, EnvVariable, Health, MODES, NetworkMode, Probe, Service, Words,
};

use super::value::Value;
use crate::source::Span;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// Things by their names, in the order in which they were written.
pub type ByName<T> = IndexMap<String, T, RandomState>;

/// One value of a deployment: what it is after evaluation, as far as that can be known, and where it was written.
#[derive(Clone, Debug)]
pub struct Fact<T> {
    /// The value after interpolation and merging.
    pub value: Value<T>,
    /// Where a person wrote it.
    pub span: Span,
    /// Whether it was written with an interpolation: `${…}` or `$NAME`.
    pub interpolated: bool,
}

impl<T> Fact<T> {
    /// A value that was written as it is.
    pub fn literal(value: T, span: Span) -> Self {
        Self { value: Value::Known(value), span, interpolated: false }
    }

    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        self.value.known()
    }
}

/// Two facts are equal when their values are: where and how something was written decides nothing.
impl<T: PartialEq> PartialEq for Fact<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Known(one), Value::Known(other)) => one == other,
            (Value::Unknown(_), Value::Unknown(_)) => true,
            _ => false,
        }
    }
}
