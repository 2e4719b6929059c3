//! The typed reader: values, spans, and all errors at once.

#![allow(clippy::format_push_string, clippy::format_collect)]

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use specc::diagnostic::{Diagnostics, Invalid};
use specc::source::{SourceId, Spanned};
use specc::syntax::yaml::{self, List, Map, Text};

/// What a text is as a `T`, and what is said of it: `code 'place' message | help`.
fn read<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<String>) {
    let mut diags = Diagnostics::default();
    let value = yaml::parse(SourceId(0), text, &mut diags)
        .and_then(|tree| yaml::read(&tree, tree.root(), &mut diags));
    let said = diags.sorted().into_iter().map(|d| {
        let span = d.labels[0].span;
        let help = d.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{} '{}' {}{help}", d.code.name, &text[span.start as usize..span.end as usize], d.message)
    });
    (value, said.collect())
}

fn said<T: DeserializeOwned>(text: &str) -> Vec<String> {
    read::<T>(text).1
}

#[track_caller]
fn clean<T: DeserializeOwned>(text: &str) -> T {
    let (value, said) = read(text);
    assert!(said.is_empty(), "{said:#?}");
    value.unwrap()
}

/// A newtype as the spec has them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, JsonSchema)]
struct Port(u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer)? {
            0 => Err(D::Error::custom(Invalid::new("`0` is not a port").help("use a port from 1 to 65535"))),
            port => Ok(Self(port)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, JsonSchema)]
struct Path(String);

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.starts_with('/') {
            Ok(Self(text))
        } else {
            Err(D::Error::custom(Invalid::new(format!("`{text}` is not absolute")).help("begin it with `/`")))
        }
    }
}

#[derive(Debug, PartialEq)]
struct Health {
    path: Spanned<Path>,
    via: Option<Via>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongHealth {
    path: Spanned<Path>,
    via: Option<Via>,
}

specc::forms! {
    /// How a service is asked whether it is well.
    Health = "a path, or a mapping with `path` and `via`" {
        scalar: Spanned<Path> => |path| Health { path, via: None },
        mapping: LongHealth => |long| Health { path: long.path, via: long.via },
    }
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Via {
    Curl,
    Wget,
    Python,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Service {
    image: String,
    port: Option<Spanned<Port>>,
    version: Option<Text>,
    replicas: Option<u8>,
    init: Option<bool>,
    health: Option<Health>,
    #[serde(default)]
    needs: List<Spanned<String>>,
    #[serde(default)]
    env: Map<String, Text>,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Spec {
    project: Spanned<String>,
    owner: Path,
    #[serde(default)]
    services: Map<String, Service>,
    #[schemars(with = "Option<serde_json::Value>")]
    compose: Option<serde_yaml::Value>,
}

#[test]
fn a_sound_text() {
    let text = "project: shop\nowner: /x\nservices:\n  web:\n    image: nginx\n    port: 80\n    version: 1.10\n    health: /live\n    needs: [db]\n    env: { A: 017, B: true, 1: x }\n    replicas:\n  db: { image: 'a', health: { path: /h, via: curl } }\n";
    let spec: Spec = clean(text);
    let web = spec.services.get("web").unwrap();
    assert_eq!(web.version, Some(Text::from("1.10")));
    assert_eq!(
        web.env.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(),
        ["A=017", "B=true", "1=x"]
    );
    assert_eq!(web.replicas, None);
    let slice = |span: specc::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(spec.services.get_entry("db").unwrap().0.span), "db");
    assert_eq!(slice(web.port.as_ref().unwrap().span), "80");
    assert_eq!(slice(web.needs[0].span), "db");
    assert_eq!(slice(web.needs[0].part(1, 2)), "b");
    assert_eq!(slice(web.health.as_ref().unwrap().path.span), "/live");
    let db = spec.services.get("db").unwrap().health.as_ref().unwrap();
    assert_eq!(slice(db.path.span), "/h");
    assert_eq!(db.via, Some(Via::Curl));
}

#[test]
fn every_error_of_a_text() {
    let text = "projct: shop
owner: x
services:
  web:
    iamge: nginx
    port: 0
    replicas: 300
    init: 'yes'
    health: { path: live, via: culr, wat: 1 }
    needs: [db, 5, [x]]
    env:
      A: { b: c }
      B: ok
  db:
    image: 16
    port: many
    version: []
    health: []
  [a]: { image: x }
  worker:
  sound: { image: x }
compose: { a: 1 }
colour: red
";
    let (value, said) = read::<Spec>(text);
    assert!(value.is_none());
    assert_eq!(
        said,
        [
            "unknown-key 'projct' unknown key `projct` | did you mean `project`?",
            "invalid-value 'x' `x` is not absolute | begin it with `/`",
            "unknown-key 'iamge' unknown key `iamge` | did you mean `image`?",
            "invalid-value '0' `0` is not a port | use a port from 1 to 65535",
            "out-of-range '300' `replicas`: `300` is not a whole number from 0 to 255 | write a whole number from 0 to 255",
            "wrong-type ''yes'' `init`: expected `true` or `false`, found text | write `true` or `false`, without quotes",
            "invalid-value 'live' `live` is not absolute | begin it with `/`",
            "unknown-value 'culr' unknown value `culr` | did you mean `curl`?",
            "unknown-key 'wat' unknown key `wat` | expected one of `path`, `via`",
            "wrong-type '5' expected text, found a number | quote it: `\"5\"`",
            "wrong-type '[x]' expected text, found a list | take it out of the list: `x`",
            "wrong-type '{ b: c }' `A`: expected text, found a mapping | write one text, not keys with values",
            "wrong-type '16' `image`: expected text, found a number | quote it: `\"16\"`",
            "wrong-type 'many' `port`: expected a whole number from 0 to 65535, found text | write a whole number from 0 to 65535",
            "wrong-type '[]' `version`: expected text, found a list | write text",
            "wrong-type '[]' `health`: expected a path, or a mapping with `path` and `via`, found a list | write a path, or a mapping with `path` and `via`",
            "wrong-type '[a]' expected text, found a list | take it out of the list: `a`",
            "wrong-type 'worker' `worker`: expected a mapping, found nothing | write its keys below it, `worker: {}` if there are none to write, or remove it",
            "unknown-key 'colour' unknown key `colour` | expected one of `project`, `owner`, `services`, `compose`",
        ]
    );
}

#[test]
fn what_is_sound_is_still_read() {
    let (value, said) = read::<Spec>(
        "project: p\nowner: /x\nservices: { a: { image: x, bad: 1 }, b: 5, c: { image: y }, d: {} }\n",
    );
    assert_eq!(said.len(), 3);
    let names: Vec<_> = value.unwrap().services.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "c"], "`b` is no service, and `d` would need an invented image");
}

#[test]
fn all_missing_keys() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Host {
        port: Spanned<Port>,
        name: Option<String>,
        path: Path,
        health: Health,
        via: Via,
        inner: LongHealth,
        list: Vec<u8>,
    }
    let missing = |said: Vec<String>| -> Vec<String> {
        said.iter().map(|line| line.split('`').nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(missing(said::<Host>("{}")), ["port", "path", "health", "via", "inner", "list"]);
    assert_eq!(
        missing(said::<Host>("{ path: x, port: , via: curl }")),
        ["health", "inner", "list", "x", "port"]
    );
}

#[test]
fn wrong_roots() {
    assert_eq!(
        said::<Spec>("- a\n"),
        [
            "wrong-type 'a' expected a mapping, found a list | write `key: value` pairs, without the `-` or brackets of a list"
        ]
    );
    assert_eq!(
        said::<Spec>("a\n"),
        ["wrong-type 'a' expected a mapping, found text | write `key: value` pairs, each on a line"]
    );
    assert_eq!(
        said::<Spec>(""),
        ["wrong-type '' expected a mapping, found nothing | give it a value, or remove the key"]
    );
    assert_eq!(
        said::<Spec>("!x {}"),
        [
            "wrong-type '{}' expected a mapping, found a value with the tag `!x` | remove the tag, the word that begins with `!`"
        ]
    );
    assert_eq!(
        said::<u8>("'5'"),
        ["wrong-type ''5'' expected a whole number from 0 to 255, found text | remove the quotes: `5`"]
    );
}

#[test]
fn many_errors_stay_linear() {
    let mut text = String::from("project: p\nowner: /x\nservices:\n");
    for n in 0..20_000 {
        text += &format!("  s{n}: {{ image: x, port: 0 }}\n");
    }
    let lines = said::<Spec>(&text);
    assert_eq!(lines.len(), 1001);
    assert!(lines[1000].starts_with("too-many-errors"), "{}", lines[1000]);
    let unknown: String = (0..200_000).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(said::<Spec>(&unknown).len(), 1001);
}

#[test]
fn raw_values() {
    use serde_yaml::Value;
    let text = "a: 017\nb: yes\nc: !reset null\nd: !override [1, x]\ne: &m { k: 1.5 }\nf: { <<: *m, n: ~ }\n80: '5'\n";
    let value: Value = clean(text);
    let shown = serde_yaml::to_string(&value).unwrap();
    assert_eq!(
        shown,
        "a: 15\nb: yes\nc: !reset null\nd: !override\n- 1\n- x\ne:\n  k: 1.5\nf:\n  n: null\n  k: 1.5\n80: '5'\n"
    );
    let deep = format!("{}x{}", "[".repeat(128), "]".repeat(128));
    let _: Value = clean(&deep);
}

#[test]
fn enums() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase", deny_unknown_fields)]
    enum Tls {
        Off,
        Letsencrypt,
        Files { certificate: String, key: String },
        Port(Spanned<Port>),
    }
    assert_eq!(clean::<Tls>("off"), Tls::Off);
    let files = Tls::Files { certificate: "a".into(), key: "b".into() };
    assert_eq!(clean::<Tls>("files: { certificate: a, key: b }"), files);
    assert_eq!(
        said::<Vec<Tls>>("[offf, { files: { key: b, x: y } }, { port: 0 }, port, { off: 1 }, 5, [], {}]"),
        [
            "unknown-value 'offf' unknown value `offf` | did you mean `off`?",
            "missing-key '{ key: b, x: y }' `files` lacks the key `certificate` | add `certificate:`",
            "unknown-key 'x' unknown key `x` | expected one of `certificate`, `key`",
            "invalid-value '0' `0` is not a port | use a port from 1 to 65535",
            "wrong-type 'port' expected a mapping of this word to what belongs to it, found text | write a mapping of this word to what belongs to it",
            "wrong-type '1' expected only the word before the `:`, found a number | write only the word before the `:`",
            "unknown-value '5' unknown value `5` | expected one of `off`, `letsencrypt`, `files`, `port`",
            "wrong-type '[]' expected one of `off`, `letsencrypt`, `files`, `port`, found a list | write one of `off`, `letsencrypt`, `files`, `port`",
            "wrong-type '{}' expected one of `off`, `letsencrypt`, `files`, `port`, found a mapping | write one of `off`, `letsencrypt`, `files`, `port`",
        ]
    );
}

#[test]
fn aliases_report_where_the_value_is() {
    let text = "project: p\nowner: /x\nservices:\n  a: &a { image: x, port: 0 }\n  b: *a\n  c: { <<: *a }\n";
    assert_eq!(said::<Spec>(text), ["invalid-value '0' `0` is not a port | use a port from 1 to 65535"]);
}

#[test]
fn the_schema_is_that_of_the_value() {
    let schema = serde_json::to_value(schemars::schema_for!(Spec)).unwrap();
    assert_eq!(schema["properties"]["project"], serde_json::json!({ "type": "string" }));
    let health = &schema["$defs"]["Health"];
    assert_eq!(health["description"], "How a service is asked whether it is well.");
    assert_eq!(health["anyOf"].as_array().unwrap().len(), 2, "{health}");
    assert_eq!(schema["properties"]["services"]["additionalProperties"]["$ref"], "#/$defs/Service");
}
