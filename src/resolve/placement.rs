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
                    names.everything.iter().copied(),
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
                        if !names.placeable.contains(name.as_str()) {
                            diagnostics.push(names.unplaceable(name.as_str(), name.span));
                        } else if let Some(without) =
                            declared.without.iter().find(|without| without.as_str() == name.as_str())
                        {
                            diagnostics.push(
                                Diagnostic::new(
                                    &codes::CONFLICTING_KEYS,
                                    format!(
                                        "environment `{environment}` places `{}` and goes without it",
                                        name.as_str()
                                    ),
                                )
                                .at(name.span, "placed here")
                                .at(without.span, "left out here")
                                .help("take it out of one of the two"),
                            );
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
    placeable: HashSet<&'a str>,
    jobs: HashSet<&'a str>,
    /// All of them, in the order of the spec.
    everything: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(spec: &'a Spec, declared: &'a EnvironmentSpec) -> Self {
        let services = spec.services.iter().chain(declared.services.iter()).map(|(key, _)| key.as_str());
        let sites = spec.sites.iter().chain(declared.sites.iter()).map(|(key, _)| key.as_str());
        let jobs = spec.jobs.iter().chain(declared.jobs.iter()).map(|(key, _)| key.as_str());
        let placeable: HashSet<_> = services.clone().chain(sites.clone()).collect();
        let mut seen = HashSet::new();
        let all = services.chain(sites).chain(jobs.clone()).filter(|name| seen.insert(*name));
        Self { everything: all.collect(), placeable, jobs: jobs.collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.placeable.contains(name) || self.jobs.contains(name)
    }

    fn unplaceable(&self, name: &str, span: Span) -> Diagnostic {
        if self.jobs.contains(name) {
            return Diagnostic::new(&codes::UNKNOWN_NAME, format!("job `{name}` is placed by its service"))
                .at(span, "a job, not a service or site")
                .help("take it out of the list: a job runs where its `service` does");
        }
        let known = self.everything.iter().copied().filter(|known| self.placeable.contains(known));
        unknown(&codes::UNKNOWN_NAME, "service or site", name, span, known)
    }
}
