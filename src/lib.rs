//! specc: one typed spec in, self-contained Docker Compose deployments out.

pub mod diagnostic;
pub mod source;
pub mod syntax;
