//! Deployments of the files that no script names: by what the files are called.

use super::candidate::Candidate;
use super::names::{self, Named};
use super::{Context, slashed};
use crate::facts::compose::{Request, Shell};
use crate::facts::model::Evidence;
use crate::source::Span;
use crate::workspace::Files;
use crate::workspace::discover::{DEFAULT_NAMES, is_automatic_override};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Candidates for the Compose files below `left`, none of which a candidate reads so far.
pub(super) fn candidates(
    context: &mut Context<'_>,
    files: &mut Files,
    left: &BTreeSet<PathBuf>,
    among_others: bool,
) -> Vec<Candidate> {
    let mut directories: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    for path in left {
        let directory = path.parent().unwrap_or(Path::new("")).to_path_buf();
        directories.entry(directory).or_default().push(path);
    }
    let mut found = Vec::new();
    for (directory, paths) in directories {
        let base = base(context, &directory);
        let several = paths.len() > 1;
        for &path in &paths {
            let name = file_name(path);
            if is_automatic_override(name) && base.is_some() || is_input(path) {
                continue; // Compose reads it together with the base; or nobody starts it.
            }
            let request = if Some(path) == base.as_deref() {
                request(&directory)
            } else {
                let alone = Request { files: vec![name.into()], ..request(&directory) };
                let named = namesake(&paths, name).map(Path::to_path_buf);
                match named.as_ref().or(base.as_ref()) {
                    Some(base) if is_fragment(context, files, &alone, base) => {
                        Request { files: vec![file_name(base).into(), name.into()], ..request(&directory) }
                    }
                    _ => alone,
                }
            };
            if !is_part(context, files, &request, several || left.len() > 1 || among_others) {
                found.extend(candidate(context, files, path, request));
            }
        }
    }
    found
}

fn request(directory: &Path) -> Request {
    Request { shell: Shell::Unknown, ..Request::new(directory) }
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The file that Compose reads in this directory by itself.
fn base(context: &Context<'_>, directory: &Path) -> Option<PathBuf> {
    DEFAULT_NAMES.iter().map(|name| directory.join(name)).find(|path| context.paths.contains(&slashed(path)))
}

/// The file whose name the file called `name` goes on with: `docker-compose.prod.yml` of `docker-compose.prod.up.yml`.
fn namesake<'p>(paths: &[&'p Path], name: &str) -> Option<&'p Path> {
    let stem = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    let ours = stem(name);
    let goes_on = |other: &&Path| {
        ours.strip_prefix(&stem(file_name(other))).is_some_and(|rest| rest.starts_with(['.', '-']))
    };
    paths.iter().copied().filter(goes_on).max_by_key(|other| file_name(other).len())
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
fn is_part(context: &mut Context<'_>, files: &mut Files, request: &Request, among_others: bool) -> bool {
    let loaded = context.loader.load(files, request);
    let bare =
        |node: &crate::facts::compose::Node| node.get("image").is_none() && node.get("build").is_none();
    let (bare, all) = loaded
        .services()
        .fold((0, 0), |(empty, all), (_, entry)| (empty + usize::from(bare(&entry.node)), all + 1));
    let automatic = request.files.is_empty();
    let template = loaded.files.first().is_some_and(|first| {
        !loaded.faults.is_empty() && super::is_marked(&files.sources().get(*first).text)
    });
    // Umbrel adds a file of its own to an application's, with what is missing there.
    let completed = context.paths.contains(&slashed(&request.directory.join("umbrel-app.yml")));
    template || bare > 0 && completed || bare > 0 && (!automatic || among_others && bare == all)
}

/// Whether a file means nothing without the base: Compose refuses it alone, and takes both together; or all that it says
/// is about services of the base, and less than they are.
fn is_fragment(context: &mut Context<'_>, files: &mut Files, alone: &Request, base: &Path) -> bool {
    let single = context.loader.load(files, alone);
    let together = Request { files: vec![file_name(base).into(), alone.files[0].clone()], ..alone.clone() };
    let both = context.loader.load(files, &together);
    if !single.faults.is_empty() {
        return both.faults.len() < single.faults.len();
    }
    let ours: BTreeSet<&String> = single.services().map(|(name, _)| name).collect();
    let all: BTreeSet<&String> = both.services().map(|(name, _)| name).collect();
    // A file for another environment that stands by itself says at least as much as the base does.
    !ours.is_empty()
        && ours.len() < all.len()
        && single
            .services()
            .all(|(_, entry)| entry.node.get("image").is_none() && entry.node.get("build").is_none())
}

fn candidate(
    context: &Context<'_>,
    files: &mut Files,
    path: &Path,
    mut request: Request,
) -> Option<Candidate> {
    let directory = request.directory.clone();
    let named = environment(path);
    let source = files.read(path).ok()?;
    let start = Span::new(source, 0, 0);
    // `.env.production` beside `compose.production.yaml` is what it is started with, if it is about these files at all.
    if let Some(env_file) = named.as_ref().and_then(|named| env_file(context, files, &directory, named)) {
        request.env_files = vec![env_file];
    }
    Some(Candidate {
        environment: named.map(|named| (named, Some(start))),
        replaced: BTreeMap::new(),
        host: None,
        invocations: Vec::new(),
        because: vec![Evidence { span: start, text: format!("`{}` is a Compose file", slashed(path)) }],
        swarm: file_name(path).contains("stack"),
        ci: false,
        request,
    })
}

/// The environment that a Compose file is named for: by its own name, else by those of its directories.
fn environment(path: &Path) -> Option<Named> {
    let name = file_name(path);
    if is_automatic_override(name) {
        return names::in_text("override");
    }
    names::infix(name)
        .and_then(names::in_text)
        .or_else(|| path.parent().and_then(|parent| names::in_text(&slashed(parent))))
}

/// The env-file that is named for the same environment, in the same directory, and gives at least one variable that Compose
/// files use: `.env.production` is also what web frameworks call their settings.
fn env_file(context: &Context<'_>, files: &mut Files, directory: &Path, named: &Named) -> Option<PathBuf> {
    if context.paths.contains(&slashed(&directory.join(".env"))) {
        return None;
    }
    let found = context.env_files.iter().find(|path| {
        let same = path.parent().unwrap_or(Path::new("")) == directory;
        same && names::infix(file_name(path))
            .and_then(names::in_text)
            .is_some_and(|other| other.name == named.name)
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
