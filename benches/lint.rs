//! Lint of a generated tree of Compose files beside draining the YAML parser's events over the same bytes.
//!
//! The target is a ratio, since both run on the same machine: reading, evaluating and judging 3,000 files in memory of a file
//! system takes at most three times the events.

mod rounds;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rounds::quickest;
use specc::facts::Tree;
use specc::lint::{self, Options};
use specc::spec::model::Lint;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// Three environments of every project, each a Compose file beside its env-file. As `benches/processes` does it.
fn tree(root: &Path, count: usize) -> Vec<String> {
    let part = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generated").join(name);
        fs::read_to_string(path).expect("a part of the generated tree")
    };
    let (compose, env) = (part("compose.yaml"), part("compose.env"));
    let mut texts = Vec::new();
    for number in 0..count {
        let (project, stage) = (number / 3, ["production", "staging", "development"][number % 3]);
        let folder = root.join(format!("team{:02}/project{project:04}/{stage}", project % 20));
        fs::create_dir_all(&folder).expect("a directory");
        let fill = |text: &str| {
            let text = text.replace("{name}", &format!("project{project:04}-{stage}"));
            let text = text.replace("{project}", &project.to_string()).replace("{n}", &number.to_string());
            text.replace("{port}", &(10_000 + number).to_string())
        };
        let text = fill(&compose);
        fs::write(folder.join("compose.yaml"), &text).expect("a Compose file");
        fs::write(folder.join(".env"), fill(&env)).expect("an env-file");
        texts.push(text);
    }
    texts
}

fn drain(texts: &[String]) -> usize {
    let events =
        |text: &String| granit_parser::Parser::new_from_str(text).filter(|it| black_box(it).is_ok()).count();
    texts.iter().map(events).sum()
}

/// All that `specc lint` does but for the report.
fn whole(root: &Path) -> usize {
    let options = Options::default();
    let judged = lint::judge(&Tree::new(root), &Lint::default(), &options, |_| {}, |_| ());
    judged.outcome.findings.len()
}

fn ratio(root: &Path, texts: &[String]) {
    let [events, lint] = quickest([
        &|| {
            black_box(drain(texts));
        },
        &|| {
            black_box(whole(root));
        },
    ]);
    println!(
        "events {events:?}, lint {lint:?}, ratio {:.2} (at most 3)",
        lint.as_secs_f64() / events.as_secs_f64()
    );
}

fn bench(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join(".git")).expect("the root of a repository");
    let texts = tree(directory.path(), 3000);
    ratio(directory.path(), &texts);
    let mut group = criterion.benchmark_group("lint");
    group
        .throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()))
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    group.bench_function("events", |bench| bench.iter(|| drain(black_box(&texts))));
    group.bench_function("tree", |bench| bench.iter(|| whole(directory.path())));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
