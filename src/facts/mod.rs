//! Whatever is deployed, whoever wrote it: one model of deployments with known and unknown values.

pub mod compose;
mod deployments;
pub mod env;
mod image;
mod lower;
pub mod model;
mod output;
mod projects;
pub mod proxy;
mod read;
pub mod script;
mod settings;
mod spec;
pub mod value;

pub use crate::workspace::discover::{DEFAULT_NAMES, Kind};
pub(crate) use deployments::is_shown;
pub use projects::Tree;
pub use read::{read, read_project};
pub use value::{HOLE, Unknown, Value};
