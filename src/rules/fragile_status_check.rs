//! Decisions by what `docker ps` prints for people.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Command, Script};
use crate::source::Span;
use std::collections::BTreeSet;

rule! {
    /// A script decides by the text that `docker ps` prints for people.
    ///
    /// ## What
    /// Reports `docker ps` or `docker compose ps` whose table goes through `grep`, `awk` and the like. With `--format`, `-q`
    /// or `--status` it is meant for programs, and fine; so is `docker inspect`, and a table that is only cut or indented for
    /// somebody who reads it.
    ///
    /// ## Why
    /// The table changes between versions ("running" became "Up 5 seconds"), it cuts long names, and `grep shop` also finds
    /// `shop-staging`. One deploy was rolled back on every run because `grep running` no longer matched.
    ///
    /// ## Example
    /// ```sh
    /// docker compose ps api | grep running
    /// ```
    ///
    /// ## Fix
    /// Ask for the very thing, or let Compose wait for it:
    /// ```sh
    /// docker compose ps --status running --services | grep -qx api
    /// docker compose up -d --wait api
    /// ```
    pub FRAGILE_STATUS_CHECK = Warning "fragile-status-check";
}

/// Flags that make the output one for programs.
const EXACT: &[&str] = &["--format", "-q", "--quiet", "--status", "--services", "--filter", "-f"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for script in &facts.scripts {
        for command in script.commands.iter().filter(|command| command.pipe.length > 1) {
            let Some((listed, compose)) = lists(command) else { continue };
            let Some(reader) = reader(script, command) else { continue };
            if !seen.insert(listed) {
                continue;
            }
            let help = if compose {
                "Ask for what you want to know: `docker compose ps --status running --services`; or let Compose wait: \
                 `docker compose up -d --wait`"
            } else {
                "Ask for what you want to know: `docker inspect -f '{{.State.Status}}' NAME`, or `docker ps` with \
                 `--filter` and `--format`"
            };
            findings.push(
                Diagnostic::new(&FRAGILE_STATUS_CHECK, "the script decides by a table that is printed for people")
                    .at(reader.span, "looks for words in it")
                    .at(listed, "its words and columns change between versions")
                    .help(help),
            );
        }
    }
}

/// The listing that a command is, and whether it is Compose's.
fn lists(command: &Command) -> Option<(Span, bool)> {
    let call = recognise(command)?;
    let exact = |words: &[crate::facts::script::Word]| {
        words.iter().any(|word| {
            let text = word.prefix();
            EXACT.iter().any(|flag| text == *flag || text.starts_with(&format!("{flag}=")))
                || text.starts_with('-') && !text.starts_with("--") && text.contains('q')
        })
    };
    match call.what {
        Docker::Compose(compose) if compose.is(&["ps"]) && !exact(&compose.arguments) => Some((compose.span, true)),
        Docker::Other(other)
            if matches!(other.subcommand.value.as_str(), "ps" | "ls" | "container ls")
                && !command.words.iter().any(|word| word.is("buildx") || word.is("image"))
                && !exact(&other.arguments) =>
        {
            Some((other.span, false))
        }
        _ => None,
    }
}

/// What looks for words in what a command prints.
fn reader<'s>(script: &'s Script, command: &'s Command) -> Option<&'s Command> {
    script
        .pipeline(command)
        .filter(|other| other.pipe.index > command.pipe.index)
        .find(|other| match other.program() {
            Some("grep" | "egrep" | "fgrep" | "rg") => true,
            // These always succeed: where nothing takes what they print, they print it for somebody.
            Some("awk" | "sed" | "cut") => {
                let last = other.pipe.index + 1 == other.pipe.length;
                !last || other.context.substitution || other.redirections.iter().any(|to| to.operator.starts_with('>'))
            }
            _ => false,
        })
}
