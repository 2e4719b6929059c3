//! What reports look like: golden texts under `fixtures/report`. `SPECC_BLESS=1` writes them anew. What has an official
//! schema is judged by it.

mod support;

use specc::diagnostic::{Code, Diagnostic, Severity};
use specc::report::{Format, Gap, Look, Report};
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

/// The sample with what is awkward in some format: all of it must survive.
fn awkward() -> (Sources, Vec<Diagnostic>) {
    let (mut sources, mut diagnostics) = sample();
    let text = "a: \u{1}\nb: 50%\n";
    let file = sources.add("deploy/two words, one:colon.yaml", text);
    diagnostics.push(
        Diagnostic::new(&UNUSED, "100% <wrong> & \"quoted\" with \u{1b}[31m\nin two lines")
            .at(span(&sources, file, "50%"), "here, in a file: with a name")
            .help("Write `]]>` and ::error:: elsewhere\r\nor not at all"),
    );
    (sources, diagnostics)
}

fn gaps() -> Vec<Gap> {
    let gap = |path: &str, line, reason: &str| Gap { path: path.into(), line, reason: reason.into() };
    vec![
        gap("docker-compose.yml", 3, "`include` of `https://git.example/a.git` is not followed"),
        gap("huge.env", 1, "is larger than 16 MiB & <not> read"),
    ]
}

fn rendered(format: Format) -> String {
    let (sources, diagnostics) = awkward();
    let mut report = Report::new(&sources, diagnostics.iter().collect());
    report.gaps = gaps();
    report.render(format, PLAIN)
}

#[test]
fn gaps_are_in_every_format() {
    for (format, name) in [
        (Format::Human, "gaps.txt"),
        (Format::Json, "gaps.json"),
        (Format::Sarif, "gaps.sarif"),
        (Format::Github, "gaps.github"),
        (Format::Gitlab, "gaps.gitlab.json"),
        (Format::Junit, "gaps.junit.xml"),
    ] {
        let mut text = rendered(format);
        assert!(text.contains("git.example/a.git") && text.contains("huge.env"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        if format == Format::Sarif {
            // What rules say of themselves is theirs to change.
            let mut log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            log["runs"][0]["tool"]["driver"]["rules"] = serde_json::json!([]);
            for result in log["runs"][0]["results"].as_array_mut().expect("results") {
                result["ruleIndex"] = 0.into();
            }
            text = format!("{log:#}\n");
        }
        golden(name, &text);
    }
}

#[test]
fn sarif_is_what_its_schema_takes() {
    let Some(schema) = support::programs::schema("sarif-2.1.0.json") else { return };
    // A bracket that stands alone, which only the oldest reading of regular expressions takes.
    let schema = std::fs::read_to_string(schema).expect("a schema").replace("{2}]?$", "{2}\\\\]?$");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    let (sources, _) = sample();
    for text in [rendered(Format::Sarif), Report::new(&sources, Vec::new()).render(Format::Sarif, PLAIN)] {
        let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<_> =
            schema.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        // Each result is of the rule that its index says, and each rule explains itself.
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        for result in run["results"].as_array().expect("results") {
            let index = result["ruleIndex"].as_u64().expect("a number");
            assert_eq!(rules[usize::try_from(index).expect("small")]["id"], result["ruleId"]);
        }
        for rule in specc::rules::ALL {
            let known =
                rules.iter().find(|known| known["id"] == rule.code.name).expect("every rule is there");
            assert!(known["help"]["markdown"].as_str().is_some_and(|text| text.contains("## Fix")));
        }
    }
}

#[test]
fn junit_is_what_its_schema_takes() {
    let (Some(schema), Some(mut xmllint)) =
        (support::programs::schema("junit-10.xsd"), support::programs::command("xmllint"))
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a directory");
    let (sources, _) = sample();
    let empty = Report::new(&sources, Vec::new()).render(Format::Junit, PLAIN);
    for (name, text) in [("findings.xml", rendered(Format::Junit)), ("none.xml", empty)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
        xmllint.arg(folder.path().join(name));
    }
    let output = xmllint.args(["--noout", "--nonet", "--schema"]).arg(schema).output().expect("xmllint runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What GitHub's runner reads of a command: its properties and message, unescaped.
#[test]
fn github_reads_what_was_meant() {
    let text = rendered(Format::Github);
    let line = text.lines().find(|line| line.contains("two words")).expect("an annotation");
    let (head, message) = line[2..].split_once("::").expect("a command");
    let unescape = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let (command, properties) = head.split_once(' ').expect("properties");
    let properties: Vec<String> = properties.split(',').map(unescape).collect();
    assert_eq!(command, "warning");
    assert_eq!(properties[0], "file=deploy/two words, one:colon.yaml");
    assert!(unescape(message).starts_with("100% <wrong> & \"quoted\""), "{message}");
    assert!(unescape(message).contains("::error:: elsewhere"), "{message}");
}

#[test]
fn no_secret_is_in_the_lines_that_are_shown() {
    let mut sources = Sources::default();
    let text = "DB_USER=app\nDB_PASSWORD=plum-Tree-42\nURL=redis://:grape-Vine-7@redis:6379/0\nDEBUG=0\n";
    let file = sources.add(".env.production", text);
    let whole = span(&sources, file, "DB_PASSWORD=plum-Tree-42");
    let value = span(&sources, file, "grape-Vine-7");
    let found = [
        Diagnostic::new(&COLLISION, "the password of production").at(whole, "set here").help("Change it"),
        Diagnostic::new(&COLLISION, "the password in a URL").at(value, "this part").help("Change it"),
        Diagnostic::new(&COLLISION, "the inside").at(value.slice(3, 6), "inside").help("Change it"),
    ];
    let report = Report::new(&sources, found.iter().collect());
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github, Format::Gitlab, Format::Junit]
    {
        let text = report.render(format, PLAIN);
        assert!(!text.contains("plum") && !text.contains("grape") && !text.contains("Vine"), "{text}");
    }
    golden("secrets.txt", &report.render(Format::Human, PLAIN));
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
