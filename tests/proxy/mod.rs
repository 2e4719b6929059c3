//! What the tests of web servers share: deployments made by hand, containers played by threads, and clients.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

pub mod caddy;
pub mod client;
pub mod model;
pub mod nginx;
pub mod upstream;

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that nothing listens on, below those that outgoing connections take, and never given twice by one process.
pub fn port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 10_000 + u16::try_from(std::process::id() % 200).expect("below 200") * 100;
    loop {
        let port = base + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
