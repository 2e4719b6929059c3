//! Both programs, asked what they make of a project.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::programs;

/// What a program says of a project.
pub enum Answer {
    /// Accepted: the model.
    Model(Value),
    /// Refused: the message.
    Refused(String),
    /// Fell over: no opinion.
    Crashed(String),
    /// Neither: what happened.
    Failed(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Model(_) => f.write_str("accepted"),
            Self::Refused(words) => write!(f, "refused: {words}"),
            Self::Crashed(words) => write!(f, "crashed: {words}"),
            Self::Failed(words) => write!(f, "failed: {words}"),
        }
    }
}

/// Docker Compose and specc.
pub struct Programs {
    compose: std::path::PathBuf,
}

impl Programs {
    /// `None` if the test must be skipped.
    pub fn find() -> Option<Self> {
        Some(Self { compose: programs::compose_alone()? })
    }

    /// What Compose says, run in `directory` with these arguments.
    pub fn compose(&self, directory: &Path, args: &[String]) -> Answer {
        let mut command = clean(Command::new(&self.compose), directory);
        command.args(args).args(["config", "--format", "json"]);
        let output = command.output().expect("docker-compose runs");
        let said = String::from_utf8_lossy(&output.stderr);
        // The second is a model that it cannot print, though it took the files.
        let fell = |line: &&str| line.starts_with("panic:") || line.contains("error calling MarshalJSON");
        if let Some(words) = said.lines().find(fell) {
            return Answer::Crashed(words.to_owned());
        }
        if !output.status.success() {
            return Answer::Refused(last_lines(&output.stderr));
        }
        match serde_json::from_slice(&output.stdout) {
            Ok(model) => Answer::Model(model),
            Err(error) => Answer::Failed(format!("prints no JSON: {error}")),
        }
    }

    /// What `specc config` says, run in `directory` with these arguments.
    #[allow(clippy::unused_self, reason = "the two are asked in the same way")]
    pub fn specc(&self, directory: &Path, args: &[String]) -> Answer {
        let mut command = clean(Command::new(env!("CARGO_BIN_EXE_specc")), directory);
        let output = command.arg("config").args(args).output().expect("specc runs");
        match output.status.code() {
            Some(0) => match serde_json::from_slice(&output.stdout) {
                Ok(model) => Answer::Model(model),
                Err(error) => Answer::Failed(format!("prints no JSON: {error}")),
            },
            Some(1) => Answer::Refused(last_lines(&output.stderr)),
            _ => Answer::Failed(format!("{}: {}", output.status, last_lines(&output.stderr))),
        }
    }
}

/// The command in a directory, and in an environment that holds nothing of the developer's shell.
fn clean(mut command: Command, directory: &Path) -> Command {
    command.env_clear().env("PATH", programs::path()).stdin(Stdio::null()).current_dir(directory);
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    command
}

/// The end of what a program said; enough to see why.
fn last_lines(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains("level=warning")).collect();
    lines[lines.len().saturating_sub(12)..].join("\n           ")
}
