//! The steps of compiling, in memory: read, resolve, emit, and all of it, for a real project and for large ones.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use specc::diagnostic::Diagnostics;
use specc::resolve::{self, Environment, Project};
use specc::source::{SourceId, Sources};
use specc::spec::{self, model::Spec};
use specc::{cli, emit};
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

const SIZES: [usize; 3] = [50, 500, 5000];

/// A spec of so many services: five to a group, and a site to each group. As `benches/processes` does it.
fn generate(services: usize) -> String {
    let groups: Vec<usize> = (0..services / 5).collect();
    let (left, right): (Vec<usize>, Vec<usize>) = groups.iter().partition(|n| **n % 2 == 0);
    let mut text = part("specc");
    for name in ["secrets", "services", "sites", "jobs", "publish", "services-of-staging", "volumes"] {
        text = text.replace(&format!("{{{name}}}\n"), &repeated(name, &groups));
    }
    text.replace("{left}\n", &repeated("placed", &left)).replace("{right}\n", &repeated("placed", &right))
}

fn part(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generated").join(name);
    fs::read_to_string(path.with_extension("yaml")).expect("a part of the generated spec")
}

fn repeated(name: &str, groups: &[usize]) -> String {
    let text = part(name);
    let fill = |n: &usize| {
        let text = text.replace("{n}", &n.to_string()).replace("{nnnn}", &format!("{n:04}"));
        text.replace("{partner}", &(n ^ 1).to_string()) // on the other host
    };
    groups.iter().map(fill).collect()
}

/// A project that compiles: its text, and what each step makes of it.
struct Case {
    name: String,
    sources: Sources,
    id: SourceId,
    spec: Spec,
    environments: Vec<Environment>,
}

impl Case {
    fn new(name: &str, text: String) -> Self {
        let mut sources = Sources::default();
        let id = sources.add("specc.yaml", text);
        let spec = read(&sources, id);
        let environments = resolve(&sources, &spec);
        Self { name: name.to_owned(), sources, id, spec, environments }
    }
}

fn cases() -> Vec<Case> {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs/wish-with-me/specc.yaml");
    let real = fs::read_to_string(real).expect("a fixture");
    let large = SIZES.iter().map(|size| Case::new(&size.to_string(), generate(*size)));
    std::iter::once(Case::new("wish-with-me", real)).chain(large).collect()
}

fn read(sources: &Sources, id: SourceId) -> Spec {
    let mut diagnostics = Diagnostics::default();
    let spec = spec::read(id, &sources.get(id).text, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    spec.expect("a sound spec")
}

fn resolve(sources: &Sources, spec: &Spec) -> Vec<Environment> {
    let mut diagnostics = Diagnostics::default();
    let project = Project { sources, spec, neighbours: Vec::new() };
    let environments = resolve::resolve(&project, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    environments
}

fn emit(environments: &[Environment]) -> Vec<emit::Artifact> {
    let deployments = environments.iter().flat_map(|environment| &environment.deployments);
    deployments.cloned().flat_map(emit::emit).collect()
}

fn pipeline(criterion: &mut Criterion) {
    let cases = cases();
    let mut group = criterion.benchmark_group("pipeline");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for case in &cases {
        let name = &case.name;
        let text = &case.sources.get(case.id).text;
        group.throughput(Throughput::Elements(case.spec.services.len() as u64));
        // What comes out is dropped after the clock has stopped.
        group.bench_function(BenchmarkId::new("read", name), |bench| {
            bench.iter_with_large_drop(|| read(black_box(&case.sources), case.id));
        });
        group.bench_function(BenchmarkId::new("resolve", name), |bench| {
            bench.iter_with_large_drop(|| resolve(&case.sources, black_box(&case.spec)));
        });
        group.bench_function(BenchmarkId::new("emit", name), |bench| {
            bench.iter_with_large_drop(|| emit(black_box(&case.environments)));
        });
        group.bench_function(BenchmarkId::new("compile", name), |bench| {
            bench.iter_batched(
                || text.clone(),
                |text| {
                    let mut sources = Sources::default();
                    let id = sources.add("specc.yaml", text);
                    let spec = read(&sources, id);
                    let environments = resolve(&sources, &spec);
                    (emit(&environments), environments, spec, sources)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.bench_function("command line", |bench| bench.iter_with_large_drop(cli::command));
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
