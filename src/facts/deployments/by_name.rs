//! Deployments of the files that no script names: by what the files are called.

use super::candidate::Candidate;
use super::names::{self, Named};
use super::{Context, development};
use crate::facts::compose::{Loaded, Node, Request, Shell};
use crate::facts::model::Evidence;
use crate::source::{Span, shown};
use crate::workspace::Files;
use crate::workspace::discover::{DEFAULT_NAMES, is_automatic_override};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A request and what it loads: each is evaluated once.
struct Evaluated {
    request: Request,
    loaded: Loaded,
    /// Whether files are put together of which the last has everything that it runs.
    guessed: bool,
}

impl Evaluated {
    fn new(context: &mut Context<'_>, files: &mut Files, request: Request) -> Self {
        let loaded = context.loader.load(files, &request);
        Self { request, loaded, guessed: false }
    }
}

/// Gives `take` the candidates for the Compose files below `left`, none of which a candidate reads so far, with what each
/// loads.
pub(super) fn candidates(
    context: &mut Context<'_>,
    files: &mut Files,
    left: &BTreeSet<PathBuf>,
    among_others: bool,
    mut take: impl FnMut(&Files, Candidate, Loaded),
) {
    let mut directories: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    for path in left {
        let directory = path.parent().unwrap_or(Path::new("")).to_path_buf();
        directories.entry(directory).or_default().push(path);
    }
    for (directory, paths) in directories {
        let base = base(context, &directory);
        let several = paths.len() > 1;
        let stems = by_stem(&paths);
        let mut beside = Beside { paths: &paths, complete: None };
        for &path in &paths {
            let name = file_name(path);
            if is_automatic_override(name) && base.is_some() || is_input(path) {
                continue; // Compose reads it together with the base; or nobody starts it.
            }
            let evaluated = if Some(path) == base.as_deref() {
                Evaluated::new(context, files, request(&directory))
            } else {
                let alone = Request { files: vec![name.into()], ..request(&directory) };
                let alone = Evaluated::new(context, files, alone);
                let first = namesake(&stems, name).or(base.as_deref());
                alone_or_with(context, files, alone, first, &mut beside)
            };
            if is_part(context, files, &evaluated, several || left.len() > 1 || among_others) {
                continue;
            }
            let Evaluated { request, mut loaded, guessed } = evaluated;
            let Some(mut candidate) = candidate(files, path, request) else { continue };
            candidate.guessed = guessed;
            // `.env.production` beside `compose.production.yaml` is what it is started with, if it is about these files
            // at all.
            let named = candidate.environment.as_ref().map(|(named, _)| named);
            if let Some(env_file) = named.and_then(|named| env_file(context, files, &directory, named)) {
                candidate.request.env_files = vec![env_file];
                loaded = context.loader.load(files, &candidate.request);
            }
            take(files, candidate, loaded);
        }
    }
}

fn request(directory: &Path) -> Request {
    Request { shell: Shell::Unknown, ..Request::new(directory) }
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The file that Compose reads in this directory by itself.
fn base(context: &Context<'_>, directory: &Path) -> Option<PathBuf> {
    DEFAULT_NAMES.iter().map(|name| directory.join(name)).find(|path| context.paths.contains(&shown(path)))
}

/// Files by their names without what follows the last dot.
fn by_stem<'p>(paths: &[&'p Path]) -> HashMap<&'p str, Vec<&'p Path>> {
    let mut stems: HashMap<&str, Vec<&Path>> = HashMap::default();
    for path in paths {
        stems.entry(stem(file_name(path))).or_default().push(path);
    }
    stems
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The file whose name the file called `name` goes on with: `docker-compose.prod.yml` of `docker-compose.prod.up.yml`.
fn namesake<'p>(stems: &HashMap<&str, Vec<&'p Path>>, name: &str) -> Option<&'p Path> {
    let ours = stem(name);
    let shorter = ours.match_indices(['.', '-']).filter_map(|(end, _)| stems.get(&ours[..end]));
    shorter.flatten().copied().max_by_key(|other| (file_name(other).len(), *other))
}

/// Whether a file is what a test reads or compares with: no more than text, unless something starts it.
fn is_input(path: &Path) -> bool {
    let mut tests = false;
    path.parent().into_iter().flat_map(Path::components).any(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        // Below a directory of tests, each has its own.
        let below = tests;
        tests |= TESTS.contains(&name.as_str());
        below || INPUTS.contains(&name.as_str())
    })
}

/// Directories of tests.
const TESTS: &[&str] = &["test", "tests", "__tests__", "spec", "specs"];

/// Directories of what tests read and compare with.
const INPUTS: &[&str] = &[
    "fixture",
    "fixtures",
    "__fixtures__",
    "testdata",
    "test-data",
    "test_data",
    "snapshots",
    "__snapshots__",
    "golden",
];

/// Whether these files are part of something that is put together elsewhere: there is nothing to run in some of their
/// services, and they are not all that there is. Nobody starts them as they are.
fn is_part(context: &Context<'_>, files: &Files, evaluated: &Evaluated, among_others: bool) -> bool {
    let Evaluated { request, loaded, .. } = evaluated;
    let (bare, all) = services(loaded)
        .fold((0, 0), |(empty, all), (_, service)| (empty + usize::from(is_bare(service)), all + 1));
    let automatic = request.files.is_empty();
    let template = loaded.files.first().filter(|_| !loaded.faults.is_empty()).is_some_and(|first| {
        let source = files.sources().get(*first);
        super::is_marked(&source.text) || has_paths(&source.text) || development::is_template(&source.path)
    });
    // Umbrel adds a file of its own to an application's, with what is missing there.
    let completed = context.paths.contains(&shown(&request.directory.join("umbrel-app.yml")));
    template || bare > 0 && completed || bare > 0 && (!automatic || among_others && bare == all)
}

/// Whether another program's variables stand in a text: `${config.port}`.
fn has_paths(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        name.len() < rest.len() && name.starts_with('.')
    })
}

/// Whether a service has nothing to run.
fn is_bare(service: &Node) -> bool {
    service.get("image").is_none() && service.get("build").is_none()
}

/// The file as it is; with a base, where it means nothing without: Compose refuses it alone, and takes both together; or
/// all that it says is about services of the base, and less than they are. The base is `first`, unless that has nothing for
/// a service which has nothing to run here: then the one of `beside` that has, and with which Compose takes it.
fn alone_or_with(
    context: &mut Context<'_>,
    files: &mut Files,
    alone: Evaluated,
    first: Option<&Path>,
    beside: &mut Beside<'_>,
) -> Evaluated {
    let single = &alone.loaded;
    let refused = !single.faults.is_empty();
    let wanted = wanted(single);
    let count = |loaded: &Loaded| services(loaded).count();
    let fewer = |loaded: &Loaded| loaded.faults.len() < single.faults.len();
    // A file for another environment that stands by itself says at least as much as the base does.
    let stands = services(single).next().is_none() || services(single).any(|(_, service)| !is_bare(service));
    if stands && !refused && wanted.is_empty() {
        return alone;
    }
    let others =
        if wanted.is_empty() { Vec::new() } else { beside.giving(context, files, &alone.request, &wanted) };
    for base in first.into_iter().chain(others) {
        let both = vec![file_name(base).into(), alone.request.files[0].clone()];
        let both = Evaluated::new(context, files, Request { files: both, ..alone.request.clone() });
        let lacking = self::wanted(&both.loaded);
        let together = if wanted.iter().any(|name| lacking.contains(name)) {
            false
        } else if Some(base) != first {
            both.loaded.faults.is_empty()
        } else if wanted.is_empty() {
            // What has all services of the base, and each whole, is there in its place.
            fewer(&both.loaded) && count(single) < count(&both.loaded)
        } else {
            !refused || fewer(&both.loaded)
        };
        if together {
            return Evaluated { guessed: wanted.is_empty(), ..both };
        }
    }
    alone
}

/// The files of one directory that no script names.
struct Beside<'p> {
    paths: &'p [&'p Path],
    /// Those that can be run as they are, with their services, once somebody asked.
    complete: Option<Vec<(&'p Path, BTreeSet<String>)>>,
}

impl<'p> Beside<'p> {
    /// The files that can be run as they are and have these services.
    fn giving(
        &mut self,
        context: &mut Context<'_>,
        files: &mut Files,
        like: &Request,
        services: &BTreeSet<&str>,
    ) -> Vec<&'p Path> {
        let complete = self.complete.get_or_insert_with(|| {
            let stands = |path: &&'p Path| {
                let own = Request { files: vec![file_name(path).into()], ..like.clone() };
                let loaded = context.loader.load(files, &own);
                let whole = loaded.faults.is_empty() && wanted(&loaded).is_empty();
                whole.then(|| (*path, self::services(&loaded).map(|(name, _)| name.clone()).collect()))
            };
            self.paths.iter().filter_map(stands).collect()
        });
        let gives =
            |(_, theirs): &&(&Path, BTreeSet<String>)| services.iter().all(|name| theirs.contains(*name));
        complete.iter().filter(gives).map(|(path, _)| *path).collect()
    }
}

/// Every service, those of profiles that are not enabled too.
fn services(loaded: &Loaded) -> impl Iterator<Item = (&String, &Node)> {
    let disabled = loaded.disabled.as_map().into_iter().flatten();
    loaded.services().chain(disabled).map(|(name, entry)| (name, &entry.node))
}

/// The services that are not all here: those that have nothing to run, and those that others need.
fn wanted(loaded: &Loaded) -> BTreeSet<&str> {
    let bare = services(loaded).filter(|(_, service)| is_bare(service)).map(|(name, _)| name.as_str());
    let needed = services(loaded).flat_map(|(_, service)| {
        service.get("depends_on").and_then(Node::as_map).into_iter().flatten().map(|(name, _)| name.as_str())
    });
    let known: BTreeSet<&str> = services(loaded).map(|(name, _)| name.as_str()).collect();
    bare.chain(needed.filter(|name| !known.contains(name))).collect()
}

fn candidate(files: &mut Files, path: &Path, request: Request) -> Option<Candidate> {
    let source = files.read(path).ok()?;
    let start = Span::new(source, 0, 0);
    Some(Candidate {
        environment: environment(path).map(|named| (named, Some(start))),
        replaced: BTreeMap::new(),
        host: None,
        invocations: Vec::new(),
        because: vec![Evidence { span: start, text: format!("`{}` is a Compose file", shown(path)) }],
        swarm: is_stack(file_name(path), &files.sources().get(source).text),
        ci: false,
        guessed: false,
        request,
    })
}

/// Whether a file is Swarm's: it is called so, or a stack with a word of Swarm's in it. Others have stacks, too.
fn is_stack(name: &str, text: &str) -> bool {
    let titled = ["stack", "docker-stack"].iter().any(|start| name.starts_with(start));
    titled || name.contains("stack") && text.lines().any(|line| line.trim() == "deploy:")
}

/// The environment that a Compose file is named for: by its own name, else by those of its directories.
fn environment(path: &Path) -> Option<Named> {
    let name = file_name(path);
    if is_automatic_override(name) {
        return names::in_text("override");
    }
    names::infix(name)
        .and_then(names::in_text)
        .or_else(|| path.parent().and_then(|parent| names::in_text(&shown(parent))))
}

/// The env-file that is named for the same environment, in the same directory, and gives at least one variable that Compose
/// files use: `.env.production` is also what web frameworks call their settings.
fn env_file(context: &Context<'_>, files: &mut Files, directory: &Path, named: &Named) -> Option<PathBuf> {
    if context.paths.contains(&shown(&directory.join(".env"))) {
        return None;
    }
    let from = context.env_files.partition_point(|path| path.as_path() < directory);
    let below = context.env_files[from..].iter().take_while(|path| path.starts_with(directory));
    let found = below.filter(|path| path.parent() == Some(directory)).find(|path| {
        names::infix(file_name(path)).and_then(names::in_text).is_some_and(|other| other.name == named.name)
    })?;
    let source = files.read(found).ok()?;
    let text = files.sources().get(source).text.clone();
    let gives = text.lines().any(|line| {
        let name =
            line.trim_start().trim_start_matches("export ").split(['=', ':']).next().unwrap_or_default();
        context.variables.contains(name.trim())
    });
    gives.then(|| file_name(found).into())
}
