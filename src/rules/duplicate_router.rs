//! Traefik routers that two deployments claim.

use super::support::{Claim, clashes_of_services, two_names_for_one};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Fact, Repository, Service};
use crate::source::Span;

rule! {
    /// Two deployments on one host claim one Traefik router, or one rule.
    ///
    /// ## What
    /// Traefik reads the labels of all containers of an engine, whatever project they belong to. This rule reports a
    /// router name (`traefik.http.routers.<name>.…`) that two deployments on one host use, and two routers with the
    /// very same rule on the same entry points. Containers with `traefik.enable: "false"` are left out.
    ///
    /// ## Why
    /// A router that is defined twice in two ways is dropped by Traefik with a line in its log: both environments
    /// answer 404. With one rule in two routers, requests for production are answered by whichever wins.
    ///
    /// ## Example
    /// ```yaml
    /// # used with -p shop-staging and with -p shop-production
    /// services:
    ///   web:
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`${DOMAIN}`)
    /// ```
    ///
    /// ## Fix
    /// Name the router after the project:
    /// ```yaml
    ///     labels:
    ///       - traefik.http.routers.${COMPOSE_PROJECT_NAME}.rule=Host(`${DOMAIN}`)
    /// ```
    pub DUPLICATE_ROUTER = Error "duplicate-router";
}

struct Router<'f> {
    service: &'f Service,
    /// The protocol and the name: `http` and `shop`.
    protocol: String,
    name: String,
    /// Its rule without insignificant blanks, and its entry points.
    rule: Option<(String, String)>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut claims = Vec::new();
    for deployment in &facts.deployments {
        for service in deployment.services.values() {
            claims.extend(
                routers(service).into_iter().map(|(span, what)| Claim { deployment, span, what }),
            );
        }
    }
    let apart = |one: &Claim<'_, Router<'_>>, other: &Claim<'_, Router<'_>>| {
        !two_names_for_one(one.deployment, other.deployment)
    };
    let names = clashes_of_services(
        facts,
        &claims,
        |claim| claim.what.service,
        |claim| vec![(&claim.what.protocol, &claim.what.name)],
        apart,
    );
    for clash in &names {
        let router = &clash.claims[0].what;
        let finding = Diagnostic::new(
            &DUPLICATE_ROUTER,
            format!(
                "{} {} define the Traefik router `{}`{}",
                clash.who(),
                clash.both(),
                router.name,
                clash.meeting.condition(),
            ),
        )
        .level(clash.meeting.level(DUPLICATE_ROUTER.severity));
        let finding =
            clash.label(finding, |claim, titles| format!("by `{}` of {titles}", claim.what.service.name));
        findings.push(finding.help(format!(
            "Name the router after the project, in a list of labels (keys of a map are not interpolated): \
             `- traefik.{}.routers.${{COMPOSE_PROJECT_NAME}}-{}.rule=…`; services and middlewares of the labels alike",
            router.protocol, router.name,
        )));
    }
    let one_rule = |one: &Claim<'_, Router<'_>>, other: &Claim<'_, Router<'_>>| {
        apart(one, other) && one.what.name != other.what.name
    };
    let rule = |claim: &'_ Claim<'_, Router<'_>>| -> Vec<_> {
        let rule = claim.what.rule.as_ref();
        rule.map(|rule| (claim.what.protocol.clone(), rule.clone())).into_iter().collect()
    };
    for clash in clashes_of_services(facts, &claims, |claim| claim.what.service, rule, one_rule) {
        let Some((rule, _)) = &clash.claims[0].what.rule else { continue };
        let finding = Diagnostic::new(
            &DUPLICATE_ROUTER,
            format!("{} {} claim `{rule}`{}", clash.who(), clash.both(), clash.meeting.condition()),
        )
        .level(clash.meeting.level(DUPLICATE_ROUTER.severity));
        let finding = clash.label(finding, |claim, titles| {
            format!("router `{}` of `{}` in {titles}", claim.what.name, claim.what.service.name)
        });
        findings.push(finding.help(
            "Give each its own host name, or tell them apart in the rule: `&& PathPrefix(…)`, or a priority",
        ));
    }
}

/// The routers that a service's labels define, each with a place to show.
fn routers(service: &Service) -> Vec<(Span, Router<'_>)> {
    let label = |key: &str| {
        let found = service.labels.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value)
    };
    if label("traefik.enable").and_then(Fact::known).is_some_and(|value| value.eq_ignore_ascii_case("false")) {
        return Vec::new();
    }
    let mut found: Vec<(Span, Router<'_>)> = Vec::new();
    for (key, value) in &service.labels {
        let mut parts = key.splitn(5, '.');
        let (Some("traefik"), Some(protocol), Some("routers"), Some(name), Some(_)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        // A variable in a key is nobody's name: Compose leaves it as it is.
        if name.contains('$') || found.iter().any(|(_, known)| known.protocol == protocol && known.name == name) {
            continue;
        }
        let prefix = format!("traefik.{protocol}.routers.{name}");
        let rule = label(&format!("{prefix}.rule"));
        let points = label(&format!("{prefix}.entrypoints")).and_then(Fact::known);
        let router = Router {
            service,
            protocol: protocol.to_owned(),
            name: name.to_owned(),
            rule: rule.and_then(Fact::known).map(|rule| (plain(rule), points.cloned().unwrap_or_default())),
        };
        found.push((rule.unwrap_or(value).span, router));
    }
    found
}

/// A rule without the blanks that mean nothing: those outside of quotes.
fn plain(rule: &str) -> String {
    let mut quote = None;
    let mut text = String::new();
    for character in rule.chars() {
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '`' | '"') => quote = Some(character),
            None if character.is_whitespace() => continue,
            _ => {}
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn blanks_in_quotes_stay() {
        assert_eq!(plain("Host( `a.example` ) && PathPrefix(`/a b`)"), "Host(`a.example`)&&PathPrefix(`/a b`)");
    }
}
