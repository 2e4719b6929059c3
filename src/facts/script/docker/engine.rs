//! The command lines of Docker: its own options, its subcommands and theirs.

use super::compose::compose;
use super::parse::{Reading, option};
use super::{Docker, OtherCall, StackDeploy};
use crate::facts::script::word::Word;
use crate::source::{Span, Spanned};

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

pub(super) fn docker(
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
