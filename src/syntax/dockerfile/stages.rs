//! The stages of a Dockerfile.

use super::{Dockerfile, Instruction, Word};

/// One stage: from its `FROM` to the next one.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// Its `FROM`.
    pub from: &'a Instruction,
    /// The image or stage that it is built upon.
    pub base: Option<&'a Word>,
    /// Its name: what follows `AS`.
    pub name: Option<&'a Word>,
    /// Its instructions, without `FROM`.
    pub instructions: &'a [Instruction],
}

pub(super) fn stages(file: &Dockerfile) -> Vec<Stage<'_>> {
    let mut found = Vec::new();
    let mut rest = file.instructions.as_slice();
    // What stands before the first `FROM` is `ARG`, for all of them.
    while let Some(at) = rest.iter().position(|instruction| instruction.name == "FROM") {
        let after = &rest[at + 1..];
        let end = after.iter().position(|instruction| instruction.name == "FROM").unwrap_or(after.len());
        let from = &rest[at];
        let named = from.words.get(1).is_some_and(|word| word.text.eq_ignore_ascii_case("AS"));
        found.push(Stage {
            from,
            base: from.words.first(),
            name: from.words.get(2).filter(|_| named),
            instructions: &after[..end],
        });
        rest = &after[end..];
    }
    found
}

/// The stage of that name or number, among those before `before`.
pub fn find(stages: &[Stage], name: &str, before: usize) -> Option<usize> {
    let stages = stages.get(..before)?;
    let named =
        stages.iter().rposition(|stage| stage.name.is_some_and(|word| word.text.eq_ignore_ascii_case(name)));
    named.filter(|_| !name.is_empty()).or_else(|| name.parse().ok().filter(|number| *number < before))
}
