//! Files that hold commands, and what they do.

use super::frame;
use super::place::{fragment, holds, inside, text, written};
use specc::diagnostic::Diagnostics;
use specc::facts::script::docker::recognise;
use specc::facts::script::{self as scripts, File, FileKind, Script, kind_of};
use specc::source::fragment::Hole;
use specc::source::{Fragment, SourceId, Sources};
use specc::syntax::makefile::{Known, Makefile, in_braces, in_parentheses, justfile, makefile as make};
use specc::syntax::workflow::{Filling, Setting, What, Workflow, fill, github, gitlab};
use specc::syntax::{crontab as cron, yaml};

/// Files of CI, read as GitHub's and as GitLab's.
pub fn workflow(data: &[u8]) {
    let text = &*text(data);
    let mut diagnostics = Diagnostics::default();
    let Some(tree) = yaml::parse(SourceId(0), text, &mut diagnostics) else { return };
    for workflow in [github(&tree, text), gitlab(&tree, text)] {
        jobs(text, &workflow);
    }
}

fn jobs(text: &str, workflow: &Workflow) {
    let filled = |part: &Fragment| {
        fragment(text, part);
        fragment(text, &fill(part, |expression| Filling::Unknown(expression.to_owned())));
        fragment(text, &fill(part, |expression| Filling::Text(expression.repeat(2))));
    };
    let settings = |list: &[Setting]| {
        for setting in list {
            holds(text, setting.name.span);
            filled(&setting.value);
        }
    };
    settings(&workflow.variables);
    workflow.directory.iter().for_each(filled);
    for choice in &workflow.inputs {
        holds(text, choice.span);
        choice.values.iter().for_each(|value| holds(text, value.span));
    }
    for job in &workflow.jobs {
        holds(text, job.key.span);
        holds(text, job.span);
        settings(&job.variables);
        let parts = job.runs_on.iter().chain(&job.environment).chain(&job.directory);
        parts.chain(&job.services).chain(&job.image).chain(&job.artifacts).for_each(filled);
        for step in &job.steps {
            holds(text, step.span);
            settings(&step.variables);
            step.directory.iter().for_each(filled);
            match &step.what {
                What::Run(lines) => lines.iter().for_each(filled),
                What::Use(uses, inputs) => {
                    holds(text, uses.span);
                    settings(inputs);
                }
                What::Nothing => {}
            }
        }
    }
}

/// Makefiles and justfiles.
pub fn makefile(data: &[u8]) {
    let text = &*text(data);
    let file = Fragment::whole(SourceId(0), text);
    recipes(text, &make(&file));
    recipes(text, &justfile(&file));
}

fn recipes(text: &str, file: &Makefile) {
    let value = |name: &str| match name.len() {
        1 | 2 => Known::Text(name.to_owned()),
        3 => Known::Mixed(vec![Ok(name.to_owned()), Err(Hole::new(name, "why", None))]),
        _ => Known::Unknown(name.to_owned(), None),
    };
    let expanded = |part: &Fragment| {
        fragment(text, part);
        fragment(text, &in_parentheses(part, &value));
        fragment(text, &in_braces(part, &value));
    };
    file.includes.iter().for_each(expanded);
    for variable in file.variables.iter().chain(file.targets.iter().flat_map(|target| &target.variables)) {
        holds(text, variable.name.span);
        expanded(&variable.value);
    }
    for target in &file.targets {
        holds(text, target.name.span);
        target.prerequisites.iter().for_each(|name| holds(text, name.span));
        for line in &target.recipe {
            holds(text, line.span);
            expanded(&line.text);
        }
    }
}

/// Crontabs, of users and of the system.
pub fn crontab(data: &[u8]) {
    let text = &*text(data);
    let file = Fragment::whole(SourceId(0), text);
    for system in [false, true] {
        let read = cron::parse(&file, system);
        for (name, value, before) in &read.variables {
            assert_eq!(written(text, name.span), name.value);
            fragment(text, value);
            assert!(*before <= read.jobs.len());
        }
        for job in &read.jobs {
            holds(text, job.schedule.span);
            job.user.iter().for_each(|user| assert_eq!(written(text, user.span), user.value));
            fragment(text, &job.command);
        }
    }
}

/// Scripts, workflows, Makefiles and crontabs that call each other, evaluated.
pub fn script(data: &[u8]) {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    for file in frame::files(data) {
        let text = text(file.bytes);
        let name = file.path.to_string_lossy();
        let kind = match kind_of(&file.path, &text) {
            Some(kind) => kind,
            None if name.contains(".env") => FileKind::Env,
            None => FileKind::Shell,
        };
        files.push(File { source: sources.add(&*file.path, text), path: file.path, kind });
    }
    scripts::evaluate(&sources, &files).iter().for_each(|script| commands(&sources, script));
}

fn commands(sources: &Sources, script: &Script) {
    inside(sources, script.span);
    for command in &script.commands {
        inside(sources, command.span);
        command.words.iter().for_each(|word| inside(sources, word.span));
        for (name, word) in &command.assignments {
            inside(sources, name.span);
            inside(sources, word.span);
        }
        for redirection in &command.redirections {
            inside(sources, redirection.span);
            let body = redirection.body.iter();
            body.for_each(|body| fragment(&sources.get(body.source()).text, body));
        }
        command.uses.iter().for_each(|one| inside(sources, one.span));
        command.hosts.iter().for_each(|host| inside(sources, host.span));
        assert!(command.pipe.index < command.pipe.length, "a command has its place in its pipeline");
        if let Some(call) = recognise(command) {
            inside(sources, call.span);
        }
    }
}
