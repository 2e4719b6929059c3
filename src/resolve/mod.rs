//! (spec, environment) → `Environment`: total, every reference followed, every collision found.

pub mod environment;
pub mod proxy;

pub use environment::{Container, Deployment, Environment};
