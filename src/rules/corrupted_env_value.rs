//! Values that two readers of one env-file understand differently.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::docker::{Docker, recognise};
use crate::source::Span;
use crate::syntax::dotenv::{Quote, Text};
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

rule! {
    /// A value means different things to the programs that read its file.
    ///
    /// ## What
    /// Three things read env-files, and each in its own way: Compose (`.env`, `env_file:`, `--env-file`), `docker run
    /// --env-file` (with `format: raw` and Swarm stacks), and a shell (`source`). Where a repository has two of them read one
    /// file, reports the values that do not come out the same: quotes, `$`, ` #`, blanks, ends of lines of Windows.
    ///
    /// ## Why
    /// `docker run` takes quotes as a part of the password; a shell runs the second word of a value as a command. One of the
    /// two programs then has a wrong password, and the file looks right.
    ///
    /// ## Example
    /// ```sh
    /// # .env, which Compose reads as well: a shell runs `Shop`
    /// SHOP_NAME=Corner Shop
    /// ```
    ///
    /// ## Fix
    /// Compose and shells agree on single quotes; all three agree on values without quotes, blanks, `$` and `#`:
    /// ```sh
    /// SHOP_NAME='Corner Shop'
    /// ```
    pub CORRUPTED_ENV_VALUE = Warning "corrupted-env-value";
}

/// Who reads an env-file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Dialect {
    Compose,
    Raw,
    Shell,
}

impl Dialect {
    fn name(self) -> &'static str {
        match self {
            Self::Compose => "Compose",
            Self::Raw => "`docker run --env-file`",
            Self::Shell => "a shell",
        }
    }
}

/// Who reads one file.
type Readers = BTreeMap<Dialect, Span>;

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let readers = readers(facts);
    for file in facts.env_files.iter().filter(|file| !file.example) {
        let Some(readers) = readers.get(&file.path).filter(|readers| readers.len() > 1) else {
            continue;
        };
        let text = &facts.sources.get(file.source).text;
        if let Some(shell) = readers.get(&Dialect::Shell)
            && let Some(end) = text.find("\r\n")
        {
            findings.push(
                Diagnostic::new(
                    &CORRUPTED_ENV_VALUE,
                    format!("A shell keeps the carriage returns of `{}` at the ends of its values", file.path.display()),
                )
                .at(Span::new(file.source, end, end), "lines end here as on Windows")
                .at(*shell, "a shell reads it here")
                .help("Save the file with the line ends of Unix, and keep them: `*.env text eol=lf` in `.gitattributes`"),
            );
        }
        for entry in file.entries() {
            let Some(value) = &entry.value else { continue };
            let Some((differs, reason)) = difference(text, value, readers) else { continue };
            let mut finding = Diagnostic::new(
                &CORRUPTED_ENV_VALUE,
                format!("`{}` is not the same to everybody who reads `{}`: {reason}", entry.key, file.path.display()),
            )
            .at(value.span, "read in two ways");
            for (dialect, span) in readers.iter().filter(|(dialect, _)| **dialect != differs).take(1) {
                finding = finding.at(*span, format!("{} reads it here", dialect.name()));
            }
            if let Some(span) = readers.get(&differs) {
                finding = finding.at(*span, format!("{} reads it here", differs.name()));
            }
            let help = if readers.contains_key(&Dialect::Raw) {
                "Use a value without quotes, blanks, `$` and `#`: all readers agree on letters, digits and `_./:@%+,-`"
            } else {
                "Write the value in single quotes: Compose and shells take what is in them as it is"
            };
            findings.push(finding.help(help));
        }
    }
}

/// Who reads each env-file, each with the first place that says so.
fn readers(facts: &Repository) -> HashMap<PathBuf, Readers> {
    let mut found: HashMap<PathBuf, Readers> = HashMap::default();
    let mut reads = |path: &Path, dialect, span| {
        found.entry(path.to_owned()).or_default().entry(dialect).or_insert(span);
    };
    for deployment in &facts.deployments {
        for used in &deployment.env_files {
            let path = used.replaced_by.as_ref().map_or(&used.path, |(path, _)| path);
            let dialect = if used.raw || deployment.swarm { Dialect::Raw } else { Dialect::Compose };
            let first = deployment.files.first().map(|source| Span::new(*source, 0, 0));
            if let Some(span) = used.span.or(first) {
                reads(path, dialect, span);
            }
        }
    }
    for command in facts.scripts.iter().flat_map(|script| &script.commands) {
        for sourced in command.sourced.iter() {
            if let Some(path) = &sourced.found {
                reads(path, Dialect::Shell, sourced.span);
            }
        }
        let Some(Docker::Other(call)) = recognise(command).map(|call| call.what) else { continue };
        if matches!(call.subcommand.value.as_str(), "run" | "create") {
            for word in call.values(&["--env-file"]) {
                if let Some(path) = command.path(word).inside() {
                    reads(path, Dialect::Raw, word.span);
                }
            }
        }
    }
    found
}

/// The reader to whom the value is another one than to the rest, and why.
fn difference(text: &str, value: &Text, readers: &Readers) -> Option<(Dialect, &'static str)> {
    let written = text.get(value.span.start as usize..value.span.end as usize)?;
    let line = text.get(value.span.start as usize..)?.split('\n').next().unwrap_or_default();
    let has = |dialect| readers.contains_key(&dialect);
    if has(Dialect::Shell)
        && let Some(reason) = shell(written, value.quote)
    {
        return Some((Dialect::Shell, reason));
    }
    // What follows holds for the reader that takes lines as they are, beside any of the others.
    has(Dialect::Raw).then(|| raw(written, line, value.quote))?.map(|reason| (Dialect::Raw, reason))
}

/// Why a shell reads something else than what is meant.
fn shell(written: &str, quote: Quote) -> Option<&'static str> {
    match quote {
        Quote::Single => None,
        _ if written.contains('`') || written.contains("$(") => Some("a shell runs the command in it"),
        _ if written.contains("$$") => Some("a shell puts its process number in the place of `$$`"),
        Quote::Double => ["\\n", "\\t", "\\r"]
            .iter()
            .any(|escape| written.contains(escape))
            .then_some("a shell leaves `\\n` and its like as they are"),
        Quote::None if written.trim().contains([' ', '\t']) => {
            Some("a shell runs what follows the blank as a command")
        }
        Quote::None if written.contains([';', '&', '|', '<', '>', '(', ')']) => {
            Some("a shell ends the value at a character that is special to it")
        }
        Quote::None => written
            .contains(['"', '\'', '\\'])
            .then_some("a shell takes quotes and backslashes out of it"),
    }
}

/// Why `docker run --env-file` reads something else.
fn raw(written: &str, line: &str, quote: Quote) -> Option<&'static str> {
    if quote != Quote::None {
        return Some("`docker run --env-file` keeps the quotes");
    }
    let rest = line.get(written.len()..).unwrap_or_default();
    if rest.contains(" #") {
        return Some("`docker run --env-file` keeps the comment behind it");
    }
    let refers = written.match_indices('$').any(|(at, _)| {
        written[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '$'))
    });
    refers.then_some("`docker run --env-file` does not replace `$…`")
}
