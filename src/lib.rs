//! specc: one typed spec in, self-contained Docker Compose deployments out.

pub mod diagnostic;
pub mod emit;
pub mod resolve;
pub mod source;
