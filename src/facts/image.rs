//! Dockerfile → what the image is, as far as it can be known without building it.

use super::model::{Build, BuiltImage, Fact, Health, ImageCopy, Probe};
use super::value::{HOLE, Unknown, Value};
use crate::facts::model::ByName;
use crate::source::Span;
use crate::syntax::dockerfile::{Dockerfile, Instruction, Stage, Word, find, parse};
use crate::workspace::Files;
use std::path::Path;

/// The image that a build makes. None where its Dockerfile is not in the repository, or has no such stage.
pub(super) fn read(files: &mut Files, build: &Build) -> Option<BuiltImage> {
    if build.inline {
        return None;
    }
    let context = build.context.known().filter(|context| !context.contains("://"))?;
    let context = files.relative(&build.base.join(context));
    let name =
        build.dockerfile.as_ref().map_or(Some("Dockerfile"), |name| name.known().map(String::as_str))?;
    let path = context.join(name);
    // Whether it has to be there is for others to say.
    if !files.is_file(&path) {
        return None;
    }
    let source = files.read(&path).ok()?;
    let text = files.sources().get(source).text.clone();
    let file = parse(source, &text);
    let stages = file.stages();
    let target = match &build.target {
        Some(target) => find(&stages, target.known()?, stages.len())?,
        None => stages.len().checked_sub(1)?,
    };
    let mut image = BuiltImage {
        dockerfile: source,
        context,
        base: None,
        exposed: Vec::new(),
        health: None,
        entrypoint: None,
        command: None,
        user: None,
        environment: ByName::default(),
        copies: Vec::new(),
        runs: Vec::new(),
    };
    let global = arguments(&file, build);
    let mut chain = vec![target];
    while let Some(base) = chain.last().and_then(|at| find(&stages, &stages[*at].base?.text, *at)) {
        chain.push(base);
    }
    let first = chain.last().and_then(|at| stages[*at].base);
    image.base = first.filter(|base| base.text != "scratch").map(|base| fact(base, &global));
    let mut scope = Scope { build, global: &global, known: ByName::default(), workdir: "/".to_owned() };
    for at in chain.into_iter().rev() {
        stage(&stages[at], &mut scope, &mut image);
    }
    Some(image)
}

type Known = ByName<Value<String>>;

struct Scope<'a> {
    build: &'a Build,
    global: &'a Known,
    known: Known,
    workdir: String,
}

/// The `ARG`s before the first `FROM`.
fn arguments(file: &Dockerfile, build: &Build) -> Known {
    let mut known = Known::default();
    for instruction in file.instructions.iter().take_while(|instruction| instruction.name != "FROM") {
        for (name, default) in instruction.pairs() {
            let value = argument(&name, default.as_ref(), build, &known);
            known.insert(name.text, value);
        }
    }
    known
}

/// What an `ARG` is: what the build is given, else its default.
fn argument(name: &Word, default: Option<&Word>, build: &Build, known: &Known) -> Value<String> {
    if let Some(given) = build.args.get(&name.text) {
        return match &given.value {
            Some(value) => value.value.clone(),
            None => Value::Unknown(Unknown::at(given.key, "whoever builds the image says it")),
        };
    }
    match default {
        Some(default) => fact(default, known).value,
        None => Value::Unknown(Unknown::at(name.span, "whoever builds the image says it")),
    }
}

fn stage(stage: &Stage, scope: &mut Scope, image: &mut BuiltImage) {
    for instruction in stage.instructions {
        let facts = |scope: &Scope| -> Vec<Fact<String>> {
            instruction.words.iter().map(|word| fact(word, &scope.known)).collect()
        };
        match instruction.name.as_str() {
            "ARG" => {
                for (name, default) in instruction.pairs() {
                    let value = match (&default, scope.global.get(&name.text)) {
                        (None, Some(global)) => global.clone(),
                        _ => argument(&name, default.as_ref(), scope.build, &scope.known),
                    };
                    scope.known.insert(name.text, value);
                }
            }
            "ENV" => {
                for (name, value) in instruction.pairs() {
                    let Some(value) = value else { continue };
                    let value = fact(&value, &scope.known);
                    scope.known.insert(name.text.clone(), value.value.clone());
                    image.environment.insert(name.text, value);
                }
            }
            "WORKDIR" => {
                if let Some(to) = facts(scope).first() {
                    scope.workdir = joined(&scope.workdir, to.value.shape());
                }
            }
            "EXPOSE" => image.exposed.extend(facts(scope).into_iter().flat_map(ports)),
            "USER" => image.user = facts(scope).into_iter().next(),
            "HEALTHCHECK" => image.health = Some(health(instruction, &scope.known)),
            "ENTRYPOINT" => {
                image.entrypoint = Some(command(instruction, &scope.known));
                // An entrypoint forgets the command of the stages before.
                image.command = None;
            }
            "CMD" => image.command = Some(command(instruction, &scope.known)),
            "RUN" => image.runs.push((instruction.text.clone(), instruction.span)),
            "COPY" | "ADD" if instruction.flag("from").is_none() && instruction.heredocs.is_empty() => {
                let mut words = facts(scope);
                let Some(mut target) = words.pop() else { continue };
                target.value = target.value.map(|to| joined(&scope.workdir, &to));
                image.copies.push(ImageCopy { sources: words, target, span: instruction.span });
            }
            _ => {}
        }
    }
}

fn health(instruction: &Instruction, known: &Known) -> Health {
    let probe = match instruction.inner.as_deref() {
        Some("NONE") => Probe::Disabled,
        _ if instruction.json => {
            Probe::Exec(instruction.words.iter().map(|word| fact(word, known)).collect())
        }
        // A shell will expand the rest, in the container.
        _ => Probe::Shell(Fact::literal(instruction.text.clone(), instruction.rest)),
    };
    Health { span: instruction.span, probe }
}

fn command(instruction: &Instruction, known: &Known) -> Vec<Fact<String>> {
    if instruction.json {
        return instruction.words.iter().map(|word| fact(word, known)).collect();
    }
    vec![Fact::literal(instruction.text.clone(), instruction.rest)]
}

/// The ports of `8000`, `8000/tcp`, `8000-8002`; those of UDP are left out.
fn ports(text: Fact<String>) -> Vec<Fact<u16>> {
    let Some(known) = text.known() else {
        let Value::Unknown(unknown) = text.value else { return Vec::new() };
        return vec![Fact { value: Value::Unknown(unknown), span: text.span, interpolated: true }];
    };
    let (range, protocol) = known.split_once('/').unwrap_or((known.as_str(), "tcp"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return Vec::new() };
    if !protocol.eq_ignore_ascii_case("tcp") {
        return Vec::new();
    }
    let one = |port| Fact { value: Value::Known(port), span: text.span, interpolated: text.interpolated };
    (first..=last).take(1000).map(one).collect()
}

/// A path below the working directory, unless it starts at the root.
fn joined(directory: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let slash = if path.ends_with('/') || path == "." { "/" } else { "" };
    let whole = crate::workspace::clean(&Path::new("/").join(directory).join(&path));
    let whole = whole.to_string_lossy();
    if whole == "/" { whole.into_owned() } else { format!("{whole}{slash}") }
}

/// A word with the variables that the builder expands: `$X`, `${X}`, `${X:-default}`, `${X:+other}`.
fn fact(word: &Word, known: &Known) -> Fact<String> {
    let mut text = String::new();
    let mut interpolated = false;
    let mut missing = None;
    let mut rest = word.text.as_str();
    while let Some(at) = rest.find(['$', '\\']) {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\\') {
            let width = after.chars().next().map_or(0, char::len_utf8);
            let kept = if after.starts_with('$') { &after[..width] } else { &rest[at..=at + width] };
            text.push_str(kept);
            rest = &after[width..];
            continue;
        }
        let Some(Reference { name, operator, length: end }) = reference(after) else {
            text.push('$');
            rest = after;
            continue;
        };
        rest = &after[end..];
        interpolated = true;
        let value = known.get(name).map(Value::known);
        match (value, operator) {
            (Some(Some(value)), None) => text.push_str(value),
            (Some(Some(value)), Some((":-" | "-", _))) if !value.is_empty() => text.push_str(value),
            (None | Some(Some(_)), Some((":-" | "-", word))) if !word.contains('$') => text.push_str(word),
            _ => {
                text.push(HOLE);
                missing.get_or_insert(name);
            }
        }
    }
    text.push_str(rest);
    let value = match missing {
        None => Value::Known(text),
        Some(name) => Value::Unknown(unknown(name, word.span).shaped(text)),
    };
    Fact { value, span: word.span, interpolated }
}

/// A variable, as it is referred to.
struct Reference<'a> {
    name: &'a str,
    /// The operator and its word.
    operator: Option<(&'a str, &'a str)>,
    /// How long it is, without the dollar.
    length: usize,
}

/// The reference whose dollar stands before the text.
fn reference(text: &str) -> Option<Reference<'_>> {
    let length =
        |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let Some(braced) = text.strip_prefix('{') else {
        let end = length(text);
        return (end > 0).then(|| Reference { name: &text[..end], operator: None, length: end });
    };
    let close = braced.find('}')?;
    let inside = &braced[..close];
    let (name, rest) = inside.split_at(length(inside));
    let width = if rest.starts_with(':') { 2 } else { 1 };
    let operator = rest.get(..width).map(|operator| (operator, &rest[width..]));
    (!name.is_empty()).then_some(Reference { name, operator, length: close + 2 })
}

fn unknown(name: &str, span: Span) -> Unknown {
    Unknown::at(span, format!("`{name}` is set while the image is built"))
}
