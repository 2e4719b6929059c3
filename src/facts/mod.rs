//! Whatever is deployed, whoever wrote it: one model of deployments with known and unknown values.

pub mod compose;
pub mod model;
pub mod script;
pub mod value;

pub use value::{HOLE, Unknown, Value};
