//! Small languages: what stands in one value, one line.

use super::place::{holds, text, written};
use specc::catalog;
use specc::facts::compose::{normalise_name, parse_mount, parse_port, split_words};
use specc::lint::Baseline;
use specc::source::{SourceId, Sources};
use specc::spec::pattern::Pattern;
use specc::spec::template::{CommandLine, Template};
use specc::syntax::dotenv as env;
use specc::syntax::interpolation::{Part, is_plain, parts};
use specc::syntax::secrets::{MASK, is_secret_name, masked, masked_sentence, ranges};
use specc::workspace::dockerignore::Dockerignore;

/// `${NAME:-word}`: the parts cover the text.
pub fn interpolation(data: &[u8]) {
    let text = &*text(data);
    let mut at = 0;
    for part in parts(text) {
        let range = match &part {
            Part::Literal(range) | Part::Dollar(range) | Part::Invalid(range) => range,
            Part::Variable(variable) => {
                let name = &text[variable.name.clone()];
                assert!(
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                );
                let word = variable.word.clone();
                assert!(variable.range.start <= word.start && word.end <= variable.range.end);
                assert!(variable.operator.is_some() || word.is_empty());
                parts(&text[word]);
                &variable.range
            }
        };
        assert_eq!(range.start, at, "nothing is left out");
        assert!(text.get(range.clone()).is_some_and(|part| !part.is_empty()));
        at = range.end;
    }
    assert_eq!(at, text.len(), "the end is reached");
    assert!(!is_plain(text) || parts(text).iter().all(|part| matches!(part, Part::Literal(_))));
}

/// Env-files in both dialects.
pub fn dotenv(data: &[u8]) {
    let text = &*text(data);
    for (raw, read) in [(false, env::parse(SourceId(0), text)), (true, env::parse_raw(SourceId(0), text))] {
        for entry in &read.entries {
            assert_eq!(written(text, entry.key_span), entry.key);
            assert!(read.get(&entry.key).is_some());
            let Some(value) = &entry.value else { continue };
            let there = written(text, value.span);
            match value.quote {
                _ if raw => assert_eq!(there, value.text),
                env::Quote::None => {}
                env::Quote::Single => assert!(there.starts_with('\'')),
                env::Quote::Double => assert!(there.starts_with('"')),
            }
        }
        read.comments.iter().for_each(|span| assert!(written(text, *span).starts_with('#')));
        read.faults.iter().for_each(|fault| holds(text, fault.span));
    }
}

/// A password, wherever it stands below whatever text.
const PASSWORD: &str = "kR7vQ2xL9mZ4";

/// What must not be shown is not shown.
pub fn secrets(data: &[u8]) {
    let text = &*text(data);
    if text.contains(PASSWORD) {
        return;
    }
    let found = ranges(text, 0..text.len());
    let mut at = 0;
    for range in &found {
        assert!(at <= range.start && range.start <= range.end, "{range:?} is after {at}");
        assert!(text.get(range.clone()).is_some(), "{range:?} is no part of the text");
        at = range.end;
    }
    // A line is masked by itself as it is among others.
    let short = text.len() < 4096 && text.lines().count() < 100;
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let to = from + line.trim_end_matches(['\n', '\r']).len();
        if short && from < to {
            let here: Vec<_> =
                found.iter().filter(|range| from <= range.start && range.start < to).cloned().collect();
            assert_eq!(ranges(text, from..to), here, "line {line:?}");
        }
        from += line.len();
    }
    masked_sentence(text, [PASSWORD, text]);
    is_secret_name(text);
    for line in [
        format!("DB_PASSWORD={PASSWORD}"),
        format!("  password: \"{PASSWORD}\""),
        format!("postgres://shop:{PASSWORD}@db/shop"),
    ] {
        let below = format!("{text}\n{line}\n");
        let shown = masked(&below, 0..below.len());
        assert!(!shown.contains(PASSWORD) && shown.contains(MASK), "{line} is shown");
    }
}

/// Patterns, images, ports, mounts, command lines, baselines: a text and each line of it as one.
pub fn words(data: &[u8]) {
    let text = &*text(data);
    for line in text.lines().take(20) {
        let ports = parse_port(line, 100).unwrap_or_default();
        assert!(ports.len() <= 100);
        let _ = parse_mount(line).map(|mount| mount.is_bind());
        let _ = Pattern::parse(line).map(|pattern| pattern.fill(|field| field.name()));
        let _ = CommandLine::parse(line).map(|line| line.words().count());
        if let Ok(template) = Template::parse(line) {
            assert_eq!(template.as_written(), line);
        }
        split_words(line);
        let name = normalise_name(line);
        assert_eq!(normalise_name(&name), name, "what is normal stays as it is");
        catalog::by_image(line);
        catalog::image(line);
    }
    if let Some((patterns, paths)) = text.rsplit_once("\n\n") {
        let ignored = Dockerignore::parse(patterns);
        for path in paths.lines().take(20) {
            ignored.excludes(path);
        }
    }
    let mut sources = Sources::default();
    let source = sources.add("baseline.json", text);
    let _ = Baseline::parse(source, &sources).map(|baseline| baseline.holds("x"));
}
