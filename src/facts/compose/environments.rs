//! The variables and labels that services read from files.

use super::env_file::{self, Line, Lines};
use super::load::Work;
use super::map::Map;
use super::node::{Data, Entry, Node, Partial};
use super::substitute::Lookup;
use super::variables::{Found, Variable, Variables};
use super::{codes, decode};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{ByName, EnvFileUse, Reader, Supply};
use crate::facts::value::{Unknown, Value};
use crate::source::Span;
use crate::workspace;
use std::path::{Path, PathBuf};

/// Looks in the project's variables, then in the service's own.
struct Scope<'s> {
    project: &'s Variables,
    own: ByName<Variable>,
}

impl Lookup for Scope<'_> {
    fn find(&self, name: &str) -> Found<'_> {
        match self.project.find(name) {
            Found::Set(variable) => Found::Set(variable),
            other => self.own.get(name).map_or(other, Found::Set),
        }
    }

    fn unsupplied(&self) -> Supply {
        self.project.unsupplied()
    }

    fn doubt(&self, name: &str) -> Unknown {
        self.project.doubt(name)
    }

    fn spend(&self, bytes: usize) -> bool {
        self.project.spend(bytes)
    }
}

impl Work<'_> {
    /// Reads the env-files of a service into its environment, and its label files into its labels. Of a service that
    /// does not run nothing is a fault.
    pub(super) fn environment(&mut self, name: &str, service: &mut Node, variables: &Variables, runs: bool) {
        let faults = self.out.faults.len();
        self.env_files(name, service, variables);
        self.label_files(service, variables);
        if !runs {
            self.out.faults.truncate(faults);
        }
    }

    fn env_files(&mut self, name: &str, service: &mut Node, variables: &Variables) {
        let Some(files) = service.remove("env_file") else { return };
        let own = service.get("environment").and_then(Node::as_map).into_iter().flatten();
        let own = own.filter(|(_, entry)| !entry.node.is_null()).filter_map(|(key, entry)| {
            let variable = Variable { value: entry.node.display()?, supply: Supply::Script(entry.node.span) };
            Some((key.clone(), variable))
        });
        let scope = Scope { project: variables, own: own.collect() };
        let mut lines = Lines::default();
        for file in files.as_list().unwrap_or_default() {
            let required = !matches!(file.get("required").map(|node| &node.data), Some(Data::Bool(false)));
            let raw = match file.get("format").and_then(Node::as_text) {
                None | Some("") => false,
                Some("raw") => true,
                Some(other) => {
                    self.out.faults.push(
                        Diagnostic::new(
                            &codes::COMPOSE_VALUE,
                            format!("`{other}` is no format of an env-file"),
                        )
                        .at(file.span, "not a format")
                        .help("write `raw`, or take `format:` out"),
                    );
                    continue;
                }
            };
            if let Some(partial) =
                file.get("path").filter(|path| path.unknown().is_some()).and_then(Node::as_partial)
            {
                // Which file it is cannot be known, but that there is one can.
                self.out.env_files.push(EnvFileUse {
                    path: PathBuf::from(partial.replace(super::HOLE, "…")),
                    target: None,
                    source: None,
                    reader: Reader::Service(name.to_owned()),
                    span: Some(file.span),
                    required: false,
                    raw,
                    replaced_by: None,
                });
                continue;
            }
            let path = PathBuf::from(file.get("path").and_then(Node::as_text).unwrap_or_default());
            let source = self.lines(&path, file.span, required, raw, &scope, &mut lines);
            let path = self.relative(&path);
            self.out.env_files.push(EnvFileUse {
                path,
                target: None,
                source,
                reader: Reader::Service(name.to_owned()),
                span: Some(file.span),
                required,
                raw,
                replaced_by: None,
            });
        }
        if !lines.is_empty() {
            add(service, "environment", lines);
        }
    }

    fn lines(
        &mut self,
        path: &Path,
        span: Span,
        required: bool,
        raw: bool,
        scope: &Scope<'_>,
        lines: &mut Lines,
    ) -> Option<crate::source::SourceId> {
        if path.as_os_str().is_empty() || !self.files.exists(path) {
            if required {
                let message = format!("there is no env-file `{}`", self.relative(path).display());
                self.out.faults.push(
                    Diagnostic::new(&codes::COMPOSE_FILE_MISSING, message)
                        .at(span, "named here")
                        .help("create it, correct the path, or write `required: false`"),
                );
            }
            return None;
        }
        match self.files.read(path) {
            Ok(source) => {
                let file = self.cache.env_file(self.files, source, raw);
                env_file::evaluate(&file, scope, lines, &mut self.out.faults);
                Some(source)
            }
            Err(fault) => {
                if fault.code != &workspace::codes::FILE_IS_DIRECTORY {
                    self.gap(path, Some(span), fault.message.clone());
                }
                self.out.faults.push(fault.at(span, "named here"));
                None
            }
        }
    }

    fn label_files(&mut self, service: &mut Node, variables: &Variables) {
        let Some(files) = service.remove("label_file") else { return };
        let scope = Scope { project: variables, own: ByName::default() };
        let mut lines = Lines::default();
        for file in files.as_list().unwrap_or_default() {
            if let Some(path) = file.as_text() {
                self.lines(&PathBuf::from(path), file.span, true, false, &scope, &mut lines);
            }
        }
        if !lines.is_empty() {
            add(service, "labels", lines);
        }
    }
}

/// Adds the lines of files to a mapping whose own entries win.
fn add(service: &mut Node, key: &str, lines: Lines) {
    let span = service.span;
    let Data::Map(map) = &mut service.data else { return };
    let own = map.or_insert_with(key, || Entry { key: span, node: Node::map(span) });
    let Data::Map(own) = &mut own.node.data else { return };
    for (name, line) in lines {
        own.or_insert_with(&name, || entry(line));
    }
    own.sort_keys();
    decode::reorder(map);
}

fn entry(line: Line) -> Entry {
    let data = match line.value {
        Value::Known(text) => Data::Text(text),
        Value::Unknown(unknown) => {
            Data::Unknown(Box::new(Partial { unknown, text: super::HOLE.to_string() }))
        }
    };
    Entry { key: line.key, node: Node { data, span: line.span, interpolated: line.interpolated } }
}

/// Splits the services into those that run and those of profiles that are not enabled.
pub(super) fn profiles(model: &mut Node, enabled: &[String]) -> Node {
    let span = model.span;
    let mut disabled = Map::default();
    let services = model.as_map_mut().and_then(|map| map.get_mut("services"));
    let Some(Data::Map(services)) = services.map(|entry| &mut entry.node.data) else {
        return Node::map(span);
    };
    let runs = |service: &Node| {
        let profiles = service.get("profiles").and_then(Node::as_list).unwrap_or_default();
        profiles.is_empty()
            || enabled.iter().any(|profile| {
                profile == "*" || profiles.iter().any(|own| own.as_text() == Some(profile.as_str()))
            })
    };
    let all = std::mem::take(services);
    for (name, entry) in all {
        if runs(&entry.node) {
            services.insert(name, entry);
        } else {
            disabled.insert(name, entry);
        }
    }
    Node::new(Data::Map(disabled), span)
}
