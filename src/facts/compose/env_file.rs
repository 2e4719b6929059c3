//! Env-files evaluated: their variables replaced, each value with the line that it comes from.

use super::codes;
use super::substitute::{Lookup, Refusal, Site, substitute};
use super::variables::{Found, Variable};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{ByName, Supply};
use crate::facts::value::{Unknown, Value};
use crate::source::Span;
use crate::syntax::dotenv::{EnvFile, Text};

/// One evaluated assignment.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) value: Value<String>,
    /// Where the value is written; the key, for a key alone.
    pub(super) span: Span,
    pub(super) key: Span,
    pub(super) interpolated: bool,
}

/// What an env-file says, keys of earlier files included.
pub(super) type Lines = ByName<Line>;

/// Looks in the environment, then among the lines of earlier files, then among those of this one.
struct Scope<'s> {
    outer: &'s dyn Lookup,
    earlier: &'s ByName<Variable>,
    own: &'s ByName<Variable>,
}

impl Lookup for Scope<'_> {
    fn find(&self, name: &str) -> Found<'_> {
        match self.outer.find(name) {
            Found::Set(variable) => Found::Set(variable),
            other => self.earlier.get(name).or_else(|| self.own.get(name)).map_or(other, Found::Set),
        }
    }

    fn unsupplied(&self) -> Supply {
        self.outer.unsupplied()
    }

    fn doubt(&self, name: &str) -> Unknown {
        self.outer.doubt(name)
    }

    fn spend(&self, bytes: usize) -> bool {
        self.outer.spend(bytes)
    }
}

/// Adds what `file` says to `lines`.
pub(super) fn evaluate(file: &EnvFile, outer: &dyn Lookup, lines: &mut Lines, faults: &mut Vec<Diagnostic>) {
    for fault in &file.faults {
        faults.push(
            Diagnostic::new(&codes::DOTENV_SYNTAX, fault.message.clone())
                .at(fault.span, "not a line of an env-file")
                .help("write `NAME=value`, and quote a value that has spaces, `#` or `$` in it"),
        );
    }
    let as_variable = |line: &Line| Variable { value: line.value.clone(), supply: Supply::EnvFile(line.key) };
    let earlier: ByName<Variable> =
        lines.iter().map(|(key, line)| (key.clone(), as_variable(line))).collect();
    let mut own = ByName::default();
    for entry in &file.entries {
        let scope = Scope { outer, earlier: &earlier, own: &own };
        let line = match &entry.value {
            Some(text) => assigned(text, entry.key_span, &scope, faults),
            None => match outer.find(&entry.key) {
                Found::Set(variable) => Some(Line {
                    value: variable.value.clone(),
                    span: entry.key_span,
                    key: entry.key_span,
                    interpolated: true,
                }),
                Found::Unset => None,
                Found::Perhaps => {
                    let value = Value::Unknown(outer.doubt(&entry.key));
                    Some(Line { value, span: entry.key_span, key: entry.key_span, interpolated: true })
                }
            },
        };
        if let Some(line) = line {
            own.insert(entry.key.clone(), as_variable(&line));
            lines.insert(entry.key.clone(), line);
        }
    }
}

fn assigned(text: &Text, key: Span, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Option<Line> {
    let plain = |value| Line { value, span: text.span, key, interpolated: false };
    if !text.expands() {
        return Some(plain(Value::Known(text.text.clone())));
    }
    let site = Site { span: text.span, path: &String::new, record: false };
    match substitute(&text.text, &site, scope, &mut Vec::new()) {
        Ok(outcome) => Some(Line {
            interpolated: outcome.interpolated,
            ..plain(outcome.value.map(std::borrow::Cow::into_owned))
        }),
        Err(refusal) => {
            faults.push(refused(&refusal, "this env-file"));
            None
        }
    }
}

/// What to say of a text that cannot be interpolated.
pub(super) fn refused(refusal: &Refusal, place: &str) -> Diagnostic {
    match refusal {
        Refusal::Invalid(span) => {
            Diagnostic::new(&codes::COMPOSE_INTERPOLATION, format!("Compose cannot read this `${{…}}` of {place}"))
                .at(*span, "not a variable as Compose writes them")
                .help("write `${NAME}` or `${NAME:-default}` and close the brace on the same line; write `$$` for a `$` that is meant as such")
        }
        Refusal::Missing { name, message, span } => {
            let said = if message.is_empty() { String::new() } else { format!(": {message}") };
            Diagnostic::new(
                &codes::COMPOSE_REQUIRED_VARIABLE,
                format!("`{name}` must be set for {place}, and nothing sets it{said}"),
            )
            .at(*span, "required here")
            .help(format!("set `{name}` in the env-file or in the environment that Compose is started in"))
        }
    }
}
