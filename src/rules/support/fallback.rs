//! Calls that scripts make where another one did not work.

use crate::facts::script::docker::{ComposeCall, Docker, recognise};
use crate::facts::script::{Joined, Script};

/// The call of Compose that was tried right before a command which only runs where that did not work: the first of
/// `docker compose up --wait || docker-compose up`.
pub(in crate::rules) fn tried_first(script: &Script, at: usize) -> Option<ComposeCall> {
    if script.commands[at].context.after != Some(Joined::Or) {
        return None;
    }
    match recognise(script.commands[..at].last()?)?.what {
        Docker::Compose(call) => Some(*call),
        _ => None,
    }
}
