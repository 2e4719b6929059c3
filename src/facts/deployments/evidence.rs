//! What says that two deployments share a host: the places, and what stands there.

use super::standing::{machine, place_of, starts};
use crate::facts::model::{Deployment, Evidence, Invocation};
use crate::facts::script::Script;

/// Both are sent to one machine.
pub(super) fn one_machine(one: &Deployment, other: &Deployment) -> Option<Vec<Evidence>> {
    let (ours, theirs) = (one.host.as_ref()?, other.host.as_ref()?);
    let text = format!("`{}`", machine(ours.known()?));
    Some(vec![
        Evidence { span: ours.span, text: format!("`{}` goes to {text}", one.title()) },
        Evidence { span: theirs.span, text: format!("`{}` goes to {text}", other.title()) },
    ])
}

/// An external network is on one host, and so is everybody who joins it.
pub(super) fn shared_network(one: &Deployment, other: &Deployment) -> Option<Vec<Evidence>> {
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

/// One script, which runs on a machine that `stays`, starts both.
pub(super) fn started_by_one_script(
    one: &Deployment,
    other: &Deployment,
    stays: impl Fn(usize) -> bool,
) -> Option<Vec<Evidence>> {
    starts(one).filter(|call| stays(call.script)).find_map(|ours| {
        let theirs = starts(other).find(|theirs| theirs.script == ours.script)?;
        Some(evidence(one, other, ours, theirs))
    })
}

/// Both are started in one directory of one machine.
pub(super) fn started_in_one_directory(
    one: &Deployment,
    other: &Deployment,
    scripts: &[Script],
    stays: impl Fn(usize) -> bool,
) -> Option<Vec<Evidence>> {
    starts(one).filter(|call| stays(call.script)).find_map(|ours| {
        let place = place_of(scripts, ours)?;
        let mut others = starts(other).filter(|call| stays(call.script));
        let theirs = others.find(|theirs| place_of(scripts, theirs) == Some(place))?;
        Some(evidence(one, other, ours, theirs))
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
