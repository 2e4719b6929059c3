//! Files that a deploy uses and does not send.

use super::support::{Sent, Shipment, shipments};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Bind, Deployment, MountSource, Repository};
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Command, Directory, Script, ScriptKind, Word};
use crate::source::{Span, shown};
use foldhash::{HashMap, HashSet};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};

rule! {
    /// A deploy uses a file of the repository that it does not send.
    ///
    /// ## What
    /// Compares what a script or workflow sends to a server (`tar`, `scp`, `rsync`) with what is used there: scripts that
    /// remote commands and cron jobs call, Compose files, and the files that their services mount or build from. A server
    /// that checks out the repository has everything; what is not in the repository comes from elsewhere, and what a remote
    /// command tests for (`test -f`) may be there by itself.
    ///
    /// ## Why
    /// The list of what is sent and the list of what is used are kept in two places, and the deploy works until the forgotten
    /// file is needed. In one incident the nightly backup had not run for weeks: `scripts/` was not in the archive.
    ///
    /// ## Example
    /// ```sh
    /// tar -czf package.tar.gz compose.yaml nginx.conf
    /// scp package.tar.gz deploy@203.0.113.10:/tmp/
    /// ssh deploy@203.0.113.10 "cd /opt/shop && tar -xzf /tmp/package.tar.gz && ./scripts/migrate.sh"
    /// ```
    ///
    /// ## Fix
    /// Send it too:
    /// ```sh
    /// tar -czf package.tar.gz compose.yaml nginx.conf scripts/
    /// ```
    pub MISSING_FROM_PACKAGE = Error "missing-from-package";
}

/// A file that is used on the other machine.
struct Needed {
    /// Its path in the repository.
    path: PathBuf,
    /// Where it is used.
    span: Span,
    /// What uses it there.
    by: String,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    if facts.scripts.iter().any(checks_out) {
        return;
    }
    let all: Vec<Option<Vec<Shipment>>> = facts.scripts.iter().map(shipments).collect();
    if all.iter().any(Option::is_none) {
        return;
    }
    let all: Vec<Vec<Shipment>> = all.into_iter().flatten().collect();
    let sent_at_all: Vec<&Sent> = all.iter().flatten().flat_map(|shipment| &shipment.sent).collect();
    if !sent_at_all.iter().all(|sent| is_understood(facts, &sent.local)) {
        return;
    }
    let ours = Ours { facts, paths: OnceCell::new() };
    let made = OnceCell::new();
    let mut started: HashMap<usize, Vec<&Deployment>> = HashMap::default();
    for deployment in &facts.deployments {
        let scripts: BTreeSet<usize> = deployment.invocations.iter().map(|call| call.script).collect();
        for script in scripts {
            started.entry(script).or_default().push(deployment);
        }
    }
    for (index, shipments) in all.iter().enumerate() {
        let Some(package) = shipments.iter().max_by_key(|shipment| shipment.sent.len()) else { continue };
        let sent: Vec<&Sent> = shipments.iter().flat_map(|shipment| &shipment.sent).collect();
        if sent.is_empty() {
            continue;
        }
        let (needed, relied) = needs(&ours, index, started.get(&index).map_or(&[], Vec::as_slice), &sent);
        if !relied {
            continue;
        }
        let mut seen = BTreeSet::new();
        for one in needed {
            let elsewhere = sent_at_all.iter().any(|sent| sent.touches(&one.path));
            if elsewhere || made.get_or_init(|| names_made(facts)).contains(name_of(&one.path)) || !seen.insert(one.path.clone()) {
                continue;
            }
            let path = shown(&one.path);
            findings.push(
                Diagnostic::new(
                    &MISSING_FROM_PACKAGE,
                    format!("`{path}` is needed on the server, and is not among what is sent there"),
                )
                .at(package.span, format!("sent without `{path}`"))
                .at(one.span, one.by)
                .help(format!("Add `{path}`, or its directory, to what is sent")),
            );
        }
    }
}

/// What the other machine needs of the repository beyond what is sent, and whether it needs anything of what is sent.
fn needs(
    ours: &Ours<'_>,
    index: usize,
    started: &[&Deployment],
    sent: &[&Sent],
) -> (Vec<Needed>, bool) {
    let facts = ours.facts;
    let mut needed = Vec::new();
    let mut relied = false;
    let mut want = |there: &Directory, span: Span, by: &str| {
        if sent.iter().any(|sent| sent.makes(there)) {
            relied = true;
            return;
        }
        let paths = sent.iter().filter_map(|sent| sent.meant_by(there));
        if let Some(path) = paths.into_iter().find(|path| ours.has(path)) {
            needed.push(Needed { path, span, by: by.to_owned() });
        }
    };
    for command in facts.scripts[index].commands.iter().filter(|command| !command.hosts.is_empty()) {
        if command.context.conditional || command.context.condition || command.context.before.is_some_and(is_or) {
            continue;
        }
        for word in used(command) {
            want(&command.path(word), word.span, "used on the server");
        }
    }
    for cron in facts.scripts.iter().filter(|script| script.kind == ScriptKind::Cron) {
        let path = &facts.sources.get(cron.source).path;
        if !sent.iter().any(|sent| path.starts_with(&sent.local)) {
            continue;
        }
        for command in cron.own_commands().filter(|command| command.hosts.is_empty()) {
            for word in used(command) {
                want(&command.path(word), word.span, "a cron job of the server runs it");
            }
        }
    }
    for deployment in started.iter().copied() {
        let remote = deployment.invocations.iter().filter(|call| call.script == index);
        let remote: Vec<_> = remote
            .filter(|call| facts.command(call).is_some_and(|command| !command.hosts.is_empty()))
            .collect();
        let first = deployment.files.first().map(|file| facts.sources.get(*file).path.clone());
        let is_sent = first.is_some_and(|file| sent.iter().any(|sent| file.starts_with(&sent.local)));
        if remote.is_empty() || !is_sent || deployment.from_spec {
            continue;
        }
        relied = true;
        let builds = remote.iter().any(|call| facts.command(call).is_some_and(builds));
        needed.extend(of_deployment(ours, deployment, builds));
    }
    (needed, relied)
}

fn is_or(joined: crate::facts::script::Joined) -> bool {
    joined == crate::facts::script::Joined::Or
}

/// The words of a command that name files which must be there.
fn used(command: &Command) -> Vec<&Word> {
    let operand = |words: &'static [&'static str]| {
        let mut rest = command.arguments().iter();
        rest.find(|word| !word.prefix().starts_with('-') && !words.iter().any(|skip| word.is(skip)))
    };
    if let Some(Docker::Compose(call)) = recognise(command).map(|call| call.what) {
        // The words are the command's own: they are found again by their places.
        let files = call.files.iter().chain(&call.env_files).map(|word| word.span);
        return files.filter_map(|span| command.words.iter().find(|word| word.span == span)).collect();
    }
    let words = match command.program() {
        Some("sh" | "bash") if command.arguments().iter().any(|word| word.is("-c") || word.is("-s")) => None,
        Some("sh" | "bash" | "source" | "." | "crontab") => operand(&["-"]),
        Some(_) => command.words.first().filter(|word| word.prefix().contains('/')),
        None => None,
    };
    words.into_iter().collect()
}

/// Whether a call of Compose builds images there, or would where they are missing.
fn builds(command: &Command) -> bool {
    match recognise(command).map(|call| call.what) {
        Some(Docker::Compose(call)) => call.build || call.is(&["build"]),
        _ => false,
    }
}

/// The files of the repository that a deployment is made of.
fn of_deployment(ours: &Ours<'_>, deployment: &Deployment, builds: bool) -> Vec<Needed> {
    let mut found = Vec::new();
    let mut add = |path: PathBuf, span: Span, by: &str| {
        if ours.has(&path) {
            found.push(Needed { path, span, by: by.to_owned() });
        }
    };
    for service in deployment.services.values() {
        for mount in &service.mounts {
            if let MountSource::Bind(Bind::Inside(path)) = &mount.source {
                add(path.clone(), mount.span, "mounted here");
            }
        }
        let Some(build) = service.build.as_ref().filter(|_| builds || service.image.is_none()) else { continue };
        if let Some(image) = &build.image {
            add(image.context.clone(), build.span, "built from here");
        }
    }
    for used in deployment.env_files.iter().filter(|used| used.required && used.replaced_by.is_none()) {
        if let Some(span) = used.span {
            add(used.path.clone(), span, "read here");
        }
    }
    for resource in deployment.configs.values().chain(deployment.secrets.values()) {
        let Some(file) = &resource.file else { continue };
        let path = file.known().and_then(|path| {
            Directory::Inside(deployment.directory.clone()).join(path).inside().map(Path::to_owned)
        });
        if let Some(path) = path {
            add(path, file.span, "read here");
        }
    }
    for file in &deployment.files {
        let path = ours.facts.sources.get(*file).path.clone();
        add(path, Span::new(*file, 0, 0), "the server starts this file");
    }
    found
}

/// The files of the repository.
struct Ours<'f> {
    facts: &'f Repository,
    paths: OnceCell<BTreeSet<&'f Path>>,
}

impl Ours<'_> {
    /// Whether a path is a part of the repository: a file, or a directory that holds more than a placeholder.
    fn has(&self, path: &Path) -> bool {
        if path.as_os_str().is_empty() || !self.facts.exists(path) || self.facts.ignores(path) {
            return false;
        }
        let inventory = &self.facts.inventory;
        let all = || {
            let read = inventory.files.iter().map(|entry| entry.path.as_path());
            read.chain(inventory.others.iter().map(PathBuf::as_path)).collect()
        };
        let placeholder = |path: &Path| {
            matches!(path.file_name().and_then(|name| name.to_str()), Some(".gitkeep" | ".keep" | ".gitignore" | "README.md"))
        };
        let from = self.paths.get_or_init(all).range::<Path, _>((Bound::Included(path), Bound::Unbounded));
        let mut below = from.take_while(|file| file.starts_with(path));
        below.any(|file| *file == path || !placeholder(file))
    }
}

/// Whether what is sent is what the repository holds there: a directory that a script put together may hold anything.
fn is_understood(facts: &Repository, path: &Path) -> bool {
    facts.exists(path) || path.file_name().is_some_and(|name| {
        let name = name.to_string_lossy();
        name.contains(".env") || name.ends_with(".tar") || name.ends_with(".tar.gz") && name.contains("image")
    })
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The names of files that scripts make or fetch, or look for on the other machine.
fn names_made(facts: &Repository) -> HashSet<String> {
    const MAKING: &[&str] =
        &["cp", "mv", "ln", "install", "tee", "curl", "wget", "touch", "envsubst", "aws", "gsutil", "docker"];
    let mut names = HashSet::default();
    let mut add = |word: &Word| {
        let shape = word.shape();
        names.extend(shape.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned));
    };
    for command in facts.scripts.iter().flat_map(|script| &script.commands) {
        let written = command.redirections.iter().filter(|one| one.operator.starts_with('>'));
        written.for_each(|one| add(&one.target));
        // What is looked for over there may be there or not, and is not sent.
        let looked_for = !command.hosts.is_empty() && matches!(command.program(), Some("test" | "[" | "[["));
        let making = || command.program().is_some_and(|program| MAKING.contains(&program)) && recognise(command).is_none();
        if looked_for || making() {
            command.arguments().iter().filter(|word| !word.prefix().starts_with('-')).for_each(&mut add);
        }
    }
    names
}

/// Whether the server has the repository itself.
fn checks_out(script: &Script) -> bool {
    script.commands.iter().any(|command| {
        let there = !command.hosts.is_empty() || !script.ci;
        let git = command.words.iter().any(|word| word.is("git"));
        let fetches = |word: &Word| word.is("clone") || word.is("pull") || word.is("fetch");
        there && git && command.arguments().iter().any(fetches)
    })
}
