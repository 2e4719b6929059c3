//! Files to one tree: each document read, extended, included and merged onto those before it.

use super::codes;
use super::extends::VALUE_LIMIT;
use super::loaded::Loaded;
use super::node::{Data, Node};
use super::paths::Base;
use super::read::{self, Notes};
use super::variables::Variables;
use super::{canonical, merge, schema, unique};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::model::{EnvFileUse, Gap, VariableUse};
use crate::source::{SourceId, Span};
use crate::syntax::dotenv::{self, EnvFile};
use crate::syntax::yaml::{self, Tree};
use crate::workspace::Files;
use crate::workspace::codes::{FILE_IS_DIRECTORY, FILE_MISSING, FILE_NOT_UTF8};
use foldhash::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// After so many faults the rest would help nobody.
pub(super) const FAULT_LIMIT: usize = 1_000;

/// So many files are read for one project, at most: includes can branch without end.
const FILE_LIMIT: usize = 2_000;

/// What has been parsed.
#[derive(Debug, Default)]
pub(super) struct Cache {
    trees: HashMap<SourceId, Rc<Parsed>>,
    env_files: HashMap<(SourceId, bool), Rc<EnvFile>>,
}

/// A parsed Compose file.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Option<Tree>,
    faults: Vec<Diagnostic>,
}

impl Cache {
    pub(super) fn tree(&mut self, files: &Files, source: SourceId) -> Rc<Parsed> {
        let parse = || {
            let mut diagnostics = Diagnostics::default();
            let tree = yaml::parse_stream(source, &files.sources().get(source).text, &mut diagnostics);
            Rc::new(Parsed { tree, faults: diagnostics.into_iter().collect() })
        };
        self.trees.entry(source).or_insert_with(parse).clone()
    }

    pub(super) fn env_file(&mut self, files: &Files, source: SourceId, raw: bool) -> Rc<EnvFile> {
        let parse = || {
            let text = &files.sources().get(source).text;
            Rc::new(if raw { dotenv::parse_raw(source, text) } else { dotenv::parse(source, text) })
        };
        self.env_files.entry((source, raw)).or_insert_with(parse).clone()
    }
}

/// Everything that is met on the way.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) read: Vec<SourceId>,
    pub(super) env_files: Vec<EnvFileUse>,
    pub(super) uses: Vec<VariableUse>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) gaps: Vec<Gap>,
}

/// The loading of one project.
pub(super) struct Work<'w> {
    pub(super) files: &'w mut Files,
    pub(super) cache: &'w mut Cache,
    pub(super) home: Option<PathBuf>,
    pub(super) out: Out,
    /// How many files may still be read.
    pub(super) left: usize,
    /// How many values extended services may still bring in.
    pub(super) values_left: usize,
    /// Files that are extended, as they are before the extended services are.
    pub(super) extended: HashMap<PathBuf, Option<Rc<File>>>,
}

/// Where a file is read from and with what.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    /// The project directory.
    pub(super) directory: &'p Path,
    pub(super) variables: &'p Variables,
    /// The files that include this one, outermost first.
    pub(super) included: &'p [PathBuf],
}

/// What a file says that is extended, and the paths that its last document clears.
#[derive(Debug)]
pub(super) struct File {
    pub(super) node: Node,
    pub(super) resets: Vec<Vec<String>>,
}

impl<'w> Work<'w> {
    pub(super) fn new(files: &'w mut Files, cache: &'w mut Cache, home: Option<PathBuf>) -> Self {
        Self {
            files,
            cache,
            home,
            out: Out::default(),
            left: FILE_LIMIT,
            values_left: VALUE_LIMIT,
            extended: HashMap::default(),
        }
    }

    pub(super) fn gap(&mut self, path: &Path, span: Option<Span>, reason: impl Into<String>) {
        let path = self.relative(path);
        self.out.gaps.push(Gap { path, span, reason: reason.into() });
    }

    /// A path as the model has it: relative to the base where it is inside.
    pub(super) fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.files.base()).unwrap_or(path).to_path_buf()
    }

    pub(super) fn base<'b>(&'b self, directory: &'b Path) -> Base<'b> {
        Base { directory, home: self.home.as_deref() }
    }

    /// Reads and parses a Compose file. Why it cannot be read is a fault, and a gap.
    fn open(&mut self, path: &Path, named: Option<Span>) -> Option<(SourceId, Rc<Parsed>)> {
        if self.left == 0 {
            self.gap(path, named, format!("more than {FILE_LIMIT} files belong to one project"));
            return None;
        }
        self.left -= 1;
        if named.is_some() && !self.files.exists(path) {
            let message = format!("there is no file `{}`", self.relative(path).display());
            let fault = Diagnostic::new(&codes::COMPOSE_FILE_MISSING, message);
            let fault = named.into_iter().fold(fault, |fault, span| fault.at(span, "named here"));
            self.out.faults.push(fault.help("create it, or correct the path"));
            return None;
        }
        match self.files.read(path) {
            Ok(source) => {
                if !self.out.read.contains(&source) {
                    self.out.read.push(source);
                }
                Some((source, self.cache.tree(self.files, source)))
            }
            Err(fault) => {
                // Compose refuses these itself.
                if ![&FILE_MISSING, &FILE_IS_DIRECTORY, &FILE_NOT_UTF8].contains(&fault.code) {
                    self.gap(path, named, fault.message.clone());
                }
                self.out.faults.push(fault);
                None
            }
        }
    }

    /// Reads a file and merges each of its documents onto `model`, as far as `whole` asks: a file that is only
    /// extended is neither validated nor includes anything. Gives the paths that `!reset` and `!override` clear.
    pub(super) fn file(
        &mut self,
        path: &Path,
        named: Option<Span>,
        place: Place<'_>,
        model: &mut Option<Node>,
        whole: bool,
    ) -> Option<Vec<Vec<String>>> {
        let (source, parsed) = self.open(path, named)?;
        for fault in &parsed.faults {
            if !self.out.faults.contains(fault) {
                self.out.faults.push(fault.clone());
            }
        }
        let tree = parsed.tree.as_ref()?;
        self.directive(source);
        let model = model.get_or_insert_with(|| Node::map(Span::new(source, 0, 0)));
        let mut resets = Vec::new();
        let text = &self.files.sources().get(source).text;
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let empty = lines.all(|line| line.is_empty() || line.starts_with('#'));
        for root in tree.documents() {
            // A text without a document is nothing; a document that is nothing is not a mapping.
            if empty && tree.is_null(*root) {
                continue;
            }
            let mut notes = Notes {
                uses: &mut self.out.uses,
                faults: &mut self.out.faults,
                warnings: &mut self.out.warnings,
            };
            let document = read::read(tree, *root, place.variables, &mut notes);
            let mut node = document.node;
            resets = document.resets;
            if !matches!(node.data, Data::Map(_)) {
                self.out.faults.push(
                    Diagnostic::new(&codes::COMPOSE_SCHEMA, "a Compose file must be a mapping")
                        .at(node.span, "not a mapping")
                        .help("begin it with `services:`"),
                );
                continue;
            }
            if whole {
                self.extends(&mut node, path, place, &resets);
            }
            for reset in &resets {
                clear(model, reset);
            }
            if whole {
                self.include(&mut node, path, place);
            }
            merge::merge(model, node, &mut self.out.faults);
            unique::unique(model, &mut self.out.faults);
            if whole {
                schema::validate(model, &mut self.out.faults);
                self.version(model);
            }
            canonical::canonical(model, &mut self.out.faults);
            unique::unique(model, &mut self.out.faults);
        }
        Some(resets)
    }

    /// Compose reads no YAML that says to be of another version than 1.1.
    fn directive(&mut self, source: SourceId) {
        let text = &self.files.sources().get(source).text;
        let Some(version) = text.strip_prefix("%YAML ").and_then(|rest| rest.lines().next()) else { return };
        if version.trim() != "1.1" {
            let span = Span::new(source, 0, "%YAML ".len() + version.len());
            let fault = Diagnostic::new(
                &codes::COMPOSE_SCHEMA,
                "Compose refuses YAML that names another version than 1.1",
            );
            self.out.faults.push(fault.at(span, "this line").help("take the line out"));
        }
    }

    fn version(&mut self, model: &mut Node) {
        if let Some(version) = model.remove("version") {
            self.out.warnings.push(
                Diagnostic::new(&codes::COMPOSE_WARNING, "`version` means nothing any more")
                    .at(version.span, "not read")
                    .help("take the line out"),
            );
        }
    }

    /// The files of a project, merged, with absolute paths.
    pub(super) fn model(&mut self, paths: &[(PathBuf, Option<Span>)], place: Place<'_>) -> Option<Node> {
        let mut model = None;
        for (path, named) in paths {
            // Why a file cannot be read is told; the others are read all the same.
            let _ = self.file(path, *named, place, &mut model, true);
        }
        let mut model = model?;
        super::defaults::apply(&mut model);
        super::check::things(&model, &mut self.out.faults);
        self.base(place.directory).resolve(&mut model);
        Some(model)
    }

    /// What was met, without a model.
    pub(super) fn finish(self, loaded: &mut Loaded) {
        let Out { read, env_files, uses, faults, warnings, gaps } = self.out;
        loaded.read = read;
        loaded.env_files = env_files;
        loaded.uses = uses;
        loaded.faults = faults;
        loaded.warnings = warnings;
        loaded.gaps = gaps;
    }
}

/// Takes out what stands at a path. Items of lists stay.
pub(super) fn clear(node: &mut Node, path: &[String]) {
    let [key, rest @ ..] = path else { return };
    let Data::Map(map) = &mut node.data else { return };
    if rest.is_empty() {
        map.remove(key);
    } else if let Some(entry) = map.get_mut(key) {
        clear(&mut entry.node, rest);
    }
}
