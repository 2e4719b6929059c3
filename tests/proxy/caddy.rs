//! A rendered Caddyfile, served on loopback by the real Caddy.

use super::port;
use crate::support::programs::{Server, command, program, wait_until};
use specc::emit::caddy::emit;
use specc::resolve::environment::Deployment;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub struct Caddy {
    folder: TempDir,
    /// What listens where Caddy would listen at 80 and 443.
    pub http: u16,
    pub tls: u16,
    server: Option<Server>,
}

impl Caddy {
    /// `None` where Caddy is missing.
    pub fn new() -> Option<Self> {
        program("caddy")?;
        let folder = tempfile::Builder::new().prefix("specc-caddy-").tempdir().expect("a folder");
        Some(Self { folder, http: port(), tls: port(), server: None })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn caddy(&self, words: &[&str]) -> Command {
        let mut caddy = command("caddy").expect("found before");
        caddy.env("HOME", self.folder.path()).args(words).current_dir(self.folder.path());
        caddy
    }

    /// Writes the Caddyfile, which Caddy finds well formatted and valid.
    pub fn write(&self, deployment: &Deployment) {
        let text = emit(deployment).remove(0).contents;
        fs::write(self.path("Caddyfile"), &text).expect("a file");
        let formatted = self.caddy(&["fmt", "Caddyfile"]).output().expect("caddy runs");
        // Caddy's formatter takes a quote for a beginning even between backquotes.
        if !text.contains('`') {
            assert_eq!(String::from_utf8_lossy(&formatted.stdout), text, "caddy fmt");
        }
        let global = format!("{{\n\tadmin off\n\thttp_port {}\n\thttps_port {}\n}}\n", self.http, self.tls);
        fs::write(self.path("Caddyfile"), global + &text).expect("a file");
        let valid = self.caddy(&["validate", "--config", "Caddyfile", "--adapter", "caddyfile"]);
        let valid = { valid }.output().expect("caddy runs");
        assert!(valid.status.success(), "{}\n{text}", String::from_utf8_lossy(&valid.stderr));
    }

    pub fn start(&mut self, listens: &[u16]) {
        let log = fs::File::create(self.path("log")).expect("a file");
        let mut run = self.caddy(&["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
        let mut server = Server::start(run.stderr(log).stdout(Stdio::null()));
        wait_until("Caddy listens", || {
            server.assert_running();
            listens.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
        self.server = Some(server);
    }
}
