//! The YAML reader, from text to tree.

#![allow(clippy::format_push_string, clippy::format_collect)]

use specc::diagnostic::Diagnostics;
use specc::source::SourceId;
use specc::syntax::yaml::{self, Kind, NodeId, Scalar, Style, Tree, resolve};

/// A text as a tree, and what is said of it: `code@start..end: message`.
fn parse(text: &str) -> (Option<Tree>, Vec<String>) {
    let mut diags = Diagnostics::default();
    let tree = yaml::parse(SourceId(0), text, &mut diags);
    (tree, shown(&diags))
}

fn shown(diags: &Diagnostics) -> Vec<String> {
    let place = |d: &specc::diagnostic::Diagnostic| {
        d.labels.first().map_or("?".into(), |l| format!("{}..{}", l.span.start, l.span.end))
    };
    diags.iter().map(|d| format!("{}@{}: {}", d.code.name, place(d), d.message)).collect()
}

fn clean(text: &str) -> Tree {
    let (tree, said) = parse(text);
    assert!(said.is_empty(), "{text:?}: {said:?}");
    tree.unwrap()
}

/// A tree in a form that is easy to compare.
fn show(tree: &Tree, node: NodeId) -> String {
    match tree.kind(node) {
        Kind::Scalar => tree.text(node).unwrap().to_owned(),
        Kind::Sequence => {
            let items: Vec<_> = tree.sequence(node).unwrap().iter().map(|item| show(tree, *item)).collect();
            format!("[{}]", items.join(" "))
        }
        Kind::Mapping => {
            let pair =
                |(key, value): &(NodeId, NodeId)| format!("{}={}", show(tree, *key), show(tree, *value));
            format!("{{{}}}", tree.mapping(node).unwrap().iter().map(pair).collect::<Vec<_>>().join(" "))
        }
    }
}

fn value(text: &str) -> String {
    let tree = clean(text);
    show(&tree, tree.root())
}

#[test]
fn structure() {
    assert_eq!(value("a: 1\nb:\n- x\n- y: z\nc: {d: [e, 'f g']}\n"), "{a=1 b=[x {y=z}] c={d=[e f g]}}");
    assert_eq!(value(""), "");
    assert_eq!(value("# only a comment\n"), "");
    assert_eq!(value("---\n"), "");
    assert_eq!(value("\u{feff}a: 1\nb: 2\n"), "{a=1 b=2}");
    assert_eq!(value("a: x\r\nb: |\r\n  q\r\n  r\r\n"), "{a=x b=q\nr\n}");
    assert_eq!(value("? [a]\n: b\n"), "{[a]=b}");
    let many = format!("a:\n{}b: 1\n", "  # c\n".repeat(1000));
    assert_eq!(value(&many), "{a= b=1}");
    assert_eq!(clean(&many).comments().len(), 1000);
}

#[test]
fn spans() {
    let text = "\u{feff}über: 'wörter'\nlist:\n  - a\n  -\n\n# c\nblock: |\n  x\n\n\nempty:\nflow: { a: [1] }\nref: !t &k v\n";
    let tree = clean(text);
    let root = tree.root();
    let slice = |node| &text[tree.span(node).start as usize..tree.span(node).end as usize];
    let get = |key| tree.get(root, key).unwrap();
    assert_eq!(slice(get("über").0), "über");
    assert_eq!(slice(get("über").1), "'wörter'");
    assert_eq!(slice(get("list").1), "- a\n  -");
    assert_eq!(slice(get("block").1), "x");
    assert_eq!(slice(get("empty").1), "");
    assert_eq!(tree.span(get("empty").1).start, tree.span(get("empty").0).end);
    assert_eq!(slice(get("flow").1), "{ a: [1] }");
    assert_eq!(slice(get("ref").1), "v");
    let tag = tree.tag(get("ref").1).unwrap();
    assert_eq!((tag.name.as_str(), &text[tag.span.start as usize..tag.span.end as usize]), ("!t", "!t"));
    assert_eq!(slice(root), text["\u{feff}".len()..].trim_end());
    let comment = tree.comments()[0];
    assert_eq!(&text[comment.start as usize..comment.end as usize], "# c");
}

#[test]
fn aliases_and_merges() {
    assert_eq!(value("a: &x {k: v}\nb: *x\n"), "{a={k=v} b={k=v}}");
    assert_eq!(value("a: &x {k: v, l: w}\nb: {<<: *x, k: own}\n"), "{a={k=v l=w} b={k=own l=w}}");
    assert_eq!(
        value("a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y], m: 4}\n"),
        "{a={k=1} b={k=2 l=3} c={m=4 k=1 l=3}}"
    );
    assert_eq!(
        value("a: &x {k: 1}\nb: &y {<<: *x, l: 2}\nc: {<<: *y}\n"),
        "{a={k=1} b={l=2 k=1} c={l=2 k=1}}"
    );
    assert_eq!(value("a: &x {k: 1}\nb: {'<<': *x}\n"), "{a={k=1} b={<<={k=1}}}");
    assert_eq!(value("a: &x 1\na2: &x 2\nb: *x\n"), "{a=1 a2=2 b=2}");
    let tree = clean("a: &x v\nb: *x\n");
    let (_, alias) = tree.get(tree.root(), "b").unwrap();
    assert_eq!((tree.span(alias).start, tree.value_span(alias).start), (11, 6));
}

#[test]
fn overlays() {
    let mut tree = clean("a: {x: 1, y: 2}\nb: {y: 3}\n");
    let root = tree.root();
    let (a_key, a) = tree.get(root, "a").unwrap();
    let (_, b) = tree.get(root, "b").unwrap();
    let (x, y) = (tree.get(a, "x").unwrap(), tree.get(b, "y").unwrap());
    let merged = tree.push_mapping([x, y], tree.span(a));
    assert!(tree.set_entry(root, a_key, merged));
    assert_eq!(show(&tree, root), "{a={x=1 y=3} b={y=3}}");
    assert!(!tree.set_entry(root, x.0, merged));
}

#[test]
fn trouble() {
    for (text, expected) in [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key@10..11: the key `a` is written twice"),
        ("a: 1\n---\nb: 1\n", "several-documents@5..8: the file holds more than one YAML document"),
        (
            "{a: ${X}, b: 1}\n",
            "unquoted-reference@4..8: the reference `${X}` must be quoted inside `{}` and `[]`",
        ),
        (
            "a: [x-${v.x}/y, 1]\n",
            "unquoted-reference@4..14: the reference `x-${v.x}/y` must be quoted inside `{}` and `[]`",
        ),
        (
            "a: { ${X}: 1 }\n",
            "unquoted-reference@5..9: the reference `${X}` must be quoted inside `{}` and `[]`",
        ),
        ("a: [${X\n", "unquoted-reference@4..7: the reference `${X` must be quoted inside `{}` and `[]`"),
        ("a:\n\tb: 1\n", "tab-indentation@3..4: a tab cannot indent a line of YAML"),
        ("\ta: 1\n", "tab-indentation@0..1: a tab cannot indent a line of YAML"),
        ("a: 1\n\tb: 2\n", "tab-indentation@5..6: a tab cannot indent a line of YAML"),
        ("a: &x {b: *x}\n", "alias-cycle@10..12: the value of the anchor `&x` contains itself"),
        ("&anchor a: *anhcor\n", "undefined-alias@11..18: no anchor `&anhcor` is defined before this alias"),
        ("a: {<<: 1}\n", "merge-value@8..9: `<<` merges mappings, found a single value"),
        ("a: !!int five\n", "wrong-tag@3..13: `five` does not fit its tag `!!int`"),
        ("a: \0\n", "yaml-syntax@3..3: the control character U+0000 cannot stand in YAML"),
        ("a: \"x\n", "yaml-syntax@6..6: a quoted text is not closed"),
        ("a: {b: 1\n", "yaml-syntax@3..4: brackets do not match"),
        ("a: b: c\n", "yaml-syntax@4..5: a `:` stands where no key can be"),
        ("a: @x\n", "yaml-syntax@3..4: a text cannot begin with `@` unless it is quoted"),
        ("a:\n  - b\n c: 1\n", "yaml-syntax@10..11: this line does not belong to what stands above it"),
        ("a: 'x'y\n", "yaml-syntax@6..7: text follows the closing quote"),
        ("a: \"\\q\"\n", "yaml-syntax@3..4: an unknown escape in a double-quoted text"),
        (
            "a: *\n",
            "yaml-syntax@3..4: this is not YAML: while scanning an anchor or alias, did not find expected alphabetic or numeric character",
        ),
    ] {
        assert_eq!(parse(text).1, [expected], "{text:?}");
    }
}

#[test]
fn all_duplicates_are_reported() {
    let text: String = (0..40).map(|n| format!("k{}: {n}\n", n % 30)).collect();
    let (tree, said) = parse(&text);
    assert_eq!(said.len(), 10);
    let tree = tree.unwrap();
    assert_eq!(tree.mapping(tree.root()).unwrap().len(), 30);
    assert_eq!(tree.text(tree.get(tree.root(), "k3").unwrap().1), Some("3"));
}

#[test]
fn hostile_input_ends_soon() {
    for text in ["[".repeat(10_000), "- ".repeat(10_000), "{a: ".repeat(10_000)] {
        let (tree, said) = parse(&text);
        assert!(tree.is_some() || said[0].starts_with("too-deep"), "{said:?}");
    }
    let nested: String = (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(parse(&nested).1[0].starts_with("too-deep"));

    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for n in 1..40 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb += &format!("a{n}: &a{n} [{aliases}]\n");
    }
    assert!(parse(&bomb).1[0].starts_with("alias-bomb"));

    let mut chain = "a0: &a0 [x]\n".to_owned();
    for n in 1..200 {
        chain += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    assert!(parse(&chain).1[0].starts_with("too-deep"));

    let mut merges = "a0: &a0 {k0: 1}\n".to_owned();
    for n in 1..3000 {
        merges += &format!("a{n}: &a{n} {{<<: *a{}, k{n}: 1}}\n", n - 1);
    }
    assert!(parse(&merges).1[0].starts_with("alias-bomb"));

    let twice = "a: 1\n".repeat(100_000);
    let said = parse(&twice).1;
    assert_eq!(said.len(), 1001);
    assert!(said[1000].starts_with("too-many-errors"));
}

#[test]
fn fifty_megabytes() {
    // A tenth of it where nothing is optimised.
    let keys = if cfg!(debug_assertions) { 140_000 } else { 1_400_000 };
    let line = "  key-000000: a value of some length\n";
    let mut text = String::from("services:\n");
    for n in 0..keys {
        text.push_str(&line.replace("000000", &format!("{n:07}")));
    }
    let tree = clean(&text);
    let (_, services) = tree.get(tree.root(), "services").unwrap();
    assert_eq!(tree.mapping(services).unwrap().len(), keys);
}

#[test]
fn scalars_as_go_yaml_reads_them() {
    use Scalar::{Bool, Float, Int, Null, Text, Uint};
    for (text, value) in [
        ("", Null),
        ("~", Null),
        ("null", Null),
        ("NULL", Null),
        ("nUll", Text("nUll")),
        ("true", Bool(true)),
        ("False", Bool(false)),
        ("yes", Text("yes")),
        ("on", Text("on")),
        ("y", Text("y")),
        ("0", Int(0)),
        ("-0", Int(0)),
        ("+12", Int(12)),
        ("1_000", Int(1000)),
        ("0x1F", Int(31)),
        ("-0x10", Int(-16)),
        ("0o17", Int(15)),
        ("017", Int(15)),
        ("0123", Int(83)),
        ("08", Float(8.0)),
        ("0b101", Int(5)),
        ("9223372036854775807", Int(i64::MAX)),
        ("-9223372036854775808", Int(i64::MIN)),
        ("18446744073709551615", Uint(u64::MAX)),
        ("18446744073709551616", Float(18_446_744_073_709_551_616.0)),
        ("1.10", Float(1.1)),
        ("1e3", Float(1000.0)),
        ("1.", Float(1.0)),
        (".5", Float(0.5)),
        ("-.5", Float(-0.5)),
        ("1e999", Text("1e999")),
        (".inf", Float(f64::INFINITY)),
        ("-.Inf", Float(f64::NEG_INFINITY)),
        ("22:22", Text("22:22")),
        ("2001-01-01", Text("2001-01-01")),
        ("1.2.3", Text("1.2.3")),
        ("-", Text("-")),
        ("+", Text("+")),
        ("0x", Text("0x")),
        ("0xg", Text("0xg")),
        ("--1", Text("--1")),
        ("+-1", Text("+-1")),
        ("0x-1", Text("0x-1")),
        ("1e", Text("1e")),
        (".", Text(".")),
        ("16-alpine", Text("16-alpine")),
        ("infinity", Text("infinity")),
        ("nan", Text("nan")),
        ("<<", Text("<<")),
    ] {
        assert_eq!(resolve(text, Style::Plain, None), value, "{text}");
        assert_eq!(resolve(text, Style::DoubleQuoted, None), Text(text), "{text}");
        assert_eq!(resolve(text, Style::Plain, Some("!!str")), Text(text), "{text}");
    }
    assert!(matches!(resolve(".nan", Style::Plain, None), Float(n) if n.is_nan()));
    assert_eq!(resolve("5", Style::SingleQuoted, Some("!!int")), Int(5));
    assert_eq!(resolve("5", Style::Plain, Some("!!float")), Float(5.0));
    assert_eq!(resolve("5", Style::Plain, Some("!reset")), Text("5"));
}
