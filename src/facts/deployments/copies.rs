//! Files that a script puts where others are read, before it calls Compose.

use crate::facts::script::{Command, Script, Word};

/// A copy or link that a script makes before it calls Compose.
pub(super) struct Copy<'s> {
    pub(super) from: &'s Word,
    pub(super) to: &'s Word,
    pub(super) at: &'s Command,
    /// The command's place in the script.
    pub(super) place: usize,
}

/// `cp A B`, `ln -s A B`, `mv A B` of a script.
pub(super) fn of_script(script: &Script) -> Vec<Copy<'_>> {
    let copying = script
        .commands
        .iter()
        .enumerate()
        .filter(|(_, command)| matches!(command.program(), Some("cp" | "ln" | "mv" | "install")));
    copying
        .filter_map(|(place, at)| {
            let operands: Vec<&Word> =
                at.arguments().iter().filter(|word| !word.prefix().starts_with('-')).collect();
            match operands.as_slice() {
                [from, to] => Some(Copy { from, to, at, place }),
                _ => None,
            }
        })
        .collect()
}
