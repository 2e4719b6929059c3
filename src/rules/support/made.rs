//! Files that scripts make, fetch or unpack: they need not be in the repository.

use crate::facts::model::Repository;
use crate::facts::script::{Command, Word};
use std::path::Path;

/// Whether some script makes a file of this name: writes to it, copies or links to it, downloads it.
pub(in crate::rules) fn is_made(facts: &Repository, path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    facts.scripts.iter().flat_map(|script| &script.commands).any(|command| makes(command, name, path))
        || facts.scripts.iter().flat_map(|script| &script.actions).any(|action| {
            // Actions that write files take their path as an input.
            action.inputs.iter().any(|(key, word)| {
                matches!(
                    key.value.as_str(),
                    "file_name" | "path" | "file" | "filename" | "dest" | "destination"
                ) && word.shape().ends_with(name)
            })
        })
}

fn makes(command: &Command, name: &str, path: &Path) -> bool {
    let is_it = |word: &Word| {
        let shape = word.shape();
        shape.rsplit('/').next() == Some(name)
    };
    let written = command.redirections.iter().any(|to| to.operator.contains('>') && is_it(&to.target));
    let within = |word: &Word| {
        // `git clone … lib` makes everything below `lib`; `mkdir -p data` a directory.
        let shape = word.shape();
        let shape = shape.trim_end_matches('/').trim_start_matches("./");
        !shape.is_empty() && path.starts_with(shape)
    };
    let words = || command.words.iter().skip_while(|word| word.is("sudo"));
    let program =
        words().next().and_then(|word| word.known()).map(|name| name.rsplit('/').next().unwrap_or(name));
    let arguments = || words().skip(1);
    written
        || match program {
            Some("cp" | "mv" | "ln" | "install" | "scp" | "rsync") => arguments().last().is_some_and(is_it),
            Some(
                "tee" | "touch" | "curl" | "wget" | "openssl" | "sops" | "age" | "gpg" | "envsubst"
                | "mkcert",
            ) => arguments().any(is_it),
            Some("git") => arguments().any(|word| word.is("clone")) && arguments().last().is_some_and(within),
            Some("mkdir") => arguments().any(within),
            _ => false,
        }
}
