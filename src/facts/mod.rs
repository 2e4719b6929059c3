//! Whatever is deployed, whoever wrote it: one model of deployments with known and unknown values.

pub mod compose;
mod deployments;
pub mod env;
mod image;
mod lower;
pub mod model;
mod output;
pub mod proxy;
mod read;
pub mod script;
mod settings;
mod spec;
pub mod value;

pub use crate::workspace::discover::{DEFAULT_NAMES, Kind};
pub use read::read;
pub use value::{HOLE, Unknown, Value};
