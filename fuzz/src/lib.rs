//! What holds for every text, whoever made it up: one function a target. None of them may panic, and none may take long.
//!
//! The targets of `fuzz_targets/` are these functions; `tests/fuzzed.rs` asks them again about everything that was ever
//! wrong, without libFuzzer.
#![allow(clippy::missing_panics_doc, clippy::needless_for_each, unreachable_pub)]

mod confs;
mod disk;
mod frame;
mod place;
mod scripts;
mod shell;
mod specs;
mod values;

pub use confs::{caddyfile, dockerfile, nginx};
pub use disk::{compose, git, lint};
pub use scripts::{crontab, makefile, script, workflow};
pub use shell::shell;
pub use specs::{spec, yaml};
pub use values::{dotenv, interpolation, secrets, words};

/// Every target, by its name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("caddyfile", caddyfile),
    ("compose", compose),
    ("crontab", crontab),
    ("dockerfile", dockerfile),
    ("dotenv", dotenv),
    ("git", git),
    ("interpolation", interpolation),
    ("lint", lint),
    ("makefile", makefile),
    ("nginx", nginx),
    ("script", script),
    ("secrets", secrets),
    ("shell", shell),
    ("spec", spec),
    ("words", words),
    ("workflow", workflow),
    ("yaml", yaml),
];
