//! The calls of Docker and Compose among commands: what stands before them, and which of the two is meant.

use super::compose::compose;
use super::engine::docker;
use super::{Docker, DockerCall};
use crate::facts::script::prefix::{self, Prefix};
use crate::facts::script::word::{Piece, Word};
use crate::facts::script::{Command, Variable};
use crate::source::Span;

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

/// A command whose line is read.
pub(super) struct Reading<'a> {
    command: &'a Command,
    prefix: &'a Prefix,
}

impl Reading<'_> {
    /// A variable that the program gets.
    pub(super) fn variable(&self, name: &str) -> Option<Word> {
        let given = self.prefix.variables.iter().rev().find(|(key, _)| key.value == name);
        let given = given.map(|(_, value)| value.clone());
        given.or_else(|| self.command.exported(name).map(|variable: &Variable| variable.value.clone()))
    }
}

/// An option as written: its name, and its value where that is part of the word.
pub(super) fn option(word: &Word) -> Option<(String, Option<Word>)> {
    let text = word.prefix();
    if text.len() < 2 || !text.starts_with('-') {
        return None;
    }
    match text.find('=') {
        Some(equals) => Some((text[..equals].to_owned(), Some(word.after(equals + 1)))),
        None => Some((text.to_owned(), None)),
    }
}
