//! (spec, environment) → `Environment`: every reference followed, every name computed, every collision found.
//!
//! All environments are resolved at once, whichever of them is rendered: those that share a host are checked against
//! each other. What one environment becomes never depends on another: only what is reported does.

pub mod certbot;
pub mod codes;
pub mod environment;
pub mod proxy;

mod account;
mod collisions;
mod container;
mod deployment;
mod fields;
mod image;
mod jobs;
mod naming;
mod needs;
mod networks;
mod placement;
mod ports;
mod probe;
mod proxy_container;
mod raw;
mod reach;
mod references;
mod resources;
mod scope;
mod secrets;
mod server_names;
mod service;
mod site_checks;
mod sites;
mod upstreams;
mod usage;
mod volumes;
mod web_server;

pub use environment::{Container, Deployment, Environment};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::spec::model::Spec;
use collisions::Tenant;
use scope::{Scope, Uses};

/// A project, and the specs of those who live on its hosts.
#[derive(Clone, Debug)]
pub struct Project<'a> {
    /// Where all of it was read from.
    pub sources: &'a Sources,
    /// The project.
    pub spec: &'a Spec,
    /// Its neighbours.
    pub neighbours: Vec<Neighbour<'a>>,
}

/// Another project on one of the hosts.
#[derive(Clone, Debug)]
pub struct Neighbour<'a> {
    /// The host of the project that names it in `with`.
    pub host: String,
    /// Where it is named.
    pub span: Span,
    /// The neighbour; `None` when its spec could not be read.
    pub spec: Option<&'a Spec>,
}

/// Resolves every environment of a project. The environments are complete when `diagnostics` has no errors;
/// otherwise they are what could be resolved.
pub fn resolve(project: &Project<'_>, diagnostics: &mut Diagnostics) -> Vec<Environment> {
    let sound_names = naming::check_patterns(project.spec, diagnostics);
    check_name_space(project.spec, diagnostics);
    let mut uses = Vec::new();
    let environments = each(project, project.spec, diagnostics, &mut uses);
    usage::check(project, &uses, diagnostics);
    check_hosts(project, &environments, sound_names, diagnostics);
    environments.into_iter().map(|(_, environment)| environment).collect()
}

/// The environments of a spec, each with the place of its name.
fn each(
    project: &Project<'_>,
    spec: &Spec,
    diagnostics: &mut Diagnostics,
    uses: &mut Vec<Uses>,
) -> Vec<(Span, Environment)> {
    spec.environments
        .iter()
        .map(|(name, declared)| {
            let scope = Scope::new(project.sources, spec, (name.as_str(), name.span), declared);
            let environment = scope.resolve();
            let (found, used) = scope.into_diagnostics();
            diagnostics.extend(found);
            uses.push(used);
            (name.span, environment)
        })
        .collect()
}

/// Services and sites are told apart by nothing but their names where an environment places them, and jobs run as
/// containers beside services.
fn check_name_space(spec: &Spec, diagnostics: &mut Diagnostics) {
    let services = spec.services.iter().map(|(key, _)| ("service", key.as_str(), key.span));
    let sites = spec.sites.iter().map(|(key, _)| ("site", key.as_str(), key.span));
    let jobs = spec.jobs.iter().map(|(key, _)| ("job", key.as_str(), key.span));
    let mut seen = std::collections::HashMap::new();
    for (kind, name, span) in services.chain(sites).chain(jobs) {
        let Some((other, there)) = seen.insert(name, (kind, span)) else { continue };
        diagnostics.push(
            Diagnostic::new(
                &codes::DUPLICATE_NAME,
                format!("`{name}` is the name of a {other} and of a {kind}"),
            )
            .at(span, format!("a {kind}"))
            .at(there, format!("a {other}"))
            .help("services, sites and jobs share one name space; rename one of them"),
        );
    }
}

/// Checks the tenants of each host against each other.
fn check_hosts(
    project: &Project<'_>,
    own: &[(Span, Environment)],
    sound_names: bool,
    diagnostics: &mut Diagnostics,
) {
    let neighbours: Vec<_> =
        project.neighbours.iter().map(|neighbour| residents(project, neighbour, diagnostics)).collect();
    for (host, declared) in project.spec.hosts.iter() {
        let ours = tenants(own, |name| name == host.as_str(), None);
        let theirs = project
            .neighbours
            .iter()
            .zip(&neighbours)
            .filter(|(neighbour, _)| neighbour.host == host.as_str());
        let theirs = theirs.flat_map(|(neighbour, environments)| {
            let spec = neighbour.spec;
            let address = declared.address.as_ref().map(ToString::to_string);
            tenants(environments, move |name| same_host(spec, name, host.as_str(), address.as_deref()), spec)
        });
        let all: Vec<_> = ours.into_iter().chain(theirs).collect();
        collisions::check(host.as_str(), &all, &declared.taken, sound_names, diagnostics);
    }
}

/// The environments of a neighbour. Its own faults are its own business, except that nothing can be checked against
/// what could not be resolved.
fn residents(
    project: &Project<'_>,
    neighbour: &Neighbour<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(Span, Environment)> {
    let mut found = Diagnostics::default();
    let environments =
        neighbour.spec.map(|spec| each(project, spec, &mut found, &mut Vec::new())).unwrap_or_default();
    if neighbour.spec.is_none() || found.has_errors() {
        diagnostics.push(
            Diagnostic::new(&codes::BROKEN_NEIGHBOUR, "this neighbour has errors of its own")
                .at(neighbour.span, "not everything in it could be checked against")
                .help("run `specc check` in its directory"),
        );
    }
    environments
}

/// Whether a neighbour means the same machine by `theirs` as we do by `ours`: by its address, or by its name where one
/// of the two says no address.
fn same_host(spec: Option<&Spec>, theirs: &str, ours: &str, address: Option<&str>) -> bool {
    let declared = spec.and_then(|spec| spec.hosts.get(theirs));
    let other = declared.and_then(|host| host.address.as_ref()).map(ToString::to_string);
    match (address, other) {
        (Some(one), Some(other)) => one == other,
        _ => theirs == ours,
    }
}

fn tenants<'a>(
    environments: &'a [(Span, Environment)],
    here: impl Fn(&str) -> bool,
    neighbour: Option<&Spec>,
) -> Vec<Tenant<'a>> {
    environments
        .iter()
        .flat_map(|(span, environment)| {
            environment.deployments.iter().map(move |deployment| (*span, deployment))
        })
        .filter(|(_, deployment)| here(&deployment.host.name))
        .map(|(span, deployment)| Tenant {
            deployment,
            label: match neighbour {
                None => format!("`{}`", deployment.environment),
                Some(spec) => format!("{}'s `{}`", spec.project.as_str(), deployment.environment),
            },
            span,
            ours: neighbour.is_none(),
        })
        .collect()
}
