//! What reports look like: golden texts under `fixtures/report`. `SPECC_BLESS=1` writes them anew.

use specc::diagnostic::{Code, Diagnostic, Severity};
use specc::report::{Format, Look, Report};
use specc::source::{SourceId, Sources, Span};
use std::fmt::Write as _;
use std::path::Path;

static COLLISION: Code =
    Code { name: "port-collision", severity: Severity::Error, summary: "Two services want one port." };
static UNUSED: Code = Code { name: "unused-secret", severity: Severity::Warning, summary: "Nobody uses it." };
static REMARK: Code = Code { name: "remark", severity: Severity::Info, summary: "Advice." };

const SPEC: &str = "project: shop\nsecrets:\n  old: {}\nservices:\n  web:\n    publish: 8080\n";
const PLAIN: Look = Look { color: false, width: 100 };

fn span(sources: &Sources, source: SourceId, text: &str) -> Span {
    let start = sources.get(source).text.find(text).expect("the text is there");
    Span::new(source, start, start + text.len())
}

fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/report").join(name);
    if std::env::var_os("SPECC_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(&path, actual).expect("a file");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{} differs; SPECC_BLESS=1 writes it anew", path.display());
}

/// A diagnostic in two files, one with no place to show, one at the end of a file.
fn sample() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let spec = sources.add("specc.yaml", SPEC);
    let other = sources
        .add("../billing/specc.yaml", "project: billing\r\nservices:\r\n\tapi:\r\n\t  publish: 8080\r\n");
    let end = SPEC.len();
    let diagnostics = vec![
        Diagnostic::new(&COLLISION, "two projects on host `ubuntu` want port 8080/tcp")
            .at(span(&sources, spec, "8080"), "wanted by `web` here")
            .at(span(&sources, other, "8080"), "and by `api` of `billing`")
            .at(span(&sources, spec, "web"), "this service")
            .help("Give one of them another port"),
        Diagnostic::new(&UNUSED, "secret `old` is used by nothing")
            .at(span(&sources, spec, "old"), "declared here"),
        Diagnostic::new(&COLLISION, "`missing.yaml` does not exist").in_file("missing.yaml"),
        Diagnostic::new(&COLLISION, "something is missing").at(Span::new(spec, end, end), "after this"),
        Diagnostic::new(&REMARK, "a remark").at(Span::new(spec, 25, end), "a block of lines"),
    ];
    (sources, diagnostics)
}

#[test]
fn people_read_this() {
    let (sources, diagnostics) = sample();
    let report = Report::new(&sources, diagnostics.iter().collect());
    golden("human.txt", &report.render(Format::Human, PLAIN));
    golden("human-color.txt", &report.render(Format::Human, Look { color: true, width: 60 }));
}

#[test]
fn programs_read_this() {
    let (sources, diagnostics) = sample();
    let report = Report::new(&sources, diagnostics.iter().collect());
    golden("report.json", &report.render(Format::Json, PLAIN));
    let none = Report::new(&sources, Vec::new());
    golden("empty.json", &none.render(Format::Json, PLAIN));
    assert_eq!(none.render(Format::Human, PLAIN), "");
}

#[test]
fn fingerprints_survive_lines_added_above() {
    let of = |text: &str| {
        let mut sources = Sources::default();
        let spec = sources.add("specc.yaml", text);
        let found =
            Diagnostic::new(&UNUSED, "secret `old` is used by nothing").at(span(&sources, spec, "old"), "");
        let report = Report::new(&sources, vec![&found, &found]).render(Format::Json, PLAIN);
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        [0, 1].map(|at| report["findings"][at]["fingerprint"].as_str().expect("a string").to_owned())
    };
    let [first, second] = of(SPEC);
    assert_eq!(of(&format!("# a comment\n\n{SPEC}")), [first.clone(), second.clone()]);
    assert_ne!(first, second, "two findings that say the same have two fingerprints");
    assert_eq!(first.len(), 16);
}

#[test]
fn awkward_texts_stay_readable() {
    let mut sources = Sources::default();
    let long = format!(
        "key: {}NEEDLE{}\nnext: \u{1b}[31mred\u{7} \u{202e}abc\n",
        "äb".repeat(4000),
        "x".repeat(5000)
    );
    let long = sources.add("long.yaml", long);
    let empty = sources.add("empty.yaml", "");
    let needle = span(&sources, long, "NEEDLE");
    let diagnostics = [
        Diagnostic::new(&COLLISION, "far to the right").at(needle, "here"),
        Diagnostic::new(&COLLISION, "a message with \u{1b}[31m in it\nand two lines")
            .at(span(&sources, long, "red"), "label\nof two \u{7} lines"),
        Diagnostic::new(&COLLISION, "nothing is in it").at(Span::new(empty, 0, 0), "expected a mapping"),
        Diagnostic::new(&COLLISION, "beyond the end").at(Span::new(empty, 10, 20), "no such place"),
    ];
    let report = Report::new(&sources, diagnostics.iter().collect());
    let text = report.render(Format::Human, PLAIN);
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    golden("awkward.txt", &text);
}

#[test]
fn many_findings_and_many_places_are_cut() {
    let mut sources = Sources::default();
    let mut text = String::new();
    (0..200_000).for_each(|n| writeln!(text, "key-{n}: value").expect("text"));
    let file = sources.add("big.yaml", text);
    let end = sources.get(file).text.len();
    let many: Vec<_> = (0..500)
        .map(|n| {
            let found = Diagnostic::new(if n == 499 { &COLLISION } else { &UNUSED }, format!("finding {n}"));
            (0..100).fold(found, |found, at| {
                found.at(Span::new(file, end - at * 30 - 8, end - at * 30 - 4), "here")
            })
        })
        .collect();
    let started = std::time::Instant::now();
    let text = Report::new(&sources, many.iter().collect()).render(Format::Human, PLAIN);
    assert!(started.elapsed().as_secs() < 5, "took {:?}", started.elapsed());
    assert!(text.starts_with("error[port-collision]\n  × finding 499 (and 88 more places)\n"), "{text}");
    assert!(text.ends_with("… and 450 more\n\n1 error, 499 warnings\n"), "{}", &text[text.len() - 200..]);
}
