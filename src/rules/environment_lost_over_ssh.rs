//! Variables that do not travel through `ssh`.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Host, Origin, Script, SourcedFile, Use, Via};
use crate::source::Span;
use std::collections::BTreeSet;

rule! {
    /// A remote command relies on a variable that it does not get.
    ///
    /// ## What
    /// Reports two things in commands that are sent through `ssh`: a variable that is expanded on the far side and set only
    /// on the near one, and a file that is read with `source` before a script which needs its variables, without `export`.
    ///
    /// ## Why
    /// `ssh` passes no variables on, and `source` sets variables of that shell alone: what it starts does not see them. The
    /// command runs with nothing in their place. In one incident the answer was to write the password into the command.
    ///
    /// ## Example
    /// ```sh
    /// ssh deploy@203.0.113.10 "cd /opt/shop && source .env && ./scripts/backup.sh"
    /// ```
    ///
    /// ## Fix
    /// Export what the file sets:
    /// ```sh
    /// ssh deploy@203.0.113.10 "cd /opt/shop && set -a && . ./.env && set +a && ./scripts/backup.sh"
    /// ```
    pub ENVIRONMENT_LOST_OVER_SSH = Warning "environment-lost-over-ssh";
}

/// What every machine sets by itself.
const EVERYWHERE: &[&str] =
    &["HOME", "USER", "LOGNAME", "PATH", "PWD", "OLDPWD", "SHELL", "HOSTNAME", "LANG", "TERM", "UID", "EUID", "RANDOM", "IFS"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for script in &facts.scripts {
        for command in script.commands.iter().filter(|command| !command.context.uncalled) {
            let Some(host) = command.host() else { continue };
            match &command.caller {
                None => left_behind(script, command, host, &mut seen, findings),
                Some(caller) => {
                    if let Some(by) = script.commands.iter().find(|by| by.span == caller.span) {
                        not_exported(facts, command, by, &mut seen, findings);
                    }
                }
            }
        }
    }
}

/// Variables that are expanded there and set here.
fn left_behind(script: &Script, command: &Command, host: &Host, seen: &mut BTreeSet<Span>, findings: &mut Findings<'_>) {
    // A file that is read there may set anything, and so may what `ssh` is told to pass on.
    if !command.sourced.is_empty() || command.hosts.len() > 1 || passes_on(script, host) {
        return;
    }
    for used in command.uses.iter().filter(|used| is_lost(used)) {
        let Some(set) = near(script, command, host, &used.name) else { continue };
        if is_set_there(script, command, &used.name) || !seen.insert(used.span) {
            continue;
        }
        let name = &used.name;
        let help = match host.via {
            Via::Ssh => format!(
                "Give it with the command, `ssh host {name}=\"${name}\" bash -s`, or let the near side expand it: double \
                 quotes, or a heredoc whose end is not quoted"
            ),
            Via::Action => format!("Name it in the action's `envs:` as well: `envs: {name}`"),
        };
        findings.push(
            Diagnostic::new(&ENVIRONMENT_LOST_OVER_SSH, format!("`{name}` is set here, and used on another machine"))
                .at(used.span, "empty there")
                .at(set, "set on this side only")
                .help(help),
        );
    }
}

fn is_lost(used: &Use) -> bool {
    let name = &used.name;
    !used.set
        && !used.guarded
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && !EVERYWHERE.contains(&name.as_str())
        && !["SSH_", "LC_", "XDG_", "BASH"].iter().any(|start| name.starts_with(start))
}

/// Where the near side sets the variable before it calls.
fn near(script: &Script, command: &Command, host: &Host, name: &str) -> Option<Span> {
    let sender = script.commands.iter().find(|sender| sender.hosts.is_empty() && sender.span == host.span);
    let action = script.actions.iter().find(|action| {
        let at = action.uses.span;
        at.source == host.span.source && (at == host.span || host.span.start <= at.start && at.end <= host.span.end)
    });
    let variables = sender.map(|sender| &sender.variables).or(action.map(|action| &action.variables))?;
    let variable = variables.get(name)?;
    let told = !matches!(variable.origin, Origin::File(_)) && variable.span.source == command.span.source;
    told.then_some(variable.span)
}

/// Whether something on the far side sets it in a way that is not followed: `read`, `for`, `eval`.
fn is_set_there(script: &Script, command: &Command, name: &str) -> bool {
    // `echo "NAME=$NAME" >> .env` only says it.
    let says = |other: &Command| matches!(other.program(), Some("echo" | "printf"));
    let there = script.commands.iter().filter(|other| other.hosts == command.hosts && !says(other));
    let set_by_word = there.clone().any(|other| {
        other.words.iter().any(|word| word.is(name) || word.prefix().starts_with(&format!("{name}=")))
            || other.words.iter().any(|word| word.is("eval"))
    });
    let assigned = script
        .assignments
        .iter()
        .any(|one| one.remote && one.name.value == name);
    set_by_word || assigned
}

/// Whether `ssh` is told to pass variables on.
fn passes_on(script: &Script, host: &Host) -> bool {
    let sender = script.commands.iter().find(|sender| sender.span == host.span);
    sender.is_some_and(|sender| {
        sender.words.iter().any(|word| word.shape().contains("SendEnv") || word.shape().contains("SetEnv"))
    })
}

/// Variables that a script needs and whoever called it has read without exporting.
fn not_exported(
    facts: &Repository,
    command: &Command,
    by: &Command,
    seen: &mut BTreeSet<Span>,
    findings: &mut Findings<'_>,
) {
    if !command.sourced.is_empty() {
        return;
    }
    for used in &command.uses {
        // A default is an answer; a check is not.
        let checks = facts.sources.text(used.span).contains('?');
        if used.set || used.guarded && !checks {
            continue;
        }
        let sourced = by.sourced.iter().rev().find(|file| !file.exported && supplies(facts, file, &used.name));
        let Some(sourced) = sourced.filter(|_| by.exported(&used.name).is_none()) else { continue };
        if exports(by, &used.name) || !seen.insert(sourced.span) {
            continue;
        }
        let name = &used.name;
        findings.push(
            Diagnostic::new(
                &ENVIRONMENT_LOST_OVER_SSH,
                format!("`{name}` is read from a file and not exported: the script that needs it does not get it"),
            )
            .at(sourced.span, "set in this shell alone")
            .at(by.span, "started without it")
            .at(used.span, format!("`{name}` is needed here"))
            .help("Write `set -a` before and `set +a` behind it, so that all the file sets is exported"),
        );
    }
}

/// Whether the shell exports it, or everything, between reading the file and starting the script.
fn exports(by: &Command, name: &str) -> bool {
    by.options.allexport || by.variables.get(name).is_some_and(|variable| variable.exported)
}

/// Whether a file that is read there sets a variable: as the file in the repository says, or the example of it.
fn supplies(facts: &Repository, file: &SourcedFile, name: &str) -> bool {
    let Some(written) = file.path.known().and_then(|path| path.rsplit('/').next()) else { return false };
    let named = facts.env_files.iter().filter(|one| {
        let known = one.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        known == written
            || one.example && known.starts_with(written) && known[written.len()..].starts_with('.')
            || file.found.as_ref() == Some(&one.path)
    });
    named.into_iter().any(|one| {
        let exported = facts.sources.get(one.source).text.lines().any(|line| {
            line.trim_start().strip_prefix("export ").is_some_and(|rest| rest.trim_start().starts_with(name))
        });
        one.get(name).is_some() && !exported
    })
}
