//! Compose files that a script writes on another machine: what is started there is no file of the checkout.

use super::calls::Call;
use crate::facts::script::{Command, Directory, Script};
use crate::source::Sources;
use crate::workspace::discover::DEFAULT_NAMES;
use std::path::PathBuf;

/// The commands of a script that write a file over there whose text stands in the script: `ssh host "cat > app/compose.yaml"
/// << EOF`.
pub(super) fn spelled_out(sources: &Sources, script: &Script) -> Vec<usize> {
    let commands = script.commands.iter().enumerate();
    let there = commands.filter(|(_, command)| command.host().is_some());
    there.filter(|(_, command)| is_spelled_out(sources, script, command)).map(|(at, _)| at).collect()
}

/// Whether one of these commands has written the file that a call reads.
pub(super) fn over(call: &Call<'_>, files: &[PathBuf]) -> bool {
    let Some(host) = call.at.host().filter(|_| call.at.directory.is_known()) else { return false };
    let named: Vec<&str> = match files.first() {
        Some(first) => first.to_str().into_iter().collect(),
        None => DEFAULT_NAMES.to_vec(),
    };
    let read: Vec<_> = named.into_iter().map(|name| call.at.directory.join(name)).collect();
    let before =
        call.spelled_out.iter().take_while(|at| **at < call.command).map(|at| &call.of.commands[*at]);
    before.filter(|command| command.runs_with(call.at)).any(|command| {
        let same_host = command.host().is_some_and(|other| other.target.raw == host.target.raw);
        same_host && targets(command).iter().any(|path| path.is_known() && read.contains(path))
    })
}

/// The files that a command writes anew.
fn targets(command: &Command) -> Vec<Directory> {
    let written = command.redirections.iter().filter(|to| to.operator == ">");
    written.map(|to| command.path(&to.target)).collect()
}

/// Whether a line of the script writes the file that a command does, with a heredoc. What is sent to the machine by a function
/// of the script's stands elsewhere than the command.
fn is_spelled_out(sources: &Sources, script: &Script, command: &Command) -> bool {
    let named = targets(command).into_iter().find_map(|path| match path {
        Directory::Absolute(path) | Directory::Home(path) | Directory::Inside(path) => {
            Some(path.file_name()?.to_str()?.to_owned())
        }
        Directory::Unknown(_) => None,
    });
    let Some(name) = named.filter(|name| name != "null") else { return false };
    let mut lines = sources.get(script.source).text.lines();
    lines.any(|line| line.contains("<<") && line.contains('>') && line.contains(&name))
}
