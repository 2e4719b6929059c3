//! Container names that change with a variable.

use super::support::{one_project, quoted, titles};
use super::{Findings, rule};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::facts::model::{Deployment, DeploymentId, Fact, ProjectOrigin, Repository, Service, Stage, Supply, VariableUse};
use crate::source::{SourceId, Span};
use indexmap::IndexMap;
use foldhash::HashMap;

rule! {
    /// A container's name depends on a variable.
    ///
    /// ## What
    /// Reports a `container_name:` with an interpolation. It is an error where the variable may have another value the next
    /// time, or has two values in one Compose project; a warning where each deployment's own env-file fixes it, an example
    /// names it, or its name says that there are several of the one deployment (`INSTANCE`, `SLOT`) while the project's name is
    /// written; advice (`--pedantic`) where there is only one, or the default decides, which nothing but a developer's env-file
    /// changes.
    /// `${COMPOSE_PROJECT_NAME}` is as fixed as the project.
    ///
    /// ## Why
    /// To Compose a container belongs to a project and a service; its name decides nothing. With
    /// `container_name: app-${ENVIRONMENT}`, `up` for staging does not start a second container: it removes
    /// `app-production` and creates `app-staging` in its place. In one incident every deploy of staging took
    /// production down that way.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   backend:
    ///     container_name: calendar-backend-${ENVIRONMENT}
    /// ```
    ///
    /// ## Fix
    /// Give each environment its own project name and leave container names to Compose:
    /// ```sh
    /// docker compose -p calendar-staging --env-file .env.staging up -d
    /// ```
    pub DYNAMIC_CONTAINER_NAME = Error "dynamic-container-name";
}

/// One deployment's view of a name.
struct Seen<'f> {
    deployment: &'f Deployment,
    service: &'f Service,
    name: &'f Fact<String>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut places: IndexMap<Span, Vec<Seen<'_>>> = IndexMap::new();
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.shown) {
        for service in deployment.services.values() {
            let Some(name) = service.container_name.as_ref().filter(|name| name.interpolated) else { continue };
            places.entry(name.span).or_default().push(Seen { deployment, service, name });
        }
    }
    let named = named(facts);
    // One variable of one file is one cause, however many containers it names.
    let mut found: IndexMap<(SourceId, String, Severity), Diagnostic> = IndexMap::new();
    for (span, seen) in places {
        let Some(finding) = judge(facts, &named, span, &seen) else { continue };
        let key = (span.source, variables(&seen[0], span), finding.severity);
        match found.get_mut(&key) {
            Some(first) => {
                let place = finding.labels.into_iter().next();
                first.labels.extend(place.map(|label| Label { text: "and here".to_owned(), ..label }));
            }
            None => {
                found.insert(key, finding);
            }
        }
    }
    for finding in found.into_values() {
        findings.push(finding);
    }
}

fn judge(facts: &Repository, named: &Named<'_>, span: Span, seen: &[Seen<'_>]) -> Option<Diagnostic> {
    let service = &seen[0].service.name;
    if let Some((one, other)) = two_values(seen) {
        let titles = titles(facts, &[one.deployment, other.deployment]);
        let finding = Diagnostic::new(
            &DYNAMIC_CONTAINER_NAME,
            format!(
                "the container of `{service}` has two names in one project: {} replace each other's container",
                quoted(&titles),
            ),
        )
        .at(span, "Compose knows the container by project and service, not by this name");
        let finding = [one, other].into_iter().zip(&titles).fold(finding, |finding, (seen, title)| {
            let set = uses(seen.deployment, span).find_map(|using| place(&using.supply));
            match set {
                Some(set) => finding.at(set, format!("the value for `{title}`")),
                None => finding,
            }
        });
        return Some(finding.help(
            "Remove `container_name:` and give each environment its own project name: `-p`, or a `name:` that holds \
             the environment",
        ));
    }
    // The default decides, too, where only development sets something else: those who have another value know it.
    let by_default = seen.iter().all(|seen| {
        let mut all = uses(seen.deployment, span).peekable();
        all.peek().is_some() && all.all(|using| has_default(using) && !names_environment(&using.name) && !is_set(facts, seen, using))
    });
    let fixed = |seen: &Seen<'_>| {
        by_default
            || seen.name.known().is_some() && uses(seen.deployment, span).all(|using| place(&using.supply).is_some())
    };
    let of_project = |seen: &Seen<'_>| {
        let mut all = uses(seen.deployment, span).peekable();
        all.peek().is_some() && all.all(|using| matches!(using.supply, Supply::Compose))
    };
    if seen.iter().all(|seen| of_project(seen) || names_its_project(facts, seen, span)) {
        return None;
    }
    let variables = variables(&seen[0], span);
    if seen.iter().all(|seen| fixed(seen) || of_project(seen)) {
        if seen.iter().any(|one| collides(facts, named, one)) {
            return None; // `container-name-collision` says what is worse.
        }
        let finding = Diagnostic::new(
            &DYNAMIC_CONTAINER_NAME,
            format!("the name of `{service}`'s container is whatever {variables} is when it is started"),
        )
        .level(if seen.iter().any(|seen| facts.meets_any(seen.deployment.id)) {
            Severity::Warning
        } else {
            Severity::Info
        })
        .at(span, format!("an exported variable of the same name beats the {}", if by_default { "default" } else { "env-file" }));
        return Some(finding.help(
            "Remove `container_name:`, so that Compose names the container after its project, or write the name out",
        ));
    }
    // On its own it has nothing to replace but itself, unless its name is made to tell several apart. Where nothing writes the
    // project's name, each copy mostly gets a project of its own, too.
    let tells = |seen: &Seen<'_>, of: fn(&str) -> bool| uses(seen.deployment, span).any(|using| of(&using.name));
    let environments = seen.iter().any(|seen| tells(seen, names_environment));
    let copies = seen
        .iter()
        .any(|seen| seen.deployment.project.origin != ProjectOrigin::Directory && tells(seen, names_copy));
    let alone = seen.iter().all(|seen| !facts.meets_any(seen.deployment.id));
    let development = seen.iter().all(|seen| seen.deployment.is_development());
    // What the example names, each machine's own env-file fixes.
    let shown = |name: &str| facts.env_files.iter().any(|file| file.example && file.get(name).is_some());
    let by_example = seen.iter().all(|seen| {
        uses(seen.deployment, span)
            .filter(|using| place(&using.supply).is_none())
            .all(|using| using.word.is_none() && shown(&using.name))
    });
    let deployed = seen.iter().any(|seen| seen.deployment.stage == Stage::Deployed);
    let level = if (alone || development) && !environments && !copies {
        Severity::Info
    } else if development || by_example || alone && !deployed && !environments {
        Severity::Warning
    } else {
        Severity::Error
    };
    let nobody = seen
        .iter()
        .flat_map(|seen| uses(seen.deployment, span))
        .find(|using| matches!(using.supply, Supply::Nobody | Supply::Unknown(_)));
    let label = match nobody {
        Some(using) if has_default(using) => {
            format!("`{}` has a default here, and whoever starts this may set another value", using.name)
        }
        Some(using) => format!("nothing in the repository fixes `{}`", using.name),
        None => "another value gives another name to the same container".to_owned(),
    };
    Some(
        Diagnostic::new(
            &DYNAMIC_CONTAINER_NAME,
            format!("the name of `{service}`'s container depends on {variables}"),
        )
        .level(level)
        .at(span, label)
        .help(
            "Remove `container_name:` and let the project name tell environments apart: with another value Compose \
             replaces the running container instead of starting a second one",
        ),
    )
}

/// Whether the project is named by the same variables: another value is another project, with containers of its own.
fn names_its_project(facts: &Repository, seen: &Seen<'_>, span: Span) -> bool {
    let project = &seen.deployment.project;
    let Some(written) = project.span.filter(|_| project.interpolated).map(|span| facts.sources.text(span)) else {
        return false;
    };
    let mut uses = uses(seen.deployment, span).peekable();
    let holds = |name: &str| {
        written
            .split('$')
            .skip(1)
            .any(|rest| rest.trim_start_matches('{').strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_of_name)))
    };
    uses.peek().is_some() && uses.all(|using| matches!(using.supply, Supply::Compose) || holds(&using.name))
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Two deployments of one project that give the container two names.
fn two_values<'s, 'f>(seen: &'s [Seen<'f>]) -> Option<(&'s Seen<'f>, &'s Seen<'f>)> {
    seen.iter().enumerate().find_map(|(at, one)| {
        let ours = one.name.known()?;
        let other = seen[at + 1..].iter().find(|other| {
            one_project(one.deployment, other.deployment)
                && !apart(one.deployment, other.deployment)
                && other.name.known().is_some_and(|theirs| theirs != ours)
        })?;
        Some((one, other))
    })
}

/// Whether two deployments do not stand side by side: both are one environment, which was read in two ways; or one of them
/// is on a developer's machine.
fn apart(one: &Deployment, other: &Deployment) -> bool {
    let same = matches!((&one.environment, &other.environment), (Some(one), Some(other)) if one.name == other.name);
    same || one.is_development() != other.is_development()
}

/// The variables that a name uses.
fn uses(deployment: &Deployment, span: Span) -> impl Iterator<Item = &VariableUse> {
    deployment.variables.iter().filter(move |using| {
        using.span.source == span.source && using.span.start >= span.start && using.span.end <= span.end
    })
}

fn place(supply: &Supply) -> Option<Span> {
    match supply {
        Supply::EnvFile(span) | Supply::Script(span) => Some(*span),
        _ => None,
    }
}

fn variables(seen: &Seen<'_>, span: Span) -> String {
    let mut names: Vec<&str> = uses(seen.deployment, span).map(|using| using.name.as_str()).collect();
    names.dedup();
    if names.is_empty() { "a variable".to_owned() } else { quoted(&names) }
}

/// Whether a variable tells environments apart: `ENVIRONMENT`, `APP_ENV`, `STAGE`.
fn names_environment(variable: &str) -> bool {
    variable.split('_').any(|word| {
        let word = word.to_ascii_uppercase();
        matches!(word.as_str(), "ENV" | "ENVIRONMENT" | "STAGE")
    })
}

/// Whether a variable tells several copies of one application apart: `INSTANCE_NAME`, `TENANT`.
fn names_copy(variable: &str) -> bool {
    const COPIES: &[&str] = &["INSTANCE", "TENANT", "CUSTOMER", "CLIENT", "NAMESPACE", "BRANCH", "SLOT"];
    variable.split('_').any(|word| COPIES.contains(&word.to_ascii_uppercase().as_str()))
}

/// Whether a variable has a default of its own.
fn has_default(using: &VariableUse) -> bool {
    using.word.is_some() && using.operator.ends_with('-')
}

/// Whether something in the repository gives the variable another value than its default, for others than developers.
fn is_set(facts: &Repository, seen: &Seen<'_>, using: &VariableUse) -> bool {
    !seen.deployment.is_development()
        && (place(&using.supply).is_some()
            || facts.env_files.iter().any(|file| {
                !file.example && file.stage != Stage::Development && file.get(&using.name).is_some()
            }))
}

/// The deployments in which a container has a name.
type Named<'f> = HashMap<&'f str, Vec<DeploymentId>>;

/// Every name of a container that is known.
fn named(facts: &Repository) -> Named<'_> {
    let mut named: Named<'_> = HashMap::default();
    for deployment in &facts.deployments {
        let written = deployment.services.values().filter_map(|service| service.container_name.as_ref()?.known());
        for name in written {
            named.entry(name).or_default().push(deployment.id);
        }
    }
    named
}

/// Whether a neighbour's container has the very same name.
fn collides(facts: &Repository, named: &Named<'_>, seen: &Seen<'_>) -> bool {
    let others = seen.name.known().and_then(|name| named.get(name.as_str())).into_iter().flatten();
    others.copied().any(|other| facts.meet(seen.deployment.id, other).is_some())
}
