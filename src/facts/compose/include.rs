//! `include`: other projects as parts of this one, each with a directory and variables of its own.

use super::codes;
use super::env_file::{self, Lines};
use super::load::{Place, Work};
use super::map::Map;
use super::node::{Data, Node};
use super::paths::is_remote;
use super::variables::{Variable, Variables};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{EnvFileUse, Reader, Supply};
use crate::source::Span;
use std::path::{Path, PathBuf};

/// Projects include each other no deeper than this.
const DEPTH_LIMIT: usize = 50;

/// One entry of `include`.
struct Included {
    paths: Vec<(PathBuf, Option<Span>)>,
    directory: PathBuf,
    env_files: Vec<(PathBuf, Span)>,
    /// Whether env-files are named: then `.env` is not read.
    named: bool,
    span: Span,
}

impl Work<'_> {
    /// Adds what a file includes to it.
    pub(super) fn include(&mut self, file: &mut Node, path: &Path, place: Place<'_>) {
        let Some(include) = file.remove("include") else { return };
        let Data::List(entries) = include.data else {
            if !include.is_null() {
                self.refuse("`include` must be a list".to_owned(), include.span);
            }
            return;
        };
        let mut trail = place.included.to_vec();
        trail.push(path.to_path_buf());
        for entry in entries {
            let Some(included) = self.included(&entry, path, place) else { continue };
            let first = included.paths.first().map(|(path, _)| path.clone()).unwrap_or_default();
            if trail.contains(&first) || trail.len() > DEPTH_LIMIT {
                let message = format!("`{}` is included by itself", self.relative(&first).display());
                self.out.faults.push(
                    Diagnostic::new(&codes::COMPOSE_CYCLE, message)
                        .at(included.span, "included here")
                        .help("take one of the includes out"),
                );
                continue;
            }
            let variables = self.included_variables(&included, place.variables);
            let inner = Place { directory: &included.directory, variables: &variables, included: &trail };
            if let Some(model) = self.model(&included.paths, inner) {
                self.import(file, model, included.span);
            }
        }
    }

    fn refuse(&mut self, message: String, span: Span) {
        let fault = Diagnostic::new(&codes::COMPOSE_SCHEMA, message).at(span, "not an include");
        self.out.faults.push(fault.help("write a list of paths, or of mappings with `path:`"));
    }

    fn included(&mut self, entry: &Node, path: &Path, place: Place<'_>) -> Option<Included> {
        let mut texts = |node: Option<&Node>| -> Option<Vec<(String, Span)>> {
            let Some(node) = node else { return Some(Vec::new()) };
            let list = match &node.data {
                Data::List(list) => list.iter().collect(),
                Data::Null => Vec::new(),
                _ => vec![node],
            };
            let text = |item: &&Node| item.as_text().map(|text| (text.to_owned(), item.span));
            let texts: Option<Vec<_>> = list.iter().map(text).collect();
            if texts.is_none() {
                if list.iter().any(|item| item.unknown().is_some()) {
                    self.gap(path, Some(node.span), "what is included cannot be known here");
                } else {
                    self.refuse("an include must name files".to_owned(), node.span);
                }
            }
            texts
        };
        let (paths, env_files, directory) = match &entry.data {
            Data::Map(_) => (
                texts(entry.get("path"))?,
                texts(entry.get("env_file"))?,
                texts(entry.get("project_directory"))?,
            ),
            _ => (texts(Some(entry))?, Vec::new(), Vec::new()),
        };
        if let Some((_, span)) = paths.iter().find(|(path, _)| is_remote(path)) {
            self.gap(path, Some(*span), "includes a project of another machine, which is not read");
            return None;
        }
        let base = self.base(place.directory);
        let absolute = |(path, span): &(String, Span)| (base.join(path), *span);
        let paths: Vec<(PathBuf, Option<Span>)> =
            paths.iter().map(absolute).map(|(path, span)| (path, Some(span))).collect();
        let env: Vec<(PathBuf, Span)> =
            env_files.iter().filter(|(path, _)| path != "/dev/null").map(absolute).collect();
        let first = paths.first()?.0.parent().map(Path::to_path_buf).unwrap_or_default();
        let directory = directory.first().map_or(first, |named| absolute(named).0);
        Some(Included { paths, directory, env_files: env, named: !env_files.is_empty(), span: entry.span })
    }

    /// The variables of an included project: those around it win over its own env-files.
    fn included_variables(&mut self, included: &Included, outer: &Variables) -> Variables {
        let mut env_files: Vec<(PathBuf, Option<Span>)> =
            included.env_files.iter().map(|(path, span)| (path.clone(), Some(*span))).collect();
        let own = included.directory.join(".env");
        if !included.named && self.files.is_file(&own) {
            env_files.push((own, None));
        }
        let mut variables = outer.clone();
        for (key, line) in self.env_lines(&env_files, outer, &mut variables) {
            variables.add(&key, Variable { value: line.value, supply: Supply::EnvFile(line.key) });
        }
        variables
    }

    /// What env-files say that Compose itself reads. A missing one is a fault, and hides what it would say.
    pub(super) fn env_lines(
        &mut self,
        paths: &[(PathBuf, Option<Span>)],
        outer: &Variables,
        hidden: &mut Variables,
    ) -> Lines {
        let mut lines = Lines::default();
        for (path, span) in paths {
            let source = if self.files.is_file(path) {
                match self.files.read(path) {
                    Ok(source) => Some(source),
                    Err(fault) => {
                        self.gap(path, *span, fault.message.clone());
                        hidden.hide(&fault.message);
                        self.out.faults.push(fault);
                        None
                    }
                }
            } else {
                let message = format!("there is no env-file `{}`", self.relative(path).display());
                let fault = Diagnostic::new(&codes::COMPOSE_FILE_MISSING, message.clone())
                    .in_file(self.relative(path));
                let fault = span.iter().fold(fault, |fault, span| fault.at(*span, "named here"));
                self.out.faults.push(fault.help("create it, or correct the path"));
                hidden.hide(&message);
                None
            };
            if let Some(source) = source {
                let file = self.cache.env_file(self.files, source, false);
                env_file::evaluate(&file, outer, &mut lines, &mut self.out.faults);
            }
            let path = self.relative(path);
            self.out.env_files.push(EnvFileUse {
                path,
                target: None,
                source,
                reader: Reader::Compose,
                span: *span,
                required: span.is_some(),
                raw: false,
                replaced_by: None,
            });
        }
        lines
    }

    /// Adds the things of an included project to the file that includes it.
    fn import(&mut self, file: &mut Node, mut model: Node, span: Span) {
        for kind in ["services", "volumes", "networks", "secrets", "configs"] {
            let Some(Node { data: Data::Map(things), .. }) = model.remove(kind) else { continue };
            let Data::Map(top) = &mut file.data else { return };
            let target = top.or_insert_with(kind, || super::Entry { key: span, node: Node::map(span) });
            if target.node.is_null() {
                target.node = Node::map(span);
            }
            let Data::Map(target) = &mut target.node.data else { continue };
            self.import_things(kind, things, target);
        }
    }

    fn import_things(&mut self, kind: &str, things: Map, target: &mut Map) {
        for (name, thing) in things {
            match target.get(&name) {
                None => {
                    target.insert(name, thing);
                }
                Some(own) if same(&own.node, &thing.node) => {}
                Some(own) => self.out.faults.push(
                    Diagnostic::new(
                        &codes::COMPOSE_CONFLICT,
                        format!("`{kind}.{name}` is there already, and included again"),
                    )
                    .at(thing.key, "included from here")
                    .at(own.key, "there already")
                    .help("rename one of the two, or override it in another file with `-f`"),
                ),
            }
        }
    }
}

/// Whether two trees say the same.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.data, &other.data) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Int(one), Data::Int(other)) => one == other,
        (Data::Float(one), Data::Float(other)) => one.to_bits() == other.to_bits(),
        (Data::Text(one), Data::Text(other)) => one == other,
        (Data::List(one), Data::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Data::Map(one), Data::Map(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, entry)| other.get(key).is_some_and(|other| same(&entry.node, &other.node)))
        }
        _ => false,
    }
}
