//! Makefiles.

use super::{Line, Makefile, Target, Variable};
use crate::source::fragment::Cutting;
use crate::source::{Fragment, Span, Spanned};

/// Assignments, those that begin like others before them.
const OPERATORS: &[&str] = &[":::=", "::=", ":=", "?=", "+=", "!=", "="];

/// Reads a Makefile.
pub fn makefile(file: &Fragment) -> Makefile {
    let mut reader =
        Reader { file, made: Makefile::default(), prefix: '\t', current: Vec::new(), branches: 0 };
    let lines = logical_lines(file.text());
    let mut defining = false;
    for (start, end) in lines {
        let text = &file.text()[start..end];
        let bare = text.trim();
        match (defining, bare.split_whitespace().next()) {
            (true, first) => defining = first != Some("endef"),
            (false, Some("define")) => defining = true,
            _ => reader.line(start, end),
        }
    }
    reader.made
}

/// The lines of a text, those that end with a backslash together with the next one.
fn logical_lines(text: &str) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let bare = line.trim_end_matches(['\n', '\r']);
        let slashes = bare.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if slashes % 2 == 1 && line.ends_with('\n') {
            continue;
        }
        lines.push((start, at - (line.len() - bare.len())));
        start = at;
    }
    if start < text.len() {
        lines.push((start, text.len()));
    }
    lines
}

struct Reader<'f> {
    file: &'f Fragment,
    made: Makefile,
    /// What recipes begin with.
    prefix: char,
    /// The targets that a recipe belongs to.
    current: Vec<usize>,
    branches: usize,
}

impl Reader<'_> {
    fn spanned(&self, start: usize, text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), self.file.span(start, start + text.len()))
    }

    fn line(&mut self, start: usize, end: usize) {
        let text = &self.file.text()[start..end];
        if text.starts_with(self.prefix) && !self.current.is_empty() {
            return self.recipe(start + self.prefix.len_utf8(), end);
        }
        let comment = text.find('#').filter(|at| !text[..*at].ends_with('\\'));
        let text = &text[..comment.unwrap_or(text.len())];
        let bare = text.trim();
        let first = bare.split_whitespace().next().unwrap_or_default();
        match first {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                self.branches += 1;
                return;
            }
            "" | "else" | "vpath" | "undefine" | "unexport" => return,
            "endif" => {
                self.branches = self.branches.saturating_sub(1);
                return;
            }
            "include" | "-include" | "sinclude" => {
                let names = text.find(first).map_or(0, |at| at + first.len());
                for (at, name) in words(&text[names..]) {
                    let at = start + names + at;
                    self.made.includes.push(self.file.part(at, at + name.len()));
                }
                return;
            }
            _ => {}
        }
        let offset = text.len() - text.trim_start().len();
        let exported = first == "export" || first == "override";
        let skip = if exported { offset + first.len() } else { offset };
        let rest = &text[skip..];
        if first == "export" && !rest.contains('=') {
            let names: Vec<String> = words(rest).map(|(_, name)| name.to_owned()).collect();
            self.made.exports_all |= names.is_empty();
            self.made.exports.extend(names);
            return;
        }
        if let Some(variable) = self.variable(start + skip, rest, first == "export") {
            match variable.name.as_str() {
                ".RECIPEPREFIX" => self.prefix = variable.value.text().chars().next().unwrap_or('\t'),
                ".SHELLFLAGS" => self.made.pipefail |= variable.value.text().contains("pipefail"),
                _ => {}
            }
            self.current.clear();
            self.made.variables.push(variable);
            return;
        }
        self.rule(start, text);
    }

    /// `NAME = value`, if the text is that.
    fn variable(&self, start: usize, text: &str, exported: bool) -> Option<Variable> {
        let (at, operator) = OPERATORS
            .iter()
            .filter_map(|operator| text.find(operator).map(|at| (at, *operator)))
            .min_by_key(|(at, operator)| (*at, OPERATORS.len() - operator.len()))?;
        let name = text[..at].trim();
        if name.is_empty() || name.contains([':', ' ', '\t', '$', '(']) {
            return None;
        }
        let name_at = start + text.find(name)?;
        let value = &text[at + operator.len()..];
        let lead = value.len() - value.trim_start().len();
        let value_at = start + at + operator.len() + lead;
        let value = self.joined(value_at, value_at + value.trim().len());
        let operator = if operator.ends_with(":=") { ":=" } else { operator };
        Some(Variable {
            name: self.spanned(name_at, name),
            operator,
            value,
            exported,
            conditional: self.branches > 0,
        })
    }

    /// The text `start..end` with continued lines joined by a blank.
    fn joined(&self, start: usize, end: usize) -> Fragment {
        let mut cutting = Cutting::new(self.file.source());
        let mut at = start;
        let text = self.file.text();
        while let Some(found) = text[at..end].find("\\\n").or_else(|| text[at..end].find("\\\r\n")) {
            let stop = at + found;
            cutting.copy_from(self.file, at, stop);
            let after = text[stop + 1..end].len() - text[stop + 1..end].trim_start().len();
            let next = stop + 1 + after;
            cutting.replace_from(" ", self.file, stop, next);
            at = next;
        }
        cutting.copy_from(self.file, at, end);
        cutting.finish(self.file.span(start, start).start as usize)
    }

    fn rule(&mut self, start: usize, text: &str) {
        self.current.clear();
        let Some(colon) = text.find(':') else { return };
        let after = text[colon + 1..].strip_prefix(':').map_or(colon + 1, |_| colon + 2);
        let rest = &text[after..];
        let names: Vec<_> = words(&text[..colon]).map(|(at, name)| self.spanned(start + at, name)).collect();
        if let Some(variable) = self.variable(start + after, rest.trim_end(), false) {
            for name in names {
                let target = self.target(name);
                self.made.targets[target].variables.push(variable.clone());
            }
            return;
        }
        if names.iter().any(|name| name.value == ".ONESHELL") {
            self.made.one_shell = true;
            return;
        }
        let semicolon = rest.find(';').unwrap_or(rest.len());
        let needs: Vec<_> = words(&rest[..semicolon])
            .filter(|(_, name)| *name != "|")
            .map(|(at, name)| self.spanned(start + after + at, name))
            .collect();
        // `.PHONY` and the like are no targets; others may be templates.
        for name in names.into_iter().filter(|name| !name.starts_with('.') || name.contains('/')) {
            let target = self.target(name);
            self.made.targets[target].prerequisites.extend(needs.iter().cloned());
            self.current.push(target);
        }
        if semicolon < rest.len() {
            let from = start + after + semicolon + 1;
            self.recipe(from, start + text.len());
        }
    }

    /// The target of this name, by its place.
    fn target(&mut self, name: Spanned<String>) -> usize {
        let found = self.made.targets.iter().position(|target| target.name.value == name.value);
        found.unwrap_or_else(|| {
            self.made.targets.push(Target {
                name,
                prerequisites: Vec::new(),
                variables: Vec::new(),
                parameters: Vec::new(),
                recipe: Vec::new(),
                script: false,
            });
            self.made.targets.len() - 1
        })
    }

    fn recipe(&mut self, start: usize, end: usize) {
        let Some(line) = recipe_line(self.file, start, end, &self.prefix.to_string()) else { return };
        for target in &self.current {
            self.made.targets[*target].recipe.push(line.clone());
        }
    }
}

/// A line of a recipe, without `@`, `-`, `+` and what its continued lines begin with.
pub(super) fn recipe_line(file: &Fragment, start: usize, end: usize, prefix: &str) -> Option<Line> {
    let text = file.text().get(start..end)?;
    let bare = text.trim_start_matches([' ', '\t', '@', '-', '+']);
    let marks = &text[..text.len() - bare.len()];
    if bare.trim().is_empty() {
        return None;
    }
    let from = end - bare.len();
    let mut cutting = Cutting::new(file.source());
    let mut at = from;
    for line in bare.split_inclusive('\n') {
        let skip = if at > from && line.starts_with(prefix) { prefix.len() } else { 0 };
        cutting.copy_from(file, at + skip, at + line.len());
        at += line.len();
    }
    let span: Span = file.span(from, end);
    let text = cutting.finish(span.start as usize);
    Some(Line { text, ignores_failure: marks.contains('-'), span })
}

/// The words of a text, with their places.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace()
        .filter(|word| *word != "\\")
        .map(move |word| (word.as_ptr() as usize - base, word))
}
