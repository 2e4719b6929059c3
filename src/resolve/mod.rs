//! (spec, environment) → `Environment`: total, every reference followed, every collision found.

pub mod certbot;
pub mod environment;
pub mod nginx_text;
pub mod proxy;

pub use environment::{Container, Deployment, Environment};
