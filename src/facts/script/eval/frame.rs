//! What surrounds the commands that are being run.

use super::Code;
use crate::facts::script::command::{Caller, Context, Pipe, Redirection};
use crate::syntax::shell;
use std::rc::Rc;
use std::sync::Arc;

/// What surrounds the commands that are being run.
#[derive(Clone)]
pub(in crate::facts::script) struct Frame {
    pub(in crate::facts::script) code: Rc<Code>,
    pub(in crate::facts::script) context: Context,
    pub(in crate::facts::script) pipe: Pipe,
    pub(in crate::facts::script) caller: Option<Arc<Caller>>,
    pub(in crate::facts::script) step: Option<usize>,
    pub(in crate::facts::script) ci: bool,
    /// How many scripts deep this is.
    pub(in crate::facts::script) calls: usize,
    /// What a shell reads that is given nothing else: the input of the `ssh` that started it.
    pub(in crate::facts::script) input: Option<Rc<Redirection>>,
}

impl Frame {
    pub(in crate::facts::script) fn new(code: Rc<Code>, ci: bool) -> Self {
        let pipe = Pipe { id: 0, index: 0, length: 1 };
        Self { code, context: Context::default(), pipe, caller: None, step: None, ci, calls: 0, input: None }
    }

    /// The same with a changed context.
    pub(super) fn with(&self, change: impl FnOnce(&mut Context)) -> Self {
        let mut frame = self.clone();
        change(&mut frame.context);
        frame
    }

    /// The frame of a text that is run by another shell.
    pub(super) fn nested(&self, code: Rc<Code>) -> Self {
        let mut frame = self.with(|context| {
            context.nested = true;
            context.condition = false;
            (context.after, context.before) = (None, None);
        });
        frame.code = code;
        frame.calls += 1;
        frame
    }

    /// The frame of another file.
    pub(super) fn called(&self, code: Rc<Code>, command: &shell::Command) -> Self {
        let span = self.code.span(command.place);
        let mut inner = self.nested(code);
        inner.caller = Some(Arc::new(Caller { span, caller: self.caller.clone() }));
        inner.context.nested = false;
        inner.context.in_loop = false;
        inner.input = None;
        inner.context.function = None;
        inner
    }
}
