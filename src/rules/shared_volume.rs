//! One store of two environments.

use super::support::{Claim, clashes_of_services, distinct, one_project, same_directory, two_names_for_one};
use super::{Findings, rule};
use crate::catalog;
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Bind, Deployment, Mount, MountSource, Repository, Service};
use crate::facts::value::Value;
use crate::source::Span;
use foldhash::HashSet;
use std::path::PathBuf;

rule! {
    /// Two deployments on one host write to one volume.
    ///
    /// ## What
    /// Reports a named volume (with an explicit `name:`, or external) that several deployments on one host mount
    /// writable, and a host directory in which databases and other stores of several deployments keep their data.
    /// Read-only mounts, sockets and files are nobody's state.
    ///
    /// ## Why
    /// Two servers on one data directory destroy it, or staging's migration runs over production's rows. And
    /// `docker compose down -v` of one environment deletes the volume of both: it does not belong to a project any
    /// more, whatever Compose's warning says.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.staging.yaml, and the same in compose.production.yaml
    /// volumes:
    ///   data:
    ///     name: shop-data
    /// ```
    ///
    /// ## Fix
    /// Leave `name:` out, so that each project has a volume of its own, or write the environment into it:
    /// ```yaml
    /// volumes:
    ///   data:
    ///     name: shop-staging-data
    /// ```
    pub SHARED_VOLUME = Error "shared-volume";
}

/// Where something is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Store {
    Volume(String),
    /// A directory of the host.
    Host(PathBuf),
    /// A directory below the project's.
    Beside(PathBuf),
}

struct Use<'f> {
    service: &'f Service,
    store: Store,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims: Vec<Claim<'_, Use<'_>>> = Vec::new();
    for deployment in &facts.deployments {
        for service in deployment.services.values() {
            for mount in service.mounts.iter().filter(|mount| !mount.read_only) {
                if let Some(store) = store(deployment, service, mount) {
                    claims.push(Claim { deployment, span: mount.span, what: Use { service, store } });
                }
            }
        }
    }
    let collide = |one: &Claim<'_, Use<'_>>, other: &Claim<'_, Use<'_>>| {
        one.what.store == other.what.store
            && (!one_project(one.deployment, other.deployment) || distinct(one.deployment, other.deployment))
            && !two_names_for_one(one.deployment, other.deployment)
            && (!matches!(one.what.store, Store::Beside(_))
                || same_directory(facts, one.deployment, other.deployment))
    };
    for clash in clashes_of_services(facts, &claims, |claim| claim.what.service, |claim| vec![&claim.what.store], collide) {
        let (what, help) = match &clash.claims[0].what.store {
            Store::Volume(name) => (
                format!("the volume `{name}`"),
                "Take the fixed name away, so that each project has a volume of its own, or write the environment into \
                 the name. `docker compose down -v` of one deletes what both keep there, unless it is external"
                    .to_owned(),
            ),
            Store::Host(path) | Store::Beside(path) => (
                format!("the directory `{}`", path.display()),
                format!("Give each its own directory: `{}-{}`", path.display(), clash.titles[0]),
            ),
        };
        let mut finding = Diagnostic::new(
            &SHARED_VOLUME,
            format!("{} {} write to {what}{}", clash.who(), clash.both(), clash.meeting.condition()),
        )
        .level(clash.meeting.level(SHARED_VOLUME.severity));
        finding = clash.label(finding, |claim, titles| format!("`{}` of {titles} writes here", claim.what.service.name));
        let mut said: HashSet<Span> = finding.labels.iter().map(|label| label.span).collect();
        for claim in &clash.claims {
            finding = named_here(claim.deployment, claim.what.service, finding, &mut said);
        }
        findings.push(finding.help(help));
    }
}

/// Points at the `name:` that makes a volume common.
fn named_here(
    deployment: &Deployment,
    service: &Service,
    finding: Diagnostic,
    said: &mut HashSet<Span>,
) -> Diagnostic {
    let volumes = service.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Volume(key) => deployment.volumes.get(key),
        _ => None,
    });
    volumes.filter(|volume| volume.named).fold(finding, |finding, volume| {
        let span = volume.name.span;
        if said.contains(&span) {
            return finding;
        }
        let name = volume.name.known().is_some_and(|name| finding.message.contains(&format!("`{name}`")));
        if !name {
            return finding;
        }
        said.insert(span);
        finding.at(span, "the name is fixed here")
    })
}

/// Where a writable mount leads, if something is surely kept there.
fn store(deployment: &Deployment, service: &Service, mount: &Mount) -> Option<Store> {
    match &mount.source {
        MountSource::Volume(key) => {
            let volume = deployment.volumes.get(key)?;
            if let Some(device) = &volume.device {
                return device.known().map(|path| Store::Host(path.into()));
            }
            (volume.named || volume.external).then(|| volume.name.known().cloned().map(Store::Volume)).flatten()
        }
        MountSource::Bind(bind) if keeps_state(service, mount) => Some(match bind {
            Bind::Outside(path) if path.is_absolute() => Store::Host(path.clone()),
            Bind::Inside(path) | Bind::Outside(path) => Store::Beside(path.clone()),
        }),
        _ => None,
    }
}

/// Whether the image is known to keep its data where this is mounted.
fn keeps_state(service: &Service, mount: &Mount) -> bool {
    let preset = service.repository().and_then(catalog::by_image);
    let Value::Known(target) = &mount.target.value else { return false };
    let target = target.trim_end_matches('/');
    preset.is_some_and(|preset| {
        preset.data.iter().any(|data| {
            let path = (data.path)(service.tag().unwrap_or_default());
            std::path::Path::new(path).starts_with(target) || std::path::Path::new(target).starts_with(path)
        })
    })
}
