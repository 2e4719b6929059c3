//! Parsed texts, and the files among which scripts find each other.

use crate::facts::script::command::Options;
use crate::facts::script::file::{File, FileKind};
use crate::source::{Fragment, Sources, Span};
use crate::syntax::shell::{self, Place};
use foldhash::HashMap;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A text and its commands.
pub(in crate::facts::script) struct Code {
    pub(in crate::facts::script) fragment: Fragment,
    pub(in crate::facts::script) script: shell::Script,
    /// The file that it is, if it is one.
    pub(in crate::facts::script) path: Option<PathBuf>,
}

impl Code {
    pub(in crate::facts::script) fn new(fragment: Fragment, path: Option<PathBuf>) -> Rc<Self> {
        let script = shell::parse(&fragment);
        Rc::new(Self { fragment, script, path })
    }

    /// The options that a script's first line sets: `#!/bin/bash -e`.
    pub(in crate::facts::script) fn options(&self) -> Options {
        let first = self.fragment.text().lines().next().unwrap_or_default();
        let flags =
            first.strip_prefix("#!").and_then(|line| line.split_whitespace().nth(1)).unwrap_or_default();
        let flags = flags.strip_prefix('-').unwrap_or_default();
        Options {
            errexit: flags.contains('e'),
            nounset: flags.contains('u'),
            allexport: flags.contains('a'),
            pipefail: false,
        }
    }

    pub(in crate::facts::script) fn span(&self, place: Place) -> Span {
        self.fragment.span(place.start, place.end)
    }

    pub(in crate::facts::script) fn text(&self, place: Place) -> &str {
        self.fragment.text().get(place.start..place.end).unwrap_or_default()
    }
}

/// The files of a repository that hold commands or variables.
pub(in crate::facts::script) struct Library<'a> {
    pub(in crate::facts::script) sources: &'a Sources,
    files: HashMap<&'a Path, &'a File>,
    parsed: RefCell<HashMap<PathBuf, Rc<Code>>>,
}

impl<'a> Library<'a> {
    pub(in crate::facts::script) fn new(sources: &'a Sources, files: &'a [File]) -> Self {
        let files = files.iter().map(|file| (file.path.as_path(), file)).collect();
        Self { sources, files, parsed: RefCell::default() }
    }

    /// The shell script (or, for `source`, the env-file) at a path.
    pub(in crate::facts::script) fn shell(&self, path: &Path, sourced: bool) -> Option<Rc<Code>> {
        let file = self.files.get(path)?;
        if !(file.kind == FileKind::Shell || (sourced && file.kind == FileKind::Env)) {
            return None;
        }
        if let Some(code) = self.parsed.borrow().get(path) {
            return Some(code.clone());
        }
        let text = self.sources.get(file.source).text.clone();
        let code = Code::new(Fragment::whole(file.source, text), Some(file.path.clone()));
        self.parsed.borrow_mut().insert(file.path.clone(), code.clone());
        Some(code)
    }

    /// The file that a Makefile includes.
    pub(in crate::facts::script) fn included(&self, path: &Path) -> Option<&'a File> {
        self.files.get(path).filter(|file| matches!(file.kind, FileKind::Env | FileKind::Makefile)).copied()
    }

    /// The file of this kind in a directory.
    pub(in crate::facts::script) fn file_in(&self, directory: &Path, kind: FileKind) -> Option<&'a File> {
        let mut found: Vec<_> = self
            .files
            .values()
            .filter(|file| file.kind == kind && file.path.parent() == Some(directory))
            .collect();
        found.sort_by_key(|file| &file.path);
        found.first().map(|file| **file)
    }
}
