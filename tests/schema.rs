//! The schema accepts what the reader accepts: near misses of real specs, both ways.

use proptest::prelude::*;
use serde_json::{Value, json};
use specc::diagnostic::Diagnostics;
use specc::source::Sources;

/// Whether the reader takes a document, and what it says.
fn read(document: &Value) -> Vec<String> {
    let text = document.to_string();
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let source = sources.add("specc.yaml", text.as_str());
    let _ = specc::spec::read(source, &text, &mut diags);
    let shapes = specc::syntax::codes::ALL;
    let said = diags.iter().filter(|diagnostic| shapes.contains(&diagnostic.code) || diagnostic.code.name == "empty-spec");
    said.map(|diagnostic| format!("{}: {}", diagnostic.code.name, diagnostic.message)).collect()
}

/// Changes the node number `at` of a document, counted from the root; whether there is such a node.
fn change(node: &mut Value, at: &mut usize, how: &mut dyn FnMut(&mut Value)) -> bool {
    if *at == 0 {
        how(node);
        return true;
    }
    *at -= 1;
    match node {
        Value::Object(map) => map.values_mut().any(|value| change(value, at, how)),
        Value::Array(items) => items.iter_mut().any(|value| change(value, at, how)),
        _ => false,
    }
}

fn count(node: &Value) -> usize {
    1 + match node {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

fn pool() -> Vec<Value> {
    let mut pool: Vec<Value> = [
        "",
        "a",
        "ab",
        "My_App",
        "web",
        "secrets",
        "postgres",
        "8000",
        "8000-8001",
        "0",
        "1s",
        "0s",
        "10",
        "1.27",
        "16-alpine",
        "2G",
        "0.5",
        "/opt/x",
        "./x",
        "x/y",
        "../x",
        "/a b",
        "example.com",
        "203.0.113.1",
        "10.0.0.0/8",
        "a:1",
        "${secrets.a}",
        "${x}",
        "$",
        "a 'b",
        "10r/s",
        "none",
        "off",
        "letsencrypt",
        "host",
        "service",
        "tcp",
        "web.api",
        "web.host",
        "postgres.data",
        "A_B",
        "X-Y",
        "0 2 * * *",
        "{service}",
        "./x/y/",
        "././x",
        "./..",
        "/",
        "/a/../b",
        "b-b",
        "xx.",
        "a.b-c",
        "db.x",
        "{x}",
        "platform_db",
        "A",
        "true",
        "healthy",
        "curl",
        "aof",
        "a@b.example",
        "never",
    ]
    .into_iter()
    .map(Value::from)
    .collect();
    pool.extend([
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(80),
        json!(1.5),
        json!(70000),
        json!([]),
        json!({}),
        json!(["web"]),
        json!({"web": "a"}),
        json!({"to": "web"}),
    ]);
    pool
}

#[test]
fn schema_and_reader_agree() {
    let schema = specc::spec::schema::schema();
    let names: Vec<String> = {
        let mut names = Vec::new();
        fn gather(node: &Value, names: &mut Vec<String>) {
            match node {
                Value::Object(map) => {
                    if let Some(Value::Object(properties)) = map.get("properties") {
                        names.extend(properties.keys().cloned());
                    }
                    map.values().for_each(|value| gather(value, names));
                }
                Value::Array(items) => items.iter().for_each(|value| gather(value, names)),
                _ => {}
            }
        }
        gather(schema.as_value(), &mut names);
        names.extend(pool().iter().filter_map(|value| value.as_str().map(String::from)));
        names.sort();
        names.dedup();
        names
    };
    let schema = jsonschema::validator_for(schema.as_value()).expect("a schema");
    let mut bases: Vec<Value> = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/specs")).unwrap() {
        let Ok(text) = std::fs::read_to_string(entry.unwrap().path().join("specc.yaml")) else { continue };
        bases.push(serde_yaml::from_str(&text).unwrap());
    }
    bases.push(serde_yaml::from_str(FULL).unwrap());
    for base in &bases {
        assert_eq!(read(base), Vec::<String>::new(), "{}", base["project"]);
        let errors: Vec<_> = schema.iter_errors(base).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1,
        failure_persistence: None,
        ..Default::default()
    });
    let mut seen = std::collections::BTreeMap::new();
    let (mut good, mut bad) = (0, 0);
    let cases: usize = std::env::var("CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(1500);
    let pool = pool();
    for _ in 0..cases {
        use proptest::strategy::ValueTree;
        let strategy = (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            0..10u8,
        );
        let (base, node, value, key, kind) = strategy.new_tree(&mut runner).unwrap().current();
        let mut document = base.get(&bases).clone();
        let mut at = node.index(count(&document));
        let what = std::cell::RefCell::new(String::new());
        change(&mut document, &mut at, &mut |node| {
            let before = node.to_string();
            match (kind, &mut *node) {
                (0..=1, Value::Object(map)) if !map.is_empty() => {
                    let old = map.keys().nth(key.index(map.len())).cloned().unwrap();
                    let value = map.shift_remove(&old).unwrap();
                    if kind == 0 {
                        map.insert(value_key(&names, &value, &key), value);
                    }
                }
                (2..=6, Value::Object(map)) => {
                    map.insert(key.get(&names).clone(), value.get(&pool).clone());
                }
                (7, Value::Array(items)) => items.push(value.get(&pool).clone()),
                _ => *node = value.get(&pool).clone(),
            }
            *what.borrow_mut() = format!("{} -> {}", cut(&before), cut(&node.to_string()));
        });
        let said = read(&document);
        let valid = schema.is_valid(&document);
        if valid {
            good += 1
        } else {
            bad += 1
        }
        if valid != said.is_empty() {
            without_removals(&mut document);
        }
        let (valid, said) = (schema.is_valid(&document), read(&document));
        // What an override lacks may stand in what it overrides, which the schema cannot see.
        let lacking = valid && said.iter().all(|said| said.starts_with("missing-key"));
        if valid != said.is_empty() && !lacking {
            let key = if valid {
                format!("reader: {}", said[0])
            } else {
                let e = schema.iter_errors(&document).next().unwrap();
                format!("schema: {} at {}", cut(&e.to_string()), e.schema_path())
            };
            seen.entry(key).or_insert_with(|| what.borrow().clone());
        }
    }
    println!("{good} good, {bad} bad");
    for (key, example) in &seen {
        println!("{key}\n    {example}");
    }
    assert!(seen.is_empty());
}

/// Drops the nulls of overrides: whether there is something for them to remove, the schema cannot see.
fn without_removals(document: &mut Value) {
    fn prune(node: &mut Value) {
        match node {
            Value::Object(map) => {
                map.retain(|_, value| !value.is_null());
                map.values_mut().for_each(prune);
            }
            Value::Array(items) => items.iter_mut().for_each(prune),
            _ => {}
        }
    }
    let Some(environments) = document.get_mut("environments").and_then(Value::as_object_mut) else { return };
    for environment in environments.values_mut() {
        for section in ["services", "sites", "jobs"] {
            environment.get_mut(section).into_iter().for_each(prune);
        }
    }
}

fn value_key(names: &[String], _: &Value, key: &prop::sample::Index) -> String {
    key.get(names).clone()
}
fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}

const FULL: &str = r#"
project: full
hosts:
  h: { address: 203.0.113.1, path: /opt/x, proxy: { nginx: shared, version: "1.27", image: "nginx:1.27", container: platform-nginx, network: platform, conf: /etc/conf }, with: [../a/specc.yaml], taken: { ports: [80, "90-91"], names: [xx] } }
names: { project: "{project}-{environment}", container: "{project}-{environment}-{service}", volume: "{volume}", network: "{network}" }
secrets: { a: { generate: 32, min_length: 8, description: text } }
vars: { debug: true, n: 1.5 }
networks: { back: { external: platform, internal: true } }
services:
  web:
    build: { context: ., dockerfile: Dockerfile, image: a/b, target: prod, args: { A: "${vars.debug}" } }
    ports: { api: 8000, console: 9000 }
    user: "1000"
    health: { path: /x, via: curl, port: 8000, headers: { X-A: "${secrets.a}" }, interval: 1s, timeout: 1s, retries: 3, start_period: 1s }
    needs: { db: started }
    env: { A: 1, B: true, C: "${db.url(a, b=c)}" }
    volumes: { data: /data, ./conf: { to: /etc/conf, read_only: true }, /srv/x: /x }
    networks: [back, default]
    limits: { cpus: 2, memory: 4G, pids: 100 }
    reservations: { cpus: 0.5, memory: 1G }
    replicas: 2
    balance: ip_hash
    command: run 'x y'
    entrypoint: [a, b]
    shm_size: 256M
    logging: { driver: local, options: { max-size: 10m } }
    stop_grace: 10s
    restart: always
    compose: { init: true }
  db: { preset: postgres, version: 16, external: { host: pg, network: platform }, user: u, password: "${secrets.a}", root_password: "${secrets.a}", database: d }
  r: { preset: redis, persistence: aof, health: none, another_preset: false, image: "redis:7", port: 6379 }
sites:
  s:
    domain: example.com
    listen: 80
    tls: { certificate: /a, key: /b }
    hsts: 30d
    allow: [h, 10.0.0.0/8]
    headers: { X-A: b }
    body: 20M
    gzip: true
    smoke: [/]
    routes: { /: web, /a: { to: web.api, path: /b, stream: true, websocket: true, limit: { rate: 1r/s, burst: 2 }, body: 1M, timeout: 5s, cache: { age: 1s, immutable: true } } }
jobs: { j: { schedule: "@daily", before: web, service: web, command: x, run: a.sh } }
package: { include: [a], exclude: [b] }
environments:
  p:
    runs_on: { h: [web, s] }
    vars: { n: 2 }
    without: [db]
    publish: { web.api: 1, r: { port: "1-2", bind: 0.0.0.0, protocol: udp } }
    volumes: { db.data: /x, web.data: { name: xx }, web.logs: { external: xx } }
    services: { web: { replicas: 1, env: { A: null } } }
    sites: { s: { listen: 81, routes: { /: null } } }
    jobs: { j: { schedule: "@hourly" } }
    compose: { x-a: 1 }
"#;
