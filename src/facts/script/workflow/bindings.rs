//! The runs of a job, and what expressions are in each of them.

use crate::facts::script::Word;
use crate::facts::script::eval::{self, Library, State};
use crate::source::{Fragment, Spanned};
use crate::syntax::workflow::{Filling, Job, Workflow};

/// How many runs of one job are told apart.
const RUNS: usize = 8;

/// One run of a job: what `matrix.x` and `inputs.x` are in it.
pub(super) type Bindings = Vec<(String, Spanned<String>)>;

/// The combinations of words that a job is run with, as far as it makes use of them.
pub(super) fn runs(library: &Library<'_>, workflow: &Workflow, job: &Job) -> Vec<Bindings> {
    // A job whose file uses an input elsewhere runs in one way.
    let own = library.sources.text(job.span);
    let uses = |name: &str| {
        own.contains(name) || workflow.variables.iter().any(|setting| setting.value.text().contains(name))
    };
    let mut runs: Vec<Bindings> = vec![Vec::new()];
    if !job.matrix.is_empty() {
        let bind = |combination: &Vec<(String, Spanned<String>)>| {
            combination.iter().map(|(name, value)| (format!("matrix.{name}"), value.clone())).collect()
        };
        runs = job.matrix.iter().map(bind).collect();
    }
    for input in &workflow.inputs {
        if !uses(&format!("inputs.{}", input.name)) || runs.len() * input.values.len() > RUNS {
            continue;
        }
        runs = runs
            .iter()
            .flat_map(|run| {
                input.values.iter().map(|value| {
                    let mut run = run.clone();
                    run.insert(0, (format!("inputs.{}", input.name), value.clone()));
                    run
                })
            })
            .collect();
    }
    if runs.is_empty() {
        runs.push(Vec::new());
    }
    runs
}

/// What an expression is.
pub(super) fn value(expression: &str, state: &State, bindings: &Bindings) -> Filling {
    let name = expression.trim();
    let name = name.strip_prefix("github.event.").filter(|rest| rest.starts_with("inputs.")).unwrap_or(name);
    if let Some((_, value)) = bindings.iter().find(|(bound, _)| bound == name) {
        return Filling::Text(value.value.clone());
    }
    if let Some(variable) = name.strip_prefix("env.")
        && let Some(variable) = state.variables.get(variable)
    {
        return match (variable.value.known(), variable.value.unknown_names().next()) {
            (Some(known), _) => Filling::Text(known.to_owned()),
            (None, unknown) => {
                Filling::Unknown(format!("it depends on `{}`", unknown.unwrap_or("the checkout")))
            }
        };
    }
    let quoted = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    if let Some(text) = quoted.filter(|text| !text.contains('\'')) {
        return Filling::Text(text.to_owned());
    }
    let who = match name.split('.').next().unwrap_or_default() {
        "secrets" => "is a secret of CI",
        "vars" => "is a setting of CI",
        "inputs" => "is given by whoever starts the workflow",
        "needs" | "steps" => "comes out of another step",
        _ => "is known while the workflow runs",
    };
    Filling::Unknown(format!("`{name}` {who}"))
}

/// A fragment whose expressions are filled in, as a word.
pub(super) fn word(fragment: &Fragment) -> Word {
    eval::word(fragment, "${{ ", " }}")
}
