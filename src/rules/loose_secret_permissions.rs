//! Files of secrets that others may read.

use super::support::is_secret;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Directory, Script, Word};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// A script lets everybody on the machine read a file of secrets.
    ///
    /// ## What
    /// Reports `chmod` and `install -m` that make an env-file, a private key or another file of secrets readable by others, and
    /// secrets that a script writes to a file and copies to a server without ever narrowing who may read it. An env-file of the
    /// repository that holds no secret is left alone.
    ///
    /// ## Why
    /// Every user and every service of that machine, the one that was broken into among them, can then read all passwords of
    /// the deployment.
    ///
    /// ## Example
    /// ```sh
    /// chmod 644 .env.production
    /// ```
    ///
    /// ## Fix
    /// Its owner alone has to read it. Compose reads it as whoever calls Compose:
    /// ```sh
    /// chmod 600 .env.production
    /// ```
    pub LOOSE_SECRET_PERMISSIONS = Warning "loose-secret-permissions";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut found: BTreeMap<Span, (String, String)> = BTreeMap::new();
    for script in &facts.scripts {
        for command in script.commands.iter().filter(|command| !command.context.uncalled) {
            let Some((mode, files)) = opened(command) else { continue };
            for word in files.iter().filter(|word| holds_secrets(facts, command, word)) {
                // What is narrowed again afterwards is narrow.
                if !narrowed(script, word, Some(command.span)) {
                    found.entry(command.span).or_insert((word.raw.clone(), mode.clone()));
                }
            }
        }
        for command in script.own_commands() {
            if let Some((file, span)) = written_and_copied(script, command) {
                findings.push(
                    Diagnostic::new(
                        &LOOSE_SECRET_PERMISSIONS,
                        format!("`{file}` is made readable by everybody, and copied to a server like that"),
                    )
                    .at(command.span, "written under the usual umask: everybody may read it")
                    .at(span, "copied with the same permissions")
                    .help(format!("Run `umask 077` before it is written, or `chmod 600 {file}` before it is copied")),
                );
            }
        }
    }
    for (span, (file, mode)) in found {
        let file = file.trim_matches(['"', '\'']).to_owned();
        findings.push(
            Diagnostic::new(&LOOSE_SECRET_PERMISSIONS, format!("`{file}` holds secrets, and `{mode}` lets everybody read it"))
                .at(span, "readable by every user of the machine")
                .help(format!("Write `chmod 600 {file}`: its owner alone has to read it")),
        );
    }
}

/// The mode and the files of a command that lets others read them.
fn opened(command: &Command) -> Option<(String, Vec<&Word>)> {
    let words = command.arguments();
    match command.program()? {
        "chmod" => {
            let mut operands = words.iter().filter(|word| !is_flag(word));
            let mode = operands.next()?.known()?;
            is_loose(mode).then(|| (mode.to_owned(), operands.collect()))
        }
        "install" => {
            let at = words.iter().position(|word| word.is("-m") || word.prefix().starts_with("--mode="))?;
            let mode = match words[at].known()?.strip_prefix("--mode=") {
                Some(mode) => mode,
                None => words.get(at + 1)?.known()?,
            };
            is_loose(mode).then(|| (mode.to_owned(), words.last().into_iter().collect()))
        }
        _ => None,
    }
}

fn is_flag(word: &Word) -> bool {
    matches!(word.known(), Some("-R" | "-v" | "-c" | "-f" | "--recursive" | "--verbose" | "--quiet" | "--changes" | "--"))
}

/// Whether a mode lets others read: its last digit, or `o+r`, `a+r`, `+r`, `o=r`.
fn is_loose(mode: &str) -> bool {
    if mode.bytes().all(|byte| byte.is_ascii_digit()) {
        return mode.len() >= 3 && mode.bytes().last().is_some_and(|last| (last - b'0') & 4 != 0);
    }
    mode.split(',').any(|part| {
        let Some(at) = part.find(['+', '=']) else { return false };
        let who = &part[..at];
        (who.is_empty() || who.contains(['o', 'a'])) && part[at + 1..].contains('r')
    })
}

/// Whether a path is that of a file of secrets: by its content where the repository has it, else by its name.
fn holds_secrets(facts: &Repository, command: &Command, word: &Word) -> bool {
    let shape = word.shape();
    let name = shape.rsplit('/').next().unwrap_or(&shape).to_ascii_lowercase();
    let is_key = matches!(name.as_str(), "id_rsa" | "id_ed25519" | "id_ecdsa" | ".pgpass" | ".my.cnf" | "acme.json" | ".netrc")
        || (name.ends_with(".pem") || name.ends_with(".key")) && name.contains("key") && !name.contains("pub")
        || name.ends_with(".p12")
        || name.ends_with(".pfx");
    if is_key {
        return true;
    }
    if !is_env_name(&name) {
        return false;
    }
    let here = match command.path(word) {
        Directory::Inside(path) => facts.env_file(&path),
        _ => None,
    };
    let same_name = || {
        let mut named = facts.env_files.iter().filter(|file| {
            let known = file.path.file_name().map(|known| known.to_string_lossy().to_ascii_lowercase());
            known.is_some_and(|known| known == name || file.example && known.starts_with(&name))
        });
        let first = named.next();
        first.filter(|_| named.next().is_none())
    };
    match here.or_else(same_name) {
        Some(file) if file.example => {
            file.entries().any(|entry| crate::syntax::secrets::is_secret_name(&entry.key))
        }
        Some(file) => file
            .entries()
            .any(|entry| entry.value.as_ref().is_some_and(|value| is_secret(&entry.key, &value.text))),
        None => true,
    }
}

fn is_env_name(name: &str) -> bool {
    let example = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
    !example && (name == ".env" || name.starts_with(".env.") || name.ends_with(".env"))
}

/// Whether a command of the script narrows who may read a file of that name, after `after` where that is given.
fn narrowed(script: &Script, file: &Word, after: Option<Span>) -> bool {
    let name = |word: &Word| {
        let shape = word.shape();
        shape.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let from = after.and_then(|span| script.commands.iter().position(|command| command.span == span));
    script.commands.iter().skip(from.map_or(0, |at| at + 1)).any(|command| {
        let words = command.arguments();
        let narrow = |mode: &str| !is_loose(mode) && (mode.ends_with("00") || mode.starts_with("go") || mode.ends_with("40"));
        let modes = words.iter().filter_map(Word::known).any(|word| narrow(word) || word.contains("--chmod"));
        matches!(command.program(), Some("chmod" | "install" | "rsync"))
            && modes
            && (words.iter().any(|word| name(word) == name(file)) || words.iter().any(|word| word.glob))
    })
}

/// A file that a command writes secrets to, and what then copies it to a server.
fn written_and_copied(script: &Script, command: &Command) -> Option<(String, Span)> {
    if !command.hosts.is_empty() {
        return None;
    }
    let target = command.redirections.iter().find(|one| one.operator == ">" || one.operator == ">>")?;
    let name = target.target.known()?.rsplit('/').next()?.to_owned();
    let secret = |word: &Word| {
        word.pieces.iter().any(|piece| match piece {
            crate::facts::script::Piece::Unknown { name, .. } => name.starts_with("secrets."),
            _ => false,
        })
    };
    let bodies = command.redirections.iter().filter(|one| one.operator.starts_with("<<")).map(|one| &one.target);
    if !is_env_name(&name) || !command.arguments().iter().chain(bodies).any(secret) {
        return None;
    }
    let careful = |one: &Command| {
        one.program() == Some("umask") && one.arguments().first().is_some_and(|word| word.shape().ends_with('7'))
    };
    if script.commands.iter().any(careful) || narrowed(script, &target.target, None) {
        return None;
    }
    let copies = |one: &&Command| {
        one.hosts.is_empty()
            && matches!(one.program(), Some("scp" | "rsync"))
            && one.arguments().iter().any(|word| word.known().is_some_and(|word| word.rsplit('/').next() == Some(&name)))
    };
    let copy = script.commands.iter().find(copies)?;
    Some((target.target.known()?.to_owned(), copy.span))
}
