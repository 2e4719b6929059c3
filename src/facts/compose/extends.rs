//! `extends`: a service that begins as another one.

use super::codes;
use super::load::{File, Place, Work, clear};
use super::map::Map;
use super::merge::merge_service;
use super::node::{Data, Entry, Node};
use super::paths::is_remote;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::workspace::clean;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Services extend each other no deeper than this.
const DEPTH_LIMIT: usize = 100;

/// So many values may extended services bring in, in one project.
pub(super) const VALUE_LIMIT: usize = 500_000;

/// What is extended on the way to a service: files and services.
type Trail = Vec<(PathBuf, String)>;

impl Work<'_> {
    /// Replaces every service that extends another one by what the two make together.
    pub(super) fn extends(&mut self, file: &mut Node, path: &Path, place: Place<'_>, resets: &[Vec<String>]) {
        let Some(services) = file.as_map_mut().and_then(|map| map.get_mut("services")) else { return };
        let Data::Map(services) = &mut services.node.data else { return };
        let names: Vec<String> = services
            .iter()
            .filter(|(_, entry)| entry.node.get("extends").is_some())
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            self.extend(&name, services, path, place, resets, &mut Vec::new());
        }
    }

    fn extend(
        &mut self,
        name: &str,
        services: &mut Map,
        path: &Path,
        place: Place<'_>,
        resets: &[Vec<String>],
        trail: &mut Trail,
    ) {
        let Some(extends) = services.get(name).and_then(|entry| entry.node.get("extends")) else { return };
        let span = extends.span;
        let (target, file) = match &extends.data {
            Data::Text(service) => (Some(service.clone()), None),
            Data::Map(_) => {
                let text = |key: &str| extends.get(key).and_then(Node::as_text).map(str::to_owned);
                (
                    text("service"),
                    extends.get("file").map(|file| (file.as_text().map(str::to_owned), file.span)),
                )
            }
            _ => return,
        };
        let Some(target) = target else { return };
        let (file, file_span) = match file {
            None => (None, span),
            Some((Some(file), span)) => (Some(file), span),
            Some((None, span)) => {
                return self.gap(path, Some(span), "which file is extended cannot be known here");
            }
        };
        let base_path = match &file {
            None => path.to_path_buf(),
            Some(file) if is_remote(file) => {
                return self.gap(
                    path,
                    Some(file_span),
                    "extends a file of another machine, which is not read",
                );
            }
            Some(file) => self.base(place.directory).join(file),
        };
        let step = (base_path.clone(), name.to_owned());
        if trail.contains(&step) || trail.len() >= DEPTH_LIMIT {
            return self.fault(
                &codes::COMPOSE_CYCLE,
                format!("the service `{name}` extends itself in a circle"),
                span,
            );
        }
        trail.push(step);
        let base = self.extended_service(
            name,
            &target,
            services,
            &base_path,
            file.is_some().then_some(file_span),
            path,
            place,
            resets,
            trail,
            span,
        );
        trail.pop();
        let Some(Entry { node: mut base, .. }) = base else { return };
        let Some(entry) = services.get_mut(name) else { return };
        entry.node.remove("extends");
        if base.is_null() {
            return;
        }
        let own = std::mem::replace(&mut entry.node, Node::new(Data::Null, span));
        let place_of_service = own.span;
        for reset in resets {
            if let [kind, service, rest @ ..] = reset.as_slice()
                && kind == "services"
                && service == name
            {
                clear(&mut base, rest);
            }
        }
        merge_service(&mut base, own, &mut self.out.faults);
        base.span = place_of_service;
        base.remove("extends");
        entry.node = base;
    }

    #[allow(clippy::too_many_arguments)] // one call of one function
    fn extended_service(
        &mut self,
        name: &str,
        target: &str,
        services: &mut Map,
        base_path: &Path,
        named: Option<Span>,
        path: &Path,
        place: Place<'_>,
        resets: &[Vec<String>],
        trail: &mut Trail,
        span: Span,
    ) -> Option<Entry> {
        let missing = format!("the service `{name}` extends `{target}`, which is not there");
        let Some(named) = named else {
            if !services.contains_key(target) {
                self.fault(&codes::COMPOSE_REFERENCE, missing, span);
                return None;
            }
            self.extend(target, services, path, place, resets, trail);
            return self.copy(services.get(target)?, span);
        };
        let file = self.extended_file(base_path, named, place)?;
        let services = file.node.get("services").and_then(Node::as_map);
        let mut others = self.needed(services, target, span)?;
        if !others.contains_key(target) {
            self.fault(&codes::COMPOSE_REFERENCE, missing, span);
            return None;
        }
        self.extend(target, &mut others, base_path, place, &file.resets, trail);
        others.remove(target)
    }

    /// A copy of a service, if the project may still grow by as much.
    fn copy(&mut self, entry: &Entry, span: Span) -> Option<Entry> {
        let Some(left) = self.values_left.checked_sub(weight(&entry.node)) else {
            self.fault(&codes::COMPOSE_CYCLE, "the services extend each other without end".to_owned(), span);
            return None;
        };
        self.values_left = left;
        Some(entry.clone())
    }

    /// A file that is extended: read once, its paths relative to itself made absolute.
    fn extended_file(&mut self, path: &Path, named: Span, place: Place<'_>) -> Option<Rc<File>> {
        let key = clean(path);
        if let Some(known) = self.extended.get(&key) {
            return known.clone();
        }
        // Its own includes are not followed: `included` keeps nothing of it.
        let mut model = None;
        let file = self.file(path, Some(named), place, &mut model, false).zip(model).map(|(resets, node)| {
            let mut file = File { node, resets };
            let directory = path.parent().unwrap_or(path).to_path_buf();
            self.base(&directory).resolve(&mut file.node);
            Rc::new(file)
        });
        self.extended.insert(key, file.clone());
        file
    }

    /// The services that `target` is made of, itself included.
    fn needed(&mut self, services: Option<&Map>, target: &str, span: Span) -> Option<Map> {
        let mut needed = Map::default();
        let mut next = Some(target.to_owned());
        while let Some(name) = next.take() {
            let Some(entry) = services.and_then(|services| services.get(&name)) else { break };
            if needed.contains_key(&name) {
                break;
            }
            next = match entry.node.get("extends").map(|extends| &extends.data) {
                Some(Data::Text(name)) => Some(name.clone()),
                Some(Data::Map(long)) if !long.contains_key("file") => {
                    long.get("service").and_then(|entry| entry.node.as_text()).map(str::to_owned)
                }
                _ => None,
            };
            let entry = self.copy(entry, span)?;
            needed.insert(name, entry);
        }
        Some(needed)
    }

    fn fault(&mut self, code: &'static crate::diagnostic::Code, message: String, span: Span) {
        self.out.faults.push(
            Diagnostic::new(code, message)
                .at(span, "extended here")
                .help("name a service that exists and that does not extend this one"),
        );
    }
}

/// How many values a tree holds.
fn weight(node: &Node) -> usize {
    1 + match &node.data {
        Data::List(list) => list.iter().map(weight).sum(),
        Data::Map(map) => map.values().map(|entry| weight(&entry.node)).sum(),
        Data::Pair(pair) => weight(&pair.1.node),
        _ => 0usize,
    }
}
