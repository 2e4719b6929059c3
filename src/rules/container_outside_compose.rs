//! Containers that scripts start beside Compose.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Fact, Repository};
use crate::facts::script::docker::{Docker, OtherCall, recognise};
use crate::facts::script::{Command, Script, Word};
use crate::source::Span;

rule! {
    /// A script starts a container with `docker run` that belongs to what Compose deploys.
    ///
    /// ## What
    /// Reports `docker run --name` in a script where a Compose file defines a container of that name or a service of
    /// that image, or where the new container joins the network of a Compose project. One-off containers (`--rm`),
    /// those that the script removes again, and jobs on CI's own machines are left out.
    ///
    /// ## Why
    /// Compose does not know such a container: `up` does not update it, `down` leaves it, its settings are in nobody's
    /// file, and a container of the same name stops the next deploy. In one incident production was started by hand
    /// in this way to save it from staging's deploys, and then had no health checks and no restarts.
    ///
    /// ## Example
    /// ```sh
    /// docker compose up -d backend
    /// docker run -d --name calendar-frontend --network calendar_default calendar/frontend:2.4.1
    /// ```
    ///
    /// ## Fix
    /// Make it a service of the Compose file:
    /// ```yaml
    /// services:
    ///   frontend:
    ///     image: calendar/frontend:2.4.1
    ///     restart: unless-stopped
    /// ```
    pub CONTAINER_OUTSIDE_COMPOSE = Warning "container-outside-compose";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let deployed = || facts.deployments.iter().filter(|deployment| !deployment.is_development());
    for script in &facts.scripts {
        for (at, command) in script.commands.iter().enumerate() {
            let Some(Docker::Other(call)) = recognise(command).map(|call| call.what) else { continue };
            if !matches!(call.subcommand.value.as_str(), "run" | "create")
                || call.has(&["--rm"])
                || is_passing(script, command)
            {
                continue;
            }
            let Some(name) = call.values(&["--name"]).next() else { continue };
            let removed = is_removed(&script.commands[at + 1..], name);
            let found = deployed().find_map(|deployment| same_name(deployment, name)).or_else(|| {
                let beside = |deployment| same_image(deployment, &call).or_else(|| joined(deployment, &call));
                deployed().filter(|_| !removed).find_map(beside)
            });
            if let Some((place, text)) = found {
                findings.push(report(name, place, text));
            }
        }
    }
}

fn report(name: &Word, place: Span, text: String) -> Diagnostic {
    let title = name.known().map_or_else(|| "a container".to_owned(), |name| format!("the container `{name}`"));
    Diagnostic::new(
        &CONTAINER_OUTSIDE_COMPOSE,
        format!("{title} is started outside of Compose, beside what Compose deploys"),
    )
    .at(name.span, "Compose neither updates nor stops this one")
    .at(place, text)
    .help("Make it a service of the Compose file, or start it with `--rm` if it is meant to end by itself")
}

/// A service whose container has that name.
fn same_name(deployment: &Deployment, name: &Word) -> Option<(Span, String)> {
    let name = name.known()?;
    deployment.services.values().find_map(|service| match &service.container_name {
        Some(written) if written.known().is_some_and(|written| written == name) => {
            Some((written.span, format!("`{}` has that name too", service.name)))
        }
        Some(_) => None,
        None => {
            let own = format!("{}-{}-1", deployment.name()?, service.name);
            (own == name).then(|| (service.span, format!("`{}` gets that name from Compose", service.name)))
        }
    })
}

/// A service of the same image, unless half the world uses it.
fn same_image(deployment: &Deployment, call: &OtherCall) -> Option<(Span, String)> {
    let image = call.operands.first()?.known()?;
    let name = repository(image);
    let service = deployment.services.values().find(|service| {
        service.known_image().is_none() && service.build.is_none() && service.repository() == Some(name)
    })?;
    // An official image is anybody's.
    let span = service.image.as_ref().map(|image| image.span)?;
    name.contains('/').then(|| (span, format!("`{}` runs the same image", service.name)))
}

/// A network of the project that the container joins.
fn joined(deployment: &Deployment, call: &OtherCall) -> Option<(Span, String)> {
    let joins = |name: &String| call.values(&["--network", "--net"]).any(|word| word.is(name));
    let network = deployment.networks.values().find(|network| network.name.known().is_some_and(joins))?;
    let member = deployment.services.values().find_map(|service| {
        service.networks.iter().find(|attached| attached.network == network.key).map(|attached| (service, attached.span))
    })?;
    let (service, span) = member;
    let shown = Fact::known(&network.name).map_or("", String::as_str);
    Some((span, format!("`{}` is on the same network, `{shown}`", service.name)))
}

fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    image[last..].find(':').map_or(image, |colon| &image[..last + colon])
}

/// Whether the script removes the container again.
fn is_removed(after: &[Command], name: &Word) -> bool {
    after.iter().filter_map(recognise).any(|call| match call.what {
        Docker::Other(call) => {
            matches!(call.subcommand.value.as_str(), "rm" | "stop" | "kill")
                && call.operands.iter().any(|operand| operand.raw == name.raw || operand.value == name.value)
        }
        _ => false,
    })
}

/// Whether it runs on a machine that is gone afterwards: CI's own, or somebody's for a test.
fn is_passing(script: &Script, command: &Command) -> bool {
    let own_runner = script.job.as_ref().is_some_and(|job| {
        job.runs_on.iter().any(|label| label.value.contains("self-hosted") || label.value.contains('$'))
    });
    script.ci && !own_runner && command.host().is_none() && command.exported("DOCKER_HOST").is_none()
}
