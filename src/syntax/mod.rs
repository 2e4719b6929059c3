//! Text to trees with spans; pure and total.

pub mod caddyfile;
pub mod codes;
pub mod crontab;
pub mod dockerfile;
pub mod dotenv;
pub mod interpolation;
pub mod makefile;
pub mod nginx;
pub mod secrets;
pub mod shell;
pub mod workflow;
pub mod yaml;
