//! Justfiles.

use super::make::{recipe_line, words};
use super::{Line, Makefile, Target, Variable};
use crate::source::fragment::{Cutting, Hole};
use crate::source::{Fragment, Spanned};

/// Reads a justfile.
pub fn justfile(file: &Fragment) -> Makefile {
    let mut made = Makefile::default();
    let text = file.text();
    let mut at = 0;
    // The recipe that lines belong to, and what they begin with.
    let mut open: Option<(usize, String)> = None;
    let mut continued: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        let bare = &text[start..end];
        let indented = bare.starts_with([' ', '\t']);
        if !indented && !bare.trim().is_empty() {
            open = None;
            continued = None;
            if !bare.starts_with(['#', '[']) {
                open = top(&mut made, file, start, bare).map(|target| (target, String::new()));
            }
            continue;
        }
        let Some((target, indent)) = &mut open else { continue };
        if bare.trim().is_empty() {
            continue;
        }
        if indent.is_empty() {
            indent.push_str(&bare[..bare.len() - bare.trim_start().len()]);
        }
        let body = start + if bare.starts_with(indent.as_str()) { indent.len() } else { 0 };
        let target = &mut made.targets[*target];
        if target.recipe.is_empty() && text[body..end].starts_with("#!") {
            target.script = true;
        }
        if target.script {
            let span = file.span(body, end);
            target.recipe.push(Line { text: file.part(body, at), ignores_failure: false, span });
            continue;
        }
        let from = continued.take().unwrap_or(body);
        if bare.ends_with('\\') {
            continued = Some(from);
            continue;
        }
        target.recipe.extend(recipe_line(file, from, end, indent));
    }
    made
}

/// A line at the left margin; the recipe that it begins, if it does.
fn top(made: &mut Makefile, file: &Fragment, start: usize, text: &str) -> Option<usize> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let spanned =
        |at: usize, name: &str| Spanned::new(name.to_owned(), file.span(start + at, start + at + name.len()));
    if first == "set" {
        made.dotenv |= text.contains("dotenv-load") && !text.contains("false");
        made.dotenv |= text.contains("dotenv-filename") || text.contains("dotenv-path");
        made.exports_all |= text.split_whitespace().nth(1).is_some_and(|word| word.starts_with("export"));
        made.pipefail |= text.contains("shell") && text.contains("pipefail");
        return None;
    }
    if matches!(first, "import" | "import?" | "mod" | "mod?" | "alias") {
        return None;
    }
    let exported = first == "export";
    let skip = if exported { text.find(first)? + first.len() } else { 0 };
    if let Some(equals) =
        text.find(":=").filter(|at| !text[skip..*at].trim().contains([' ', ':', '(', '\'', '"']))
    {
        let name = text[skip..equals].trim();
        let name = spanned(text.find(name)?, name);
        let value = value(file, start + equals + 2, start + text.len());
        made.variables.push(Variable { name, operator: ":=", value, exported, conditional: false });
        return None;
    }
    let colon = recipe_colon(text)?;
    let mut head = words(&text[..colon]);
    let (at, name) = head.next()?;
    let name = spanned(at + name.len() - name.trim_start_matches('@').len(), name.trim_start_matches('@'));
    let parameters = head
        .map(|(_, parameter)| {
            let parameter = parameter.trim_start_matches(['*', '+', '$']);
            match parameter.split_once('=') {
                Some((name, default)) => {
                    (name.to_owned(), Some(default.trim_matches(['"', '\'']).to_owned()))
                }
                None => (parameter.to_owned(), None),
            }
        })
        .collect();
    let prerequisites = words(&text[colon + 1..])
        .take_while(|(_, word)| !word.starts_with('#'))
        .filter(|(_, word)| *word != "&&")
        .map(|(at, word)| {
            let inner = word.trim_start_matches('(').trim_end_matches(')');
            spanned(colon + 1 + at + word.find(inner).unwrap_or(0), inner)
        })
        .collect();
    made.targets.push(Target {
        name,
        prerequisites,
        variables: Vec::new(),
        parameters,
        recipe: Vec::new(),
        script: false,
    });
    Some(made.targets.len() - 1)
}

/// The `:` after a recipe's name and parameters.
fn recipe_colon(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ':') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The value of a variable: a text in quotes, or a hole.
fn value(file: &Fragment, start: usize, end: usize) -> Fragment {
    let text = file.text().get(start..end).unwrap_or_default();
    let trimmed = text.trim();
    let from = start + text.len() - text.trim_start().len();
    let mut cutting = Cutting::new(file.source());
    let quote = trimmed.chars().next().filter(|c| matches!(c, '\'' | '"'));
    match quote {
        Some(quote)
            if trimmed.len() > 1 && trimmed.ends_with(quote) && trimmed.matches(quote).count() == 2 =>
        {
            cutting.copy_from(file, from + 1, from + trimmed.len() - 1);
        }
        _ => {
            // `env_var_or_default("NAME", "value")` and `env("NAME", "value")` say what is meant.
            let default =
                trimmed.strip_prefix("env").and_then(|call| call.rsplit_once(',')).map(|(_, last)| {
                    last.trim().trim_end_matches(')').trim().trim_matches(['"', '\'']).to_owned()
                });
            let hole = Hole::new(trimmed, "it is computed when the recipe runs", default);
            cutting.hole_from(hole, file, from, from + trimmed.len());
        }
    }
    cutting.finish(file.span(from, from).start as usize)
}
