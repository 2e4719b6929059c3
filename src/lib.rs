//! specc: one typed spec in, self-contained Docker Compose deployments out.

pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod emit;
pub mod report;
pub mod resolve;
pub mod source;
pub mod spec;
pub mod syntax;
pub mod workspace;
