//! Project names that change with a variable.

use super::support::{Claim, clashes, distinct, quoted};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::model::{Deployment, DeploymentId, ProjectOrigin, Repository, Supply, VariableUse};
use crate::facts::script::docker::{Docker, recognise};
use crate::facts::script::{Command, Piece, Script, Word};
use crate::facts::value::HOLE;
use crate::source::{SourceId, Span};
use indexmap::{IndexMap, IndexSet};
use foldhash::HashSet;

rule! {
    /// A project's name depends on a variable that nothing fixes.
    ///
    /// ## What
    /// Reports a `name:` or `-p` with a variable to which the repository gives no value, and a default that two
    /// environments on one host share. Silent where env-files, scripts or workflows set the variable. `${STAGE:?}`,
    /// `[ -z "$STAGE" ] && exit 1`, or a script under `set -u`, stops instead of going on with half a name: that is advice
    /// (`--pedantic`).
    ///
    /// ## Why
    /// The project name decides which containers and volumes a command is about. With `name: shop-${STAGE}` and no
    /// `STAGE`, the project is `shop-`: `up` starts a new, empty shop beside the real one, or `down` stops what
    /// somebody else started in the same way.
    ///
    /// ## Example
    /// ```yaml
    /// name: ${PROJECT:-shop}   # neither staging.env nor production.env sets PROJECT
    /// ```
    ///
    /// ## Fix
    /// Demand the variable and set it in each environment's env-file:
    /// ```yaml
    /// name: shop-${STAGE:?}
    /// ```
    pub DYNAMIC_PROJECT_NAME = Warning "dynamic-project-name";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let interpolated = || facts.deployments.iter().filter(|deployment| deployment.project.interpolated);
    let claims: Vec<Claim<'_, ()>> = interpolated()
        .filter_map(|deployment| Some(Claim { deployment, span: deployment.project.span?, what: () }))
        .collect();
    let shared = clashes(
        facts,
        &claims,
        |claim| claim.deployment.name().into_iter().collect(),
        |one, other| distinct(one.deployment, other.deployment),
    );
    for clash in &shared {
        let name = clash.claims[0].deployment.name().unwrap_or_default();
        let finding = Diagnostic::new(
            &DYNAMIC_PROJECT_NAME,
            format!("{} are both the project `{name}`{}", clash.who(), clash.meeting.condition()),
        );
        let finding = clash.label(finding, |_, titles| format!("`{name}` for {titles}"));
        let variables = clash.claims[0].deployment.variables.iter();
        let variable = variables.filter(|using| using.path == "name").map(|using| using.name.as_str()).next();
        let (variable, demand) = match variable {
            Some(name) => (quoted(&[name]), format!(", and write `${{{name}:?}}` here, without a default")),
            None => ("the variable".to_owned(), String::new()),
        };
        findings.push(finding.help(format!(
            "Give {variable} another value in each environment's env-file{demand}. Until then starting one \
             environment replaces the containers of the other",
        )));
    }
    let told = shared.iter().flat_map(|clash| &clash.claims).map(|claim| claim.deployment.id);
    let told: HashSet<DeploymentId> = told.collect();
    let mut loose: IndexMap<(SourceId, String), Loose> = IndexMap::new();
    for deployment in interpolated().filter(|deployment| !told.contains(&deployment.id)) {
        let found = match deployment.project.origin {
            ProjectOrigin::Name => written(deployment).into_iter().collect(),
            ProjectOrigin::Flag | ProjectOrigin::Shell => called(facts, deployment),
            ProjectOrigin::EnvFile | ProjectOrigin::Directory => Vec::new(),
        };
        for one in found {
            let known = loose.entry((one.spans[0].source, one.variable.clone())).or_insert_with(|| one.clone());
            known.demanded &= one.demanded;
            known.spans.extend(one.spans);
        }
    }
    loose.into_values().for_each(|loose| findings.push(report(&loose)));
}

/// A variable that nobody gives a value, and the names of one file that it stands in.
#[derive(Clone)]
struct Loose {
    variable: String,
    spans: IndexSet<Span>,
    /// What the name is without it.
    rest: String,
    /// Whether it stops without a value.
    demanded: bool,
}

/// A `name:` with a variable that nobody supplies.
fn written(deployment: &Deployment) -> Option<Loose> {
    let nobody = |using: &&VariableUse| {
        using.path == "name" && matches!(using.supply, Supply::Nobody | Supply::Unknown(_))
    };
    // The default that one deployment takes is as good as a name.
    let loose = deployment
        .variables
        .iter()
        .filter(nobody)
        .find(|using| !matches!(using.operator, ":-" | "-" | ":+" | "+"))?;
    Some(Loose {
        variable: loose.name.clone(),
        spans: IndexSet::from([loose.span]),
        rest: deployment.project.value.shape().replace(HOLE, ""),
        demanded: loose.operator.ends_with('?'),
    })
}

/// A `-p` or `COMPOSE_PROJECT_NAME` with a part that whoever calls the script decides.
fn called(facts: &Repository, deployment: &Deployment) -> Vec<Loose> {
    let calls = deployment.invocations.iter().filter_map(|call| {
        let command = facts.command(call)?;
        let Docker::Compose(compose) = recognise(command)?.what else { return None };
        let word = compose.project.as_ref().or(compose.project_variable.as_ref())?;
        let (name, piece) = loose(word)?;
        // A branch of the script that gives it a value is where it is decided.
        if is_assigned(facts.scripts.get(call.script)?, name) {
            return None;
        }
        let known = word.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        });
        Some(Loose {
            variable: name.to_owned(),
            spans: IndexSet::from([word.span]),
            rest: known.collect(),
            demanded: command.options.nounset || is_guarded(command, name) || command.is_filled(piece),
        })
    });
    calls.collect()
}

/// The first variable of a word without value and default. What CI fills in is always there.
fn loose(word: &Word) -> Option<(&str, &Piece)> {
    word.pieces.iter().find_map(|piece| match piece {
        Piece::Unknown { name, default: None, .. } if !is_given(name) => Some((name.as_str(), piece)),
        _ => None,
    })
}

/// Whether CI fills it in, or it is no variable.
fn is_given(name: &str) -> bool {
    name.is_empty() || name.contains('.') || name.starts_with("CI_") || name.starts_with("GITHUB_")
}

/// Whether the script gives a variable a value that is written there.
fn is_assigned(script: &Script, name: &str) -> bool {
    let mut assigned = script.assignments.iter().filter(|assignment| assignment.name.value == name);
    assigned.any(|assignment| assignment.value.known().is_some_and(|value| !value.is_empty()))
}

fn is_guarded(command: &Command, name: &str) -> bool {
    command.uses.iter().any(|using| using.name == name && using.guarded)
}

fn report(loose: &Loose) -> Diagnostic {
    let name = loose.variable.as_str();
    let positional = name.chars().all(|character| character.is_ascii_digit());
    let variable = if positional { format!("argument {name}") } else { quoted(&[name]) };
    let mut finding = Diagnostic::new(
        &DYNAMIC_PROJECT_NAME,
        format!("which project this is depends on {variable}, which nothing in the repository sets"),
    );
    let without = match (loose.demanded, loose.rest.as_str()) {
        (true, _) => "without a value it stops".to_owned(),
        (false, "") => "without a value the directory's name is taken".to_owned(),
        (false, rest) => format!("without a value this is the project `{rest}`"),
    };
    for span in &loose.spans {
        finding = finding.at(*span, without.clone());
    }
    if loose.demanded {
        return finding
            .level(Severity::Info)
            .help("Set it in each environment's env-file or script, so that a command is about what its file says");
    }
    let check = if positional {
        format!("check it first: `: \"${{{name}:?}}\"`")
    } else {
        format!("write `${{{name}:?}}`")
    };
    finding.help(format!(
        "Set it in each environment's env-file or script, and {check}, so that nothing starts without it",
    ))
}
