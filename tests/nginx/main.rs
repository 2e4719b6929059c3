//! Rendered nginx confs, served by the real nginx on loopback.

#[path = "../proxy/mod.rs"]
mod proxy;
#[path = "../support/mod.rs"]
mod support;

mod answers;
mod balance;
mod container;
mod neighbours;
mod paths;
mod resolved;
mod scripts;
mod streams;
mod text;
mod tls;
mod versions;
