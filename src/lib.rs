//! specc: one typed spec in, self-contained Docker Compose deployments out.

pub mod diagnostic;
pub mod report;
pub mod resolve;
pub mod source;
pub mod workspace;
