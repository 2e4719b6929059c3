//! Files of shell commands.

use super::directory::Directory;
use super::eval::state::Arguments;
use super::eval::{Code, Evaluator, Frame, Library, State};
use super::file::File;
use super::variable::Variables;
use super::word::Word;
use super::{Job, Script, ScriptKind};
use crate::source::{SourceId, Span};
use std::path::PathBuf;
use std::rc::Rc;

/// A shell script as it runs when somebody starts it, who knows with what arguments.
pub(super) fn script(library: &Library<'_>, file: &File) -> Option<Script> {
    let code = library.shell(&file.path, false)?;
    let state = State::new(Directory::Inside(PathBuf::new()), true);
    Some(run(library, code, state))
}

/// A shell script as it runs when it is called like this.
pub(super) fn call(
    library: &Library<'_>,
    file: &File,
    arguments: &[Word],
    variables: &Variables,
    directory: &Directory,
) -> Option<Script> {
    let code = library.shell(&file.path, false)?;
    let mut state = State::new(directory.clone(), false);
    state.variables = variables.clone();
    state.arguments = vec![Arguments { known: arguments.to_vec(), open: false }];
    Some(run(library, code, state))
}

fn run(library: &Library<'_>, code: Rc<Code>, mut state: State) -> Script {
    let mut evaluator = Evaluator::new(library);
    let source = code.fragment.source();
    state.options = code.options();
    let frame = Frame::new(code, false);
    let states = evaluator.run(&frame, vec![state]);
    evaluator.run_uncalled(&frame, states);
    finish(evaluator, source, ScriptKind::Shell, Span::new(source, 0, 0), None)
}

/// What was collected, as a script.
pub(super) fn finish(
    evaluator: Evaluator<'_>,
    source: SourceId,
    kind: ScriptKind,
    span: Span,
    job: Option<Job>,
) -> Script {
    let ci = matches!(kind, ScriptKind::Job(_));
    let Evaluator { commands, assignments, actions, truncated, .. } = evaluator;
    Script { source, kind, span, ci, job, commands, assignments, actions, truncated }
}
