//! What is said of a text that cannot be read.

use super::event::{DEPTH_LIMIT, Failure, FailureKind};
use super::tree::Kind;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use crate::syntax::codes;

/// What is wrong where the parser stopped. `last` is the scalar just before, if it stands in braces or brackets.
pub(super) fn syntax(failure: &Failure, text: &str, source: SourceId, last: Option<Span>) -> Diagnostic {
    if let Some(diagnostic) = last.and_then(|last| unquoted_reference(text, last, failure.at)) {
        return diagnostic;
    }
    let at = floor(text, failure.at);
    let width = text[at..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
    let here = Span::new(source, at, at + width);
    let report = |message: &str| Diagnostic::new(&codes::YAML_SYNTAX, message);
    match failure.kind {
        FailureKind::Tab => {
            let tab = indenting_tab(text, at).map_or(here, |tab| Span::new(source, tab, tab + 1));
            tab_indentation(tab)
        }
        FailureKind::TooDeep => too_deep(here),
        FailureKind::UnclosedQuote => report("a quoted text is not closed").at(here, "still inside the quotes here").help(
            "close the quotes, or indent the lines that continue the text",
        ),
        FailureKind::Bracket => {
            report("brackets do not match").at(here, "this one has no partner").help("close every `{` and `[` with its own `}` and `]`")
        }
        FailureKind::Colon => report("a `:` stands where no key can be").at(here, "unexpected `:`").help(
            "quote a text that contains `: `; put each key on a line of its own, indented like its neighbours",
        ),
        FailureKind::Indentation => report("this line does not belong to what stands above it")
            .at(here, "unexpected here")
            .help("indent it exactly like its neighbours; a list item begins with `- `, a key ends with `:`"),
        FailureKind::Character(c) if c.is_control() => {
            report(&format!("the control character U+{:04X} cannot stand in YAML", c as u32))
                .at(here, "not a character of a text")
                .help("remove it, or write it as an escape in double quotes; a file full of these is no text")
        }
        FailureKind::Character(c) => report(&format!("a text cannot begin with `{c}` unless it is quoted"))
            .at(here, "unexpected character")
            .help("quote the text"),
        FailureKind::AfterQuote => report("text follows the closing quote")
            .at(here, "unexpected here")
            .help("quote the whole text; inside double quotes write `\\\"`, inside single quotes `''`"),
        FailureKind::Escape => report("an unknown escape in a double-quoted text")
            .at(here, "this text")
            .help("write a backslash as `\\\\`, or use single quotes"),
        FailureKind::Unclosed => report("a `{` or `[` is not closed, or a comma is missing")
            .at(here, "still inside the brackets here")
            .help("close every `{` and `[`, and put a comma between the entries inside"),
        FailureKind::Other => report(&format!("this is not YAML: {}", failure.words))
            .at(here, "the reader stopped here")
            .help("check the quotes, brackets and indentation of this line and the one above it"),
    }
}

/// The words for a `$` before the `{` at which the parser stopped.
fn unquoted_reference(text: &str, last: Span, at: usize) -> Option<Diagnostic> {
    // Between the two there may be the empty value of a key that is a reference.
    let dollar = text.get(last.start as usize..at)?.rfind('$').map(|found| last.start as usize + found)?;
    if text.as_bytes().get(dollar + 1) != Some(&b'{') || dollar + 1 < at {
        return None;
    }
    let start = if dollar < last.end as usize {
        last.start as usize
    } else {
        text[..dollar].rfind([' ', ',', '[', '{', '\n']).map_or(0, |before| before + 1)
    };
    let rest = &text[dollar..];
    let close =
        rest.find(['}', '\n']).filter(|close| rest.as_bytes()[*close] == b'}').map_or(2, |close| close + 1);
    let tail = rest[close..].find([',', ']', '}', '\n', ' ', ':']).unwrap_or(0);
    let end = dollar + close + tail;
    let written = &text[start..end];
    let span = Span::new(last.source, start, end);
    let message = format!("the reference `{written}` must be quoted inside `{{}}` and `[]`");
    Some(
        Diagnostic::new(&codes::UNQUOTED_REFERENCE, message)
            .at(span, "YAML takes these braces for its own")
            .help(format!("quote it: `\"{written}\"`")),
    )
}

/// A tab in the indentation of a line that begins at `at` or after.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut start = line;
    // The parser points at the start of a text that a tab interrupts, a few lines above.
    for line in text[line..].split_inclusive('\n').take(64) {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..blank].find('\t') {
            return Some(start + tab);
        }
        start += line.len();
    }
    None
}

/// A tab before the first key of a text, which the parser lets pass and Compose does not.
pub(super) fn tab_before(text: &str, root: Span) -> Option<Diagnostic> {
    let before = text.get(..root.start as usize)?;
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let flow = text[root.start as usize..].starts_with(['{', '[']);
    let tab = before[line..].find('\t').filter(|_| !flow)?;
    Some(tab_indentation(Span::new(root.source, line + tab, line + tab + 1)))
}

fn tab_indentation(tab: Span) -> Diagnostic {
    Diagnostic::new(&codes::TAB_INDENTATION, "a tab cannot indent a line of YAML")
        .at(tab, "this is a tab")
        .help("indent with spaces")
}

pub(super) fn too_deep(here: Span) -> Diagnostic {
    let message = format!("mappings and lists are nested more than {DEPTH_LIMIT} levels deep");
    Diagnostic::new(&codes::TOO_DEEP, message).at(here, "one level too many").help("nest less")
}

pub(super) fn several_documents(here: Span) -> Diagnostic {
    Diagnostic::new(&codes::SEVERAL_DOCUMENTS, "the file holds more than one YAML document")
        .at(here, "a second document begins here")
        .help("remove the `---`, or move what follows it to a file of its own")
}

pub(super) fn alias_cycle(name: &str, alias: Span) -> Diagnostic {
    Diagnostic::new(&codes::ALIAS_CYCLE, format!("the value of the anchor `&{name}` contains itself"))
        .at(alias, format!("this stands inside `&{name}`"))
        .help("refer to a value that ends before the alias")
}

pub(super) fn alias_bomb(here: Span) -> Diagnostic {
    Diagnostic::new(&codes::ALIAS_BOMB, "the text consists almost entirely of repetitions through aliases")
        .at(here, "one repetition too many")
        .help("use fewer aliases of values that contain aliases")
}

pub(super) fn undefined_alias(name: &str, near: Option<&str>, alias: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&codes::UNDEFINED_ALIAS, format!("no anchor `&{name}` is defined before this alias"))
            .at(alias, "unknown anchor");
    diagnostic.help(match near {
        Some(near) => format!("did you mean `*{near}`?"),
        None => format!("define `&{name}` on a value further up, or quote a text that begins with `*`"),
    })
}

pub(super) fn duplicate_key(key: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::DUPLICATE_KEY, format!("the key `{key}` is written twice"))
        .at(again, "written again here")
        .at(first, "first written here")
        .help("remove or rename one of them")
}

pub(super) fn merge_value(kind: Kind, value: Span) -> Diagnostic {
    let found = match kind {
        Kind::Scalar => "a single value",
        Kind::Mapping => "a mapping",
        Kind::Sequence => "a list",
    };
    Diagnostic::new(&codes::MERGE_VALUE, format!("`<<` merges mappings, found {found}"))
        .at(value, "cannot be merged")
        .help("give `<<` an alias of a mapping, or a list of such aliases")
}

pub(super) fn wrong_tag(text: &str, tag: &str, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_TAG, format!("`{text}` does not fit its tag `{tag}`"))
        .at(place, "the tag says something else")
        .help("remove the tag or correct the value")
}

pub(super) fn too_many(here: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::TOO_MANY_ERRORS,
        "there are too many errors; the rest of the text was not checked",
    )
    .at(here, "gave up here")
    .help("correct the errors above first")
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
