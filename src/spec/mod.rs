//! Tree → typed spec: newtypes that cannot hold a wrong value, and the model made of them.

pub mod codes;
pub mod forms;
pub mod model;
pub mod names;
pub mod pattern;
pub mod schema;
pub mod template;
pub mod values;

mod overlay;
mod read;

pub use read::read;
