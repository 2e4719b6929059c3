//! What is looked at through a directory: projects of Compose, what git knows, and lint as a whole.

use super::frame::{self, Folder, Framed};
use super::place::{inside, is_json, reports};
use specc::facts;
use specc::facts::compose::{self as project, Data, Loaded, Loader, Node, Request, Shell};
use specc::facts::model::Fact;
use specc::lint::{self as linter, Baseline, Options};
use specc::report::Report;
use specc::source::{Sources, Span};
use specc::workspace::Files;
use specc::workspace::git::Git;

/// A call of Compose: the files, with its arguments in `args` and the directory in `cwd`.
pub fn compose(data: &[u8]) {
    let framed = frame::files(data);
    let folder = Folder::of(&framed);
    let mut loader = Loader::new();
    let mut files = Files::new(&folder.root);
    let mut request = request(&framed, files.sources_mut());
    request.shell = Shell::Unknown;
    let guessed = loader.load(&mut files, &request);
    sound(files.sources(), &guessed);
    request.shell = Shell::Empty;
    let again = loader.load(&mut files, &request);
    sound(files.sources(), &again);
    // What was read before changes nothing.
    let mut files = Files::new(&folder.root);
    files.sources_mut().add("--project-name", "");
    let fresh = Loader::new().load(&mut files, &request);
    sound(files.sources(), &fresh);
    assert_eq!(fresh.faults.len(), again.faults.len(), "{:?}\n{:?}", fresh.faults, again.faults);
    is_json(&project::json(&fresh, files.sources()));
}

fn sound(sources: &Sources, loaded: &Loaded) {
    node(sources, &loaded.model);
    node(sources, &loaded.disabled);
    for diagnostic in loaded.faults.iter().chain(&loaded.warnings) {
        diagnostic.labels.iter().for_each(|label| inside(sources, label.span));
    }
    loaded.uses.iter().for_each(|used| inside(sources, used.span));
    loaded.gaps.iter().filter_map(|gap| gap.span).for_each(|span| inside(sources, span));
}

fn node(sources: &Sources, top: &Node) {
    let mut open = vec![top];
    while let Some(node) = open.pop() {
        inside(sources, node.span);
        match &node.data {
            Data::List(items) => open.extend(items),
            Data::Map(map) => {
                map.values().for_each(|entry| inside(sources, entry.key));
                open.extend(map.values().map(|entry| &entry.node));
            }
            Data::Pair(_) => panic!("a pair is left over"),
            _ => {}
        }
    }
}

fn request(framed: &[Framed<'_>], sources: &mut Sources) -> Request {
    let held = |name: &str| {
        let file = framed.iter().find(|file| file.path.as_os_str() == name);
        String::from_utf8_lossy(file.map_or(b"", |file| file.bytes)).trim().to_owned()
    };
    // Relative, and not out of the folder.
    let relative = |path: &str| path.trim_start_matches('/').replace("..", ".");
    let mut request = Request::new(relative(&held("cwd")));
    let args = held("args");
    let mut args = args.split_whitespace();
    let flag_source = sources.add("--project-name", "");
    while let (Some(flag), Some(value)) = (args.next(), args.next()) {
        match flag {
            "-f" | "--file" => request.files.push(relative(value).into()),
            "--env-file" => request.env_files.push(relative(value).into()),
            "--profile" => request.profiles.push(value.to_owned()),
            "--project-directory" => request.project_directory = Some(relative(value).into()),
            _ => request.project = Some(Fact::literal(value.to_owned(), Span::new(flag_source, 0, 0))),
        }
    }
    request
}

/// A repository as git keeps it: `.git/index`, `.gitignore`s and the like.
pub fn git(data: &[u8]) {
    let framed = frame::files(data);
    let folder = Folder::of(&framed);
    let git = Git::open(&folder.root);
    for file in &framed {
        assert!(git.commits(&file.path) || git.ignores(&file.path, false));
        git.in_submodule(&file.path);
    }
}

/// A repository, linted with everything, and told in every format.
pub fn lint(data: &[u8]) {
    let folder = Folder::of(&frame::files(data));
    let mut asked = Sources::default();
    let mut faults = specc::diagnostic::Diagnostics::default();
    let settings = linter::settings(&folder.root, &folder.root, &mut asked, &mut faults);
    let facts = facts::read(&folder.root, &settings);
    let options = Options { pedantic: true, ..Options::default() };
    let outcome = linter::run(&facts, &settings, &options);
    assert_eq!(outcome.findings.len(), outcome.fingerprints.len());
    for finding in &outcome.findings {
        finding.labels.iter().for_each(|label| inside(&facts.sources, label.span));
    }
    facts.gaps.iter().filter_map(|gap| gap.span).for_each(|span| inside(&facts.sources, span));
    reports(&Report::new(&facts.sources, outcome.findings.iter().collect()));
    // What is frozen is found no more.
    let frozen = linter::write_baseline(&facts.sources, &outcome.findings, &outcome.fingerprints);
    let mut sources = Sources::default();
    let source = sources.add("baseline.json", frozen);
    let baseline = Baseline::parse(source, &sources).expect("what was written can be read");
    let again = linter::run(&facts, &settings, &Options { pedantic: true, baseline, ..Options::default() });
    assert!(again.findings.is_empty(), "found again: {:?}", again.findings);
}
