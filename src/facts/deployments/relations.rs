//! How deployments stand to each other: neighbours on one host, possible neighbours, strangers.

use crate::facts::model::{
    Address, Deployment, DeploymentId, Evidence, Invocation, PortRange, Protocol, Relation, Stage,
};
use crate::facts::script::{Directory, Script};
use crate::source::Sources;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Subcommands that bring something up.
const STARTING: &[&str] = &["up", "start", "restart", "run", "create", "deploy"];

/// The relation of every two deployments; strangers are left out.
///
/// `together` says whether a script runs on a machine that stays: a shell script or a Makefile, but not a workflow, each job of
/// which has a machine of its own.
pub(super) fn relations(
    sources: &Sources,
    deployments: &[Deployment],
    scripts: &[Script],
    together: impl Fn(usize) -> bool,
) -> BTreeMap<(DeploymentId, DeploymentId), Relation> {
    let mut found = BTreeMap::new();
    let ties: Vec<Vec<Tie<'_>>> = deployments.iter().map(|deployment| ties(sources, deployment)).collect();
    let mut tied: HashMap<Tie<'_>, Vec<usize>> = HashMap::default();
    for (index, ties) in ties.iter().enumerate() {
        for tie in ties {
            tied.entry(*tie).or_default().push(index);
        }
    }
    for (index, one) in deployments.iter().enumerate() {
        let others: BTreeSet<usize> = ties[index]
            .iter()
            .flat_map(|tie| {
                let all = &tied[tie];
                &all[all.partition_point(|other| *other <= index)..]
            })
            .copied()
            .collect();
        for other in others.into_iter().map(|other| &deployments[other]) {
            let relation = relation(sources, one, other, scripts, &together);
            if relation != Relation::Strangers {
                found.insert((one.id, other.id), relation);
            }
        }
    }
    found
}

/// What two deployments have in common if they are no strangers: of thousands, only those that share one are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Tie<'d> {
    Machine(&'d str),
    /// What stands where the machine is named.
    Target(&'d str),
    Network(&'d str),
    Script(usize),
    Directory(&'d Path),
}

fn ties<'d>(sources: &'d Sources, deployment: &'d Deployment) -> Vec<Tie<'d>> {
    let mut ties = Vec::new();
    if let Some(host) = &deployment.host {
        ties.extend(host.known().map(|host| Tie::Machine(machine(host))));
        ties.push(Tie::Target(sources.text(host.span)));
    }
    let networks = deployment.networks.values().filter(|network| network.external);
    ties.extend(networks.filter_map(|network| Some(Tie::Network(network.name.known()?))));
    ties.extend(starts(deployment).map(|call| Tie::Script(call.script)));
    if starts(deployment).next().is_some() || deployment.stage == Stage::Deployed {
        let directory = &deployment.directory;
        ties.push(Tie::Directory(directory));
        ties.extend(directory.parent().map(Tie::Directory));
    }
    ties
}

fn relation(
    sources: &Sources,
    one: &Deployment,
    other: &Deployment,
    scripts: &[Script],
    together: &impl Fn(usize) -> bool,
) -> Relation {
    if variants(one, other) {
        return Relation::Strangers;
    }
    match targets(sources, one, other) {
        Some(relation) => return relation,
        None if one.is_development() || other.is_development() => return Relation::Strangers,
        None => {}
    }
    if runs_away(one, together) && runs_away(other, together) {
        return Relation::Strangers;
    }
    let evidence = shared_network(one, other)
        .or_else(|| started_by_one_script(one, other, together))
        .or_else(|| started_in_one_directory(one, other, scripts, together));
    match evidence {
        Some(evidence) => Relation::Neighbours(evidence),
        // Whoever takes the web's own ports is made for a host of its own.
        None if takes_the_web(one) && takes_the_web(other) => Relation::Strangers,
        None if environments_of_one_another(one, other) => Relation::Possible,
        None => Relation::Strangers,
    }
}

/// Whether the two are one project of one set of files and env-files, started with other profiles or settings: one replaces
/// the other, as is meant.
fn variants(one: &Deployment, other: &Deployment) -> bool {
    let env_files = |deployment: &Deployment| {
        deployment
            .env_files
            .iter()
            .map(|used| (used.path.clone(), used.replaced_by.clone()))
            .collect::<Vec<_>>()
    };
    let environment = |deployment: &Deployment| deployment.environment.as_ref().map(|it| it.name.clone());
    one.name().is_some()
        && one.name() == other.name()
        && one.files == other.files
        && one.services.keys().ne(other.services.keys())
        && environment(one) == environment(other)
        && env_files(one) == env_files(other)
}

/// What the machines say that the two are sent to.
fn targets(sources: &Sources, one: &Deployment, other: &Deployment) -> Option<Relation> {
    let (ours, theirs) = (one.host.as_ref()?, other.host.as_ref()?);
    let told = |text: &str| {
        Relation::Neighbours(vec![
            Evidence { span: ours.span, text: format!("`{}` goes to {text}", one.title()) },
            Evidence { span: theirs.span, text: format!("`{}` goes to {text}", other.title()) },
        ])
    };
    match (ours.known(), theirs.known()) {
        (Some(ours), Some(theirs)) if machine(ours) == machine(theirs) => {
            Some(told(&format!("`{}`", machine(ours))))
        }
        (Some(_), Some(_)) => Some(Relation::Strangers),
        // One variable may hold another host in each environment; two variables are meant to.
        _ if sources.text(ours.span) == sources.text(theirs.span) => {
            let development = one.is_development() || other.is_development();
            Some(if !development && environments_of_one_another(one, other) {
                Relation::Possible
            } else {
                Relation::Strangers
            })
        }
        _ => Some(Relation::Strangers),
    }
}

/// The machine of `user@machine`, or of `ssh://user@machine:22`.
fn machine(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// An external network is on one host, and so is everybody who joins it.
fn shared_network(one: &Deployment, other: &Deployment) -> Option<Vec<Evidence>> {
    if one.swarm || other.swarm {
        return None;
    }
    one.networks.values().filter(|network| network.external).find_map(|ours| {
        let name = ours.name.known()?;
        let theirs =
            other.networks.values().find(|theirs| theirs.external && theirs.name.known() == Some(name))?;
        Some(vec![
            Evidence { span: ours.span, text: format!("`{}` joins network `{name}`", one.title()) },
            Evidence { span: theirs.span, text: format!("`{}` joins the same network", other.title()) },
        ])
    })
}

fn starts(deployment: &Deployment) -> impl Iterator<Item = &Invocation> {
    deployment.invocations.iter().filter(|call| STARTING.contains(&call.subcommand.as_str()))
}

fn started_by_one_script(
    one: &Deployment,
    other: &Deployment,
    together: &impl Fn(usize) -> bool,
) -> Option<Vec<Evidence>> {
    if one.host.is_some() || other.host.is_some() {
        return None;
    }
    starts(one).filter(|call| together(call.script)).find_map(|ours| {
        let theirs = starts(other).find(|theirs| theirs.script == ours.script)?;
        Some(evidence(one, other, ours, theirs))
    })
}

/// Whether only CI's own machines start it, each of which is gone after its job.
fn runs_away(deployment: &Deployment, together: &impl Fn(usize) -> bool) -> bool {
    let mut starts = starts(deployment).peekable();
    deployment.host.is_none() && starts.peek().is_some() && starts.all(|call| !together(call.script))
}

fn started_in_one_directory(
    one: &Deployment,
    other: &Deployment,
    scripts: &[Script],
    together: &impl Fn(usize) -> bool,
) -> Option<Vec<Evidence>> {
    if one.directory != other.directory || one.host.is_some() || other.host.is_some() {
        return None;
    }
    let place = |call: &Invocation| Some(&scripts.get(call.script)?.commands.get(call.command)?.directory);
    starts(one).filter(|call| together(call.script)).find_map(|ours| {
        let mut others = starts(other).filter(|call| together(call.script));
        let theirs = others.find(|theirs| match (place(ours), place(theirs)) {
            // Both in the checkout, and there in the directory that the deployments have in common.
            (Some(Directory::Inside(_)), Some(Directory::Inside(_))) => true,
            (Some(ours), Some(theirs)) => ours.is_known() && ours == theirs,
            _ => false,
        })?;
        Some(evidence(one, other, ours, theirs))
    })
}

/// Whether it publishes port 80 or 443 on every address.
fn takes_the_web(deployment: &Deployment) -> bool {
    let ports = deployment.services.values().flat_map(|service| &service.ports);
    ports.filter(|port| port.protocol == Protocol::Tcp).any(|port| {
        let published = port.published.as_ref().and_then(|published| published.known());
        let everywhere = matches!(port.address.known(), Some(Address::Every));
        everywhere && published.is_some_and(|range| [80, 443].map(PortRange::one).contains(range))
    })
}

fn evidence(one: &Deployment, other: &Deployment, ours: &Invocation, theirs: &Invocation) -> Vec<Evidence> {
    let started = |deployment: &Deployment, call: &Invocation| Evidence {
        span: call.span,
        text: format!("`{}` is started here", deployment.title()),
    };
    if ours.span == theirs.span {
        let text = format!("`{}` and `{}` are both started here", one.title(), other.title());
        return vec![Evidence { span: ours.span, text }];
    }
    vec![started(one, ours), started(other, theirs)]
}

/// Whether the two are one application in two environments, both deployed for others: not two applications, and not two
/// entries of a catalogue.
fn environments_of_one_another(one: &Deployment, other: &Deployment) -> bool {
    if one.stage != Stage::Deployed || other.stage != Stage::Deployed {
        return false;
    }
    let (Some(ours), Some(theirs)) = (&one.environment, &other.environment) else { return false };
    if ours.name == theirs.name && one.files != other.files {
        return false;
    }
    let common = one.services.keys().filter(|name| other.services.contains_key(*name)).count();
    let fewest = one.services.len().min(other.services.len());
    common > 0 && common * 2 >= fewest && near(&one.directory, &other.directory)
}

/// The same directory, or siblings: `deploy/staging` and `deploy/production`.
fn near(one: &Path, other: &Path) -> bool {
    one == other
        || one.parent() == other.parent()
        || one.parent() == Some(other)
        || other.parent() == Some(one)
}
