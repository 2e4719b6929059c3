//! Which files hold commands, and in what form.

use crate::source::SourceId;
use std::path::{Path, PathBuf};

/// A file that holds commands, or that scripts source.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to the repository's root, normalised.
    pub path: PathBuf,
    /// Its text.
    pub source: SourceId,
    /// Its form.
    pub kind: FileKind,
}

/// The form in which a file holds commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A shell script.
    Shell,
    /// A Makefile.
    Makefile,
    /// A justfile.
    Justfile,
    /// A GitHub workflow or composite action.
    Github,
    /// GitLab CI.
    Gitlab,
    /// A crontab; each line of one below `/etc/cron.d` names a user.
    Crontab,
    /// `package.json`.
    Package,
    /// Variables that scripts source: no commands of its own.
    Env,
}

/// The form in which a file holds commands, by its path and text; none if it holds none. Env-files are not told.
pub fn kind_of(path: &Path, text: &str) -> Option<FileKind> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let below = |wanted: &str| path.components().any(|part| part.as_os_str() == wanted);
    match name.as_str() {
        "makefile" | "gnumakefile" => return Some(FileKind::Makefile),
        "justfile" | ".justfile" => return Some(FileKind::Justfile),
        "package.json" => return Some(FileKind::Package),
        "action.yml" | "action.yaml" if below(".github") => return Some(FileKind::Github),
        _ => {}
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "sh" | "bash" | "zsh" | "ksh" => return Some(FileKind::Shell),
        "mk" => return Some(FileKind::Makefile),
        "just" => return Some(FileKind::Justfile),
        "cron" | "crontab" => return Some(FileKind::Crontab),
        "yml" | "yaml" if below(".github") && below("workflows") => return Some(FileKind::Github),
        "yml" | "yaml"
            if name.starts_with(".gitlab-ci") || name.contains(".gitlab-ci.") || below(".gitlab") =>
        {
            return Some(FileKind::Gitlab);
        }
        _ => {}
    }
    if extension.is_empty() && (below("cron.d") || name == "crontab") {
        return Some(FileKind::Crontab);
    }
    let first = text.lines().next()?;
    let program = first.strip_prefix("#!")?.split_whitespace().find(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        name != "env" && !name.starts_with('-')
    })?;
    let shell = program.rsplit('/').next().unwrap_or(program);
    matches!(shell, "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash").then_some(FileKind::Shell)
}
