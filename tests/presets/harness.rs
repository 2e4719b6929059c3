//! What a server's test is made of: a folder, a user to run as, the preset's URL with its values, a probe that runs.

use crate::support::programs::{Server, free_port, path, program};
use specc::catalog::{Credentials, Preset, Setup, UrlPart, find};
use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A preset, the credentials that its server was set up with, and where it is to listen.
pub struct Trial {
    pub preset: &'static Preset,
    pub stated: Credentials<'static>,
    pub password: &'static str,
    pub port: u16,
    pub folder: TempDir,
}

impl Trial {
    pub fn new(preset: &str, stated: Credentials<'static>, password: &'static str) -> Self {
        Self {
            preset: find(preset).expect("a preset"),
            stated,
            password,
            port: free_port(),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The same server, taken for another preset's.
    pub fn taken_for(&self, preset: &str) -> Self {
        Self { port: self.port, ..Self::new(preset, self.stated, self.password) }
    }

    pub fn setup(&self, tag: &'static str) -> Setup<'static> {
        Setup { port: self.port, ..self.preset.setup(tag, self.stated) }
    }

    /// The URL as a client gets it.
    pub fn url(&self, scheme: Option<&str>) -> String {
        self.url_with(scheme, self.password)
    }

    /// The URL of a client that was given another password.
    pub fn url_with(&self, scheme: Option<&str>, password: &str) -> String {
        let account = &self.preset.account;
        let parts = self.preset.url(&self.stated, scheme, None).expect("a URL");
        parts.into_iter().fold(String::new(), |url, part| {
            url + &match part {
                UrlPart::Literal(text) => text,
                UrlPart::User => account.user(&self.stated).expect("a user").to_owned(),
                UrlPart::Password => password.to_owned(),
                UrlPart::Host => "127.0.0.1".to_owned(),
                UrlPart::Port => self.port.to_string(),
                UrlPart::Database => account.database(&self.stated).expect("a database").to_owned(),
            }
        })
    }

    /// The container's environment.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        use specc::catalog::{Part, Setting};
        let value = |setting| match setting {
            Setting::Stated(Part::User) => self.stated.user.expect("it is stated").to_owned(),
            Setting::Stated(Part::Database) => self.stated.database.expect("it is stated").to_owned(),
            Setting::Stated(Part::Password | Part::RootPassword) => self.password.to_owned(),
            Setting::Literal(text) => text.to_owned(),
        };
        let settings = self.preset.environment(&self.stated);
        settings.into_iter().map(|(name, setting)| (name, value(setting))).collect()
    }

    /// A command as it would run in the container: its environment and nothing else, `first` before `PATH`.
    pub fn inside(&self, words: &[String], first: &Path) -> Command {
        let mut folders = vec![first.to_owned()];
        folders.extend(env::split_paths(&path()));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
            .env("PATH", env::join_paths(folders).expect("folders of PATH"))
            .env("HOME", self.folder.path());
        command
    }

    /// Whether the probe for an image of this tag passes.
    pub fn is_ready(&self, tag: &'static str) -> bool {
        self.is_ready_with(tag, Path::new("/nowhere"))
    }

    /// The same, with programs of `first`.
    pub fn is_ready_with(&self, tag: &'static str, first: &Path) -> bool {
        succeeds(&mut self.inside(&self.preset.probe(&self.setup(tag)), first))
    }

    /// A folder for the server's data, owned by `user`.
    pub fn data(&self, name: &str, user: &str) -> PathBuf {
        let data = self.folder.path().join(name);
        fs::create_dir(&data).expect("a folder");
        if is_root() {
            let id = |flag| said(Command::new("id").args([flag, user])).parse().expect("a number");
            chown(&data, Some(id("-u")), Some(id("-g"))).expect("root may give it away");
            // Only its owner may pass through a temporary folder.
            let open = fs::Permissions::from_mode(0o755);
            fs::set_permissions(self.folder.path(), open).expect("it is ours");
        }
        data
    }
}

/// A program, as `user` where the test is root: some servers refuse to be.
pub fn unprivileged(name: &str, user: &str) -> Option<Command> {
    let path = program(name)?;
    let mut command = if is_root() {
        let mut command = Command::new(program("setpriv")?);
        command.args([format!("--reuid={user}"), format!("--regid={user}"), "--clear-groups".to_owned()]);
        command.arg("--").arg(path);
        command
    } else {
        Command::new(path)
    };
    command.env_clear().env("PATH", crate::support::programs::path()).env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command)
}

/// A folder in which `names` are busybox, as in images built on Alpine.
pub fn alpine(trial: &Trial, names: &[&str]) -> Option<PathBuf> {
    linked(trial, "alpine", "busybox", names)
}

/// A folder in which `names` are `program`.
pub fn linked(trial: &Trial, folder: &str, target: &str, names: &[&str]) -> Option<PathBuf> {
    let target = program(target)?;
    let folder = trial.folder.path().join(folder);
    fs::create_dir_all(&folder).expect("a folder");
    for name in names {
        symlink(&target, folder.join(name)).expect("a link");
    }
    Some(folder)
}

pub fn succeeds(command: &mut Command) -> bool {
    let output = run(command);
    output.status.success()
}

/// What a command that has to succeed printed.
pub fn said(command: &mut Command) -> String {
    let output = run(command);
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Sends a signal such as `-TERM`.
pub fn signal(name: &str, server: &Server) {
    assert!(succeeds(Command::new("kill").args([name, &server.id().to_string()])), "kill {name}");
}

fn run(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn is_root() -> bool {
    said(Command::new("id").arg("-u")) == "0"
}
