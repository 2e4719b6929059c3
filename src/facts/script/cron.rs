//! The lines of crontabs.

use super::directory::Directory;
use super::eval::{Code, Evaluator, Frame, Library, State, word};
use super::file::File;
use super::shell::finish;
use super::variable::{Origin, Variable};
use super::{Job, Script, ScriptKind};
use crate::source::Fragment;
use crate::syntax::crontab;
use std::path::PathBuf;
use std::sync::Arc;

/// The lines of a crontab, each a script of its own.
pub(super) fn scripts(library: &Library<'_>, file: &File) -> Vec<Script> {
    let text = library.sources.get(file.source).text.clone();
    let system = file.path.iter().any(|part| part == "cron.d") || file.path.ends_with("etc/crontab");
    let crontab = crontab::parse(&Fragment::whole(file.source, text), system);
    let mut scripts = Vec::new();
    for (number, job) in crontab.jobs.into_iter().enumerate() {
        let mut evaluator = Evaluator::new(library);
        let mut state = State::new(Directory::Home(PathBuf::new()), false);
        for (name, value, _) in crontab.variables.iter().filter(|(_, _, before)| *before <= number) {
            let span = name.span;
            let variable = Variable {
                value: word(value, "$(", ")"),
                elements: None,
                exported: true,
                origin: Origin::Setting,
                span,
            };
            Arc::make_mut(&mut state.variables).insert(name.value.clone(), variable);
        }
        let span = job.command.whole_span();
        evaluator.run(&Frame::new(Code::new(job.command, None), false), vec![state]);
        let described = Job { schedule: Some(job.schedule), ..Job::default() };
        scripts.push(finish(evaluator, file.source, ScriptKind::Cron, span, Some(described)));
    }
    scripts
}
