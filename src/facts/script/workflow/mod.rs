//! The jobs of GitHub workflows and of GitLab CI.

mod bindings;

use super::command::{Action, Choice};
use super::directory::Directory;
use super::eval::{Code, Evaluator, Frame, Library, State, alike};
use super::file::{File, FileKind};
use super::shell::finish;
use super::state::common;
use super::variable::{Origin, Variable};
use super::{Job, Script, ScriptKind};
use crate::diagnostic::Diagnostics;
use crate::source::{Fragment, Spanned};
use crate::syntax::workflow::{self, Setting, Step, What, Workflow};
use crate::syntax::yaml;
use bindings::{Bindings, runs, value, word};
use std::path::PathBuf;
use std::sync::Arc;

/// The jobs of a file of CI.
pub(super) fn scripts(library: &Library<'_>, file: &File) -> Vec<Script> {
    let text = library.sources.get(file.source).text.clone();
    // What is wrong with the YAML is told elsewhere.
    let mut unheard = Diagnostics::default();
    let Some(tree) = yaml::parse_stream(file.source, &text, &mut unheard) else { return Vec::new() };
    let workflow = match file.kind {
        FileKind::Gitlab => workflow::gitlab(&tree, &text),
        _ => workflow::github(&tree, &text),
    };
    workflow.jobs.iter().map(|job| script(library, file, &workflow, job)).collect()
}

fn script(library: &Library<'_>, file: &File, workflow: &Workflow, job: &workflow::Job) -> Script {
    let mut evaluator = Evaluator::new(library);
    let runs = runs(library, workflow, job);
    let several = runs.len() > 1;
    for (branch, bindings) in runs.iter().enumerate() {
        let (first, known) = (evaluator.commands.len(), evaluator.actions.len());
        let choice = several.then(|| Choice {
            span: job.key.span,
            branch,
            value: bindings.first().map(|(_, value)| value.value.clone()),
        });
        run(&mut evaluator, file, workflow, job, bindings, choice);
        // What is the same in every run is listed once.
        let (before, after) = evaluator.commands.split_at_mut(first);
        let mut kept = Vec::new();
        for command in after.iter() {
            let twin = before.iter_mut().find(|other| other.span == command.span && alike(other, command));
            match twin {
                Some(twin) => twin.choices = common(&twin.choices, &command.choices),
                None => kept.push(command.clone()),
            }
        }
        if first > 0 {
            evaluator.commands.truncate(first);
            evaluator.commands.append(&mut kept);
        }
        same_actions(&mut evaluator.actions, known);
    }
    let filled = |fragment: &Fragment| {
        let none = State::new(Directory::Inside(PathBuf::new()), false);
        let bindings = runs.first().filter(|_| !several).cloned().unwrap_or_default();
        word(&workflow::fill(fragment, |expression| value(expression, &none, &bindings)))
    };
    let written = |fragment: &Fragment| Spanned::new(fragment.text().to_owned(), fragment.whole_span());
    let described = Job {
        runs_on: job.runs_on.iter().map(written).collect(),
        environment: job.environment.as_ref().map(filled),
        services: job.services.iter().map(filled).collect(),
        image: job.image.as_ref().map(filled),
        needs: job.needs.clone(),
        schedule: None,
        artifacts: job.artifacts.iter().map(filled).collect(),
    };
    let kind = ScriptKind::Job(job.key.value.clone());
    finish(evaluator, file.source, kind, job.key.span, Some(described))
}

/// Lists what is the same in this run, whose actions begin at `first`, and in one before it once.
fn same_actions(actions: &mut Vec<Action>, first: usize) {
    for action in actions.split_off(first) {
        let inputs =
            |action: &Action| action.inputs.iter().map(|(_, word)| word.pieces.clone()).collect::<Vec<_>>();
        let twin = actions[..first]
            .iter_mut()
            .find(|other| other.uses.span == action.uses.span && inputs(other) == inputs(&action));
        match twin {
            Some(twin) => twin.choices = common(&twin.choices, &action.choices),
            None => actions.push(action),
        }
    }
}

fn run(
    evaluator: &mut Evaluator<'_>,
    file: &File,
    workflow: &Workflow,
    job: &workflow::Job,
    bindings: &Bindings,
    choice: Option<Choice>,
) {
    let mut state = State::new(Directory::Inside(PathBuf::new()), false);
    state.choices = choice.into_iter().collect();
    set(evaluator, &mut state, &workflow.variables, bindings);
    set(evaluator, &mut state, &job.variables, bindings);
    if let Some(environment) = job.environment.as_ref().filter(|_| file.kind == FileKind::Gitlab) {
        // GitLab gives it to the job: "Predefined CI/CD variables" of its documentation.
        let value = word(&workflow::fill(environment, |expression| value(expression, &state, bindings)));
        let span = environment.whole_span();
        let variable = Variable { value, elements: None, exported: true, origin: Origin::Setting, span };
        Arc::make_mut(&mut state.variables).insert("CI_ENVIRONMENT_NAME".to_owned(), variable);
    }
    for (number, step) in job.steps.iter().enumerate() {
        let mut inner = state.clone();
        set(evaluator, &mut inner, &step.variables, bindings);
        let directory = step.directory.as_ref().or(job.directory.as_ref()).or(workflow.directory.as_ref());
        if let Some(directory) = directory {
            let path = word(&workflow::fill(directory, |expression| value(expression, &inner, bindings)));
            inner.directory = inner.directory.join_pieces(&path.pieces);
        }
        let first = evaluator.commands.len();
        match &step.what {
            What::Run(fragments) => {
                let shell = step.shell.as_deref().or(job.shell.as_deref()).or(workflow.shell.as_deref());
                if shell.is_some_and(|shell| !shell.starts_with("bash") && !shell.starts_with("sh")) {
                    continue;
                }
                inner.options.errexit = true;
                inner.options.pipefail = match file.kind {
                    FileKind::Gitlab => true,
                    _ => shell.is_some_and(|shell| shell.trim() == "bash" || shell.contains("pipefail")),
                };
                let mut states = vec![inner];
                for fragment in fragments {
                    let bound = states.first().cloned().unwrap_or_else(|| state.clone());
                    let text = workflow::fill(fragment, |expression| value(expression, &bound, bindings));
                    let mut frame = Frame::new(Code::new(text, None), true);
                    frame.step = Some(number);
                    frame.context.conditional = step.conditional;
                    states = evaluator.run(&frame, states);
                }
            }
            What::Use(uses, inputs) => {
                let with = |setting: &Setting| {
                    let text =
                        workflow::fill(&setting.value, |expression| value(expression, &inner, bindings));
                    (setting.name.clone(), text)
                };
                let inputs: Vec<(Spanned<String>, Fragment)> = inputs.iter().map(with).collect();
                use_action(evaluator, &inner, step, number, uses, &inputs);
            }
            What::Nothing => {}
        }
        keep_environment(evaluator, first, &mut state);
    }
}

/// Sets `env:`.
fn set(evaluator: &mut Evaluator<'_>, state: &mut State, settings: &[Setting], bindings: &Bindings) {
    for setting in settings {
        let text = workflow::fill(&setting.value, |expression| value(expression, state, bindings));
        let word = word(&text);
        evaluator.note(state, &setting.name, &word, true, Origin::Setting);
        let span = setting.name.span;
        let variable =
            Variable { value: word, elements: None, exported: true, origin: Origin::Setting, span };
        Arc::make_mut(&mut state.variables).insert(setting.name.value.clone(), variable);
    }
}

fn use_action(
    evaluator: &mut Evaluator<'_>,
    state: &State,
    step: &Step,
    number: usize,
    uses: &Spanned<String>,
    inputs: &[(Spanned<String>, Fragment)],
) {
    let name = uses.value.split('@').next().unwrap_or_default().to_owned();
    let words: Vec<_> = inputs.iter().map(|(name, text)| (name.clone(), word(text))).collect();
    let input =
        |wanted: &str| words.iter().find(|(name, _)| name.value == wanted).map(|(_, word)| word.clone());
    let script = inputs.iter().find(|(name, _)| matches!(name.value.as_str(), "script" | "command" | "run"));
    evaluator.actions.push(Action {
        name: name.clone(),
        uses: uses.clone(),
        inputs: words.clone(),
        variables: state.variables.clone(),
        choices: state.choices.clone(),
        step: number,
        at: evaluator.commands.len(),
    });
    if let (true, Some(host), Some((_, script))) = (name.contains("ssh"), input("host"), script) {
        let given: Vec<String> = input("envs")
            .and_then(|envs| envs.known().map(str::to_owned))
            .map(|envs| envs.split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default();
        let mut frame = Frame::new(Code::new(script.clone(), None), true);
        frame.step = Some(number);
        frame.context.conditional = step.conditional;
        evaluator.remote(&frame, script.clone(), state, host, uses.span, &given);
    }
}

/// What a step writes to `$GITHUB_ENV` is set for those after it.
fn keep_environment(evaluator: &Evaluator<'_>, first: usize, state: &mut State) {
    for command in &evaluator.commands[first..] {
        let kept = command.redirections.iter().any(|redirection| {
            redirection.operator == ">>"
                && redirection.target.unknown_names().any(|name| name == "GITHUB_ENV")
        });
        if !kept || command.program() != Some("echo") {
            continue;
        }
        let [word] = command.arguments() else { continue };
        if let Some(equals) = super::prefix::assignment(word.prefix()) {
            let name = word.prefix()[..equals].to_owned();
            let span = word.span;
            let value = word.after(equals + 1);
            let variable = Variable { value, elements: None, exported: true, origin: Origin::Setting, span };
            Arc::make_mut(&mut state.variables).insert(name, variable);
        }
    }
}
