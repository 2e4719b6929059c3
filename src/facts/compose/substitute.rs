//! Interpolation of one text: variables replaced, each use written down.

use super::node::HOLE;
use super::variables::{Found, Variable, Variables};
use crate::facts::model::{Supply, VariableUse};
use crate::facts::value::{Unknown, Value};
use crate::source::Span;
use crate::syntax::interpolation::{self, DEPTH_LIMIT, Operator, Part};
use std::borrow::Cow;

/// Where a text stands.
pub(super) struct Site<'a> {
    /// The scalar, quotes included.
    pub(super) span: Span,
    /// The path of keys to it, with dots.
    pub(super) path: &'a dyn Fn() -> String,
    /// Whether uses are written down: those of env-files are not the Compose file's.
    pub(super) record: bool,
}

/// Why a text cannot be interpolated.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// It is not written as Compose can read it; the bytes.
    Invalid(Span),
    /// A required variable has no value.
    Missing {
        /// Its name.
        name: String,
        /// What the file says about it.
        message: String,
        /// Where it is used.
        span: Span,
    },
}

/// What came of a text.
pub(super) struct Outcome<'t> {
    pub(super) value: Value<Cow<'t, str>>,
    /// The text with holes, where the value is unknown.
    pub(super) partial: String,
    /// Whether there was a variable in it.
    pub(super) interpolated: bool,
    /// Variables that are not set, and are replaced by nothing.
    pub(super) blank: Vec<(String, Span)>,
}

/// Finds variables by their names.
pub(super) trait Lookup {
    fn find(&self, name: &str) -> Found<'_>;
    fn unsupplied(&self) -> Supply;
    fn doubt(&self, name: &str) -> Unknown;
    /// Takes some bytes off what may still be made; says whether there were as many.
    fn spend(&self, bytes: usize) -> bool;
}

impl Lookup for Variables {
    fn find(&self, name: &str) -> Found<'_> {
        Variables::find(self, name)
    }

    fn unsupplied(&self) -> Supply {
        Variables::unsupplied(self)
    }

    fn doubt(&self, name: &str) -> Unknown {
        Variables::doubt(self, name)
    }

    fn spend(&self, bytes: usize) -> bool {
        Variables::spend(self, bytes)
    }
}

/// Replaces the variables of `text`.
pub(super) fn substitute<'t>(
    text: &'t str,
    site: &Site<'_>,
    variables: &dyn Lookup,
    uses: &mut Vec<VariableUse>,
) -> Result<Outcome<'t>, Refusal> {
    if interpolation::is_plain(text) {
        return Ok(Outcome {
            value: Value::Known(Cow::Borrowed(text)),
            partial: String::new(),
            interpolated: false,
            blank: Vec::new(),
        });
    }
    let mut run = Run { whole: text, site, variables, uses, blank: Vec::new(), interpolated: false };
    let (text, unknown) = run.text(0, text, 0, true)?;
    let (interpolated, blank) = (run.interpolated, run.blank);
    Ok(match unknown {
        None => {
            Outcome { value: Value::Known(Cow::Owned(text)), partial: String::new(), interpolated, blank }
        }
        Some(unknown) => Outcome { value: Value::Unknown(unknown), partial: text, interpolated, blank },
    })
}

struct Run<'r> {
    whole: &'r str,
    site: &'r Site<'r>,
    variables: &'r dyn Lookup,
    uses: &'r mut Vec<VariableUse>,
    blank: Vec<(String, Span)>,
    interpolated: bool,
}

impl Run<'_> {
    /// Where bytes of the whole text are written, if it is written as it reads.
    fn place(&self, start: usize, end: usize) -> Span {
        match self.site.span.len().checked_sub(self.whole.len()) {
            Some(0) => self.site.span.slice(start, end),
            Some(2) => self.site.span.slice(start + 1, end + 1),
            _ => self.site.span,
        }
    }

    /// Replaces the variables of the part of the whole text that begins at `base`. Of a word that is not needed only
    /// the errors count.
    fn text(
        &mut self,
        base: usize,
        text: &str,
        depth: usize,
        needed: bool,
    ) -> Result<(String, Option<Unknown>), Refusal> {
        let mut out = String::with_capacity(text.len());
        let mut unknown = None;
        let mut refusal = None;
        for part in interpolation::parts(text) {
            match part {
                Part::Literal(range) => out.push_str(&text[range]),
                Part::Dollar(_) => out.push('$'),
                Part::Invalid(_) if refusal.is_some() => {}
                Part::Invalid(range) => {
                    let end = text[range.start..].find('\n').map_or(text.len(), |found| range.start + found);
                    refusal = Some(Refusal::Invalid(self.place(base + range.start, base + end)));
                }
                Part::Variable(variable) => match self.variable(base, text, &variable, depth, needed) {
                    Ok(Value::Known(value)) => {
                        if !self.variables.spend(value.len()) {
                            return Err(Refusal::Invalid(self.place(base, base + text.len())));
                        }
                        out.push_str(&value);
                    }
                    Ok(Value::Unknown(reason)) => {
                        out.push(HOLE);
                        unknown.get_or_insert(reason);
                    }
                    Err(error) => {
                        refusal.get_or_insert(error);
                    }
                },
            }
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        Ok((out, unknown))
    }

    fn variable(
        &mut self,
        base: usize,
        text: &str,
        variable: &interpolation::Variable,
        depth: usize,
        needed: bool,
    ) -> Result<Value<String>, Refusal> {
        self.interpolated = true;
        let name = &text[variable.name.clone()];
        let span = self.place(base + variable.range.start, base + variable.range.end);
        if depth >= DEPTH_LIMIT {
            return Err(Refusal::Invalid(span));
        }
        let variables = self.variables;
        let found = variables.find(name);
        if needed && self.site.record {
            let supply = match &found {
                Found::Set(Variable { supply, .. }) => supply.clone(),
                Found::Unset | Found::Perhaps => variables.unsupplied(),
            };
            let word = variable.operator.map(|_| text[variable.word.clone()].to_owned());
            self.uses.push(VariableUse {
                name: name.to_owned(),
                operator: variable.operator.map_or("", Operator::text),
                span,
                path: (self.site.path)(),
                word,
                supply,
            });
        }
        let value = match found {
            Found::Set(variable) => Some(variable.value.clone()),
            Found::Unset => None,
            Found::Perhaps => {
                let defaulted = variable.operator.is_some_and(Operator::is_default);
                if defaulted { None } else { Some(Value::Unknown(unknown_at(variables.doubt(name), span))) }
            }
        };
        let Some(operator) = variable.operator else {
            if value.is_none() && needed {
                self.blank.push((name.to_owned(), span));
            }
            return Ok(value.unwrap_or(Value::Known(String::new())));
        };
        // Whether the variable counts as having a value; none where that is unknown.
        let has = match &value {
            None => Some(false),
            Some(Value::Known(value)) => Some(!(operator.minds_empty() && value.is_empty())),
            Some(Value::Unknown(_))
                if !operator.minds_empty() && matches!(found_set(variables, name), Some(())) =>
            {
                Some(true)
            }
            Some(Value::Unknown(_)) => None,
        };
        let takes_word = match operator {
            Operator::IfNotEmpty | Operator::IfSet => has == Some(true),
            _ => has == Some(false),
        };
        // The word is evaluated in any case: an error in it counts even where it is not needed.
        let word_start = base + variable.word.start;
        let (word, doubt) =
            self.text(word_start, &text[variable.word.clone()], depth + 1, needed && takes_word)?;
        let word = doubt.map_or(Value::Known(word), Value::Unknown);
        if operator.is_required() {
            return match (has, value) {
                (Some(false), _) => {
                    let message = word.known().cloned().unwrap_or_default();
                    Err(Refusal::Missing { name: name.to_owned(), message, span })
                }
                (_, value) => Ok(value.unwrap_or(Value::Known(String::new()))),
            };
        }
        if takes_word {
            return Ok(word);
        }
        match (has, value) {
            (None, Some(Value::Unknown(reason))) => Ok(Value::Unknown(reason)),
            (_, value) => Ok(value.unwrap_or(Value::Known(String::new()))),
        }
    }
}

fn found_set(variables: &dyn Lookup, name: &str) -> Option<()> {
    matches!(variables.find(name), Found::Set(_)).then_some(())
}

fn unknown_at(unknown: Unknown, span: Span) -> Unknown {
    Unknown { span: Some(unknown.span.unwrap_or(span)), ..unknown }
}
