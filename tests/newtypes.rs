//! Every newtype at its edges: what it takes, what it refuses, and that the schema says the same.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specc::diagnostic::{Diagnostics, Invalid};
use specc::source::{SourceId, Sources, Span, Spanned};
use specc::spec::names::*;
use specc::spec::template::{CommandLine, Field, Target, Template, TemplatePiece, locate};
use specc::spec::values::*;
use specc::syntax::yaml::parse;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// What the schema cannot say, by the words of the refusal.
const BEYOND_SCHEMA: &str = "runs backwards";

/// One newtype: its reader, and its schema.
struct Subject<T> {
    schema: jsonschema::Validator,
    kind: std::marker::PhantomData<T>,
}

impl<T> Subject<T>
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    fn new() -> Self {
        let schema = schema_for!(T);
        let schema = jsonschema::validator_for(schema.as_value()).expect("the schema is one");
        Self { schema, kind: std::marker::PhantomData }
    }

    fn agree(&self, text: &str) -> bool {
        let taken = T::from_str(text);
        if let Err(refusal) = &taken {
            let help = refusal.help.as_deref().unwrap_or_default();
            assert!(
                !help.is_empty() && !help.ends_with('.'),
                "{text:?} is refused without help: {refusal:?}"
            );
            assert!(!refusal.message.ends_with('.'), "{refusal:?}");
            if refusal.message.contains(BEYOND_SCHEMA) || help.contains(BEYOND_SCHEMA) {
                return false;
            }
        }
        let value = Value::String(text.to_owned());
        let valid = self.schema.is_valid(&value);
        assert_eq!(
            valid,
            taken.is_ok(),
            "{}: schema and reader differ over {text:?}: {taken:?}",
            T::schema_name()
        );
        let read = serde_json::from_value::<T>(value);
        assert_eq!(read.is_ok(), taken.is_ok(), "{text:?}: {read:?}");
        if let Ok(taken) = &taken {
            assert_eq!(
                T::from_str(&taken.to_string()).as_ref(),
                Ok(taken),
                "{text:?} is displayed as {taken}"
            );
        }
        taken.is_ok()
    }

    fn json(&self, value: &Value) -> bool {
        let read = serde_json::from_value::<T>(value.clone());
        assert_eq!(
            self.schema.is_valid(value),
            read.is_ok(),
            "{}: schema and reader differ over {value}: {read:?}",
            T::schema_name()
        );
        read.is_ok()
    }
}

/// Texts that must be taken and refused, and everything that is nearly one of them.
fn texts<T>(accepted: &[&str], refused: &[&str])
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    let subject = Subject::<T>::new();
    for text in accepted {
        assert!(subject.agree(text), "{} refuses {text:?}: {:?}", T::schema_name(), T::from_str(text));
    }
    for text in refused.iter().chain(&["", " ", "\n", "\0", "a b", "日本", "${x}"]) {
        let free = ["Line", "HeaderValue", "Template", "CommandLine"].contains(&T::schema_name().as_ref());
        assert!(
            !subject.agree(text) || (free && !refused.contains(text)),
            "{} takes {text:?}",
            T::schema_name()
        );
    }
    let seeds: Vec<String> = accepted.iter().chain(refused).map(|text| (*text).to_owned()).collect();
    let parts = prop_oneof![
        3 => proptest::sample::select("abzAZ019.-_:/@*,+=~%$\"'\\ \t\n\u{7f}é#?&;kKmMgGihds".chars().collect::<Vec<_>>())
            .prop_map(String::from),
        1 => proptest::sample::select(seeds.clone()),
    ];
    let edit = (any::<prop::sample::Index>(), 0..3_usize, parts);
    let near = (proptest::sample::select(seeds), proptest::collection::vec(edit, 0..4));
    let mut runner = TestRunner::new(Config {
        cases: Config::default().cases.max(500),
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&near, |(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, drop, part) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + drop).min(chars.len());
            chars.splice(at..end, part.chars());
        }
        subject.agree(&chars.into_iter().collect::<String>());
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{}: {failure}", T::schema_name()));
}

/// Values that are not text.
fn values<T>(accepted: &[Value], refused: &[Value])
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + DeserializeOwned + JsonSchema,
{
    let subject = Subject::<T>::new();
    for value in accepted {
        assert!(subject.json(value), "{} refuses {value}", T::schema_name());
    }
    let never = [json!(null), json!(true), json!(-1), json!([]), json!({})];
    for value in refused.iter().chain(never.iter().filter(|value| {
        !accepted.contains(value) && !["Template", "CommandLine"].contains(&T::schema_name().as_ref())
    })) {
        assert!(!subject.json(value), "{} takes {value}", T::schema_name());
    }
}

fn repeat(text: &str, times: usize) -> String {
    text.repeat(times)
}

#[test]
fn names() {
    let longest = repeat("a", 63);
    let too_long = repeat("a", 64);
    let good = ["a", "app", "my-app", "a1", "a-1-b", "wish-with-me", &longest];
    let bad = ["My_App", "my_app", "-a", "a-", "a--b", "1a", "a.b", "é", "A", "a/b", &too_long, "a\n"];
    texts::<ProjectName>(&good, &bad);
    texts::<EnvironmentName>(&good, &bad);
    texts::<HostName>(&good, &bad);
    texts::<SecretName>(&good, &bad);
    texts::<JobName>(&good, &bad);
    texts::<NetworkName>(&good, &bad);
    texts::<PortName>(&good, &[&bad[..], &FIELDS].concat());
    let reserved: Vec<_> = bad.into_iter().chain(RESERVED).collect();
    let near_reserved: Vec<_> = good.into_iter().chain(["secret", "secrets-a", "project2", "host"]).collect();
    texts::<ServiceName>(&near_reserved, &reserved);
    texts::<SiteName>(&near_reserved, &reserved);
    texts::<VolumeName>(&good[1..], &[&bad[..], &["a"]].concat());
    texts::<VarName>(
        &["a", "api_url", "api-url", "a1_b"],
        &["API_URL", "_a", "a_", "a__b", "a-_b", "a.b", &too_long],
    );
    values::<ProjectName>(&[], &[json!(1), json!(1.5)]);
}

#[test]
fn names_for_the_engine() {
    let long = repeat("a", 128);
    let good = ["platform-nginx", "a1", "9a", "My.Name_1-", "filter-ical-backend-production", &long];
    let too_long = repeat("a", 129);
    let bad = ["a", "-a", "_a", ".a", "a b", "a/b", "a$", &too_long];
    texts::<ContainerName>(&good, &bad);
    texts::<DockerObjectName>(&good, &bad);
    texts::<VariableName>(
        &["A", "_", "_a1", "DATABASE_URL", "http_proxy"],
        &["1A", "A-B", "A B", "A=", "é", "a.b", "---"],
    );
}

#[test]
fn ports() {
    let good = ["1", "80", "8000", "9999", "65535", "59999", "60000", "65499", "65529"];
    let bad = [
        "0",
        "65536",
        "70000",
        "080",
        "+80",
        "-1",
        "80/tcp",
        "80:80",
        "8000.0",
        "http",
        "1_000",
        "0x50",
        "99999999999",
    ];
    texts::<Port>(&good, &bad);
    values::<Port>(&[json!(1), json!(65535)], &[json!(0), json!(65536), json!(80.5)]);
    texts::<PortSpan>(
        &[&good[..], &["8000-8001", "1-65535", "80-80"]].concat(),
        &[&bad[..], &["80-", "-80", "0-80", "9-8", "1-2-3"]].concat(),
    );
    values::<PortSpan>(&[json!(1), json!(65535)], &[json!(0), json!(65536), json!(80.5)]);
    let span = PortSpan::parse("8000-8003").unwrap();
    assert_eq!((span.first().get(), span.last().get(), span.count()), (8000, 8003, 4));
    let help = PortSpan::parse("8003-8000").unwrap_err().help.unwrap();
    assert_eq!(help, "write `8000-8003`");
}

#[test]
fn domains() {
    let label = repeat("a", 63);
    let long_label = repeat("a", 64);
    let (fits, long_label) = (format!("{label}.example"), format!("{long_label}.example"));
    let longest = format!("{}.com", [label.as_str(); 4].join(".").split_at(249).0);
    let too_long = format!("{}.com", [label.as_str(); 4].join(".").split_at(250).0);
    assert_eq!((longest.len(), too_long.len()), (253, 254));
    texts::<Domain>(
        &[
            "localhost",
            "example.com",
            "app.localhost",
            "a.b.c.example",
            "*.example.com",
            "xn--bcher-kva.example",
            "3com.com",
            &fits,
            &longest,
        ],
        &[
            "example",
            "Example.com",
            "https://example.com/x",
            "example.com:80",
            "example.com/",
            "example.com.",
            "*",
            "*.com",
            "a.*.com",
            "*.localhost",
            "203.0.113.1",
            "a.1",
            "bücher.example",
            "_a.example",
            "-a.example",
            "a-.example",
            "a..b",
            ".a.b",
            &long_label,
            &too_long,
            "example.com;",
        ],
    );
    texts::<Email>(
        &["ops@example.com", "a.b+c@x.example"],
        &[
            "ops",
            "@example.com",
            "ops@",
            "ops@localhost",
            "a b@x.y",
            "a..b@x.example",
            ".a@x.example",
            "a@b@c.example",
            "a;b@x.example",
        ],
    );
}

#[test]
fn addresses() {
    let ips = [
        "203.0.113.20",
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "::",
        "2001:db8::20",
        "1:2:3:4:5:6:7:8",
        "1::",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "2001:DB8::1",
    ];
    let never = [
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.4:80",
        "[::1]",
        "::1%eth0",
        ":::",
        "1::2::3",
        "12345::",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
    ];
    texts::<Address>(
        &[&ips[..], &["server", "server.example.com"]].concat(),
        &[&never[..], &["ssh://x", "root@x", "Server", "a..b", "10.0.0.0/8"]].concat(),
    );
    texts::<ServerAddress>(
        &[&ips[..], &["db", "postgres-platform", "Shared_db.1", "a..b", "db."]].concat(),
        &[&never[..], &["ssh://x", "_a", "a/b", "db:5432", "10.0.0.0/8"]].concat(),
    );
    texts::<BindAddress>(&ips, &[&never[..], &["localhost", "*", "10.0.0.0/8"]].concat());
    let networks =
        ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "::/0", "2001:db8::/32", "2001:db8::1/128", "10.1.2.3/9"];
    let not_networks =
        ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "/8", "10.0.0.0/8/8", "10.0.0.0/+8"];
    texts::<IpNetwork>(&[&ips[..], &networks].concat(), &[&never[..], &not_networks, &["ubuntu"]].concat());
    texts::<Allowed>(
        &[&ips[..], &networks, &["ubuntu", "my-host"]].concat(),
        &[&never[..], &not_networks, &["Ubuntu", "a_b"]].concat(),
    );
    assert_eq!(IpNetwork::parse("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
    assert_eq!(IpNetwork::parse("2001:db8::1/0").unwrap().to_string(), "::/0");
    assert_eq!(Address::parse("2001:DB8::1").unwrap().to_string(), "2001:db8::1");
}

#[test]
fn images() {
    let good = [
        "postgres",
        "wish-with-me/core-api",
        "ghcr.io/filter-ical/backend",
        "localhost/x",
        "localhost:5000/x",
        "registry:5000/a/b",
        "a.b_c",
        "a__b/c--d",
        "quay.io/a.b/c",
    ];
    let bad = [
        "Postgres",
        "postgres:16",
        "/a",
        "a/",
        "a//b",
        "a_-b",
        "a___b",
        "-a",
        "a..b",
        "https://ghcr.io/a",
        "ghcr.io/",
        "x:y/z",
        "registry:123456/x",
        "a/b:c/d",
        "ghcr.io/Owner/x",
    ];
    texts::<ImageRepository>(&good, &bad);
    let digest = format!("postgres@sha256:{}", repeat("0a", 32));
    let both = format!("ghcr.io/a/b:1@sha256:{}", repeat("0a", 32));
    let short = format!("postgres@sha256:{}", repeat("0a", 31));
    texts::<ImageReference>(
        &[
            &good[..],
            &[
                "postgres:16-alpine",
                "registry:5000/a:1",
                "a:_",
                "minio/minio:RELEASE.2025-01-20T14-49-07Z",
                &digest,
                &both,
            ],
        ]
        .concat(),
        &[
            "postgres:",
            "postgres:-a",
            "postgres:a:b",
            "postgres:a b",
            "Postgres:16",
            "@sha256:1",
            &short,
            "postgres@md5:1",
            "a:b/c:d/e",
        ],
    );
    let image = ImageReference::parse(&both).unwrap();
    assert_eq!(image.repository().registry(), Some("ghcr.io"));
    assert_eq!(image.tag().map(ImageTag::as_str), Some("1"));
    assert!(image.digest().unwrap().starts_with("sha256:0a0a"));
    let longest = repeat("a", 128);
    texts::<ImageTag>(
        &["16", "16-alpine", "7.0", "_x", "RELEASE.2025", &longest],
        &["-a", ".a", "a:b", "a/b", "a+b", &format!("{longest}a")],
    );
    values::<ImageTag>(&[json!(16), json!(7.5), json!(0)], &[]);
}

#[test]
fn amounts() {
    texts::<ByteSize>(
        &[
            "1",
            "1b",
            "1024",
            "64k",
            "512M",
            "512m",
            "2g",
            "2GB",
            "2GiB",
            "1.5G",
            "0.5g",
            "0.001k",
            "9999999k",
            "999999t",
            "999999999999999999",
            "1048576kb",
        ],
        &[
            "0",
            "0M",
            "0.0G",
            "012",
            "-1",
            "1.5",
            "1.5b",
            "2Gi",
            "1.2345G",
            "2 G",
            "2p",
            "1e3",
            "1_000",
            "G",
            ".5G",
            "1.G",
            "10000000k",
            "1000000t",
            "1000000000000000000",
            "1bb",
            "1..5k",
            "1.1.1k",
        ],
    );
    values::<ByteSize>(&[json!(1), json!(1_048_576)], &[json!(0), json!(1.5)]);
    assert_eq!(ByteSize::parse("1.5G").unwrap().bytes(), 1_610_612_736);
    assert_eq!(ByteSize::parse("2GiB").unwrap().to_string(), "2g");
    texts::<Cpus>(
        &["2", "0.5", "0.01", "0.05", "1.5", "9999", "9999.999999999", "0.123456789", "2.0", "0.010"],
        &[
            "0",
            "0.0",
            "0.001",
            "0.009999999",
            "-1",
            "01",
            ".5",
            "1.",
            "10000",
            "1e2",
            "1.1.1",
            "0.1234567891",
            "2 cpus",
        ],
    );
    values::<Cpus>(&[json!(2), json!(0.5), json!(0.01)], &[json!(0), json!(0.001), json!(10000)]);
    assert_eq!(
        (Cpus::parse("2.0").unwrap().to_string(), Cpus::parse("0.50").unwrap().to_string()),
        ("2".into(), "0.5".into())
    );
    texts::<Duration>(
        &["1s", "10s", "1m30s", "90m", "12h", "30d", "1d2h3m4s", "0m1s", "01s", "99999d", "0d0h0m1s"],
        &[
            "0s", "0m0s", "10", "1.5s", "500ms", "1500ms", "1s1m", "1s1s", "1w", "1M", "s", "-1s", "+1s",
            "1 s", "100000d", "10us", "0",
        ],
    );
    values::<Duration>(&[], &[json!(10), json!(1.5)]);
    texts::<Age>(&["0s", "0d", "1s", "30d", "1h0m0s"], &["0", "10", "1.5s", "-1s", "s", "1s1s"]);
    values::<Age>(&[], &[json!(0), json!(10)]);
    assert_eq!(Duration::parse("1h1m1s").unwrap().seconds(), 3661);
    texts::<Rate>(
        &["1r/s", "10r/s", "5r/m", "999999r/m"],
        &["0r/s", "10", "10/s", "10r/h", "10 r/s", "1.5r/s", "01r/s", "1000000r/s", "-1r/s", "r/s", "10R/s"],
    );
    let rate = Rate::parse("5r/m").unwrap();
    assert_eq!((rate.requests(), rate.per()), (5, Per::Minute));
}

#[test]
fn paths() {
    let long = format!("/{}", repeat("a", 1024));
    texts::<AbsolutePath>(
        &["/", "/opt/app", "/opt/app/", "/a.b/c_d-e@f+g=h~i", "/..a/.b/c..", "/.../x"],
        &[
            "opt", "./a", "/a/../b", "/..", "/.", "/a/./b", "//", "/a//b", "/a:b", "/a,b", "/a b", "/a'b",
            "/a\"b", "/a$b", "/a\\b", "/a%b", "/a;b", "/é", &long,
        ],
    );
    assert_eq!(AbsolutePath::parse("/opt/app/").unwrap().as_str(), "/opt/app");
    texts::<MountTarget>(&["/data", "/var/lib/data/"], &["/", "data", "/a:ro", "/../x", "//"]);
    texts::<RelativePath>(
        &[".", "./", "a", "./a", "services/api", "scripts/", "a.b/.c", "...", "./a/"],
        &[
            "/a", "..", "../a", "a/../b", "a/..", "a//b", "a/./b", "././a", ".//", "a b", "a:b", "~$",
            "a\\b", "a*", "./..",
        ],
    );
    assert_eq!(RelativePath::parse("./scripts/").unwrap().as_str(), "scripts");
    assert!(RelativePath::parse("./").unwrap().is_root());
    texts::<SpecPath>(
        &["specc.yaml", "./specc.yaml", "../billing/specc.yaml", "../../a/b.yaml", "a/b", "./../a"],
        &["/a", "..", "../", "../..", "a/", "a/../b", "../a//b", "a b", ".", "./", "../."],
    );
    texts::<UrlPath>(
        &["/", "/api", "/api/", "/a/b.c/d~e", "/v1:x@y", "/a&b=c,d!e+f", "/..."],
        &[
            "api",
            "/a?b",
            "/a#b",
            "/a b",
            "/a%20b",
            "/a;b",
            "/a{b",
            "/a$b",
            "/a\"b",
            "/a'b",
            "/a\\b",
            "/a/../b",
            "/..",
            "/.",
            "//",
            "/a//b",
            "https://x/y",
            "/é",
            "/a*",
        ],
    );
    assert_eq!(
        (UrlPath::parse("/api/").unwrap().without_slash(), UrlPath::parse("/").unwrap().without_slash()),
        ("/api", "/")
    );
}

#[test]
fn schedules_versions_and_lines() {
    texts::<Schedule>(
        &[
            "0 2 * * *",
            "30 3 * * *",
            "*/5 * * * *",
            "0-59/10 0,12 1-15 1,6 mon-fri",
            "0 0 31 12 7",
            "0  0 1 jan sun",
            "@daily",
            "@hourly",
            "@annually",
        ],
        &[
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * 32 * *",
            "* * * 13 *",
            "* * * * 8",
            "5/10 * * * *",
            "*/0 * * * *",
            "*/100 * * * *",
            "5-1 * * * *",
            "* * * * fri-mon",
            "* * * * Mon",
            "00 * * * *",
            "@reboot",
            "@dayly",
            "1,,2 * * * *",
            " * * * * *",
            "* * * * * ",
            "-1 * * * *",
            "mon * * * *",
            "% * * * *",
        ],
    );
    assert_eq!(Schedule::parse("0  2 * * *").unwrap().as_str(), "0 2 * * *");
    texts::<Version>(
        &["1.27", "1.27.3", "0.0", "2.8", "1.10", "999999999.0"],
        &["1", "1.", "v1.2", "1.2.3.4", "01.2", "1.02", "1.27-alpine", "1..2", "-1.2", "9999999999.0"],
    );
    values::<Version>(&[json!(1.27), json!(2.8)], &[json!(1), json!("1")]);
    assert!(
        Version::parse("1.27").unwrap().at_least(1, 25) && !Version::parse("1.9").unwrap().at_least(1, 25)
    );
    texts::<HeaderName>(
        &["X-Frame-Options", "a", "X1"],
        &["1X", "X_Y", "X Y", "X:", "X-", "X--Y", "-X", "é"],
    );
    texts::<HeaderValue>(
        &["SAMEORIGIN", "default-src 'self'; img-src *", "a \"b\" \\ {c}", "a  b", "~"],
        &["a$b", " a", "a ", "a\nb", "a\rb", "é", "\u{7f}", ""],
    );
    texts::<Line>(
        &["a", "any text, with $ and \"quotes\"", "日本"],
        &["a\nb", "a\tb", "\u{85}", "a\u{2028}b", "   ", "\0"],
    );
    texts::<RunUser>(
        &["node", "1000", "1000:1000", "www-data:www-data", "_x", "0"],
        &["a b", ":1", "1:", "1:2:3", "-a", "a$", "é"],
    );
    values::<RunUser>(&[json!(1000), json!(0)], &[]);
}

#[test]
fn templates() {
    let subject = Subject::<Template>::new();
    let name = repeat("a", 63);
    let (longest, too_long) = (format!("${{secrets.{name}}}"), format!("${{secrets.{name}a}}"));
    texts::<Template>(
        &[
            "plain",
            "a\nb",
            "$$",
            "$$$$",
            "$${x}",
            "${project}",
            "${environment}",
            "${secrets.a-b}",
            "${vars.a_b}",
            "${db.url}",
            "x${db.url(postgresql+asyncpg)}y",
            "${db.url(mongodb, authSource=admin, tls=true)}",
            "${db.url(sslmode=require)}",
            "${db.url( a , b=c )}",
            "${db.host}:${db.port}",
            "${minio.api}",
            "${db.root_password}",
            "${sites.web.url}",
            "${hosts.h.address}",
            "${a.b}$$${c.host}",
            "}",
            "{",
            &longest,
        ],
        &[
            "$",
            "$x",
            "a$",
            "$ {",
            "${",
            "${}",
            "${x}",
            "${X}",
            "${X:-y}",
            "${ project }",
            "${project.x}",
            "${secrets}",
            "${secrets.}",
            "${secrets.A}",
            "${secrets.a.b}",
            "${vars.a-_b}",
            "${db.}",
            "${.x}",
            "${db.HOST}",
            "${db.url()}",
            "${db.url(A)}",
            "${db.url(a,b)}",
            "${db.url(a=b&c=d)}",
            "${db.url(a=b, c)}",
            "${db.url(a, b=)}",
            "${db.url(a}",
            "${db.url)}",
            "${db.host.x}",
            "${sites.web}",
            "${sites.web.host}",
            "${sites.vars.url}",
            "${hosts.h}",
            "${hosts.h.url}",
            "$${a}$",
            "${a.b",
            "${a.${b}}",
            "$$$",
            "\0",
            &too_long,
        ],
    );
    values::<Template>(&[json!(true), json!(false), json!(1), json!(1.5), json!(-3)], &[]);
    assert!(subject.json(&json!("a")) && subject.agree(""));
}

#[test]
fn command_lines() {
    texts::<CommandLine>(
        &[
            "a",
            "alembic upgrade head",
            " a  'b c' \"d 'e'\" f\\ g '' ",
            "x ${db.url(a, b=c)}y",
            "'${project}' \"$$\"",
            "\\$$ \\${project}",
            "a\nb",
            "\"\\\"\"",
            "'\\'",
        ],
        &["   ", "'", "a 'b", "a \"b", "\\", "a\\", "\"\\\"", "$x", "'$x'", "a $", "${x}", "\\$"],
    );
    values::<CommandLine>(&[json!(true), json!(1), json!(-1)], &[]);
    let words = |text: &str| -> Vec<String> {
        let line = CommandLine::parse(text).unwrap();
        line.words().map(|word| word.as_literal().unwrap().to_owned()).collect()
    };
    assert_eq!(words("alembic upgrade head"), ["alembic", "upgrade", "head"]);
    assert_eq!(words("a 'b c'  \"d 'e'\" f\\ g '' $$"), ["a", "b c", "d 'e'", "f g", "", "$"]);
    let source = "run 'x ${db.url(a, k=v)}'";
    let line = CommandLine::parse(source).unwrap();
    let spread = CommandLine::spread(Spanned::new(line, Span::new(SourceId(0), 100, 100 + source.len())));
    assert_eq!((spread[1].as_written(), spread[1].span.start), ("'x ${db.url(a, k=v)}'", 104));
    let reference = spread[1].references().next().unwrap();
    let place = spread[1].part(reference.range.start, reference.range.end);
    assert_eq!(&source[place.start as usize - 100..place.end as usize - 100], "${db.url(a, k=v)}");
}

#[test]
fn template_pieces() {
    let template = Template::parse("a$$${db.url(x+y, k=v)}ü${vars.b_c}").unwrap();
    assert_eq!(template.pieces().len(), 4);
    let written = template.as_written();
    let references: Vec<_> = template.references().collect();
    assert_eq!(&written[references[0].range.clone()], "${db.url(x+y, k=v)}");
    assert_eq!(&written[references[0].name.clone()], "db");
    assert_eq!(
        (&written[references[1].range.clone()], &written[references[1].name.clone()]),
        ("${vars.b_c}", "b_c")
    );
    let Target::Service(_, Field::Url { scheme: Some(scheme), query }) = &references[0].target else {
        panic!()
    };
    assert_eq!((scheme.text.as_str(), &written[query[0].range.clone()]), ("x+y", "k=v"));
    assert_eq!(references[0].target.to_string(), "${db.url(x+y, k=v)}");
    assert_eq!(template.pieces()[0], TemplatePiece::Text("a$".into()));
    assert_eq!(Template::literal("a$b").as_literal(), Some("a$b"));
    assert_eq!(Template::parse("${project}").unwrap().as_reference().unwrap().target, Target::Project);
    for (text, words, range) in [
        (
            "x${DB}",
            "`${DB}` refers to nothing; write `${vars.db}` for a variable, `$${DB}` for these very letters",
            "${DB}",
        ),
        (
            "${A:-b}",
            "`${A:-b}` refers to nothing; declare a variable and write `${vars.a}`: references have no defaults",
            "${A:-b}",
        ),
        (
            "é$HOME/x",
            "`$HOME` is no reference: `{` or `$` must follow the dollar; write `$$HOME` for a dollar, or a reference such as `${vars.home}`",
            "$HOME",
        ),
        ("${projct}", "`${projct}` refers to nothing; did you mean `${project}`?", "${projct}"),
        ("${db.Pasword}", "`${db.Pasword}` refers to nothing; did you mean `password`?", "${db.Pasword}"),
        ("${sites.web}", "`${sites.web}` refers to nothing; write `${sites.web.url}`", "${sites.web}"),
        (
            "${secrets.A_B}",
            "`A_B` is not a secret's name in `${secrets.A_B}`; write `a-b`: lower-case letters, digits and single hyphens, beginning with a letter",
            "${secrets.A_B}",
        ),
        ("cost: 5$", "`$` is no reference: `{` or `$` must follow the dollar; write `$$` for a dollar", "$"),
    ] {
        let error = Template::parse(text).unwrap_err();
        assert_eq!(format!("{}; {}", error.invalid.message, error.invalid.help.unwrap_or_default()), words);
        assert_eq!(&text[error.range], range);
    }
}

#[test]
fn references_are_located_where_they_are_written() {
    let at = |source: &str, value: &str, range| {
        let span = Span::new(SourceId(0), 10, 10 + source.len());
        let place = locate(span, source, value, range);
        source[place.start as usize - 10..place.end as usize - 10].to_owned()
    };
    assert_eq!(at("a${b.host}", "a${b.host}", 1..10), "${b.host}");
    assert_eq!(at("\"a${b.host}\"", "a${b.host}", 1..10), "${b.host}");
    assert_eq!(at("'a${b.host}'", "a${b.host}", 1..10), "${b.host}");
    assert_eq!(at("\"\\x61${b.host}\"", "a${b.host}", 1..10), "\"\\x61${b.host}\"");
    assert_eq!(at("|\n  a${b.host}", "a${b.host}", 1..10), "|\n  a${b.host}");
}

#[test]
fn scalars_are_read_as_they_are_written() {
    #[derive(serde::Deserialize)]
    #[allow(dead_code)]
    struct All {
        tag: ImageTag,
        port: Port,
        text: Template,
        cpus: Cpus,
        version: Version,
    }
    fn read<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<String>) {
        let mut diags = Diagnostics::default();
        let mut sources = Sources::default();
        let source = sources.add("specc.yaml", text);
        let tree = parse(source, text, &mut diags).expect("it is YAML");
        let value = specc::syntax::yaml::read(&tree, tree.root(), &mut diags);
        (
            value,
            diags
                .iter()
                .map(|d| {
                    format!("{}: {} / {}", d.code.name, d.message, d.help.as_deref().unwrap_or_default())
                })
                .collect(),
        )
    }
    let (all, said) = read::<All>("{tag: 7.0, port: 8000, text: 0123, cpus: 1.50, version: 1.10}");
    let all = all.expect("it is read");
    assert!(said.is_empty());
    assert_eq!(
        (all.tag.as_str(), all.text.as_written(), all.cpus.to_string().as_str()),
        ("7.0", "0123", "1.5")
    );
    assert_eq!(all.version.to_string(), "1.10");
    let (none, said) = read::<All>("{tag: true, port: 0, text: $x, cpus: 0, version: 1}");
    assert!(none.is_none());
    assert_eq!(said.len(), 5, "{said:#?}");
    assert_eq!(
        said[1],
        "invalid-value: `0` is not a port / write a number from 1 to 65535, without leading zeros"
    );
    let (_, said) = read::<Replicas>("0");
    assert_eq!(said, ["out-of-range: `0` is not a whole number from 1 to 100 / "]);
}

#[test]
fn counts() {
    fn limits<T: DeserializeOwned + JsonSchema + Debug>(least: u32, most: u32) {
        let schema = jsonschema::validator_for(schema_for!(T).as_value()).expect("the schema is one");
        for (value, good) in [
            (json!(least), true),
            (json!(most), true),
            (json!(least - 1), false),
            (json!(most + 1), false),
            (json!(-1), false),
            (json!(1.5), false),
            (json!("1"), false),
            (json!(u64::MAX), false),
        ] {
            let read = serde_json::from_value::<T>(value.clone());
            assert_eq!((read.is_ok(), schema.is_valid(&value)), (good, good), "{value}: {read:?}");
        }
    }
    limits::<Replicas>(1, 100);
    limits::<Retries>(1, 100);
    limits::<Pids>(1, 4_194_304);
    limits::<Burst>(1, 100_000);
    limits::<Length>(1, 1024);
}

#[test]
fn refusals_say_what_to_write() {
    fn help<T: FromStr<Err = Invalid> + Debug>(text: &str) -> String {
        let refusal = T::from_str(text).expect_err("it is refused");
        format!("{}; {}", refusal.message, refusal.help.unwrap_or_default())
    }
    for (said, expected) in [
        (
            help::<ProjectName>("My_App"),
            "`My_App` is not a project name; write `my-app`: lower-case letters, digits and single hyphens, beginning with a letter",
        ),
        (
            help::<ServiceName>("coreApi"),
            "`coreApi` is not a service name; write `core-api`: lower-case letters, digits and single hyphens, beginning with a letter",
        ),
        (
            help::<VarName>("API_URL"),
            "`API_URL` is not a variable name; write `api_url`: lower-case letters, digits, hyphens and underscores, beginning with a letter",
        ),
        (
            help::<VariableName>("2-A"),
            "`2-A` is not an environment variable's name; write `A`: letters, digits and underscores, not beginning with a digit",
        ),
        (help::<ByteSize>("2Gi"), "`2Gi` is not an amount of bytes; write `2GiB`"),
        (help::<Duration>("10"), "`10` has no unit; write `10s` for seconds"),
        (
            help::<Domain>("https://a.example/x"),
            "`https://a.example/x` is a URL, not a domain; leave out `https://` and what follows the name: `a.example`",
        ),
        (
            help::<ImageRepository>("a/b:1"),
            "`a/b:1` is an image with a tag or digest; leave out the tag: `a/b`",
        ),
        (help::<Schedule>("@dayly"), "`@dayly` is not a schedule; did you mean `@daily`?"),
    ] {
        assert_eq!(said, expected);
    }
}
