//! Proxies that go on with an address of yesterday.

use super::support::Names;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Invocation, Repository, Service};
use crate::facts::proxy::{Lookup, Proxy, Software};
use crate::facts::script::docker::{ComposeCall, Docker, recognise};
use crate::facts::script::Command;
use crate::source::Span;
use std::collections::BTreeSet;

rule! {
    /// A script recreates a service, and the nginx in front keeps its old address.
    ///
    /// ## What
    /// Reports `docker compose up SERVICE` in a script where an nginx of the same deployment sends requests to that service by a
    /// name which it looks up once, and nothing reloads or restarts it afterwards; where the script builds or pulls something
    /// first, runs on another host, or says `--build` or `--force-recreate`. A `resolver` with a variable, `resolve`, and
    /// `depends_on: { SERVICE: { restart: true } }` settle it. A script that starts the database and what needs it, one after
    /// the other, and never the nginx, does without it.
    ///
    /// ## Why
    /// nginx asks for the address of a name when it reads its configuration, and never again. A recreated container often has
    /// another address: every request is then answered with 502, or by whatever container has the old one now.
    ///
    /// ## Example
    /// ```sh
    /// docker compose pull api
    /// docker compose up -d api
    /// ```
    ///
    /// ## Fix
    /// ```sh
    /// docker compose up -d --wait api
    /// docker compose exec -T nginx nginx -s reload
    /// ```
    pub STALE_UPSTREAM = Warning "stale-upstream";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for proxy in facts.proxies.iter().filter(|proxy| proxy.software == Software::Nginx) {
        let Some((id, name)) = &proxy.runs_in else { continue };
        let deployment = facts.deployment(*id);
        if deployment.is_development() {
            continue;
        }
        let Some(front) = deployment.service(name) else { continue };
        for (behind, place) in static_targets(proxy, deployment, front) {
            if front.depends_on.iter().any(|needed| needed.service == behind.name && needed.restart) {
                continue;
            }
            for call in &deployment.invocations {
                if let Some(up) = recreates(facts, call, front, behind)
                    && brings_change(facts, call)
                    && !starts_without(facts, deployment, call, front, behind)
                    && seen.insert(up)
                {
                    let alone = facts.command(call).and_then(compose).is_some_and(|up| up.services.len() == 1);
                    findings.push(finding(front, behind, (up, alone), place));
                }
            }
        }
    }
}

fn finding(front: &Service, behind: &Service, (up, alone): (Span, bool), place: Span) -> Diagnostic {
    let (proxy, service) = (&front.name, &behind.name);
    let what = if alone { format!("recreates `{service}` alone") } else { format!("recreates `{service}`, and not `{proxy}`") };
    Diagnostic::new(
        &STALE_UPSTREAM,
        format!("`{service}` may get a new address here, and `{proxy}` goes on with the old one"),
    )
    .at(up, what)
    .at(place, "looked up once, when nginx starts")
    .help(format!(
        "Reload it afterwards, `docker compose exec -T {proxy} nginx -s reload`, or let Compose restart it: `depends_on: {{ \
         {service}: {{ condition: service_healthy, restart: true }} }}`"
    ))
}

/// The services that a proxy sends requests to by a name that is looked up once, and where.
fn static_targets<'d>(proxy: &Proxy, deployment: &'d Deployment, front: &Service) -> Vec<(&'d Service, Span)> {
    let names = Names::of(deployment);
    let once = proxy.hops().filter(|hop| hop.lookup == Lookup::Once);
    once.filter_map(|hop| {
        let service = names.reached(front, hop.endpoint.host.known()?)?;
        (service.name != front.name).then_some((service, hop.endpoint.span))
    })
    .collect()
}

/// The call that recreates `behind` and leaves `front` alone, if nothing reloads that later in the same run.
fn recreates(facts: &Repository, call: &Invocation, front: &Service, behind: &Service) -> Option<Span> {
    let script = facts.scripts.get(call.script)?;
    let command = facts.command(call)?;
    let up = compose(command).filter(|up| up.is(&["up"]))?;
    let named = |service: &Service| up.services.iter().any(|word| word.is(&service.name));
    let later = || script.commands[call.command + 1..].iter().filter(|later| together(command, later));
    (named(behind) && !named(front) && !later().any(|later| reloads(later, front))).then_some(call.span)
}

/// Whether something changes between two calls: an image is built or pulled, or the sources are, or the script says outright
/// that containers are made anew. Where nothing does, Compose leaves the containers alone, and they keep their addresses.
fn brings_change(facts: &Repository, call: &Invocation) -> bool {
    let (Some(script), Some(command)) = (facts.scripts.get(call.script), facts.command(call)) else { return false };
    let anew = compose(command).is_some_and(|up| {
        let says = |flag: &str| up.arguments.iter().any(|word| word.shape().starts_with(flag));
        up.build || up.force_recreate || up.uncertain || says("--pull") || says("-V") || says("--renew-anon-volumes")
    });
    // What comes from elsewhere is there to bring something.
    let from_elsewhere = !command.hosts.is_empty();
    let before = script.commands[..call.command].iter();
    anew || from_elsewhere || before.into_iter().any(|before| {
        let has = |word: &str| before.words.iter().any(|have| have.shape() == word);
        has("pull") || has("build") || has("load") || has("checkout") || has("rm") && compose(before).is_some()
    })
}

/// Whether the script of a call brings up the deployment step by step, from the database on that `behind` needs, and leaves
/// `front` out: there is none then that could keep an address.
fn starts_without(facts: &Repository, deployment: &Deployment, call: &Invocation, front: &Service, behind: &Service) -> bool {
    let calls = deployment.invocations.iter().filter(|other| other.script == call.script);
    let ups: Vec<(usize, ComposeCall)> = calls
        .filter_map(|other| Some((other.command, compose(facts.command(other)?)?)))
        .filter(|(_, up)| up.is(&["up", "start", "restart"]))
        .collect();
    let may_start = |up: &ComposeCall, service: &Service| {
        up.uncertain || up.services.is_empty() || up.services.iter().any(|word| word.known().is_none_or(|name| name == service.name))
    };
    let ground: Vec<&Service> = below(deployment, behind)
        .flat_map(|needed| below(deployment, needed).chain([needed]))
        .filter(|service| service.known_image().is_some_and(|image| image.kind.is_internal()))
        .collect();
    let grounds = |up: &ComposeCall| ground.iter().any(|service| up.services.iter().any(|word| word.is(&service.name)));
    !ups.iter().any(|(_, up)| may_start(up, front)) && ups.iter().any(|(at, up)| *at < call.command && grounds(up))
}

/// What a service depends on.
fn below<'d>(deployment: &'d Deployment, service: &'d Service) -> impl Iterator<Item = &'d Service> {
    service.depends_on.iter().filter_map(|needed| deployment.service(&needed.service))
}

fn together(one: &Command, other: &Command) -> bool {
    one.runs_with(other) && one.hosts == other.hosts
}

/// Whether a command makes the proxy look its names up again.
fn reloads(command: &Command, front: &Service) -> bool {
    if let Some(call) = compose(command) {
        let about = call.services.is_empty() || call.services.iter().any(|word| word.is(&front.name) || word.known().is_none());
        return about && call.is(&["up", "restart", "exec", "kill", "down"]);
    }
    // `docker exec shop-nginx nginx -s reload`, `docker restart shop-nginx`, `systemctl reload nginx`, a script of one's own.
    let says = |text: &str| command.words.iter().any(|word| word.shape().contains(text));
    says("reload") || says("HUP") || says("restart") && (says(&front.name) || says("nginx"))
}

fn compose(command: &Command) -> Option<ComposeCall> {
    match recognise(command)?.what {
        Docker::Compose(call) => Some(*call),
        _ => None,
    }
}
