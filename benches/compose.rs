//! What evaluating a Compose file costs beside draining the YAML parser's events over the same bytes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use specc::facts::compose::{Loader, Request};
use specc::source::SourceId;
use specc::syntax::yaml::Events;
use specc::workspace::Files;
use std::fmt::Write;
use std::hint::black_box;

/// A file of a usual size and kind.
fn text() -> String {
    let mut text = String::from("name: shop-${STAGE:-production}\nservices:\n");
    for at in 0..8 {
        let _ = write!(
            text,
            "  service-{at}:\n    image: registry.example/shop/service-{at}:${{TAG:-1.2.3}}\n    container_name: shop-{at}\n    \
             restart: unless-stopped\n    ports:\n      - \"127.0.0.1:{port}:80\"\n    environment:\n      DATABASE_URL: \
             postgres://shop:${{PASSWORD:-secret}}@db:5432/shop\n      LOG_LEVEL: info\n      WORKERS: 4\n    volumes:\n      - \
             data-{at}:/var/lib/data\n      - ./conf:/etc/conf:ro\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"-f\", \
             \"http://localhost/health\"]\n      interval: 30s\n      retries: 3\n    networks: [front, back]\n",
            port = 8000 + at
        );
    }
    text.push_str("networks:\n  front:\n  back: {internal: true}\nvolumes:\n");
    for at in 0..8 {
        let _ = writeln!(text, "  data-{at}:");
    }
    text
}

fn compose(c: &mut Criterion) {
    let text = text();
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("compose.yaml"), &text).expect("a file");
    let mut group = c.benchmark_group("compose");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("drain", |b| {
        b.iter(|| {
            let events = Events::new(SourceId(0), &text);
            events.map(|event| usize::from(black_box(event).is_ok())).sum::<usize>()
        });
    });
    group.bench_function("load", |b| {
        b.iter(|| {
            let mut files = Files::new(directory.path());
            Loader::new().load(&mut files, &Request::new("")).faults.len()
        });
    });
    group.finish();
}

criterion_group!(benches, compose);
criterion_main!(benches);
