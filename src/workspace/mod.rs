//! Disk → sources: the only reader of disk.

pub mod build_context;
pub mod codes;
mod cores;
pub mod discover;
mod dockerfile;
pub mod dockerignore;
mod files;
mod find;
pub mod git;
mod look;
mod paths;
mod read;
mod seen;

pub use build_context::BuildContext;
pub use cores::on_cores;
pub use discover::{Inventory, discover};
pub use files::Files;
pub use find::{SPEC_FILE, find_spec, repository_root, started};
pub use look::{Found, look};
pub use paths::{clean, relative};
pub use read::{SIZE_LIMIT, read};
pub use seen::Seen;
