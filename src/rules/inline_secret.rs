//! Secrets in commands.

use super::support::is_secret;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Script, ScriptKind, Word};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// A secret is written into a script, Makefile or workflow.
    ///
    /// ## What
    /// Reports values of secrets that are written out in commands: `PASSWORD=…` before a command or as its argument, options
    /// such as `--password …`, passwords in URLs, lines of files that a script writes. References to variables and to stores
    /// of secrets are what should stand there. Placeholders, development and tests are left alone.
    ///
    /// ## Why
    /// Whoever can read the repository can use it, and a command line is also seen in `ps`, in the shell's history and in the
    /// log of the job.
    ///
    /// ## Example
    /// ```sh
    /// ssh deploy@203.0.113.10 "DB_PASSWORD=tr0ub4dor-and-3 ./scripts/backup.sh"
    /// ```
    ///
    /// ## Fix
    /// Let the machine that uses it read it from a file of its own, and replace the one that was written:
    /// ```sh
    /// ssh deploy@203.0.113.10 "./scripts/backup.sh --env-file /etc/shop/backup.env"
    /// ```
    pub INLINE_SECRET = Warning "inline-secret";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut found: BTreeMap<Span, String> = BTreeMap::new();
    for script in &facts.scripts {
        if is_trial(facts, script) {
            continue;
        }
        for assigned in &script.assignments {
            add(&assigned.name.value, &assigned.value, &mut found);
        }
        for command in &script.commands {
            in_command(command, &mut found);
        }
    }
    for (span, name) in found {
        let what = if name.is_empty() { "A password".to_owned() } else { format!("The value of `{name}`") };
        findings.push(
            Diagnostic::new(&INLINE_SECRET, format!("{what} is written into a script"))
                .at(span, "whoever reads this can use it")
                .help(
                    "Take it from a variable that the machine or the workflow's secrets supply, and replace the value: it is \
                     in the history of the repository",
                ),
        );
    }
}

/// Whether a script is for trying things: tests and development.
fn is_trial(facts: &Repository, script: &Script) -> bool {
    let path = facts.sources.get(script.source).path.to_string_lossy().to_ascii_lowercase();
    let name = match &script.kind {
        ScriptKind::Target(name) | ScriptKind::Job(name) | ScriptKind::Npm(name) => name.to_ascii_lowercase(),
        ScriptKind::Shell | ScriptKind::Cron => String::new(),
    };
    let tests_beside = script.job.as_ref().is_some_and(|job| !job.services.is_empty());
    let words = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            matches!(
                word,
                "test" | "tests" | "testing" | "e2e" | "ci" | "dev" | "development" | "local" | "lint" | "check" | "checks"
                    | "example" | "examples" | "fixtures" | "demo" | "devcontainer" | "integration" | "smoke"
            )
        })
    };
    tests_beside || words(&path) || words(&name)
}

fn in_command(command: &Command, found: &mut BTreeMap<Span, String>) {
    for (name, value) in &command.assignments {
        add(&name.value, value, found);
    }
    let words = command.arguments();
    for (at, word) in words.iter().enumerate() {
        let Some(text) = literal(word) else { continue };
        if let Some((name, value)) = text.split_once('=') {
            let plain = name.trim_start_matches('-');
            if plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
                && is_written(&plain.replace('-', "_"), value)
            {
                found.entry(word.span).or_insert_with(|| name.to_owned());
            }
        } else if let Some(flag) = text.strip_prefix("--")
            && let Some(value) = words.get(at + 1)
            && literal(value).is_some_and(|value| is_written(&flag.replace('-', "_"), value))
        {
            found.entry(value.span).or_insert_with(|| text.to_owned());
        }
        if in_url(text) {
            found.entry(word.span).or_default();
        }
    }
    let by_flag: Option<&str> = match command.program() {
        Some("sshpass" | "docker") => Some("-p"),
        Some("redis-cli" | "valkey-cli") => Some("-a"),
        _ => None,
    };
    let login = command.program() != Some("docker") || command.words.get(1).is_some_and(|word| word.is("login"));
    if let Some(flag) = by_flag.filter(|_| login)
        && let Some(at) = words.iter().position(|word| word.is(flag))
        && let Some(value) = words.get(at + 1)
        && literal(value).is_some_and(|value| is_written("PASSWORD", value))
    {
        found.entry(value.span).or_default();
    }
    if let Some("mysql" | "mysqldump" | "mariadb" | "mariadb-dump" | "mysqladmin") = command.program() {
        let attached = words.iter().filter(|word| {
            literal(word).and_then(|text| text.strip_prefix("-p")).is_some_and(|value| is_written("PASSWORD", value))
        });
        attached.for_each(|word| {
            found.entry(word.span).or_default();
        });
    }
    in_heredocs(command, found);
}

/// `NAME=value` in the lines of a file that a script writes.
fn in_heredocs(command: &Command, found: &mut BTreeMap<Span, String>) {
    if !matches!(command.program(), Some("cat" | "tee")) {
        return;
    }
    for redirection in command.redirections.iter().filter(|one| one.operator == "<<") {
        let Some(text) = redirection.target.known() else { continue };
        for (name, value) in text.lines().filter_map(|line| line.trim().split_once('=')) {
            if is_written(name.trim_start_matches("export "), value.trim_matches(['"', '\''])) {
                found.entry(redirection.span).or_insert_with(|| name.to_owned());
            }
        }
    }
}

/// The text of a word that is written where it stands, and not taken from elsewhere.
fn literal(word: &Word) -> Option<&str> {
    word.known().filter(|_| !word.raw.contains(['$', '`']))
}

fn add(name: &str, value: &Word, found: &mut BTreeMap<Span, String>) {
    if let Some(text) = literal(value)
        && (is_written(name, text) || in_url(text))
    {
        found.entry(value.span).or_insert_with(|| name.to_owned());
    }
}

/// Whether a value of that name is a secret that somebody uses, and not a word that stands for one.
fn is_written(name: &str, value: &str) -> bool {
    is_secret(name, value) && is_random(value)
}

/// Whether a value looks made to be a secret: long enough, of several kinds of letters, without words that tell of tests.
fn is_random(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let has = |kind: fn(&u8) -> bool| value.bytes().any(|byte| kind(&byte));
    let trial = ["test", "dummy", "fake", "local", "develop", "dev-", "dev_", "demo", "sample", "foo", "build", "password", "secret"];
    value.len() >= 8
        && !value.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '<' | '>' | '*' | '(' | ')'))
        && !value.starts_with(['/', '.', '~', '-', '%', '@'])
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !trial.iter().any(|word| lower.contains(word))
}

/// Whether a URL has a password in it that looks like one.
fn in_url(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, host)) = authority.rsplit_once('@') else { return false };
    let near = host.split(':').next().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1"));
    let Some((_, password)) = user.split_once(':') else { return false };
    !near && is_written("PASSWORD", password)
}
