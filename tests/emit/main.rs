//! Laws of what is emitted, and the real programs' word on it.
#![allow(unreachable_pub, reason = "a test binary exports nothing")]

#[path = "../support/mod.rs"]
mod support;

mod compose;
mod crontab;
mod engine;
mod env;
mod order;
mod raw;
mod sample;
mod tricky;
mod yaml;
