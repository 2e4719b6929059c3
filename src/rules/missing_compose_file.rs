//! Compose files that scripts name and nobody has.

use super::support::Made;
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::model::Repository;
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Command, Directory, Script, Word, renamed};
use crate::source::Span;
use crate::facts::{DEFAULT_NAMES, Kind};
use std::collections::BTreeSet;
use std::path::Path;

rule! {
    /// A script names a Compose file that does not exist.
    ///
    /// ## What
    /// Reports `-f` and `--file` of Compose calls in scripts, Makefiles and workflows that name a file which is not in the
    /// repository, unless a script makes or fetches it, or another repository is checked out. So does `scp` of one file over
    /// the `compose.yaml` of another machine.
    ///
    /// ## Why
    /// The command fails the first time that somebody needs it. A rollback script that nobody had run since a rename named
    /// `docker-compose.prod.yml`, and there was none.
    ///
    /// ## Example
    /// ```sh
    /// docker compose -f docker-compose.prod.yml up -d
    /// ```
    ///
    /// ## Fix
    /// Name the file that there is, or remove the command:
    /// ```sh
    /// docker compose -f docker-compose.production.yml up -d
    /// ```
    pub MISSING_COMPOSE_FILE = Error "missing-compose-file";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let made = Made::of(facts);
    let own = own_addresses(facts);
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for script in &facts.scripts {
        if checks_out_another(script, &own) {
            continue;
        }
        for command in &script.commands {
            let copied = renamed(command).map(|copied| copied.from.clone());
            let files = match recognise(command).map(|call| call.what) {
                Some(Docker::Compose(call)) => call.files,
                Some(Docker::StackDeploy(call)) => call.files,
                _ => Vec::new(),
            };
            for word in files.into_iter().chain(copied) {
                if let Some(name) = missing(facts, &made, script, command, &word)
                    && seen.insert(word.span)
                {
                    report(facts, &name, word.span, findings);
                }
            }
        }
    }
}

fn report(facts: &Repository, name: &str, span: Span, findings: &mut Findings<'_>) {
    let known: Vec<String> = facts.inventory.of(Kind::Compose).map(|entry| entry.path.display().to_string()).collect();
    let help = match nearest(name, known.iter().map(String::as_str)) {
        Some(other) => format!("Did you mean `{other}`? Else remove the command, or commit the file"),
        None => "Name a file that exists, commit this one, or remove the command".to_owned(),
    };
    findings.push(
        Diagnostic::new(&MISSING_COMPOSE_FILE, format!("`{name}` does not exist"))
            .at(span, "no such file in the repository")
            .help(help),
    );
}

/// The name of the file, if it is surely not there.
fn missing(facts: &Repository, made: &Made<'_>, script: &Script, command: &Command, word: &Word) -> Option<String> {
    let name = word.known().filter(|name| !matches!(*name, "-" | ""))?;
    let path = Path::new(name);
    // `COMPOSE_FILE_HERE`: whoever copies the script puts a name in.
    if path.extension().is_none() && name.bytes().all(|byte| !byte.is_ascii_lowercase()) {
        return None;
    }
    let base = path.file_name()?.to_str()?;
    let anywhere = || {
        let read = facts.inventory.files.iter().map(|entry| entry.path.as_path());
        read.chain(facts.inventory.others.iter().map(std::path::PathBuf::as_path))
            .any(|path| path.file_name().and_then(|name| name.to_str()) == Some(base))
    };
    // What git ignores is on somebody's disk, and goes wherever that is copied.
    let ignored = || facts.ignores(Path::new(base));
    let there = match command.path(word) {
        Directory::Inside(path) => {
            let beside = facts.sources.get(script.source).path.parent().unwrap_or(Path::new("")).join(name);
            facts.exists(&path)
                || facts.ignores(&path)
                || facts.in_submodule(&path)
                || command.directory_assumed && (facts.exists(&beside) || anywhere())
        }
        // On another machine it is what was copied there, under its own name as far as can be told.
        Directory::Absolute(_) | Directory::Home(_) => command.host().is_none() || anywhere() || ignored(),
        Directory::Unknown(_) => anywhere() || ignored(),
    };
    (!there && !made.has(path)).then(|| name.to_owned())
}

/// Whether the files may be those of another repository than this one, whose addresses are `own`.
fn checks_out_another(script: &Script, own: &BTreeSet<String>) -> bool {
    script.actions.iter().any(|action| action.name == "actions/checkout" && action.input("repository").is_some())
        || script.commands.iter().any(|command| clones(command) && cloned(command).is_none_or(|(url, _)| !own.contains(&url)))
}

fn clones(command: &Command) -> bool {
    command.program() == Some("git") && command.arguments().iter().any(|word| word.is("clone"))
}

/// What `git clone ADDRESS DIRECTORY` fetches, and where to.
fn cloned(command: &Command) -> Option<(String, Directory)> {
    let [.., from, into] = command.words.as_slice() else { return None };
    let address = from.known().is_some_and(|from| from.contains(':') && from.contains('/'));
    (clones(command) && address).then(|| (from.shape(), command.path(into)))
}

/// The addresses of this very repository: in what is cloned from there, a script finds a Compose file by a name of ours.
fn own_addresses(facts: &Repository) -> BTreeSet<String> {
    let ours = |word: &Word| {
        let name = word.known().filter(|name| !DEFAULT_NAMES.contains(name));
        name.is_some_and(|name| facts.inventory.of(Kind::Compose).any(|entry| entry.path == Path::new(name)))
    };
    let mut own = BTreeSet::new();
    for script in &facts.scripts {
        for (url, directory) in script.commands.iter().filter_map(cloned).filter(|(_, directory)| directory.is_known()) {
            let found = script.commands.iter().filter(|command| command.directory == directory).any(|command| {
                matches!(recognise(command).map(|call| call.what), Some(Docker::Compose(call)) if call.files.iter().any(ours))
            });
            if found {
                own.insert(url);
            }
        }
    }
    own
}
