//! Fixed pauses where health should be waited for.

use super::support::{has_probe, tried_first};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Condition, Deployment, Repository, Stage};
use crate::facts::script::docker::{ComposeCall, Docker, recognise};
use crate::facts::script::{Command, Script, ScriptKind};
use crate::source::Span;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A script sleeps after `up`, and goes on whatever happened.
    ///
    /// ## What
    /// Reports a fixed `sleep` between `docker compose up -d` and the commands that rely on it, unless `up` has `--wait`, a
    /// loop that asks for the state comes before the pause or after it, or the pause is about something else: it follows a
    /// program that was started in the background, or one that already asks the services for something. What only builds, or
    /// runs a service that itself waits until the others are healthy, does not rely on it. A script that says `local` or
    /// `dev` in its name, and starts nothing that is deployed, is left alone.
    ///
    /// ## Why
    /// Ten seconds are too many on most days and too few on the one that counts: the next step then runs against a service
    /// that is not there yet, or a deploy is called good that never came up.
    ///
    /// ## Example
    /// ```sh
    /// docker compose up -d
    /// sleep 10
    /// docker compose exec api ./migrate
    /// ```
    ///
    /// ## Fix
    /// Give the service a `healthcheck` and let Compose wait for it:
    /// ```sh
    /// docker compose up -d --wait --wait-timeout 120
    /// docker compose exec api ./migrate
    /// ```
    pub SLEEP_INSTEAD_OF_WAIT = Warning "sleep-instead-of-wait";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let probed = probed(facts);
    for script in &facts.scripts {
        let functions: LazyCell<BTreeSet<&str>, _> =
            LazyCell::new(|| script.commands.iter().filter_map(|command| command.context.function.as_deref()).collect());
        for (at, command) in script.commands.iter().enumerate() {
            if command.program() != Some("sleep") || command.context.in_loop || command.context.background {
                continue;
            }
            let Some(up) = started(script, at) else { continue };
            if is_for_work(facts, script, up) || !goes_on(facts, script, at) || asked_elsewhere(script, &functions, at) || !seen.insert(command.span) {
                continue;
            }
            let pause = command.arguments().first().and_then(|word| word.known()).map_or_else(
                || "A fixed pause".to_owned(),
                |time| match time.parse::<f64>() {
                    Ok(seconds) if (seconds - 1.0).abs() < f64::EPSILON => "A pause of one second".to_owned(),
                    Ok(seconds) => format!("A pause of {seconds} seconds"),
                    Err(_) => format!("A pause of {time}"),
                },
            );
            findings.push(
                Diagnostic::new(&SLEEP_INSTEAD_OF_WAIT, format!("{pause} stands for waiting until the services are up"))
                    .at(command.span, "waits a fixed time, whether they are up sooner or later")
                    .at(up, "started here, without waiting")
                    .help(format!(
                        "{} `up -d --wait --wait-timeout 120` in place of the pause: it ends as soon as they are \
                         healthy, and fails when they are not",
                        match probed.get(&up) {
                            Some((true, _)) => "Write",
                            Some((false, true)) => "Give a `healthcheck` to the services that have none, and write",
                            _ => "Give the services a `healthcheck`, and write",
                        }
                    )),
            );
        }
    }
}

/// Of each call, whether all of what it starts has a probe, and whether any of it has.
fn probed(facts: &Repository) -> BTreeMap<Span, (bool, bool)> {
    let mut found: BTreeMap<Span, (bool, bool)> = BTreeMap::new();
    for deployment in &facts.deployments {
        for call in &deployment.invocations {
            let Some(Docker::Compose(up)) = facts.command(call).and_then(recognise).map(|call| call.what) else {
                continue;
            };
            let meant = deployment.services.values().filter(|service| {
                up.services.is_empty() || up.services.iter().any(|word| word.known().is_none_or(|name| name == service.name))
            });
            let entry = found.entry(up.span).or_insert((true, false));
            for service in meant {
                let has = has_probe(service) == Some(true);
                *entry = (entry.0 && has, entry.1 || has);
            }
        }
    }
    found
}

/// The `up -d` before a pause that nothing waits for.
fn started(script: &Script, at: usize) -> Option<Span> {
    let pause = &script.commands[at];
    let before = script.commands[..at].iter().enumerate().rev();
    let mut nearest = true;
    for (at, command) in before.filter(|(_, command)| command.hosts == pause.hosts && command.runs_with(pause)) {
        // What was asked for again and again is up, wherever that is written.
        if probes_again(command) && command.context.uncalled == pause.context.uncalled {
            return None;
        }
        if command.context.function != pause.context.function || is_talk(command) {
            continue;
        }
        // `server &`, its number, and a pause: that is about the server. A pause after what asks the services for something
        // already is about that.
        if nearest && (command.context.background || asks_once(command)) {
            return None;
        }
        nearest = false;
        match recognise(command).map(|call| call.what) {
            // `up --wait || up`: what waits was tried first.
            Some(Docker::Compose(up))
                if up.is(&["up"]) && tried_first(script, at).is_some_and(|first| first.is(&["up"]) && first.wait) =>
            {
                return None;
            }
            Some(Docker::Compose(up)) if up.is(&["up", "start", "restart"]) => {
                return (!up.wait && (up.detach || !up.is(&["up"]))).then_some(up.span);
            }
            _ => {}
        }
    }
    None
}

/// Whether a command does no more than say something, or keep it for later.
fn is_talk(command: &Command) -> bool {
    const TALK: &[&str] = &["echo", "printf", "cd", "true", ":", "test", "[", "[[", "date", "cat", "tput"];
    !command.context.background
        && (command.context.substitution || command.program().is_none_or(|program| TALK.contains(&program)))
}

/// Whether a command asks a service for something, or runs a program that does.
fn asks_once(command: &Command) -> bool {
    const CLIENTS: &[&str] = &[
        "curl", "wget", "psql", "mysql", "redis-cli", "mongosh", "npm", "npx", "yarn", "pnpm", "node", "python", "python3",
        "pytest",
    ];
    command.program().is_some_and(|program| CLIENTS.contains(&program))
}

fn is_docker(command: &Command) -> bool {
    matches!(command.program(), Some("docker" | "docker-compose" | "podman" | "podman-compose"))
}

/// Whether a script is there for whoever works on the application: it says so in its name, and starts nothing that is
/// deployed.
fn is_for_work(facts: &Repository, script: &Script, up: Span) -> bool {
    let file = facts.sources.get(script.source).path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let name = match &script.kind {
        ScriptKind::Target(name) | ScriptKind::Npm(name) | ScriptKind::Job(name) => name.as_str(),
        ScriptKind::Shell | ScriptKind::Cron => "",
    };
    let mut words = [file, name].into_iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    let starts = |deployment: &&Deployment| {
        deployment.invocations.iter().filter_map(|call| recognise(facts.command(call)?)).any(
            |call| matches!(call.what, Docker::Compose(compose) if compose.span == up),
        )
    };
    !file.contains("deploy") && words.any(|word| ["local", "dev", "development"].iter().any(|said| word.eq_ignore_ascii_case(said)))
        && !facts.deployments.iter().filter(starts).any(|deployment| deployment.stage == Stage::Deployed)
}

/// Whether a call of Compose does not need what was started before it: it builds, or runs what waits for the others itself.
fn needs_nothing(facts: &Repository, call: &ComposeCall) -> bool {
    let waits = |name: &str| {
        let mut services = facts.deployments.iter().filter_map(|deployment| deployment.service(name)).peekable();
        services.peek().is_some()
            && services.all(|service| {
                !service.depends_on.is_empty()
                    && service.depends_on.iter().all(|dependency| dependency.condition != Condition::Started)
            })
    };
    call.is(&["build", "pull"])
        || call.is(&["run"]) && call.services.first().and_then(|word| word.known()).is_some_and(waits)
}

/// Whether what follows relies on the pause: something follows, and nothing of it asks again and again.
fn goes_on(facts: &Repository, script: &Script, at: usize) -> bool {
    let pause = &script.commands[at];
    let mut relies = false;
    for command in script.commands[at + 1..].iter().filter(|command| together(command, pause)) {
        if command.context.in_loop && asks(command) || waits(command) {
            return false;
        }
        // A second `up` is another start.
        if matches!(recognise(command).map(|call| call.what), Some(Docker::Compose(call)) if call.is(&["up", "down"])) {
            break;
        }
        if matches!(recognise(command).map(|call| call.what), Some(Docker::Compose(call)) if needs_nothing(facts, &call)) {
            continue;
        }
        relies |= !matches!(command.program(), None | Some("echo" | "printf" | "exit" | "true" | ":" | "cd" | "sleep"));
    }
    relies
}

/// Whether a function that the script calls later asks again and again, and nothing before relies on the services.
fn asked_elsewhere(script: &Script, functions: &BTreeSet<&str>, at: usize) -> bool {
    let pause = &script.commands[at];
    let later = script.commands[at + 1..].iter();
    for command in later.filter(|command| command.hosts == pause.hosts && command.runs_with(pause)) {
        if command.context.uncalled && !pause.context.uncalled {
            return false;
        }
        if probes_again(command) {
            return true;
        }
        let starts = matches!(recognise(command).map(|call| call.what), Some(Docker::Compose(call)) if call.is(&["up"]));
        let own = command.program().is_some_and(|name| functions.contains(name));
        let harmless = own || matches!(
            command.program(),
            None | Some("echo" | "printf" | "true" | ":" | "cd" | "sleep" | "local" | "return" | "test" | "[" | "[[" | "cat" | "date" | "command")
        );
        if !starts && !harmless {
            return false;
        }
    }
    false
}

/// Whether a command asks a service for its state, or the engine for that, until it is there.
fn probes_again(command: &Command) -> bool {
    if waits(command) {
        return true;
    }
    let about_state = || command.words.iter().any(|word| ["inspect", "exec", "ps"].iter().any(|name| word.is(name)));
    let tests = matches!(command.program(), Some("test" | "[" | "[["));
    command.context.in_loop && !tests && asks(command) && (!is_docker(command) || about_state())
}

/// Whether a command waits by itself: it was made for that, or tries again and again.
fn waits(command: &Command) -> bool {
    const WAITING: &[&str] = &["wait-for-it", "wait-for-it.sh", "wait-for", "wait-on", "wait4x", "dockerize"];
    let retries = |name: &str| matches!(name, "curl") && command.words.iter().any(|word| word.prefix().starts_with("--retry"));
    programs(command).any(|name| WAITING.contains(&name) || retries(name))
}

fn together(one: &Command, other: &Command) -> bool {
    one.hosts == other.hosts && one.runs_with(other) && one.context.function == other.context.function
}

/// Whether a command in a loop asks for a state.
fn asks(command: &Command) -> bool {
    programs(command).any(|name| {
        matches!(
            name,
            "curl" | "wget" | "nc" | "docker" | "docker-compose" | "pg_isready" | "mysqladmin" | "redis-cli" | "test" | "[" | "[["
        )
    })
}

/// The program of a command, and what it starts in its place: `timeout 10 curl …`, `npx wait-on …`.
fn programs(command: &Command) -> impl Iterator<Item = &str> {
    const STARTING: &[&str] = &["timeout", "sudo", "env", "nice", "exec", "time", "npx", "bash", "sh", "retry"];
    let program = command.program();
    let starts = program.is_some_and(|name| STARTING.contains(&name));
    let started = command.arguments().iter().filter(move |_| starts).filter_map(|word| word.known());
    program.into_iter().chain(started.map(|name| name.rsplit('/').next().unwrap_or(name)))
}
