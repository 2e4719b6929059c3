//! Disk → sources: the only reader of disk.

pub mod build_context;
pub mod codes;
mod dockerfile;
pub mod dockerignore;
mod files;
mod find;
mod look;
mod read;

pub use build_context::BuildContext;
pub use files::{Files, clean};
pub use find::{SPEC_FILE, find_spec, relative, started};
pub use look::{Found, look};
pub use read::{SIZE_LIMIT, read};
