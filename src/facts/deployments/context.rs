//! What all calls are looked at with: the files that there are, the variables that Compose files use.

use super::calls::Call;
use super::domain::Holes;
use crate::facts::compose::Loader;
use crate::facts::script::{Command, Directory, Word, renamed};
use crate::source::shown;
use crate::workspace::discover::{DEFAULT_NAMES, Kind};
use crate::workspace::{Files, Inventory, clean};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What all calls are looked at with.
pub(super) struct Context<'a> {
    /// Every file of the repository, with `/` between names.
    pub(super) paths: &'a BTreeSet<String>,
    /// The env-files that are no examples.
    pub(super) env_files: Vec<PathBuf>,
    /// Names of variables that stand in Compose files after a `$`.
    pub(super) variables: BTreeSet<String>,
    /// Compose files that others include or extend: no deployments by themselves.
    pub(super) included: BTreeSet<PathBuf>,
    /// Evaluates projects.
    pub(super) loader: Loader,
    /// What variables stand for in paths.
    pub(super) holes: Holes,
    /// Directories with a Compose file.
    directories: BTreeSet<PathBuf>,
}

impl<'a> Context<'a> {
    pub(super) fn new(files: &mut Files, inventory: &Inventory, paths: &'a BTreeSet<String>) -> Self {
        let compose: Vec<&Path> = inventory.of(Kind::Compose).map(|entry| entry.path.as_path()).collect();
        let mut context = Self {
            paths,
            env_files: inventory.of(Kind::EnvFile).map(|entry| entry.path.clone()).collect(),
            variables: BTreeSet::new(),
            included: BTreeSet::new(),
            loader: Loader::new(),
            holes: Holes::default(),
            directories: compose
                .iter()
                .map(|path| path.parent().unwrap_or(Path::new("")).to_path_buf())
                .collect(),
        };
        for path in compose {
            let Ok(source) = files.read(path) else { continue };
            let text = files.sources().get(source).text.clone();
            context.variables.extend(variables(&text).map(str::to_owned));
            let directory = path.parent().unwrap_or(Path::new(""));
            context.included.extend(
                mentioned(&text).map(|other| clean(&directory.join(other))).filter(|other| other != path),
            );
        }
        context
    }

    /// The directory of the repository in which a call runs, if it can be told. On another machine it is a copy of one.
    pub(super) fn directory(&self, call: &Call<'_>, files: &[PathBuf]) -> Option<PathBuf> {
        let fits = |directory: &Path| match files.iter().find(|path| path.is_relative()) {
            Some(path) => self.has(&clean(&directory.join(path))),
            None => DEFAULT_NAMES.iter().any(|name| self.has(&directory.join(name))),
        };
        match &call.at.directory {
            Directory::Inside(directory) if !call.at.directory_assumed || fits(directory) => {
                Some(directory.clone())
            }
            // Nothing says where the script is started: then where it stands, if that makes sense.
            Directory::Inside(_) => {
                let script = call.path.parent().unwrap_or(Path::new(""));
                Some(
                    script
                        .ancestors()
                        .find(|directory| fits(directory))
                        .unwrap_or(Path::new(""))
                        .to_path_buf(),
                )
            }
            Directory::Absolute(path) | Directory::Home(path) => self.copy_of(path, fits),
            Directory::Unknown(_) => fits(Path::new("")).then(PathBuf::new),
        }
    }

    /// What is unpacked at `path` on another machine: the directory of the same name, else the root, else the only directory
    /// that makes sense.
    fn copy_of(&self, path: &Path, fits: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        let mut names: Vec<_> = path.components().map(std::path::Component::as_os_str).collect();
        while !names.is_empty() {
            let tail: PathBuf = names.iter().collect();
            if tail.is_relative() && self.directories.contains(&tail) && fits(&tail) {
                return Some(tail);
            }
            names.remove(0);
        }
        if fits(Path::new("")) {
            return Some(PathBuf::new());
        }
        let mut fitting = self.directories.iter().filter(|directory| fits(directory));
        let only = fitting.next()?;
        fitting.next().is_none().then(|| only.clone())
    }

    /// A path that a call names, as a path relative to its directory: `/opt/shop/compose.yaml` is `compose.yaml` of what was
    /// copied to `/opt/shop`, and a path of the checkout's root is written from there.
    pub(super) fn local(&self, directory: &Path, path: &Path) -> PathBuf {
        let Ok(below) = path.strip_prefix("/") else { return path.to_path_buf() };
        let up: PathBuf = directory.components().map(|_| "..").collect();
        let mut names: Vec<_> = below.components().collect();
        while !names.is_empty() {
            let tail: PathBuf = names.iter().collect();
            if self.has(&clean(&directory.join(&tail))) {
                return tail;
            }
            if self.has(&tail) {
                return up.join(tail);
            }
            names.remove(0);
        }
        path.to_path_buf()
    }

    /// The file of the repository that a word of a command means, where the call that follows runs in `directory`.
    pub(super) fn at(&self, command: &Command, directory: &Path, word: &Word) -> Option<PathBuf> {
        match command.path(word) {
            Directory::Inside(path) if !command.directory_assumed || self.has(&path) => Some(path),
            Directory::Unknown(_) => None,
            _ => {
                let text = Path::new(word.known()?);
                Some(clean(&directory.join(self.local(directory, text))))
            }
        }
    }

    /// The file of the checkout that a call without files reads on another machine, if the same script put one there under a
    /// name that Compose looks for. `Err` where that is no file of the repository.
    pub(super) fn read_instead(&self, call: &Call<'_>) -> Option<Result<PathBuf, ()>> {
        call.at.host()?;
        if let Some(path) = self.moved_here(call) {
            return Some(Ok(path));
        }
        let before = call.of.commands[..call.command].iter().rev();
        let copied = before
            .filter(|command| command.runs_with(call.at))
            .filter_map(|command| Some((command, renamed(command)?)))
            .find(|(_, copied)| copied.into.is_known() && copied.into == call.at.directory);
        let (command, copied) = copied?;
        let local = self.at(command, Path::new(""), copied.from).filter(|path| self.has(path));
        // Under its own name it is what Compose finds here, too, with all that stands beside it.
        let same = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            DEFAULT_NAMES.contains(&name) && self.directory(call, &[]).as_deref() == path.parent()
        };
        if local.as_ref().is_some_and(same) { None } else { Some(local.ok_or(())) }
    }

    /// The file of the checkout that was given a name that Compose looks for, on the machine and in the directory of the call:
    /// `mv compose.staging.yaml compose.yaml`. Where the checkout has a file of that name, it is read in the other's place.
    fn moved_here(&self, call: &Call<'_>) -> Option<PathBuf> {
        let directory = self.directory(call, &[])?;
        call.copies().into_iter().rev().find_map(|copy| {
            let to = copy.at.path(copy.to);
            let name =
                DEFAULT_NAMES.iter().find(|name| to.is_known() && to == call.at.directory.join(name))?;
            let from = self.at(copy.at, &directory, copy.from)?;
            (!self.has(&directory.join(name)) && self.has(&from)).then_some(from)
        })
    }

    fn has(&self, path: &Path) -> bool {
        self.paths.contains(&shown(path))
    }
}

/// The names after each `$` of a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

/// The YAML files that a Compose file names as `include` and `extends` do. That a volume or config is among them does no
/// harm: it is no Compose file.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    // Most files name none, which is seen at once.
    let any = text.contains(".yml") || text.contains(".yaml");
    text.lines().filter(move |_| any).filter_map(|line| {
        let line = line.trim_start();
        let value = ["- path:", "path:", "file:", "- "]
            .iter()
            .find_map(|key| line.strip_prefix(key))
            .or_else(|| {
                let (_, inside) = line.split_once('{')?;
                let (_, value) = inside.split_once("file:").or_else(|| inside.split_once("path:"))?;
                value.split([',', '}']).next()
            })?;
        let value = value.trim().trim_matches(['"', '\'']);
        matches!(value.rsplit_once('.'), Some((_, "yml" | "yaml"))).then_some(value)
    })
}
