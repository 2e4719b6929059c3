//! Exports that may be cut off, and are shipped.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Joined, Script, Word};
use crate::source::Span;
use std::collections::BTreeSet;

rule! {
    /// An image or a dump is shipped though nobody looked whether it was written whole.
    ///
    /// ## What
    /// Reports `docker save`, `docker export` and dumps of databases that are piped without `pipefail`, or redirected where
    /// nothing stops the script when they fail, and whose file is then copied to another machine. A test of the file, or a
    /// condition, is a check.
    ///
    /// ## Why
    /// A pipeline ends as well as its last command does: `gzip` packs what there is and is content. The file that arrives is
    /// short or empty, and that is found out when it is loaded, or when the backup is needed.
    ///
    /// ## Example
    /// ```sh
    /// docker save acme/api:1.4.2 | gzip > api.tar.gz
    /// scp api.tar.gz deploy@203.0.113.10:/tmp/
    /// ```
    ///
    /// ## Fix
    /// Let the script stop where any part of a pipeline fails:
    /// ```sh
    /// set -euo pipefail
    /// docker save acme/api:1.4.2 | gzip > api.tar.gz
    /// gzip -t api.tar.gz
    /// scp api.tar.gz deploy@203.0.113.10:/tmp/
    /// ```
    pub UNCHECKED_EXPORT = Warning "unchecked-export";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for script in &facts.scripts {
        for (at, command) in script.commands.iter().enumerate() {
            let Some(what) = export(command) else { continue };
            if is_checked(command) || asks_for_status(facts, script) {
                continue;
            }
            let piped = !command.pipe.is_last();
            let last = script.pipeline(command).last().unwrap_or(command);
            let Some(file) = written(last) else { continue };
            // Alone, its own failure stops the script.
            let stops = if piped { last.options.errexit && last.options.pipefail } else { command.options.errexit };
            let joined = last.context.before == Some(Joined::And) && !piped;
            if stops || joined || tests(script, at, &file) {
                continue;
            }
            let Some(ship) = shipped(script, at, command, &file) else { continue };
            if !seen.insert(command.span) {
                continue;
            }
            let (label, help) = if piped {
                ("when this fails, the pipeline does not", "Write `set -euo pipefail` at the start of the script")
            } else {
                ("when this fails, the script goes on", "Write `set -e` at the start of the script")
            };
            findings.push(
                Diagnostic::new(
                    &UNCHECKED_EXPORT,
                    format!("`{file}` is shipped even if `{what}` fails and leaves it cut off"),
                )
                .at(command.span, label)
                .at(ship, "shipped here")
                .help(format!("{help}, or test the file before it is shipped")),
            );
        }
    }
}

const DUMPS: &[&str] =
    &["pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "pg_basebackup", "mariabackup", "xtrabackup"];

/// What a command exports to its output, as it is called.
fn export(command: &Command) -> Option<String> {
    let is = |word: &Word, name: &str| word.known().is_some_and(|text| text.rsplit('/').next() == Some(name));
    let dump = command.words.iter().take(16).find_map(|word| DUMPS.iter().find(|name| is(word, name)));
    let runs = matches!(command.program(), Some("docker" | "docker-compose" | "sudo" | "kubectl" | "ssh" | "env" | "nice"));
    if let Some(name) = dump.filter(|name| command.program() == Some(**name) || runs) {
        return Some((*name).to_owned());
    }
    let at = command.words.iter().position(|word| is(word, "docker") || is(word, "podman")).filter(|at| *at < 2)?;
    let words: Vec<&str> = command.words[at + 1..].iter().filter_map(Word::known).filter(|word| !matches!(*word, "image" | "container")).collect();
    let name = words.first().filter(|name| matches!(**name, "save" | "export"))?;
    Some(format!("docker {name}"))
}

/// Whether something looks at its status where it stands.
fn is_checked(command: &Command) -> bool {
    command.context.condition
        || command.context.negated
        || command.context.substitution
        || command.context.uncalled
        || command.context.after == Some(Joined::Or)
        || command.context.before == Some(Joined::Or)
}

fn asks_for_status(facts: &Repository, script: &Script) -> bool {
    facts.sources.get(script.source).text.contains("PIPESTATUS")
}

/// The name of the file that the output of a command ends in.
fn written(command: &Command) -> Option<String> {
    let target = command.redirections.iter().find(|one| {
        matches!(one.operator, ">" | ">>" | "&>") && one.descriptor.is_none_or(|descriptor| descriptor == 1)
    });
    name(&target?.target).filter(|name| name != "null")
}

/// The last part of a path as it is written, so that `"$BACKUP"` is itself again.
fn name(word: &Word) -> Option<String> {
    let text = word.known().unwrap_or(&word.raw).trim_matches(['"', '\'']);
    text.rsplit('/').next().filter(|name| !name.is_empty()).map(ToOwned::to_owned)
}

fn names(word: &Word, file: &str) -> bool {
    name(word).is_some_and(|name| name == file)
}

const TESTS: &[&str] = &["test", "[", "[[", "gzip", "gunzip", "zcat", "tar", "zstd", "xz", "pg_restore", "stat", "du", "wc", "file"];

/// Whether the file is looked at afterwards.
fn tests(script: &Script, at: usize, file: &str) -> bool {
    script.commands[at + 1..].iter().any(|command| {
        command.program().is_some_and(|program| TESTS.contains(&program))
            && command.hosts == script.commands[at].hosts
            && command.redirections.iter().all(|one| !names(&one.target, file))
            && command.arguments().iter().any(|word| names(word, file))
    })
}

/// Where the file is copied to another machine afterwards.
fn shipped(script: &Script, at: usize, export: &Command, file: &str) -> Option<Span> {
    let by_command = script.commands[at + 1..].iter().find(|command| {
        let text = |index: usize| command.words.get(index).and_then(Word::known);
        let ships = match command.program() {
            Some("scp" | "rsync") => command.arguments().iter().any(|word| word.shape().contains(':')),
            Some("aws") => text(1) == Some("s3"),
            Some("rclone") => matches!(text(1), Some("copy" | "copyto" | "move" | "moveto" | "sync")),
            Some("gsutil" | "s3cmd" | "mc" | "sftp") => true,
            _ => false,
        };
        ships
            && command.hosts == export.hosts
            && command.runs_with(export)
            && command.arguments().iter().any(|word| names(word, file))
    });
    by_command.map(|command| command.span).or_else(|| shipped_by_action(script, at, export, file))
}

/// The same, by a step of its own.
fn shipped_by_action(script: &Script, at: usize, export: &Command, file: &str) -> Option<Span> {
    let named = |source: &str| source.split(',').any(|path| path.trim().rsplit('/').next() == Some(file));
    let mut after = script.actions.iter().filter(|action| action.at > at && export.host().is_none());
    let ship = after.find(|action| {
        action.name == "appleboy/scp-action"
            && action.input("source").and_then(Word::known).is_some_and(named)
    })?;
    Some(ship.uses.span)
}
