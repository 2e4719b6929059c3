//! One container name for two containers of a host.

use super::support::{Claim, clashes_of_services, two_names_for_one};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Fact, Repository, Service};

rule! {
    /// Two deployments on one host want one container name.
    ///
    /// ## What
    /// A `container_name:` is unique on a Docker engine, not within a Compose project. This rule compares the names,
    /// as they are after interpolation, of deployments that share a host. Where nothing says whether they do, it is a
    /// warning.
    ///
    /// ## Why
    /// Whoever is started second fails with `Conflict. The container name "/shop-api" is already in use`, halfway
    /// through its deploy. That is the harmless outcome: a script that removes the container in its way first takes
    /// the other environment down.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.staging.yaml, and the same in compose.production.yaml
    /// services:
    ///   api:
    ///     container_name: shop-api
    /// ```
    ///
    /// ## Fix
    /// Remove `container_name:`: Compose names containers after their project, so they never meet. Where the name is
    /// needed, write the environment into it:
    /// ```yaml
    /// services:
    ///   api:
    ///     container_name: shop-staging-api
    /// ```
    pub CONTAINER_NAME_COLLISION = Error "container-name-collision";
}

struct Name<'f> {
    service: &'f Service,
    name: &'f str,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims = Vec::new();
    for deployment in &facts.deployments {
        // A stack's containers are named by Swarm.
        for service in deployment.services.values().filter(|_| !deployment.swarm) {
            let Some(written) = &service.container_name else { continue };
            let Some(name) = Fact::known(written).filter(|name| !name.is_empty()) else { continue };
            claims.push(Claim { deployment, span: written.span, what: Name { service, name } });
        }
    }
    let collide = |one: &Claim<'_, Name<'_>>, other: &Claim<'_, Name<'_>>| {
        one.what.name == other.what.name
            && !two_names_for_one(one.deployment, other.deployment)
    };
    for clash in clashes_of_services(facts, &claims, |claim| claim.what.service, |claim| vec![claim.what.name], collide) {
        let name = clash.claims[0].what.name;
        let finding = Diagnostic::new(
            &CONTAINER_NAME_COLLISION,
            format!(
                "{} {} name a container `{name}`{}",
                clash.who(),
                clash.both(),
                clash.meeting.condition()
            ),
        )
        .level(clash.meeting.level(CONTAINER_NAME_COLLISION.severity));
        let finding = clash.label(finding, |claim, titles| {
            format!("the name of `{}` in {titles}", claim.what.service.name)
        });
        findings.push(finding.help(format!(
            "Remove `container_name:`, so that Compose names the containers after their projects, or write the \
             environment into each name: `{name}-{}`",
            clash.titles.last().map_or("staging", String::as_str),
        )));
    }
}
