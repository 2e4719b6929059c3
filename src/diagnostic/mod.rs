//! One diagnostic: what is wrong, in plain words, at every place involved, and what to do next.

mod code;
mod invalid;
mod io;
mod nearest;

pub(crate) use code::codes;
pub use code::{Code, Severity};
pub use invalid::Invalid;
pub use io::words;
pub use nearest::{nearest, suggestion};

use crate::source::Span;
use std::path::PathBuf;

/// A place that a diagnostic is about, and what to say there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words, lower case, without a full stop.
    pub text: String,
}

/// Something to tell the user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Which one of all diagnostics this is.
    pub code: &'static Code,
    /// How bad it is here: usually what its code says.
    pub severity: Severity,
    /// One sentence, without a full stop; names what was found and what was expected.
    pub message: String,
    /// The places involved; the first is the primary one. Empty when the trouble is with no text
    /// (then `path` says with what).
    pub labels: Vec<Label>,
    /// What to do next, as an instruction.
    pub help: Option<String>,
    /// The file that this is about when no text of it can be shown: missing, unreadable, not UTF-8.
    pub path: Option<PathBuf>,
}

impl Diagnostic {
    /// A diagnostic without a place yet.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        let severity = code.severity;
        Self { code, severity, message: message.into(), labels: Vec::new(), help: None, path: None }
    }

    /// Says how bad it is where that is not what the code says.
    #[must_use]
    pub fn level(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a place. The first one added is the primary one.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Names the file that this is about, where there is no text to point into.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }
}

/// All diagnostics of a run, in the order in which they were found, none twice.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    seen: std::collections::HashSet<Diagnostic>,
}

impl Diagnostics {
    /// Keeps a diagnostic, unless the very same one is there already (a service that two environments
    /// share is read once for each).
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.seen.insert(diagnostic.clone()) {
            self.list.push(diagnostic);
        }
    }

    /// Whether something was found that stops the job.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The diagnostics as they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The diagnostics in the order of the places they point at: by file, then by offset.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<_> = self.list.iter().collect();
        all.sort_by_key(|diagnostic| {
            diagnostic.labels.first().map(|label| (label.span.source, label.span.start))
        });
        all
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
