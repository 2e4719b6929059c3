//! The parsers of confs: what they read, and that they read it as the programs do that the confs are for.

#[path = "../support/mod.rs"]
mod support;

mod caddyfile;
mod dockerfile;
mod nginx;
mod nginx_agreement;
mod proxy;
