//! Ports of an override that were meant to replace those of the base.

use super::port_collision::PORT_COLLISION;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Address, Deployment, Port, PortRange, Repository, Service};
use std::collections::BTreeMap;

rule! {
    /// An override adds a second mapping of a container's port beside the one of the base.
    ///
    /// ## What
    /// Compose appends the `ports:` of a later file to those of an earlier one; only an entry that is the same in
    /// all its parts replaces the earlier. This rule reports a container port that an override publishes on another
    /// host port than the base does. Silent where `!override` or `!reset` is used, where both say which address they
    /// are for, and where a file that is complete by itself is only taken for an override by its name.
    ///
    /// ## Why
    /// Whoever writes `"80:80"` over a base with `"8080:80"` wants to change the port and gets both. The forgotten one
    /// stays open on every address, past the firewall that Docker's rules bypass.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.yaml
    /// services:
    ///   web:
    ///     ports: ["8080:80"]
    /// # compose.production.yaml
    /// services:
    ///   web:
    ///     ports: ["80:80"]
    /// ```
    ///
    /// ## Fix
    /// Replace the list, or keep ports out of the base:
    /// ```yaml
    /// # compose.production.yaml
    /// services:
    ///   web:
    ///     ports: !override ["80:80"]
    /// ```
    pub APPENDED_PORTS = Warning "appended-ports";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    // What stands by itself and was only taken for an override by its name may never meet the base.
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.guessed) {
        for service in deployment.services.values() {
            let mut by_target: BTreeMap<_, Vec<&Port>> = BTreeMap::new();
            for port in &service.ports {
                let target = port.target.known().map(|target| (port.protocol, target.first));
                by_target.entry(target).or_default().push(port);
            }
            for ports in by_target.into_values() {
                for (at, base) in ports.iter().enumerate() {
                    for added in &ports[at + 1..] {
                        if let Some((base, added)) = appended(deployment, base, added) {
                            report(facts, service, base, added, findings);
                        }
                    }
                }
            }
        }
    }
}

/// The two mappings in the order of their files, if the later file's adds to the earlier one's.
fn appended<'f>(deployment: &Deployment, one: &'f Port, other: &'f Port) -> Option<(&'f Port, &'f Port)> {
    let place = |port: &Port| deployment.files.iter().position(|file| *file == port.span.source);
    let (base, added) = match (place(one)?, place(other)?) {
        (one_at, other_at) if one_at < other_at => (one, other),
        (one_at, other_at) if one_at > other_at => (other, one),
        _ => return None,
    };
    let same_target = base.target.known()? == added.target.known()? && base.protocol == added.protocol;
    let (before, after) = (published(base)?, published(added)?);
    let addresses = (*base.address.known()?, *added.address.known()?);
    let on_purpose =
        matches!(addresses, (Address::Ip(before), Address::Ip(after)) if before != after && !before.is_unspecified());
    (same_target && before != after && !on_purpose).then_some((base, added))
}

fn published(port: &Port) -> Option<PortRange> {
    port.published.as_ref()?.known().copied()
}

fn report(facts: &Repository, service: &Service, base: &Port, added: &Port, findings: &mut Findings<'_>) {
    if findings.has(&[&PORT_COLLISION], added.span) {
        return;
    }
    let (Some(before), Some(after), Some(target)) = (published(base), published(added), base.target.known()) else {
        return;
    };
    let file = facts.sources.path(added.span).display();
    findings.push(
        Diagnostic::new(
            &APPENDED_PORTS,
            format!("port {target} of `{}` is published twice, as {before} and as {after}", service.name),
        )
        .at(added.span, "this is added to what the base publishes")
        .at(base.span, "this stays published")
        .help(format!(
            "Write `ports: !override` in `{file}` if its list is meant to replace the base's, or publish the port in \
             one of the two files only",
        )),
    );
}
