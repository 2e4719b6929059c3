//! The loader of Compose files: places, unknown values, uses of variables; and that nothing makes it panic.

use proptest::prelude::*;
use specc::facts::compose::{Given, Loaded, Loader, Node, Request, Shell};
use specc::facts::model::Supply;
use specc::facts::value::{Unknown, Value};
use specc::syntax::{dotenv, interpolation};
use specc::workspace::Files;
use std::fs;
use std::path::Path;

/// A repository of these files, loaded as the request says.
fn load(files: &[(&str, &str)], change: impl FnOnce(&mut Request)) -> (Files, Loaded) {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a directory above it")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let mut read = Files::new(directory.path());
    let mut request = Request::new("");
    change(&mut request);
    let loaded = Loader::new().load(&mut read, &request);
    (read, loaded)
}

fn at<'l>(loaded: &'l Loaded, path: &str) -> &'l Node {
    let path: Vec<&str> = path.split('/').collect();
    loaded.model.at(&path).unwrap_or_else(|| panic!("{path:?} is not there: {:?}", loaded.faults))
}

const SHOP: &str = "\
services:
  web:
    image: shop:${TAG}
    env_file: web.env
    environment: [MODE=fast, TOKEN]
    ports: ['8080:80', \"${PORT}:81\"]
    volumes: ['./data:/data']
";

#[test]
fn values_point_to_where_they_are_written() {
    let files = [("compose.yaml", SHOP), (".env", "TAG=1.2\nPORT=90\nTOKEN=t\n"), ("web.env", "A='x y'\n")];
    let (files, loaded) = load(&files, |_| {});
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    let text = |node: &Node| files.sources().text(node.span).to_owned();
    let web = at(&loaded, "services/web");
    let ports = web.get("ports").and_then(Node::as_list).expect("ports");
    assert_eq!(text(&ports[0]), "'8080:80'");
    assert_eq!(ports[1].get("published").and_then(Node::as_text), Some("90"));
    assert_eq!(text(&ports[1]), "\"${PORT}:81\"");
    assert!(ports[1].interpolated && !ports[0].interpolated);
    assert_eq!(text(at(&loaded, "services/web/environment/A")), "'x y'");
    assert_eq!(text(at(&loaded, "services/web/environment/MODE")), "MODE=fast");
    assert_eq!(text(at(&loaded, "services/web/image")), "shop:${TAG}");
    assert_eq!(files.sources().text(web.entry("image").expect("an image").key), "image");
    let used = &loaded.uses[0];
    assert_eq!((used.name.as_str(), used.path.as_str()), ("TAG", "services.web.image"));
    assert_eq!(files.sources().text(used.span), "${TAG}");
    assert!(matches!(used.supply, Supply::EnvFile(span) if files.sources().text(span) == "TAG"));
    let readers: Vec<_> = loaded.env_files.iter().map(|used| used.path.display().to_string()).collect();
    assert_eq!(readers, [".env", "web.env"]);
}

#[test]
fn what_nobody_sets_is_unknown_where_somebody_may() {
    let files = [("compose.yaml", SHOP), ("web.env", "B=${C}\n")];
    let (_, loaded) = load(&files, |request| {
        request.shell = Shell::Unknown;
        let value = Value::Unknown(Unknown::because("a command says it"));
        request.variables.insert("TAG".to_owned(), Given { value, span: None });
    });
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    let unknown = at(&loaded, "services/web/image").unknown().expect("unknown");
    assert_eq!(unknown.reason, "a command says it");
    let ports = at(&loaded, "services/web/ports").as_list().expect("ports").to_vec();
    assert_eq!(ports[1].get("target").and_then(Node::as_int), Some(81));
    assert!(ports[1].get("published").is_some_and(|node| node.unknown().is_some()));
    assert!(at(&loaded, "services/web/environment/TOKEN").unknown().is_some());
    assert!(at(&loaded, "services/web/environment/B").unknown().is_some());
    assert!(loaded.uses.iter().any(|used| used.name == "PORT" && used.supply.is_nobody()));
}

#[test]
fn a_default_stands_where_nobody_is_seen_to_set_it() {
    let text = "services: {web: {image: 'x:${TAG:-1}', environment: ['A=${B:?}', 'C=${D:+e}']}}";
    let (_, loaded) = load(&[("compose.yaml", text)], |request| request.shell = Shell::Unknown);
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    assert_eq!(at(&loaded, "services/web/image").as_text(), Some("x:1"));
    assert!(at(&loaded, "services/web/environment/A").unknown().is_some());
    assert!(at(&loaded, "services/web/environment/C").unknown().is_some());
}

#[test]
fn an_unknown_variable_survives_merging() {
    let base = "services: {web: {image: x, environment: {A: '${T}', B: b}}}";
    let over = "services: {web: {environment: ['B=${T}', 'C=c']}}";
    let files = [("compose.yaml", base), ("compose.override.yaml", over)];
    let (_, loaded) = load(&files, |request| request.shell = Shell::Unknown);
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    assert!(at(&loaded, "services/web/environment/A").unknown().is_some());
    assert!(at(&loaded, "services/web/environment/B").unknown().is_some());
    assert_eq!(at(&loaded, "services/web/environment/C").as_text(), Some("c"));
}

/// Every Compose file among the fixtures.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/compose");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().flatten();
    files
        .filter(|entry| {
            entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "env")
        })
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Lines of several files, shuffled together: whatever comes out, the loader gives an answer.
    #[test]
    fn nothing_makes_it_panic(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..40), unknown in any::<bool>()) {
        let corpus = corpus();
        let mut text = String::new();
        for (file, line) in picks {
            let lines: Vec<&str> = corpus[file.index(corpus.len())].split_inclusive('\n').collect();
            if !lines.is_empty() {
                let from = line.index(lines.len());
                lines[from..(from + 3).min(lines.len())].iter().for_each(|line| text.push_str(line));
            }
        }
        let files = [("compose.yaml", text.as_str()), (".env", &text), ("x.env", &text)];
        load(&files, |request| if unknown { request.shell = Shell::Unknown });
    }

    /// The parts of a text are all of it, in order.
    #[test]
    fn parts_cover_the_text(text in "([${}:?+A-]|-|a|é|\n){0,40}") {
        let mut at = 0;
        for part in interpolation::parts(&text) {
            let range = match part {
                interpolation::Part::Literal(range)
                | interpolation::Part::Dollar(range)
                | interpolation::Part::Invalid(range) => range,
                interpolation::Part::Variable(variable) => variable.range,
            };
            prop_assert_eq!(range.start, at);
            prop_assert!(text.get(range.clone()).is_some());
            at = range.end;
        }
        prop_assert_eq!(at, text.len());
    }

    /// Any text is an env-file with entries and faults whose places are in it.
    #[test]
    fn env_files_are_always_read(text in "([A-C=:#'\"\\\\$ \t\r\n]|export |é|\u{feff}|0){0,60}") {
        let source = specc::source::SourceId(0);
        for file in [dotenv::parse(source, &text), dotenv::parse_raw(source, &text)] {
            let spans = file.entries.iter().flat_map(|entry| [Some(entry.key_span), entry.value.as_ref().map(|value| value.span)]);
            for span in spans.flatten().chain(file.comments).chain(file.faults.iter().map(|fault| fault.span)) {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
}
