//! Images that are another one tomorrow.

use super::support::{NamedImage, Use, named_images, split};
use super::{Findings, rule};
use crate::catalog::is_official;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::facts::HOLE;
use crate::facts::model::{Deployment, Fact, Repository, Service};
use crate::source::SourceId;
use foldhash::HashSet;
use indexmap::IndexMap;
use std::cell::OnceCell;

rule! {
    /// An image has no tag, or one that moves.
    ///
    /// ## What
    /// Reports an `image:` without a tag, or with one that names whatever is newest (`latest`, `stable`, `main`, …), also
    /// where a variable falls back to it: `${TAG:-latest}`. Digests, versions and images that are built where they run are
    /// fine (by a service, by a script that does not push them, or under a name that no registry has), and so is anything in
    /// development. Where Watchtower deploys what the repository pushes, and a variable can name a version instead, it is
    /// advice (`--pedantic`), and so is such an image that a platform (Coolify) pulls again with each deploy.
    ///
    /// ## Why
    /// Such a tag means another image on each machine and each day. After a bad deploy there was nothing to go back to:
    /// every image that had ever run was called `latest`.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   cache:
    ///     image: redis
    /// ```
    ///
    /// ## Fix
    /// Name the version that runs now, and change it on purpose:
    /// ```yaml
    /// services:
    ///   cache:
    ///     image: redis:7.4-alpine
    /// ```
    /// For images of your own, let the pipeline tag each build (with the commit, say) and deploy that tag:
    /// `image: ghcr.io/acme/shop:${RELEASE:?}`.
    pub UNPINNED_IMAGE = Warning "unpinned-image";
}

/// Tags that are moved on, by convention.
const MOVING: &[&str] = &[
    "latest", "stable", "main", "master", "edge", "nightly", "dev", "develop", "development", "staging", "production",
    "prod", "current", "canary", "next", "head", "unstable", "testing", "snapshot",
];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    // Asked only where there is something to say.
    let named: OnceCell<Vec<NamedImage>> = OnceCell::new();
    // One expression of one file is one cause, however many services it names an image for.
    let mut found: IndexMap<(SourceId, &str, Severity), Diagnostic> = IndexMap::new();
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        // Built by another service of the same deployment: it is whatever was built here.
        let built = deployment.services.values().chain(deployment.disabled.values());
        let built = built.filter(|service| service.build.is_some());
        let built: HashSet<&String> = built.filter_map(|service| service.image.as_ref()?.known()).collect();
        for service in deployment.services.values().filter(|service| service.build.is_none()) {
            let Some((image, name)) = moving(service) else { continue };
            if built.contains(name) {
                continue;
            }
            let named = named.get_or_init(|| named_images(facts));
            if !is_built_here(service.repository().unwrap_or(name), name, named) {
                let finding = report(facts, service, image, name, named);
                let says = facts.sources.get(image.span.source).text.to_ascii_lowercase();
                let watched = || image.interpolated && (is_watched(deployment, service) || says.contains("watchtower"));
                let pulled = || says.contains("pull_policy: always") && says.contains("coolify");
                let meant = is_pushed(service.repository().unwrap_or(name), named) && (watched() || pulled());
                let finding = if meant { finding.level(Severity::Info) } else { finding };
                let key = (image.span.source, facts.sources.text(image.span), finding.severity);
                let first = found.entry(key).or_insert(finding);
                if first.labels.iter().all(|label| label.span != image.span) {
                    first.labels.push(Label { span: image.span, text: "and here".to_owned() });
                }
            }
        }
    }
    for finding in found.into_values() {
        findings.push(finding);
    }
}

/// The image of a service if it is another one tomorrow.
fn moving(service: &Service) -> Option<(&Fact<String>, &String)> {
    let image = service.image.as_ref()?;
    let name = image.known().filter(|name| !name.contains('@') && !name.is_empty())?;
    let moves = match service.tag() {
        // `app:` is Compose's business: it refuses that. `${IMAGE:-web}` of `web`: what whoever builds it calls it, until a
        // deploy names another.
        None => !(name.ends_with(':') || image.interpolated && *name == service.name),
        Some(tag) => is_moving(tag),
    };
    moves.then_some((image, name))
}

/// Whether the image is made on the machine that runs it: by a script that sends it nowhere, or by whatever else gives it a
/// name that no registry has.
fn is_built_here(repository: &str, name: &str, named: &[NamedImage]) -> bool {
    let is_of_no_registry = !repository.contains('/') && !is_official(repository);
    let is_sent = named.iter().filter(|image| image.purpose != Use::Made).any(|image| {
        let (shape, _) = split(image.name.shape());
        let may_be = shape.contains(HOLE) && repository.ends_with(shape.rsplit(HOLE).next().unwrap_or_default());
        // What is pushed has the name of a registry or a namespace in front.
        shape == repository || may_be && !(is_of_no_registry && image.purpose == Use::Pushed)
    });
    let is_made = || named.iter().any(|image| image.name.known().is_some_and(|made| split(made) == split(name)));
    !is_sent && (is_of_no_registry || is_made())
}

/// Whether Watchtower starts a service again whenever its tag moves: that is how it is deployed.
fn is_watched(deployment: &Deployment, service: &Service) -> bool {
    const ENABLE: &str = "com.centurylinklabs.watchtower.enable";
    let watches = |service: &Service| service.repository().is_some_and(|name| name.ends_with("/watchtower"));
    let says = |service: &Service, what: &str| {
        service.labels.get(ENABLE).is_some_and(|label| label.known().is_some_and(|value| value == what))
    };
    let mut all = deployment.services.values();
    !says(service, "false") && all.any(|other| watches(other) || says(other, "true") || says(other, "false"))
}

/// Whether the repository pushes this image itself.
fn is_pushed(repository: &str, named: &[NamedImage]) -> bool {
    named.iter().filter(|image| image.purpose == Use::Pushed).any(|image| {
        let (shape, _) = split(image.name.shape());
        let end = shape.rsplit(HOLE).next().unwrap_or_default();
        shape == repository || end != shape && !end.is_empty() && repository.ends_with(end)
    })
}

fn report(facts: &Repository, service: &Service, image: &Fact<String>, name: &str, named: &[NamedImage]) -> Diagnostic {
    let by_default = image.interpolated && is_default(facts.sources.text(image.span), service.tag().unwrap_or(name));
    let (message, label) = match service.tag() {
        None if image.interpolated => (format!("`{name}` has no tag"), "without a tag, `latest` is meant"),
        None => (format!("image `{name}` has no tag"), "without a tag, `latest` is meant"),
        Some(_) if by_default => {
            (format!("image `{name}` is what is deployed when nothing chooses a tag"), "falls back to a tag that moves")
        }
        Some(_) => (format!("image `{name}` is another one whenever its tag moves"), "this tag moves"),
    };
    let repository = service.repository().unwrap_or(name);
    let is_built = |other: &Service| other.build.is_some() && other.repository() == Some(repository);
    let is_ours = || {
        facts.deployments.iter().flat_map(|deployment| deployment.services.values()).any(is_built) || named.iter().any(|image| {
            let (shape, _) = split(image.name.shape());
            let end = shape.rsplit(HOLE).next().unwrap_or_default();
            !end.is_empty() && (shape == repository || end != shape && repository.ends_with(end))
        })
    };
    let help = if by_default && is_ours() {
        "Replace the default by a check, `${NAME:?}`, so that each deploy names the tag that the pipeline gave to the build that \
         it wants"
    } else if by_default {
        "Replace the default by a check, `${NAME:?}`, so that each deploy names the version that it wants"
    } else if is_ours() {
        "Name a version: for an image of your own, the tag that the pipeline gave this very build"
    } else if is_private(repository) {
        "Name the version that runs now, or for an image of your own the tag that the pipeline gave this very build"
    } else {
        "Name the version that runs now, so that tomorrow's deploy starts the same, and there is one to go back to"
    };
    Diagnostic::new(&UNPINNED_IMAGE, message).at(image.span, label).help(help)
}

/// Whether an image lives where people keep their own, among others: in a registry that is not one of the public ones.
fn is_private(repository: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "docker.io", "mcr.microsoft.com", "quay.io", "gcr.io", "docker.elastic.co", "lscr.io", "public.ecr.aws", "registry.k8s.io",
    ];
    let registry = repository.split_once('/').map(|(first, _)| first);
    registry.is_some_and(|name| (name.contains(['.', ':']) || name == "localhost") && !PUBLIC.contains(&name))
}

/// Whether an image, as it is written, gets its end from the default of a variable: `app:${TAG:-latest}`.
fn is_default(written: &str, end: &str) -> bool {
    let written = written.trim().trim_matches(['"', '\'']);
    let inside = written.trim_end_matches('}');
    inside.len() < written.len() && inside.strip_suffix(end).is_some_and(|before| before.ends_with(['-', ':', '/']))
}

fn is_moving(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    // `latest-alpine` moves as `latest` does; `main-3f2a9c1` and `stable-2` are one build.
    let is_build = |rest: &str| rest.bytes().any(|byte| byte.is_ascii_digit());
    MOVING.iter().any(|word| {
        tag.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-') && !is_build(rest))
    })
}
