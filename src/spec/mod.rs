//! The typed spec: newtypes that cannot hold a wrong value, and the model made of them.

pub mod names;
pub mod template;
pub mod values;
