//! One name on a common network for two services.

use super::support::{Claim, clashes_of_services};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, DeploymentId, Fact, Repository, Service};
use crate::source::Span;
use foldhash::HashMap;

rule! {
    /// Services of two deployments answer to one name on one network.
    ///
    /// ## What
    /// A service is reached by its name and its aliases on every network that it joins, also on an external one that
    /// it shares with other projects. This rule reports a name that services of two deployments have on one network,
    /// if somebody on that network asks for it, or if both wrote it as an alias. Silent where such services are only
    /// reached by container names or through labels.
    ///
    /// ## Why
    /// Docker's DNS gives both addresses, in turn: of eight requests to `http://api`, five went to production and
    /// three to staging.
    ///
    /// ## Example
    /// ```yaml
    /// # compose.staging.yaml, and the same in compose.production.yaml
    /// services:
    ///   api:
    ///     networks: [edge]
    ///   web:
    ///     environment: { API_URL: http://api:8000 }
    ///     networks: [edge]
    /// networks:
    ///   edge: { external: true }
    /// ```
    ///
    /// ## Fix
    /// Let services of one project talk over the project's own network, and join the common one only with what is
    /// reached from outside, under a name of its own:
    /// ```yaml
    /// services:
    ///   api:
    ///     networks: [default]
    ///   web:
    ///     networks:
    ///       default:
    ///       edge: { aliases: [shop-staging-web] }
    /// ```
    pub ALIAS_COLLISION = Warning "alias-collision";
}

struct Alias<'f> {
    service: &'f Service,
    network: &'f str,
    /// Whether the network is made elsewhere. Two that make one network are `shared-network`'s.
    external: bool,
    name: &'f str,
    /// Whether it is no service's own name but was given.
    given: bool,
    /// The network's key in the deployment.
    key: &'f str,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims: Vec<Claim<'_, Alias<'_>>> = Vec::new();
    for deployment in &facts.deployments {
        for service in deployment.services.values() {
            for attached in &service.networks {
                let network = deployment.networks.get(&attached.network);
                let Some(network) = network.filter(|network| network.external || network.named) else { continue };
                let Some(name) = network.name.known() else { continue };
                let own = (service.name.as_str(), attached.span, false);
                let given = attached.aliases.iter();
                let given = given.filter_map(|alias| Some((alias.known()?.as_str(), alias.span, true)));
                for (alias, span, given) in std::iter::once(own).chain(given) {
                    let (external, key) = (network.external, attached.network.as_str());
                    let what = Alias { service, network: name, external, name: alias, given, key };
                    claims.push(Claim { deployment, span, what });
                }
            }
        }
    }
    let collide = |one: &Claim<'_, Alias<'_>>, other: &Claim<'_, Alias<'_>>| {
        one.what.network == other.what.network
            && (one.what.external || other.what.external)
            && one.what.name == other.what.name
            && one.deployment.files != other.deployment.files
    };
    let mut asking: HashMap<(DeploymentId, &str), Asking<'_>> = HashMap::default();
    for clash in clashes_of_services(facts, &claims, |claim| claim.what.service, |claim| vec![(claim.what.network, claim.what.name)], collide) {
        let asked = clash.claims.iter().find_map(|claim| {
            let members = asking.entry((claim.deployment.id, claim.what.key));
            let members = members.or_insert_with(|| Asking::on(claim.deployment, claim.what.key));
            members.of_others(claim.what.service, claim.what.name)
        });
        if asked.is_none() && !clash.claims.iter().all(|claim| claim.what.given) {
            continue;
        }
        let (alias, network) = (clash.claims[0].what.name, clash.claims[0].what.network);
        let finding = Diagnostic::new(
            &ALIAS_COLLISION,
            format!(
                "`{alias}` on the network `{network}` is a service of {}{}",
                clash.who(),
                clash.meeting.condition()
            ),
        )
        .level(clash.meeting.level(ALIAS_COLLISION.severity));
        let mut finding = clash.label(finding, |claim, titles| {
            format!("`{}` of {titles} answers to it", claim.what.service.name)
        });
        if let Some(asked) = asked {
            finding = finding.at(asked, "this may reach any of them");
        }
        findings.push(finding.help(format!(
            "Let services that talk to each other do so over their project's own network, and give what must be on \
             `{network}` a name of its own there: `aliases: [<project>-{alias}]`",
        )));
    }
}

/// Whom the members of a network ask for, and where.
struct Asking<'f>(HashMap<&'f str, Vec<(&'f str, Span)>>);

impl<'f> Asking<'f> {
    /// What the members of the network with this key are told to reach, in their order.
    fn on(deployment: &'f Deployment, key: &str) -> Self {
        let mut hosts: HashMap<&str, Vec<(&str, Span)>> = HashMap::default();
        let members = deployment.services.values();
        for member in members.filter(|member| member.networks.iter().any(|joined| joined.network == key)) {
            asks(member, |host, span| {
                let asking = hosts.entry(host).or_default();
                // The second one speaks for the host that the first one is itself.
                if asking.len() < 2 && asking.iter().all(|(known, _)| *known != member.name) {
                    asking.push((&member.name, span));
                }
            });
        }
        Self(hosts)
    }

    /// Where another service than this one asks for `host`.
    fn of_others(&self, service: &Service, host: &str) -> Option<Span> {
        let asking = self.0.get(host)?;
        asking.iter().find(|(name, _)| *name != service.name).map(|(_, span)| *span)
    }
}

/// Tells `take` the hosts that a service is told to reach: in a URL, as `host:port`, or as the value of a variable that names
/// hosts.
fn asks<'f>(service: &'f Service, mut take: impl FnMut(&'f str, Span)) {
    let variables = service.environment.iter().filter_map(|(name, variable)| Some((name, variable.value.as_ref()?)));
    for (name, value) in variables {
        if let Some(host) = Fact::known(value).filter(|_| names_hosts(name)) {
            take(host, value.span);
        }
        addresses(value.value.shape()).for_each(|host| take(host, value.span));
    }
    let words = [&service.command, &service.entrypoint].into_iter().flatten().flat_map(|words| &words.words);
    for word in words {
        addresses(word.value.shape()).for_each(|host| take(host, word.span));
    }
}

fn names_hosts(variable: &str) -> bool {
    let variable = variable.to_ascii_uppercase();
    ["HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "UPSTREAM"]
        .iter()
        .any(|word| variable.split('_').any(|part| part == *word))
}

/// The hosts in a text, where addresses stand: after `//` or `@`, or before a port.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(of_name)?;
            let end = start + text[start..].find(|c| !of_name(c)).unwrap_or(text.len() - start);
            from = end;
            let (before, after) = (&text[..start], &text[end..]);
            let port = after.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            if before.ends_with("//") || before.ends_with('@') || port {
                return Some(&text[start..end]);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn hosts_stand_in_urls_and_before_ports() {
        for text in ["http://api", "http://api:8000/x", "redis://:secret@api/0", "api:8000", "a=1,api:80"] {
            assert!(addresses(text).any(|host| host == "api"), "{text}");
        }
        for text in ["api", "http://api.example", "http://my-api", "https://www.example/api", "an api: good"] {
            assert!(!addresses(text).any(|host| host == "api"), "{text}");
        }
    }
}
