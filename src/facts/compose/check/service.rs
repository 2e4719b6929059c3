//! One service: that it can run, and that all it names is there.

use super::{Project, fault, settings};
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::compose::codes;
use crate::facts::compose::node::{Data, HOLE, Node};
use crate::source::Span;

/// Checks one service.
pub(super) fn check(
    project: &Project<'_>,
    name: &str,
    key: Span,
    service: &Node,
    faults: &mut Vec<Diagnostic>,
) {
    let mut report = |code: &'static Code, span: Span, message: String, label: &str, help: &str| {
        fault(faults, code, span, message, label, help);
    };
    if service.get("build").is_none() && service.get("image").is_none() {
        let message = format!("the service `{name}` has neither an image nor a build");
        report(&codes::COMPOSE_CONFLICT, key, message, "nothing to run", "add `image:` or `build:`");
    }
    if let Some(build) = service.get("build") {
        if let (Some(_), Some(file)) = (build.get("dockerfile_inline"), build.get("dockerfile")) {
            let message = format!("the service `{name}` has both a Dockerfile and an inline one");
            report(
                &codes::COMPOSE_CONFLICT,
                file.span,
                message,
                "one of two",
                "keep one of `dockerfile` and `dockerfile_inline`",
            );
        }
        let platforms = build.get("platforms").and_then(Node::as_list).unwrap_or_default();
        if let Some(platform) = service.get("platform").filter(|platform| platform.as_text().is_some())
            && !platforms.is_empty()
            && !platforms.iter().any(|one| one.unknown().is_some() || one.as_text() == platform.as_text())
        {
            let message = format!("the service `{name}` runs on a platform that it is not built for");
            report(
                &codes::COMPOSE_CONFLICT,
                platform.span,
                message,
                "not among `build.platforms`",
                "add it to `build.platforms`",
            );
        }
        refer(project, name, build, "secrets", faults);
    }
    let mut report = |code: &'static Code, span: Span, message: String, label: &str, help: &str| {
        fault(faults, code, span, message, label, help);
    };
    let networks = service.get("networks").and_then(Node::as_map);
    if let Some(mode) = service.get("network_mode") {
        if networks.is_some_and(|networks| !networks.is_empty()) {
            let message = format!("the service `{name}` has both `network_mode` and `networks`");
            report(&codes::COMPOSE_CONFLICT, mode.span, message, "one of two", "keep one of them");
        }
        if let Some(other) = mode.as_text().and_then(|mode| mode.strip_prefix("service:"))
            && !project.services.contains_key(other)
        {
            let message =
                format!("the service `{name}` shares the network of `{other}`, which is no service");
            report(
                &codes::COMPOSE_REFERENCE,
                mode.span,
                message,
                "no such service",
                "name a service of this project",
            );
        }
    }
    for (network, entry) in networks.into_iter().flatten() {
        if !network.contains(HOLE) && !project.has("networks", network) {
            let message =
                format!("the service `{name}` joins the network `{network}`, which is not declared");
            report(
                &codes::COMPOSE_REFERENCE,
                entry.key,
                message,
                "no such network",
                "declare it under `networks:`",
            );
        }
    }
    let probe = service.at(&["healthcheck", "test"]).and_then(Node::as_list).unwrap_or_default();
    if let Some(first) = probe.first()
        && first.as_text().is_some_and(|word| !matches!(word, "CMD" | "CMD-SHELL" | "NONE"))
    {
        let message = format!("the health check of `{name}` must begin with `CMD`, `CMD-SHELL` or `NONE`");
        report(&codes::COMPOSE_VALUE, first.span, message, "another word", "begin the list with `CMD`");
    }
    for (other, entry) in service.get("depends_on").and_then(Node::as_map).into_iter().flatten() {
        let required = !matches!(entry.node.get("required").map(|node| &node.data), Some(Data::Bool(false)));
        if !other.contains(HOLE)
            && !project.services.contains_key(other)
            && (required || !project.disabled.contains_key(other))
        {
            let message = format!("the service `{name}` depends on `{other}`, which is no service that runs");
            report(
                &codes::COMPOSE_REFERENCE,
                entry.key,
                message,
                "no such service",
                "name a service, or enable its profile",
            );
        }
    }
    for volume in service.get("volumes").and_then(Node::as_list).unwrap_or_default() {
        let kind = volume.get("type").and_then(Node::as_text);
        match volume.get("source") {
            Some(source) if kind == Some("volume") => {
                if let Some(source_name) = source.as_text()
                    && !project.has("volumes", source_name)
                {
                    let message = format!(
                        "the service `{name}` mounts the volume `{source_name}`, which is not declared"
                    );
                    report(
                        &codes::COMPOSE_REFERENCE,
                        source.span,
                        message,
                        "no such volume",
                        "declare it under `volumes:`, or begin a path with `./`",
                    );
                }
            }
            None if kind == Some("bind") => {
                let message = format!("a bind mount of the service `{name}` has no source");
                report(&codes::COMPOSE_VALUE, volume.span, message, "no source", "add `source:`");
            }
            _ => {}
        }
    }
    refer(project, name, service, "secrets", faults);
    refer(project, name, service, "configs", faults);
    settings::check(name, service, faults);
}

/// Whether the secrets or configs that something uses are declared.
fn refer(project: &Project<'_>, service: &str, node: &Node, kind: &str, faults: &mut Vec<Diagnostic>) {
    for used in node.get(kind).and_then(Node::as_list).unwrap_or_default() {
        let source = used.get("source");
        let name = match source {
            Some(source) if source.unknown().is_some() => continue,
            Some(source) => source.as_text().unwrap_or_default(),
            None => "",
        };
        if !project.has(kind, name) {
            let message =
                format!("the service `{service}` uses `{name}`, which is not declared under `{kind}:`");
            fault(
                faults,
                &codes::COMPOSE_REFERENCE,
                used.span,
                message,
                "not declared",
                &format!("declare it under `{kind}:`"),
            );
        }
    }
}
