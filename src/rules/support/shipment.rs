//! What scripts send to other machines, and where it lands: `tar`, `scp`, `rsync`, and the action that copies.

use crate::facts::script::{Action, Command, Directory, Script, Word};
use crate::source::Span;
use std::path::{Path, PathBuf};

/// Files that one command names to be sent.
#[derive(Debug)]
pub(in crate::rules) struct Shipment {
    /// The command.
    pub(in crate::rules) span: Span,
    /// What is sent.
    pub(in crate::rules) sent: Vec<Sent>,
}

/// A file or directory that is sent.
#[derive(Debug)]
pub(in crate::rules) struct Sent {
    /// Its path in the repository.
    pub(in crate::rules) local: PathBuf,
    /// A directory of the repository …
    pub(in crate::rules) from: PathBuf,
    /// … and the one of the other machine that stands for it.
    pub(in crate::rules) to: Directory,
}

impl Sent {
    /// Whether `path` of the repository is sent with it, or a part of `path` is.
    pub(in crate::rules) fn touches(&self, path: &Path) -> bool {
        path.starts_with(&self.local) || self.local.starts_with(path)
    }

    /// Whether a path of the other machine is made by it.
    pub(in crate::rules) fn makes(&self, there: &Directory) -> bool {
        let name = self.local.strip_prefix(&self.from).unwrap_or(&self.local);
        below(there, &self.to).is_some_and(|rest| rest.starts_with(name) || name.starts_with(&rest))
    }

    /// The file of the repository that would stand at a path of the other machine, had it been sent.
    pub(in crate::rules) fn meant_by(&self, there: &Directory) -> Option<PathBuf> {
        below(there, &self.to).map(|rest| self.from.join(rest))
    }
}

/// `path` relative to `base`, where both are known.
fn below(path: &Directory, base: &Directory) -> Option<PathBuf> {
    let ((Directory::Absolute(path), Directory::Absolute(base))
    | (Directory::Home(path), Directory::Home(base))) = (path, base)
    else {
        return None;
    };
    path.strip_prefix(base).ok().map(Path::to_owned)
}

/// What a script sends; none when a part of that cannot be known.
pub(in crate::rules) fn shipments(script: &Script) -> Option<Vec<Shipment>> {
    let mut found = Vec::new();
    let here = || script.commands.iter().filter(|command| command.hosts.is_empty());
    let copies: Vec<(&Command, Copy)> =
        here().filter_map(|command| Some((command, copy(command)?))).collect();
    let archives: Vec<(&Command, Archive)> =
        here().filter_map(|command| Some((command, archive(command)?))).collect();
    let packed = |path: &Path| archives.iter().any(|(_, archive)| archive.file.as_deref() == Some(path));
    for (command, copy) in &copies {
        let mut sent = Vec::new();
        for source in copy.sources.as_ref()? {
            match command.path(source) {
                Directory::Inside(path) if packed(&path) => {}
                Directory::Inside(path) => sent.extend(landing(source, path, copy)),
                // From elsewhere on the machine that sends: nothing of the repository.
                Directory::Absolute(_) | Directory::Home(_) => {}
                Directory::Unknown(_) => return None,
            }
        }
        found.push(Shipment { span: command.span, sent });
    }
    for action in &script.actions {
        found.extend(by_action(action, &packed)?);
    }
    for (command, archive) in &archives {
        let through_ssh = script.pipeline(command).any(|other| other.program() == Some("ssh"));
        let is_sent = |copy: &Copy, by: &Command| {
            copy.sources.iter().flatten().any(|source| by.path(source).inside() == archive.file.as_deref())
        };
        let by_action = || {
            script.actions.iter().filter(|action| action.name == SCP_ACTION).any(|action| {
                let source = action.input("source").map(Word::shape).unwrap_or_default();
                source.split(',').any(|path| archive.file.as_deref() == Some(Path::new(path.trim())))
            })
        };
        let sent = match &archive.file {
            Some(_) => copies.iter().any(|(by, copy)| is_sent(copy, by)) || by_action(),
            None => through_ssh,
        };
        if !sent {
            continue;
        }
        let to = unpacked(script, archive.file.as_deref());
        let mut paths = Vec::new();
        for (base, word) in archive.paths.as_ref()? {
            let from = base.inside()?.to_owned();
            let local = base.join_pieces(&word.pieces).inside()?.to_owned();
            let local = if word.glob { until_glob(&local) } else { local };
            paths.push(Sent { local, from, to: to.clone() });
        }
        found.push(Shipment { span: command.span, sent: paths });
    }
    Some(found)
}

/// The directory before the first name with a pattern in it.
fn until_glob(path: &Path) -> PathBuf {
    path.iter().take_while(|name| !name.to_string_lossy().contains(['*', '?', '[', '{'])).collect()
}

/// The ways in which a copied path may land: `scp -r deploy host:/opt/x` makes `/opt/x/deploy`, or `/opt/x` where that was
/// not there.
fn landing(source: &Word, local: PathBuf, copy: &Copy) -> Vec<Sent> {
    let local = if source.glob { until_glob(&local) } else { local };
    let contents = source.glob || source.known().is_some_and(|text| text.ends_with(['/', '.']));
    let parent = local.parent().unwrap_or(Path::new("")).to_owned();
    let to = copy.to.clone();
    if copy.relative {
        return vec![Sent { local, from: PathBuf::new(), to }];
    }
    let inside = Sent { local: local.clone(), from: local.clone(), to: to.clone() };
    let beside = Sent { local, from: parent, to };
    if contents && copy.rsync || source.glob {
        return vec![inside];
    }
    // Several paths, or a slash at the end, need a directory; a file has nothing below it.
    if copy.into_directory || copy.rsync || inside.local.extension().is_some() {
        return vec![beside];
    }
    vec![beside, inside]
}

/// A call of `scp` or `rsync` that sends.
struct Copy {
    /// What is sent, if that is named in the call.
    sources: Option<Vec<Word>>,
    to: Directory,
    rsync: bool,
    relative: bool,
    /// Whether the target is a directory for sure.
    into_directory: bool,
}

const SCP_VALUES: &str = "cDFiJlOoPSX";
const RSYNC_VALUES: &[&str] = &[
    "-e",
    "--rsh",
    "-f",
    "--filter",
    "--exclude",
    "--include",
    "--exclude-from",
    "--include-from",
    "--chmod",
    "--chown",
    "--port",
    "--password-file",
    "--rsync-path",
    "--timeout",
    "--bwlimit",
    "--out-format",
    "--log-file",
    "-T",
    "-B",
    "-M",
];

fn copy(command: &Command) -> Option<Copy> {
    let at = command.words.iter().position(|word| {
        matches!(word.known().map(|name| name.rsplit('/').next().unwrap_or(name)), Some("scp" | "rsync"))
    })?;
    // `sshpass -p … scp`, `sudo rsync`: nothing but words that start it stand before.
    if at > 4 {
        return None;
    }
    let rsync = command.words[at].known().is_some_and(|name| name.ends_with("rsync"));
    let mut operands = Vec::new();
    let mut words = command.words[at + 1..].iter();
    let (mut relative, mut listed) = (false, false);
    while let Some(word) = words.next() {
        let text = word.prefix();
        if !text.starts_with('-') || text == "-" {
            operands.push(word.clone());
            continue;
        }
        listed |= text.starts_with("--files-from");
        relative |= rsync && (text == "--relative" || !text.starts_with("--") && text.contains('R'));
        let takes_value = if rsync {
            RSYNC_VALUES.contains(&text) || !text.starts_with("--") && text.len() > 1 && text.ends_with('e')
        } else {
            text.chars().last().is_some_and(|last| SCP_VALUES.contains(last)) && text.len() == 2
        };
        if takes_value {
            words.next();
        }
    }
    let target = operands.pop()?;
    let (host, path) = remote_path(&target)?;
    (!host.is_empty() && !operands.iter().any(|source| remote_path(source).is_some())).then(|| {
        let into_directory = operands.len() > 1 || path.shape().ends_with('/') || path.pieces.is_empty();
        let whole = operands.iter().all(|source| !source.splits);
        Copy {
            sources: (whole && !listed && !operands.is_empty()).then_some(operands),
            to: Directory::Home(PathBuf::new()).join_pieces(&path.pieces),
            rsync,
            relative,
            into_directory,
        }
    })
}

/// The host and the path of `user@host:path`.
fn remote_path(word: &Word) -> Option<(String, Word)> {
    let shape = word.shape();
    let colon = shape.find(':')?;
    if shape[..colon].contains('/') {
        return None;
    }
    // Bytes of known text before the colon: what is unknown there is left out with it.
    let mut pieces = Vec::new();
    let mut passed = false;
    for piece in &word.pieces {
        match piece {
            crate::facts::script::Piece::Text(text) if !passed => {
                if let Some(at) = text.find(':') {
                    passed = true;
                    if at + 1 < text.len() {
                        pieces.push(crate::facts::script::Piece::Text(text[at + 1..].to_owned()));
                    }
                }
            }
            piece if passed => pieces.push(piece.clone()),
            _ => {}
        }
    }
    Some((shape[..colon].to_owned(), Word::new(pieces, word.raw.clone(), word.span)))
}

/// A call of `tar` that packs.
struct Archive {
    /// The archive in the checkout; none where it is written to the pipe.
    file: Option<PathBuf>,
    /// What is packed, each with the directory that it is packed from; none when that is listed elsewhere.
    paths: Option<Vec<(Directory, Word)>>,
}

fn archive(command: &Command) -> Option<Archive> {
    if command.program() != Some("tar") {
        return None;
    }
    let (mut creates, mut listed) = (false, false);
    let mut file = None;
    let mut base = command.directory.clone();
    let mut paths = Vec::new();
    let mut words = command.arguments().iter().enumerate();
    while let Some((at, word)) = words.next() {
        let text = word.prefix();
        let cluster = match text.strip_prefix('-') {
            Some(rest) if rest.starts_with('-') => {
                creates |= text == "--create";
                listed |= text.starts_with("--files-from");
                if text == "--directory" {
                    base = base.join_pieces(&words.next()?.1.pieces);
                } else if text == "--file" {
                    file = words.next().map(|(_, word)| word.clone());
                } else if text.starts_with("--file=") {
                    file = Some(word.after("--file=".len()));
                } else if matches!(text, "--exclude" | "--transform" | "--owner" | "--group" | "--mode") {
                    words.next();
                }
                continue;
            }
            Some(rest) => rest,
            None if at == 0 => text,
            None => {
                paths.push((base.clone(), word.clone()));
                continue;
            }
        };
        for letter in cluster.chars() {
            match letter {
                'c' => creates = true,
                'f' => file = words.next().map(|(_, word)| word.clone()),
                'C' => base = base.join_pieces(&words.next()?.1.pieces),
                'T' => listed = true,
                'X' | 'b' => {
                    words.next();
                }
                _ => {}
            }
        }
    }
    let to_pipe = file.as_ref().is_none_or(|file| file.is("-"));
    let whole = !listed && paths.iter().all(|(_, word)| !word.splits) && !paths.is_empty();
    let place = match (&file, to_pipe) {
        (Some(file), false) => Some(match command.path(file) {
            Directory::Inside(path) | Directory::Absolute(path) | Directory::Home(path) => path,
            Directory::Unknown(_) => return None,
        }),
        _ => None,
    };
    creates.then_some(Archive { file: place, paths: whole.then_some(paths) })
}

/// Where an archive is unpacked on the other machine.
fn unpacked(script: &Script, file: Option<&Path>) -> Directory {
    let unknown = || Directory::Unknown("nothing says where it is unpacked".into());
    let name = file.and_then(Path::file_name);
    let there = script.commands.iter().filter(|command| !command.hosts.is_empty());
    for command in there.filter(|command| command.program() == Some("tar")) {
        let words = command.arguments();
        let unpacks = words.first().is_some_and(|word| word.prefix().contains('x'));
        let named = words.iter().any(|word| Path::new(&word.shape()).file_name() == name);
        if unpacks && (named || name.is_none()) {
            let option = words.iter().position(|word| {
                let text = word.prefix();
                text == "--directory"
                    || text.starts_with('-') && !text.starts_with("--") && text.ends_with('C')
            });
            return match option.and_then(|at| words.get(at + 1)) {
                Some(directory) => command.path(directory),
                None => command.directory.clone(),
            };
        }
    }
    unknown()
}

/// The action that copies through `scp`.
const SCP_ACTION: &str = "appleboy/scp-action";

/// What an action sends; an error (none) when it sends something that is not known.
#[allow(clippy::option_option)] // sends nothing, sends something unknown, sends this
fn by_action(action: &Action, packed: &impl Fn(&Path) -> bool) -> Option<Option<Shipment>> {
    if action.name != SCP_ACTION {
        let name = action.name.to_ascii_lowercase();
        let sends =
            ["scp", "rsync", "ftp", "ssh-deploy", "deploy-to-server"].iter().any(|word| name.contains(word));
        return (!sends).then_some(None);
    }
    let source = action.input("source")?.known()?;
    let stripped = action.input("strip_components").is_some_and(|word| !word.is("0"));
    let to = match action.input("target") {
        Some(target) if !stripped => Directory::Home(PathBuf::new()).join_pieces(&target.pieces),
        _ => Directory::Unknown("it is another directory there".into()),
    };
    let paths =
        source.split([',', '\n']).map(str::trim).filter(|path| !path.is_empty() && !path.starts_with('!'));
    let mut sent = Vec::new();
    for path in paths {
        let here = Directory::Inside(PathBuf::new()).join(path.trim_matches('"'));
        let local = until_glob(here.inside()?);
        if !packed(&local) {
            sent.push(Sent { local, from: PathBuf::new(), to: to.clone() });
        }
    }
    Some(Some(Shipment { span: action.uses.span, sent }))
}
