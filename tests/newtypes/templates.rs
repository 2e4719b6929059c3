//! Text with references, and command lines.

use super::*;

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
        let text = |piece: &TemplatePiece| match piece {
            TemplatePiece::Text(text) => text.clone(),
            TemplatePiece::Reference(reference) => panic!("{reference:?}"),
        };
        line.words().map(|word| word.pieces().iter().map(text).collect()).collect()
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
    assert_eq!(Template::literal("a$b").pieces(), [TemplatePiece::Text("a$b".into())]);
    assert_eq!(Template::parse("${project}").unwrap().references().next().unwrap().target, Target::Project);
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
    assert_eq!(at("|\n  a${b.host}", "a${b.host}", 1..10), "${b.host}");
    assert_eq!(at("|\n  a\n  b${b.host}", "a\nb${b.host}", 3..12), "|\n  a\n  b${b.host}");
}
