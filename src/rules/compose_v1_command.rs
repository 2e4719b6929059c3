//! Calls of the first Compose.

use super::support::tried_first;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::docker::{ComposeCall, Docker, recognise};
use crate::facts::script::{Assignment, Command, Script};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A script calls `docker-compose`, the first Compose.
    ///
    /// ## What
    /// Reports calls of `docker-compose` in scripts, Makefiles and workflows, once for each file. Repositories that bring a
    /// program of that name themselves are left alone, and so are scripts that take it where `docker compose` is not there.
    ///
    /// ## Why
    /// The first Compose ended in 2023. It joins names by `_` where today's joins them by `-`, and it does not know
    /// `name:`: called on the same files it takes the directory's name for the project's, and starts a second set of
    /// containers beside, or over, the first. On new machines the command does not exist.
    ///
    /// ## Example
    /// ```sh
    /// docker-compose -f docker-compose.prod.yml up -d
    /// ```
    ///
    /// ## Fix
    /// ```sh
    /// docker compose -f docker-compose.prod.yml up -d
    /// ```
    pub COMPOSE_V1_COMMAND = Warning "compose-v1-command";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    if facts.scripts.iter().any(installs) {
        return;
    }
    // Each call, and where the name of the program is written.
    let mut calls: BTreeMap<SourceId, BTreeMap<Span, Span>> = BTreeMap::new();
    // Where a script takes whichever of the two there is, the first one is what is left without the second.
    let mut chosen: BTreeSet<Span> = BTreeSet::new();
    let mut choosing: BTreeSet<SourceId> = BTreeSet::new();
    let all = facts.scripts.iter().flat_map(|script| script.commands.iter().enumerate().map(move |at| (script, at)));
    for (script, (at, command)) in all {
        let Some(Docker::Compose(call)) = recognise(command).map(|call| call.what) else { continue };
        match (call.v1, asks_for_version(&call)) {
            // `docker compose … || docker-compose …`
            (true, false) if tried_first(script, at).is_some_and(|first| !first.v1) => {
                chosen.insert(call.program);
            }
            (true, false) => {
                let place = written(facts, script, call.program);
                calls.entry(call.program.source).or_default().insert(call.program, place);
            }
            (false, true) => {
                choosing.insert(call.program.source);
            }
            (false, false) => {
                chosen.insert(call.program);
            }
            (true, true) => {}
        }
    }
    for (source, mut spans) in calls {
        spans.retain(|span, _| !chosen.contains(span));
        // What completes the command's words when somebody types it.
        let completes = facts.sources.get(source).path.components().any(|part| {
            matches!(part.as_os_str().to_str(), Some("completion" | "completions" | "bash_completion.d"))
        });
        if spans.is_empty() || completes || choosing.contains(&source) {
            continue;
        }
        let count = spans.len();
        let places: BTreeSet<Span> = spans.into_values().collect();
        let message = match (count, places.len()) {
            (1, _) => "`docker-compose` is the first Compose, which ended in 2023".to_owned(),
            (2, 1) => "`docker-compose`, the first Compose, which ended in 2023, is named here and called twice".to_owned(),
            (many, 1) => format!("`docker-compose`, the first Compose, which ended in 2023, is named here and called {many} times"),
            (2, _) => "`docker-compose`, the first Compose, which ended in 2023, is called here and once more".to_owned(),
            (many, _) => {
                format!("`docker-compose`, the first Compose, which ended in 2023, is called here and {} more times", many - 1)
            }
        };
        let mut finding = Diagnostic::new(&COMPOSE_V1_COMMAND, message)
            .help("Write `docker compose`: the first one ignores `name:` and names containers otherwise, so it does not find what the second one runs");
        for place in places.into_iter().take(SHOWN) {
            finding = finding.at(place, "");
        }
        if let Some(first) = finding.labels.first_mut() {
            "names containers otherwise, and ignores `name:`".clone_into(&mut first.text);
        }
        findings.push(finding);
    }
}

/// How many calls are shown: one cause is plain by then.
const SHOWN: usize = 6;

/// Where the name of a program is written: where the variable is set, if the call says `$COMPOSE`.
fn written(facts: &Repository, script: &Script, program: Span) -> Span {
    let used = facts.sources.text(program);
    if used.contains("docker-compose") {
        return program;
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let name = used.trim_matches(|letter| !is_name(letter));
    let sets = |set: &&Assignment| {
        set.name.value == name
            && set.value.known().is_some_and(|value| value.contains("docker-compose"))
            && facts.sources.text(set.value.span).contains("docker-compose")
    };
    script.assignments.iter().find(sets).map_or(program, |set| set.value.span)
}

/// Whether a call only finds out whether the program is there.
fn asks_for_version(call: &ComposeCall) -> bool {
    call.is(&["version", "help"]) || call.subcommand.is_none() && !call.uncertain
}

/// Whether a script brings a `docker-compose` of its own: a download, a link, a wrapper, an alias.
fn installs(script: &Script) -> bool {
    let is_target = |text: &str| text.ends_with("/docker-compose") || text == "docker-compose";
    let written = |command: &Command| {
        command.redirections.iter().any(|to| to.operator.starts_with('>') && to.target.known().is_some_and(is_target))
    };
    let placed = |command: &Command| {
        let takes = matches!(command.program(), Some("ln" | "cp" | "mv" | "install" | "curl" | "wget" | "chmod" | "tee"));
        takes && command.arguments().iter().any(|word| is_target(&word.shape()))
    };
    let aliased = |command: &Command| {
        command.program() == Some("alias")
            && command.arguments().iter().any(|word| word.prefix().starts_with("docker-compose="))
    };
    let function = |command: &Command| command.context.function.as_deref() == Some("docker-compose");
    script.commands.iter().any(|command| {
        let program = command.words.iter().find(|word| !word.is("sudo")).and_then(|word| word.known());
        let sudo = program.is_some() && command.program() == Some("sudo");
        written(command) || placed(command) || aliased(command) || function(command) || sudo && placed_by_sudo(command)
    })
}

/// `sudo curl … -o /usr/local/bin/docker-compose`.
fn placed_by_sudo(command: &Command) -> bool {
    let takes = |word: &str| matches!(word, "ln" | "cp" | "mv" | "install" | "curl" | "wget" | "chmod" | "tee");
    command.arguments().iter().any(|word| word.known().is_some_and(takes))
        && command.arguments().iter().any(|word| word.shape().ends_with("/docker-compose"))
}
