//! `.gitignore` of the output directory: the values of secrets stay out of the repository.

use super::disk::{self, Found};
use super::{Action, Change, codes};
use crate::diagnostic::Diagnostic;
use crate::emit::Artifact;
use std::path::Path;

const NAME: &str = ".gitignore";

/// The whole file. It is written where there is none, and never changed after that: people add their own lines.
const TEXT: &str = "\
# Written by specc once; add lines as you like. What is secret or belongs to one machine stays out of git.
.env
.specc/
*.specc-new
*.specc-old
";

/// What is to be done about the file.
pub(super) fn plan(out: &Path) -> Result<(Change, Option<Diagnostic>), Diagnostic> {
    let keep = |action, new, old| Change { path: NAME.into(), action, new, old, ours: true };
    let contents = match disk::look(out, NAME)? {
        Found::Nothing => {
            let artifact = Artifact { path: NAME.into(), contents: TEXT.into(), executable: false };
            return Ok((keep(Action::Create, Some(artifact), None), None));
        }
        Found::File { contents, .. } => contents,
        Found::Directory | Found::Other(_) => Vec::new(),
    };
    let text = String::from_utf8_lossy(&contents);
    let ignored = text
        .lines()
        .map(str::trim_end)
        .any(|line| matches!(line, ".env" | "**/.env" | ".env*" | "*.env" | "*"));
    let again = text.lines().any(|line| matches!(line.trim_end(), "!.env" | "!**/.env"));
    let warning = (!ignored || again).then(|| {
        let what = "lets files named `.env`, which hold secrets, be committed";
        disk::fault(&codes::SECRETS_NOT_IGNORED, &out.join(NAME), what).help("add a line `.env` to it")
    });
    Ok((keep(Action::Keep, None, None), warning))
}
