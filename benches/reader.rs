//! Reading 20 MB of Compose text: draining the parser's events, building the tree, and reading it as types.
//!
//! The target is a ratio, since both run on the same machine: the tree takes at most 1.5 times the events.

mod rounds;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rounds::quickest;
use serde::Deserialize;
use specc::diagnostic::Diagnostics;
use specc::source::{SourceId, Spanned};
use specc::syntax::yaml::{self, Events, List, Map, Text};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

/// Services as people write them: comments, quotes, lists, an anchor now and then.
fn compose(bytes: usize) -> String {
    let mut text = String::from("x-common: &common\n  restart: unless-stopped\n  init: true\n\nservices:\n");
    let mut n = 0;
    while text.len() < bytes {
        let _ = write!(
            text,
            "  # service number {n}\n  service-{n}:\n    <<: *common\n    image: registry.example/team/service-{n}:1.{n}\n    \
             ports:\n      - \"127.0.0.1:{}:8080\"\n      - target: 9000   # metrics\n        published: {}\n    \
             environment:\n      DATABASE_URL: postgres://app:${{PASSWORD:?}}@db:5432/app_{n}\n      LOG_LEVEL: 'info'\n      \
             WORKERS: \"4\"\n      GREETING: \"hello\\tworld\"\n    depends_on: [db, cache]\n    command: >-\n      serve\n      \
             --port 8080\n    healthcheck: {{ test: [CMD, curl, -f, http://localhost/], interval: 10s }}\n    \
             volumes:\n      - ./data/{n}:/var/lib/data\n\n",
            1024 + n % 60_000,
            2000 + n % 60_000,
        );
        n += 1;
    }
    text
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct File {
    services: Map<String, Service>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Service {
    image: Spanned<String>,
    restart: String,
    init: bool,
    environment: Map<String, Spanned<Text>>,
    depends_on: List<Spanned<String>>,
    command: Spanned<String>,
}

fn tree(text: &str) -> yaml::Tree {
    let mut diags = Diagnostics::default();
    let tree = yaml::parse(SourceId(0), text, &mut diags);
    assert!(diags.is_empty());
    tree.expect("the text is sound")
}

/// Every event of the bare parser, as it is configured out of the box.
fn drain(text: &str) -> usize {
    granit_parser::Parser::new_from_str(text).filter(|event| black_box(event).is_ok()).count()
}

/// Every event of our own configuration of it.
fn own(text: &str) -> usize {
    Events::new(SourceId(0), text).filter(|event| black_box(event).is_ok()).count()
}

fn ratio(text: &str) {
    let [events, tree, own] = quickest([
        &|| {
            black_box(drain(text));
        },
        &|| {
            black_box(tree(text));
        },
        &|| {
            black_box(own(text));
        },
    ]);
    println!(
        "events {events:?}, own events {own:?}, tree {tree:?}, ratio {:.2} (at most 1.5)",
        tree.as_secs_f64() / events.as_secs_f64()
    );
}

fn reader(criterion: &mut Criterion) {
    let text = compose(20_000_000);
    ratio(&text);
    let mut group = criterion.benchmark_group("reader");
    group
        .throughput(Throughput::Bytes(text.len() as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    group.bench_function("events", |bench| {
        bench.iter(|| own(black_box(&text)));
    });
    group.bench_function("tree", |bench| bench.iter(|| tree(black_box(&text))));
    let tree = tree(&text);
    group.bench_function("types", |bench| {
        bench.iter(|| {
            let mut diags = Diagnostics::default();
            yaml::read::<File>(black_box(&tree), tree.root(), &mut diags).expect("the text is sound")
        });
    });
    group.finish();
}

criterion_group!(benches, reader);
criterion_main!(benches);
