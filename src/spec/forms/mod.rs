//! Parts of the language that can be written shortly or at length.

mod build;
mod environment;
mod health;
mod names;
mod raw;
mod site;
mod volume;

pub use build::{Build, Command, LoggingSpec};
pub use environment::{NeedCondition, Needs, PublishTarget, RunsOn};
pub use health::{Health, HealthCheck, Via};
pub use names::{PlacedName, PresetName, ServicePort, VolumeRef};
pub use raw::Raw;
pub use site::{CacheSpec, LimitSpec, RouteTarget, TlsSpec};
pub use volume::{VolumeBacking, VolumeMount, VolumeOrigin, VolumeSource};
