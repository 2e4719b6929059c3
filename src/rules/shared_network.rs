//! One network that two projects believe to be theirs.

use super::support::{Claim, clashes, one_project, quoted, two_names_for_one};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;

rule! {
    /// Two deployments on one host each create a network of one name.
    ///
    /// ## What
    /// A network with an explicit `name:` is not the project's own any more. This rule reports a name that several
    /// deployments on one host give to a network they create. Silent where at most one of them creates it and the
    /// others call it `external: true`.
    ///
    /// ## Why
    /// Whoever comes second joins the first one's network: Compose only prints a warning. From then on staging's
    /// `api` answers to production's requests for `api` every other time, and `down` of one fails or takes the
    /// network from under the other.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.staging.yaml, and the same in compose.production.yaml
    /// networks:
    ///   internal:
    ///     name: shop-internal
    /// ```
    ///
    /// ## Fix
    /// Leave `name:` out, so that each project has its own network. Where both shall be on one network, create it
    /// once, outside, and say so:
    /// ```yaml
    /// networks:
    ///   edge:
    ///     external: true
    /// ```
    pub SHARED_NETWORK = Warning "shared-network";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims = Vec::new();
    for deployment in &facts.deployments {
        for network in deployment.networks.values().filter(|network| network.named && !network.external) {
            let Some(name) = network.name.known() else { continue };
            claims.push(Claim { deployment, span: network.name.span, what: name });
        }
    }
    let collide = |one: &Claim<'_, &String>, other: &Claim<'_, &String>| {
        one.what == other.what
            && !one_project(one.deployment, other.deployment)
            && !two_names_for_one(one.deployment, other.deployment)
    };
    for clash in clashes(facts, &claims, |claim| vec![claim.what], collide) {
        let name = clash.claims[0].what;
        let finding = Diagnostic::new(
            &SHARED_NETWORK,
            format!("{} {} create the network `{name}`{}", clash.who(), clash.both(), clash.meeting.condition()),
        )
        .level(clash.meeting.level(SHARED_NETWORK.severity));
        let finding = clash.label(finding, |_, titles| format!("created for {titles}"));
        findings.push(finding.help(format!(
            "Remove `name:`, so that each project has a network of its own; or create it once with `docker network \
             create {name}` and write `external: true` in {}",
            quoted(&clash.titles),
        )));
    }
}
