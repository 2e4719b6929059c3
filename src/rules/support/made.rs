//! Files that scripts make, fetch or unpack: they need not be in the repository.

use crate::facts::HOLE;
use crate::facts::env::EnvFile;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Word};
use foldhash::HashSet;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// What the scripts of a repository make: looked for once, when the first file is asked for.
pub(in crate::rules) struct Made<'f> {
    facts: &'f Repository,
    all: OnceCell<All>,
}

#[derive(Default)]
struct All {
    /// Names of files that are written, copied, linked or downloaded.
    names: HashSet<String>,
    /// The same, of names of which a part is not known: `.env.$STAGE`.
    shapes: HashSet<String>,
    /// Directories that are cloned or made, with all that is in them.
    directories: HashSet<PathBuf>,
    /// What actions that write files are given as a path.
    inputs: Vec<String>,
}

impl<'f> Made<'f> {
    /// What the scripts of this repository make.
    pub(in crate::rules) fn of(facts: &'f Repository) -> Self {
        Self { facts, all: OnceCell::new() }
    }

    /// Whether some script makes a file of this name: writes to it, copies or links to it, downloads it.
    pub(in crate::rules) fn has(&self, path: &Path) -> bool {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
        let all = self.all.get_or_init(|| All::of(self.facts));
        all.names.contains(name)
            || all.shapes.iter().any(|shape| fits(shape, name))
            || path.ancestors().any(|above| all.directories.contains(above))
            || all.inputs.iter().any(|input| input.ends_with(name))
    }
}

/// Whether a name is what is known of another one, with something for each part that is not.
fn fits(shape: &str, name: &str) -> bool {
    let mut parts = shape.split(HOLE);
    let Some(mut rest) = parts.next().and_then(|start| name.strip_prefix(start)) else { return false };
    let mut last = "";
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = part;
    }
    name.ends_with(last)
}

impl All {
    fn of(facts: &Repository) -> Self {
        let mut all = Self::default();
        for script in &facts.scripts {
            for command in &script.commands {
                all.add(command);
            }
            for (key, word) in script.actions.iter().flat_map(|action| &action.inputs) {
                if matches!(
                    key.value.as_str(),
                    "file_name" | "path" | "file" | "filename" | "dest" | "destination"
                ) {
                    all.inputs.push(word.shape());
                }
            }
        }
        all
    }

    fn add(&mut self, command: &Command) {
        for to in command.redirections.iter().filter(|to| to.operator.contains('>')) {
            self.file(&to.target);
        }
        let mut words = command.words.iter().skip_while(|word| word.is("sudo"));
        let program = words.next().and_then(|word| word.known());
        match program.map(|name| name.rsplit('/').next().unwrap_or(name)) {
            Some("cp" | "mv" | "ln" | "install" | "scp" | "rsync") => {
                words.last().into_iter().for_each(|word| self.file(word));
            }
            Some(
                "tee" | "touch" | "curl" | "wget" | "openssl" | "sops" | "age" | "gpg" | "envsubst"
                | "mkcert",
            ) => words.for_each(|word| self.file(word)),
            // `git clone … lib` makes everything below `lib`.
            Some("git") if words.clone().any(|word| word.is("clone")) => {
                words.last().into_iter().for_each(|word| self.directory(word));
            }
            Some("mkdir") => words.for_each(|word| self.directory(word)),
            _ => {}
        }
    }

    fn file(&mut self, word: &Word) {
        let shape = word.shape();
        let name = shape.rsplit('/').next().unwrap_or(&shape);
        let known = name.bytes().filter(u8::is_ascii_alphanumeric).count();
        if !name.contains(HOLE) {
            self.names.insert(name.to_owned());
        } else if known > 2 {
            self.shapes.insert(name.to_owned());
        }
    }

    fn directory(&mut self, word: &Word) {
        let shape = word.shape();
        let shape = shape.trim_end_matches('/').trim_start_matches("./");
        if !shape.is_empty() {
            self.directories.insert(PathBuf::from(shape));
        }
    }
}

/// The examples that show what belongs in an env-file: `api.env.example` of `api.env`, `.env.example` beside any `.env.*`.
pub(in crate::rules) fn examples_of<'f>(
    facts: &'f Repository,
    path: &'f Path,
) -> impl Iterator<Item = &'f EnvFile> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.trim_start_matches('.').trim_end_matches(".env");
    let beside = path.parent().into_iter().flat_map(|directory| facts.env_files_in(directory));
    beside.filter(|file| file.example).filter(move |file| {
        let example = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(".env") || !stem.is_empty() && example.contains(stem)
    })
}
