//! Which host of an environment everything runs on.

use super::codes;
use super::scope::unknown;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::spec::forms::RunsOn;
use crate::spec::model::{EnvironmentSpec, Spec};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Which host of an environment everything runs on.
#[derive(Clone, Debug, Default)]
pub(super) struct Placement<'a> {
    /// The one host of everything.
    only: Option<&'a str>,
    /// Hosts by service and site, where there are several.
    by_name: HashMap<&'a str, &'a str>,
    hosts: BTreeSet<&'a str>,
    absent: BTreeSet<&'a str>,
    sound: bool,
}

impl<'a> Placement<'a> {
    pub(super) fn of(
        spec: &'a Spec,
        environment: &str,
        declared: &'a EnvironmentSpec,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut placement = Self { sound: true, ..Self::default() };
        let names = Names::of(spec, declared);
        for name in declared.without.iter() {
            if names.has(name.as_str()) {
                placement.absent.insert(name.as_str());
            } else {
                diagnostics.push(unknown(
                    &codes::UNKNOWN_NAME,
                    "service, site or job",
                    name.as_str(),
                    name.span,
                    names.everything(),
                ));
            }
        }
        match &declared.runs_on.value {
            RunsOn::One(host) => {
                if placement.add_host(spec, host.as_str(), host.span, diagnostics) {
                    placement.only = Some(host.as_str());
                }
            }
            RunsOn::Several(hosts) => {
                let mut places: HashMap<&str, Span> = HashMap::new();
                for (host, placed) in hosts.iter() {
                    placement.add_host(spec, host.as_str(), host.span, diagnostics);
                    for name in placed.iter() {
                        if !names.can_place(name.as_str()) {
                            let known = names.placeable();
                            let code = &codes::UNKNOWN_NAME;
                            diagnostics.push(unknown(
                                code,
                                "service or site",
                                name.as_str(),
                                name.span,
                                known,
                            ));
                        } else if let Some(before) = places.insert(name.as_str(), name.span) {
                            diagnostics.push(
                                Diagnostic::new(
                                    &codes::PLACED_TWICE,
                                    format!("environment `{environment}` places `{}` twice", name.as_str()),
                                )
                                .at(name.span, "again here")
                                .at(before, "here first")
                                .help("a service runs on one host; take it out of one list"),
                            );
                        } else {
                            placement.by_name.insert(name.as_str(), host.as_str());
                        }
                    }
                }
            }
        }
        placement
    }

    fn add_host(&mut self, spec: &'a Spec, host: &'a str, span: Span, diagnostics: &mut Diagnostics) -> bool {
        if spec.hosts.get(host).is_some() {
            self.hosts.insert(host);
            return true;
        }
        self.sound = false;
        let known = spec.hosts.iter().map(|(key, _)| key.as_str());
        diagnostics.push(unknown(&codes::UNKNOWN_HOST, "host", host, span, known));
        false
    }

    /// The host that `name` runs on.
    pub(super) fn host_of(&self, name: &str) -> Option<&'a str> {
        self.only.or_else(|| self.by_name.get(name).copied()).filter(|host| self.hosts.contains(host))
    }

    /// Whether the environment goes without `name`.
    pub(super) fn is_absent(&self, name: &str) -> bool {
        self.absent.contains(name)
    }

    /// The hosts of the environment, sorted.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.hosts.iter().copied()
    }

    /// Whether every host is known, so that what is placed nowhere really is.
    pub(super) fn is_sound(&self) -> bool {
        self.sound
    }
}

/// What an environment can place or leave out.
struct Names<'a> {
    services: Vec<&'a str>,
    sites: Vec<&'a str>,
    jobs: Vec<&'a str>,
    /// All services and sites: an environment may place thousands.
    known: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(spec: &'a Spec, declared: &'a EnvironmentSpec) -> Self {
        let services = spec.services.iter().chain(declared.services.iter());
        let sites = spec.sites.iter().chain(declared.sites.iter());
        let jobs = spec.jobs.iter().chain(declared.jobs.iter());
        let mut names = Self {
            services: services.map(|(key, _)| key.as_str()).collect(),
            sites: sites.map(|(key, _)| key.as_str()).collect(),
            jobs: jobs.map(|(key, _)| key.as_str()).collect(),
            known: HashSet::new(),
        };
        names.known = names.placeable().collect();
        names
    }

    fn can_place(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    fn has(&self, name: &str) -> bool {
        self.can_place(name) || self.jobs.contains(&name)
    }

    fn placeable(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.services.iter().chain(&self.sites).copied()
    }

    fn everything(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.placeable().chain(self.jobs.iter().copied())
    }
}
