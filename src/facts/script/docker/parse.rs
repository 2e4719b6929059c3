//! The command lines of Docker and Compose.

use super::{ComposeCall, Docker, DockerCall, OtherCall, StackDeploy};
use crate::facts::script::prefix::{self, Prefix};
use crate::facts::script::word::{Piece, Word};
use crate::facts::script::{Command, Variable};
use crate::source::{Span, Spanned};

/// Options of Compose itself that take a value.
const COMPOSE_VALUES: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--env-file",
    "--project-directory",
    "--workdir",
    "--profile",
    "--ansi",
    "--parallel",
    "--progress",
    "-H",
    "--host",
    "-c",
    "--context",
    "--log-level",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
];

/// Options of Compose's subcommands that take a value.
const SUBCOMMAND_VALUES: &[(&str, &[&str])] = &[
    (
        "up",
        &[
            "--scale",
            "-t",
            "--timeout",
            "--wait-timeout",
            "--pull",
            "--exit-code-from",
            "--attach",
            "--no-attach",
        ],
    ),
    ("down", &["-t", "--timeout", "--rmi"]),
    ("stop", &["-t", "--timeout"]),
    ("restart", &["-t", "--timeout"]),
    (
        "run",
        &[
            "-e",
            "--env",
            "-l",
            "--label",
            "-p",
            "--publish",
            "-u",
            "--user",
            "-v",
            "--volume",
            "-w",
            "--workdir",
            "--name",
            "--entrypoint",
            "--cap-add",
            "--cap-drop",
            "--pull",
            "--env-from-file",
        ],
    ),
    ("exec", &["-e", "--env", "-u", "--user", "-w", "--workdir", "--index"]),
    ("logs", &["-n", "--tail", "--since", "--until", "--index"]),
    ("build", &["--build-arg", "-m", "--memory", "--progress", "--ssh", "--builder"]),
    ("pull", &["--policy"]),
    ("ps", &["--filter", "--format", "--status", "--orphans"]),
    ("config", &["--format", "-o", "--output", "--hash"]),
    ("images", &["--format"]),
    ("kill", &["-s", "--signal"]),
    ("create", &["--scale", "--pull"]),
    ("port", &["--index", "--protocol"]),
    ("cp", &["--index"]),
    ("start", &["--wait-timeout"]),
];

/// Subcommands of Compose.
const SUBCOMMANDS: &[&str] = &[
    "attach", "build", "config", "convert", "cp", "create", "down", "events", "exec", "export", "images",
    "kill", "logs", "ls", "pause", "port", "ps", "publish", "pull", "push", "restart", "rm", "run", "scale",
    "start", "stats", "stop", "top", "unpause", "up", "version", "wait", "watch",
];

/// Options of Docker itself that take a value.
const DOCKER_VALUES: &[&str] = &[
    "-H",
    "--host",
    "-c",
    "--context",
    "--config",
    "-l",
    "--log-level",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
];

/// Flags of Docker's subcommands that take no value.
const LONG_FLAGS: &[&str] = &[
    "--rm",
    "--detach",
    "--interactive",
    "--tty",
    "--init",
    "--privileged",
    "--read-only",
    "--publish-all",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--sig-proxy",
    "--disable-content-trust",
    "--quiet",
    "--all",
    "--no-trunc",
    "--force",
    "--no-cache",
    "--push",
    "--load",
    "--squash",
    "--compress",
    "--latest",
    "--size",
    "--volumes",
    "--all-tags",
    "--follow",
    "--timestamps",
    "--details",
    "--no-stream",
    "--password-stdin",
    "--digests",
    "--internal",
    "--attachable",
    "--ingress",
    "--ipv6",
    "--with-registry-auth",
    "--prune",
    "--check",
    "--debug",
];

/// Short flags of each subcommand that take no value.
fn short_flags(subcommand: &str) -> &'static str {
    match subcommand {
        "run" | "create" => "ditPq",
        "exec" => "dit",
        "build" | "load" => "q",
        "push" | "pull" | "images" => "qa",
        "ps" | "ls" => "alqs",
        "inspect" => "s",
        "rm" => "flv",
        "rmi" => "f",
        "logs" => "ft",
        "start" => "ai",
        "save" | "tag" | "login" | "stop" | "restart" | "kill" | "cp" => "L",
        _ => "afq",
    }
}

pub(super) fn call(command: &Command) -> Option<DockerCall> {
    let prefix = prefix::of(&command.words);
    let mut words = command.words[prefix.length..].to_vec();
    // `${COMPOSE:-docker compose}` is mostly what it is by default.
    if let Some(first) = words.first()
        && first.known().is_none()
        && let Some(default) = first.default()
        && matches!(default.as_str(), "docker compose" | "docker-compose" | "docker")
    {
        let made: Vec<Word> = default.split_whitespace().map(|part| replaced(first, part)).collect();
        words.splice(..1, made);
    }
    let name = words.first()?.known()?;
    let name = name.rsplit('/').next().unwrap_or(name);
    let program = words[0].span;
    let end = words.iter().map(|word| word.span.end).max()?;
    let span = Span { end: end.max(program.start), ..program };
    let context = Reading { command, prefix: &prefix };
    let (engine, what) = match name {
        "docker-compose" => {
            let call = compose(&context, span, program, true, &words[1..]);
            (None, Docker::Compose(Box::new(call)))
        }
        "docker" | "podman" | "nerdctl" => docker(&context, span, program, &words[1..])?,
        "podman-compose" => {
            let call = compose(&context, span, program, false, &words[1..]);
            (None, Docker::Compose(Box::new(call)))
        }
        _ => return None,
    };
    let engine =
        engine.or_else(|| context.variable("DOCKER_HOST")).or_else(|| context.variable("DOCKER_CONTEXT"));
    Some(DockerCall { span, prefixes: prefix.programs.clone(), engine, what })
}

fn replaced(word: &Word, text: &str) -> Word {
    let pieces = vec![Piece::Text(text.to_owned())];
    Word::new(pieces, word.raw.clone(), word.span)
}

struct Reading<'a> {
    command: &'a Command,
    prefix: &'a Prefix,
}

impl Reading<'_> {
    /// A variable that the program gets.
    fn variable(&self, name: &str) -> Option<Word> {
        let given = self.prefix.variables.iter().rev().find(|(key, _)| key.value == name);
        let given = given.map(|(_, value)| value.clone());
        given.or_else(|| self.command.exported(name).map(|variable: &Variable| variable.value.clone()))
    }
}

/// An option as written: its name, and its value where that is part of the word.
fn option(word: &Word) -> Option<(String, Option<Word>)> {
    let text = word.prefix();
    if text.len() < 2 || !text.starts_with('-') {
        return None;
    }
    match text.find('=') {
        Some(equals) => Some((text[..equals].to_owned(), Some(word.after(equals + 1)))),
        None => Some((text.to_owned(), None)),
    }
}

fn docker(
    context: &Reading<'_>,
    span: Span,
    program: Span,
    words: &[Word],
) -> Option<(Option<Word>, Docker)> {
    let mut engine = None;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some((name, value)) = option(word) else { break };
        let takes = value.is_none() && DOCKER_VALUES.contains(&name.as_str());
        let value = if takes { words.get(at + 1).cloned() } else { value };
        if matches!(name.as_str(), "-H" | "--host" | "-c" | "--context") {
            engine = value;
        }
        at += if takes { 2 } else { 1 };
    }
    let word = words.get(at)?;
    let rest = &words[at + 1..];
    let subcommand = word.known()?;
    let what = match subcommand {
        "compose" => {
            let program = Span { end: word.span.end.max(program.end), ..program };
            Docker::Compose(Box::new(compose(context, span, program, false, rest)))
        }
        "stack" if rest.first().is_some_and(|word| word.is("deploy") || word.is("up")) => {
            Docker::StackDeploy(stack(span, &rest[1..]))
        }
        "image" | "container" | "buildx" | "builder" => {
            let (at, name) = rest.iter().enumerate().find(|(_, word)| !word.prefix().starts_with('-'))?;
            let name = Spanned::new(name.known()?.to_owned(), name.span);
            Docker::Other(other(span, name, &rest[at + 1..]))
        }
        "network" | "volume" | "system" | "context" | "swarm" | "service" | "stack" | "secret" | "config"
        | "node" | "plugin" | "manifest" => {
            let verb = rest.first().and_then(Word::known).unwrap_or_default();
            let place = rest.first().map_or(word.span, |verb| word.span.to(verb.span));
            let name = Spanned::new(format!("{subcommand} {verb}").trim_end().to_owned(), place);
            Docker::Other(other(span, name, rest.get(1..).unwrap_or_default()))
        }
        _ => Docker::Other(other(span, Spanned::new(subcommand.to_owned(), word.span), rest)),
    };
    Some((engine, what))
}

fn stack(span: Span, words: &[Word]) -> StackDeploy {
    let mut deploy = StackDeploy { span, files: Vec::new(), stack: None };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        match option(word) {
            Some((name, value)) => {
                let takes =
                    matches!(name.as_str(), "-c" | "--compose-file" | "--resolve-image") && value.is_none();
                let value = if takes { words.get(at).cloned() } else { value };
                at += usize::from(takes);
                if matches!(name.as_str(), "-c" | "--compose-file") {
                    deploy.files.extend(value);
                }
            }
            None => deploy.stack = Some(word.clone()),
        }
    }
    deploy
}

fn other(span: Span, subcommand: Spanned<String>, words: &[Word]) -> OtherCall {
    let (mut options, mut operands) = (Vec::new(), Vec::new());
    let name = subcommand.value.as_str();
    let stops = matches!(name, "run" | "create" | "exec");
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let found = option(word).filter(|_| !stops || operands.is_empty());
        let Some((key, value)) = found else {
            operands.push(word.clone());
            continue;
        };
        let key_span = if key.len() < word.span.len() { word.span.slice(0, key.len()) } else { word.span };
        let flag = value.is_some()
            || match key.strip_prefix("--") {
                Some(_) => LONG_FLAGS.contains(&key.as_str()) || (key == "--pull" && name == "build"),
                None => key[1..].chars().all(|letter| short_flags(name).contains(letter)),
            };
        // `-tname` and `-p80:80`: a letter with its value.
        let glued = !key.starts_with("--")
            && !flag
            && key.len() > 2
            && key.get(1..2).is_some_and(|letter| !short_flags(name).contains(letter));
        if glued {
            let name = key.get(..2).unwrap_or(&key).to_owned();
            options.push((Spanned::new(name, word.span), Some(word.after(2))));
            continue;
        }
        let value = if flag { value } else { words.get(at).cloned() };
        at += usize::from(!flag);
        options.push((Spanned::new(key, key_span), value));
    }
    OtherCall { span, subcommand, arguments: words.to_vec(), options, operands }
}

fn compose(context: &Reading<'_>, span: Span, program: Span, v1: bool, words: &[Word]) -> ComposeCall {
    let mut call = ComposeCall {
        span,
        program,
        v1,
        project: None,
        project_variable: context.variable("COMPOSE_PROJECT_NAME"),
        files: Vec::new(),
        files_variable: context.variable("COMPOSE_FILE"),
        env_files: Vec::new(),
        project_directory: None,
        profiles: Vec::new(),
        profiles_variable: context.variable("COMPOSE_PROFILES"),
        subcommand: None,
        uncertain: false,
        arguments: Vec::new(),
        services: Vec::new(),
        command: Vec::new(),
        detach: false,
        wait: false,
        build: false,
        remove_orphans: None,
        volumes: false,
        force_recreate: false,
        no_deps: false,
        scale: Vec::new(),
    };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some((name, value)) = option(word) else {
            match word.known() {
                Some("") => continue,
                Some(known) => {
                    call.subcommand = Some(Spanned::new(known.to_owned(), word.span));
                    break;
                }
                None if word.splits => {
                    call.uncertain = true;
                    // What follows is the subcommand only if it can be one.
                    continue;
                }
                None => {
                    call.uncertain = true;
                    break;
                }
            }
        };
        let (name, value) = match name.get(..2) {
            Some(short @ ("-f" | "-p")) if name.len() > 2 && !name.starts_with("--") => {
                (short.to_owned(), Some(word.after(2)))
            }
            _ => (name, value),
        };
        let takes = value.is_none() && COMPOSE_VALUES.contains(&name.as_str());
        let value = if takes { words.get(at).cloned() } else { value };
        at += usize::from(takes);
        match name.as_str() {
            "-f" | "--file" => call.files.extend(value),
            "-p" | "--project-name" => call.project = value,
            "--env-file" => call.env_files.extend(value),
            "--project-directory" | "--workdir" => call.project_directory = value,
            "--profile" => call.profiles.extend(value),
            _ => {}
        }
    }
    if call.uncertain
        && call
            .subcommand
            .as_ref()
            .is_some_and(|subcommand| !SUBCOMMANDS.contains(&subcommand.value.as_str()))
    {
        call.subcommand = None;
        return call;
    }
    call.arguments = words.get(at..).unwrap_or_default().to_vec();
    arguments(&mut call);
    call
}

/// Whether an unknown word is named like options, or holds such by default.
fn may_be_options(word: &Word) -> bool {
    let named = word.unknown_names().any(|name| {
        let name = name.to_ascii_uppercase();
        ["OPT", "ARG", "FLAG"].iter().any(|part| name.contains(part))
    });
    named || word.default().is_some_and(|text| text.is_empty() || text.starts_with('-'))
}

/// Reads what comes after the subcommand.
fn arguments(call: &mut ComposeCall) {
    let Some(subcommand) = call.subcommand.as_ref().map(|subcommand| subcommand.value.clone()) else {
        return;
    };
    let values =
        SUBCOMMAND_VALUES.iter().find(|(name, _)| *name == subcommand).map_or(&[][..], |(_, values)| values);
    let runs = matches!(subcommand.as_str(), "run" | "exec");
    let words = call.arguments.clone();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        if word.is("--") {
            call.services.extend_from_slice(&words[at..]);
            break;
        }
        let Some((name, value)) = option(word) else {
            // An unknown word that may be an option, or nothing, is no service.
            if word.known().is_none() && may_be_options(word) {
                continue;
            }
            call.services.push(word.clone());
            if runs {
                call.command = words[at..].to_vec();
                break;
            }
            continue;
        };
        let takes = value.is_none() && values.contains(&name.as_str());
        let value = if takes { words.get(at).cloned() } else { value };
        at += usize::from(takes);
        let off = value.as_ref().is_some_and(|value| value.is("false"));
        match name.as_str() {
            _ if off => {}
            "--detach" => call.detach = true,
            "--wait" => call.wait = true,
            "--build" => call.build = true,
            "--remove-orphans" => call.remove_orphans = Some(word.span),
            "--volumes" => call.volumes = true,
            "--force-recreate" => call.force_recreate = true,
            "--no-deps" => call.no_deps = true,
            "--scale" => call.scale.extend(value),
            short if !short.starts_with("--") && !takes => {
                call.detach |= short.contains('d') && matches!(subcommand.as_str(), "up" | "run" | "exec");
                call.volumes |= short.contains('v') && matches!(subcommand.as_str(), "down" | "rm");
            }
            _ => {}
        }
    }
    if subcommand == "scale" {
        call.scale = std::mem::take(&mut call.services);
    }
}
