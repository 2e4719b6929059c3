//! One environment while it is being resolved: who is in it, where, and what has been used.

use super::codes;
use super::environment::Container;
use super::naming::Naming;
use super::placement::Placement;
use super::ports::Ports;
use crate::catalog::{self, Preset};
use crate::diagnostic::{Diagnostic, Diagnostics, suggestion};
use crate::source::{Sources, Span, Spanned};
use crate::spec::forms::{Health, PublishTarget, ServicePort, VolumeBacking};
use crate::spec::model::{EnvironmentSpec, Host, Job, Service, Site, Spec};
use indexmap::IndexMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One environment while it is being resolved.
pub(super) struct Scope<'a> {
    pub(super) sources: &'a Sources,
    pub(super) spec: &'a Spec,
    /// The environment's name, and where it stands.
    pub(super) environment: &'a str,
    pub(super) span: Span,
    pub(super) declared: &'a EnvironmentSpec,
    pub(super) naming: Naming<'a>,
    pub(super) placement: Placement<'a>,
    /// Every service that this environment has, sorted by name. This and what follows is looked up by name: at a place that
    /// a hash gives, for a search in a tree reads a dozen names that lie all over the memory.
    pub(super) members: IndexMap<&'a str, Member<'a>>,
    /// Every site that this environment has, sorted by name, with the place of the name.
    pub(super) sites: IndexMap<&'a str, (Span, &'a Site)>,
    /// The networks that each service joins, sorted, by key.
    pub(super) networks: HashMap<&'a str, Vec<String>>,
    /// What is published, by service.
    pub(super) publish: HashMap<&'a str, Vec<Published<'a>>>,
    /// Where the environment keeps volumes, by service and volume.
    pub(super) backings: HashMap<(&'a str, &'a str), &'a Spanned<VolumeBacking>>,
    /// The jobs of this environment, by name, with the place of the name.
    pub(super) jobs: Vec<(&'a str, Span, &'a Job)>,
    /// The jobs that each service waits for.
    pub(super) jobs_before: HashMap<&'a str, Vec<(&'a str, Span)>>,
    /// The sites that serve each service, with the path on them.
    pub(super) routes: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
    pub(super) uses: RefCell<Uses>,
    /// What has been said once, and is not said again at every other place that the same cause shows.
    said: RefCell<HashSet<String>>,
    diagnostics: RefCell<Diagnostics>,
}

/// A port of a service, and where it is published.
pub(super) type Published<'a> = (&'a Spanned<ServicePort>, &'a Spanned<PublishTarget>);

/// A service as one environment has it.
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    /// Where the name stands.
    pub(super) span: Span,
    pub(super) service: &'a Service,
    /// The host it is placed on; `None` for an external one.
    pub(super) host: Option<&'a str>,
    /// The ports it listens on.
    pub(super) ports: Ports,
    pub(super) preset: Option<&'static Preset>,
}

/// The containers of each service of a host.
pub(super) type ByService<'c> = HashMap<&'c str, &'c [Container]>;

/// `containers` by service; those of one service stand together.
pub(super) fn by_service(containers: &[Container]) -> ByService<'_> {
    let services = containers.chunk_by(|one, next| one.service == next.service);
    let mut by_service = HashMap::with_capacity(containers.len());
    by_service.extend(services.map(|own| (own[0].service.as_str(), own)));
    by_service
}

/// What has been referred to while resolving, beyond what the result says itself.
#[derive(Default)]
pub(super) struct Uses {
    /// Secrets that stand in a URL.
    pub(super) in_url: BTreeSet<String>,
    /// The least length that a preset's image asks of a secret.
    pub(super) min_length: BTreeMap<String, u32>,
    /// Secrets that are referred to at all.
    pub(super) secrets: BTreeSet<String>,
    /// Variables that are referred to at all.
    pub(super) variables: BTreeSet<String>,
    /// Unencrypted calls to another host: from this service, to that one, written there.
    pub(super) clear_calls: Vec<(String, String, Span)>,
}

impl Member<'_> {
    /// The Compose keys of its containers: numbered where `replicas` is written.
    pub(super) fn keys(&self) -> Vec<String> {
        match &self.service.replicas {
            None => vec![self.name.to_owned()],
            Some(replicas) => {
                (1..=replicas.value.get()).map(|index| format!("{}-{index}", self.name)).collect()
            }
        }
    }

    /// How many containers of it run.
    pub(super) fn replicas(&self) -> usize {
        self.service.replicas.as_ref().map_or(1, |replicas| replicas.value.get() as usize)
    }

    /// Whether the engine can tell that it is well.
    pub(super) fn has_probe(&self) -> bool {
        match &self.service.health {
            None => self.preset.is_some(),
            Some(health) => !matches!(health.value, Health::None),
        }
    }
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        spec: &'a Spec,
        (environment, span): (&'a str, Span),
        declared: &'a EnvironmentSpec,
    ) -> Self {
        let mut diagnostics = Diagnostics::default();
        let placement = Placement::of(spec, environment, declared, &mut diagnostics);
        let mut scope = Self {
            sources,
            spec,
            environment,
            span,
            declared,
            naming: Naming::new(spec, environment),
            placement,
            members: IndexMap::new(),
            sites: IndexMap::new(),
            networks: HashMap::new(),
            publish: HashMap::new(),
            backings: HashMap::new(),
            jobs: Vec::new(),
            jobs_before: HashMap::new(),
            routes: HashMap::new(),
            uses: RefCell::default(),
            said: RefCell::default(),
            diagnostics: RefCell::new(diagnostics),
        };
        scope.members = scope.find_members();
        scope.sites = scope.find_sites();
        scope.routes = scope.find_routes();
        scope.networks = scope.find_networks();
        scope.jobs = scope.find_jobs();
        scope.jobs_before = scope.find_jobs_before();
        let backings = declared.volumes.iter();
        scope.backings = backings.map(|(key, backing)| ((key.service(), key.volume()), backing)).collect();
        for (key, target) in declared.publish.iter() {
            scope.publish.entry(key.service()).or_default().push((key, target));
        }
        scope
    }

    /// Keeps a diagnostic.
    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Keeps a diagnostic unless one of this `cause` has been kept.
    pub(super) fn report_once(&self, cause: String, diagnostic: Diagnostic) {
        if self.said.borrow_mut().insert(cause) {
            self.report(diagnostic);
        }
    }

    /// What has been reported.
    pub(super) fn into_diagnostics(self) -> (Diagnostics, Uses) {
        (self.diagnostics.into_inner(), self.uses.into_inner())
    }

    /// The host of this name, if the project has it.
    pub(super) fn host(&self, name: &str) -> Option<&'a Host> {
        self.spec.hosts.get(name).map(|host| &host.value)
    }

    /// The service `name`, or a report that there is none, at `span`.
    pub(super) fn member(&self, name: &str, span: Span) -> Option<&Member<'a>> {
        if let Some(member) = self.members.get(name) {
            return Some(member);
        }
        if self.placement.is_absent(name) {
            self.report_absent(name, span);
        } else {
            self.report_unknown(&codes::UNKNOWN_SERVICE, "service", name, span, self.members.keys().copied());
        }
        None
    }

    /// Reports that this environment goes without something that is used at `span`.
    pub(super) fn report_absent(&self, name: &str, span: Span) {
        let mut diagnostic = Diagnostic::new(
            &codes::ABSENT,
            format!("environment `{}` goes without `{name}`", self.environment),
        )
        .at(span, format!("`{name}` is used here"))
        .help("keep it, or say in this environment's overrides what is used instead (`null` removes a key)");
        if let Some(without) = self.declared.without.iter().find(|without| without.as_str() == name) {
            diagnostic = diagnostic.at(without.span, "left out here");
        }
        self.report(diagnostic);
    }

    /// Reports a name that means nothing, with the one that may have been meant.
    pub(super) fn report_unknown<'n>(
        &self,
        code: &'static crate::diagnostic::Code,
        what: &str,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'n str>,
    ) {
        self.report(unknown(code, what, name, span, known));
    }

    fn find_members(&self) -> IndexMap<&'a str, Member<'a>> {
        let declared = self.spec.services.iter().map(|(key, service)| (key, service, false));
        let added =
            self.declared.services.iter().filter(|(key, _)| self.spec.services.get(key.as_str()).is_none());
        let mut members = IndexMap::new();
        for (key, base, added) in declared.chain(added.map(|(key, service)| (key, service, true))) {
            let name = key.as_str();
            if self.placement.is_absent(name) {
                continue;
            }
            let service = self.declared.services.get(name).unwrap_or(base);
            if added && runs_nothing(service) {
                let known = self.spec.services.iter().map(|(key, _)| key.as_str());
                self.report_unknown(&codes::UNKNOWN_SERVICE, "service", name, key.span, known);
                continue;
            }
            let preset = service.preset.as_ref().and_then(|name| catalog::find(name.as_str()));
            let external = service.external.is_some();
            let host = if external { None } else { self.placement.host_of(name) };
            if host.is_none() && !external {
                self.report_unplaced("service", name, key.span);
            }
            let ports = self.ports(name, service, preset);
            members.insert(name, Member { name, span: key.span, service, host, ports, preset });
        }
        members.sort_unstable_keys();
        members
    }

    fn find_sites(&self) -> IndexMap<&'a str, (Span, &'a Site)> {
        let added = self.declared.sites.iter().filter(|(key, _)| self.spec.sites.get(key.as_str()).is_none());
        let mut sites = IndexMap::new();
        for (key, base) in self.spec.sites.iter().chain(added) {
            let name = key.as_str();
            if self.placement.is_absent(name) {
                continue;
            }
            if self.placement.host_of(name).is_none() {
                self.report_unplaced("site", name, key.span);
            }
            sites.insert(name, (key.span, &self.declared.sites.get(name).unwrap_or(base).value));
        }
        sites.sort_unstable_keys();
        sites
    }

    fn report_unplaced(&self, what: &str, name: &str, span: Span) {
        if !self.placement.is_sound() {
            return;
        }
        self.report(
            Diagnostic::new(
                &codes::UNPLACED,
                format!("environment `{}` places {what} `{name}` on no host", self.environment),
            )
            .at(self.span, format!("`{name}` is in no list of its `runs_on`"))
            .at(span, format!("the {what}"))
            .help(format!("add `{name}` to a host's list, or to `without:` of this environment")),
        );
    }
}

/// A name that means nothing of `owner`, such as a port of a service.
pub(super) fn unknown_of<'n>(
    code: &'static crate::diagnostic::Code,
    (owner, what): (&str, &str),
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let known: Vec<_> = known.collect();
    let help =
        suggestion(name, &known).unwrap_or_else(|| format!("{owner} has no {what} at all: add one first"));
    Diagnostic::new(code, format!("{owner} has no {what} `{name}`"))
        .at(span, format!("no such {what}"))
        .help(help)
}

fn runs_nothing(service: &Service) -> bool {
    service.preset.is_none()
        && service.image.is_none()
        && service.build.is_none()
        && service.external.is_none()
}

/// A name that means nothing, with the one that may have been meant.
pub(super) fn unknown<'n>(
    code: &'static crate::diagnostic::Code,
    what: &str,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let known: Vec<_> = known.collect();
    let diagnostic =
        Diagnostic::new(code, format!("there is no {what} `{name}`")).at(span, format!("no such {what}"));
    match suggestion(name, &known) {
        Some(help) => diagnostic.help(help),
        None => diagnostic.help(format!("this project has no {what} yet: declare it first")),
    }
}
