//! What is said, where, and in which colours.

use super::{Color, Global, Status};
use crate::diagnostic::{Diagnostic, words};
use crate::report::{Format, Look, Report};
use crate::source::Sources;
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

/// Columns where there is no terminal to ask.
const WIDTH: usize = 100;

/// Standard output and standard error.
pub(super) struct Output {
    pub(super) quiet: bool,
    pub(super) verbose: bool,
    color: Color,
    /// Whether something could not be said.
    failed: Cell<bool>,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        Self { quiet: global.quiet, verbose: global.verbose, color: global.color, failed: Cell::new(false) }
    }

    /// Prints to standard output.
    pub(super) fn print(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // `specc … | head`: the reader has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.failed.set(true);
                Self::complain(&format!("specc: cannot write to standard output: {}\n", words(&error)));
            }
            _ => {}
        }
    }

    /// Prints to standard error, of which nobody is told that it does not work.
    pub(super) fn complain(text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Reports: for people to standard error, for programs to standard output.
    pub(super) fn report(&self, report: &Report<'_>, format: Format) {
        match format {
            Format::Human => Self::complain(&report.render(format, self.look())),
            _ => self.print(&report.render(format, self.look())),
        }
    }

    /// Reports one diagnostic that no text belongs to.
    pub(super) fn fail(&self, fault: &Diagnostic) -> Status {
        self.report(&Report::new(&Sources::default(), vec![fault]), Format::Human);
        Status::of([fault])
    }

    /// `status`, or worse where not all could be said.
    pub(super) fn status(&self, status: Status) -> Status {
        if self.failed.get() { Status::Failed } else { status }
    }

    /// Whether standard output is coloured.
    pub(super) fn colors_stdout(&self) -> bool {
        self.colors(&io::stdout())
    }

    fn look(&self) -> Look {
        let width = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
        Look { color: self.colors(&io::stderr()), width: width.unwrap_or(WIDTH) }
    }

    fn colors(&self, stream: &impl IsTerminal) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                stream.is_terminal() && !set("NO_COLOR") && !dumb
            }
        }
    }
}
