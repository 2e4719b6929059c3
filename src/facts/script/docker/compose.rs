//! The command lines of Compose, after its name.

use super::ComposeCall;
use super::parse::{Reading, option};
use crate::facts::script::word::Word;
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

pub(super) fn compose(
    context: &Reading<'_>,
    span: Span,
    program: Span,
    v1: bool,
    words: &[Word],
) -> ComposeCall {
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
