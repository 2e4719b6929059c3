//! What `PyYAML`, a reader of YAML 1.1, makes of text, beside what `serde_yaml`, a reader of 1.2, does.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;
use serde_yaml::Value;

use super::programs;

/// Reads texts, and says for each what it is, with the type of every scalar beside it: a date is no string.
const READER: &str = r#"
import json, sys, yaml
def tell(value):
    if isinstance(value, dict):
        return ["map", [[tell(k), tell(v)] for k, v in value.items()]]
    if isinstance(value, list):
        return ["list", [tell(v) for v in value]]
    if isinstance(value, float):
        return ["float", value.hex()]
    return [type(value).__name__, str(value)]
def read(text):
    try:
        return tell(yaml.safe_load(text))
    except Exception as error:
        return ["error", str(error)]
expected = lambda value: ["float", value[1] if value[1] in ("inf", "-inf", "nan") else float(value[1]).hex()] \
    if value[0] == "float" else [value[0], [expected(v) for v in value[1]]] if value[0] == "list" \
    else ["map", [[expected(k), expected(v)] for k, v in value[1]]] if value[0] == "map" else value
for line in sys.stdin:
    text, value = json.loads(line)
    found = read(text)
    if found != expected(value):
        print(f"{text}\nis read as\n{found}\nbut means\n{expected(value)}")
        sys.exit(1)
"#;

/// Asserts that both readers take each text for the value beside it. `None` if the test must be skipped.
pub fn assert_read_alike<'a>(cases: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Option<()> {
    let mut python = programs::python()?;
    let mut child = python
        .args(["-c", READER])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python runs");
    let mut input = child.stdin.take().expect("a pipe");
    for (text, value) in cases {
        let found: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(&found, value, "{text}");
        // A reader that found a difference has ended, and says so below.
        let _ = writeln!(input, "{}", json!([text, tell(value)]));
    }
    drop(input);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "PyYAML: {}", String::from_utf8_lossy(&output.stdout));
    Some(())
}

/// A value as `READER` tells it.
fn tell(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => json!(["NoneType", "None"]),
        Value::Bool(value) => json!(["bool", if *value { "True" } else { "False" }]),
        Value::Number(value) if value.is_f64() => {
            json!(["float", format!("{:?}", value.as_f64().expect("a float"))])
        }
        Value::Number(value) => json!(["int", value.to_string()]),
        Value::String(value) => json!(["str", value]),
        Value::Sequence(items) => json!(["list", items.iter().map(tell).collect::<Vec<_>>()]),
        Value::Mapping(map) => {
            json!(["map", map.iter().map(|(key, value)| json!([tell(key), tell(value)])).collect::<Vec<_>>()])
        }
        Value::Tagged(tagged) => panic!("PyYAML's safe loader knows no tag: {}", tagged.tag),
    }
}
