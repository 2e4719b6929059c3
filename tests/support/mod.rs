//! What tests share: the real programs, and a real Docker engine. A test binary says `mod support;`.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

pub mod compose_json;
pub mod compose_meaning;
pub mod compose_proof;
pub mod engine;
pub mod programs;
pub mod project;
pub mod yaml_readers;
