//! Variables of scripts: what is set where, and who gets it.

use super::word::Word;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The variables in force at one command, by name.
pub type Variables = Arc<BTreeMap<String, Variable>>;

/// A variable at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its value; the first element of an array.
    pub value: Word,
    /// All elements, if it is an array.
    pub elements: Option<Vec<Word>>,
    /// Whether programs that are started get it.
    pub exported: bool,
    /// Who set it.
    pub origin: Origin,
    /// Where it was set.
    pub span: Span,
}

/// Who set a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An assignment of the script.
    Script,
    /// Words before the command, for it alone: `X=1 command`, `env X=1 command`.
    Prefix,
    /// `env:` of a workflow, `variables:` of GitLab, a line of the crontab, a variable of the Makefile.
    Setting,
    /// A file that was sourced or included.
    File(PathBuf),
    /// A `for` loop.
    Loop,
    /// `case` or `if` compared it with this value.
    Branch,
}

/// An assignment, where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable's name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Word,
    /// Whether it is exported at once: `export X=1`, or under `set -a`.
    pub exported: bool,
    /// Who sets it.
    pub origin: Origin,
    /// Whether it is run on another machine.
    pub remote: bool,
    /// How many commands of the script came before.
    pub at: usize,
}

/// A file that was read with `source` or `.`, or included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedFile {
    /// Its path, as written.
    pub path: Word,
    /// Whether what it sets is exported: it was sourced under `set -a`.
    pub exported: bool,
    /// The file in the repository, if it was found there: its variables are known then.
    pub found: Option<PathBuf>,
    /// Where it was sourced.
    pub span: Span,
}

/// One use of a variable by a command, as written: in its words, assignments or redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable's name: `TAG`, `1`, `@`.
    pub name: String,
    /// `$TAG` or `${TAG:-x}`.
    pub span: Span,
    /// Whether it has a default, an alternative or a check of its own: `${TAG:-x}`, `${TAG:?}`.
    pub guarded: bool,
    /// Whether the script has set it before, on the machine that the command runs on.
    pub set: bool,
}
