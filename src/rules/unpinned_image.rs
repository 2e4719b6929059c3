//! Images that are another one tomorrow.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Repository, Service};
use foldhash::HashSet;

rule! {
    /// An image has no tag, or one that moves.
    ///
    /// ## What
    /// Reports an `image:` without a tag, or with one that names whatever is newest (`latest`, `stable`, `main`, …), also
    /// where a variable falls back to it: `${TAG:-latest}`. Digests, versions and images that the service builds are
    /// fine, and so is anything in development.
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
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.is_development()) {
        // Built by another service of the same deployment: it is whatever was built here.
        let built = deployment.services.values().chain(deployment.disabled.values());
        let built = built.filter(|service| service.build.is_some());
        let built: HashSet<&String> = built.filter_map(|service| service.image.as_ref()?.known()).collect();
        for service in deployment.services.values().filter(|service| service.build.is_none()) {
            look(&built, service, findings);
        }
    }
}

fn look(built: &HashSet<&String>, service: &Service, findings: &mut Findings<'_>) {
    let Some(image) = &service.image else { return };
    let Some(name) = image.known().filter(|name| !name.contains('@') && !name.is_empty()) else { return };
    // `app:` is Compose's business: it refuses that.
    let (message, label) = match service.tag() {
        None if name.ends_with(':') => return,
        // `${IMAGE:-web}` of `web`: what whoever builds it calls it, until a deploy names another.
        None if image.interpolated && *name == service.name => return,
        None if image.interpolated => (format!("`{name}` has no tag"), "without a tag, `latest` is meant"),
        None => (format!("image `{name}` has no tag"), "without a tag, `latest` is meant"),
        Some(tag) if is_moving(tag) && image.interpolated => {
            (format!("image `{name}` is what is deployed when nothing chooses a tag"), "falls back to a tag that moves")
        }
        Some(tag) if is_moving(tag) => (format!("image `{name}` is another one whenever its tag moves"), "this tag moves"),
        Some(_) => return,
    };
    if built.contains(name) {
        return;
    }
    let ours = crate::catalog::image(service.repository().unwrap_or(name)).is_none() && name.contains('/');
    let help = if image.interpolated {
        "Replace the default by a check, `${NAME:?}`, so that each deploy names the version that it wants"
    } else if ours {
        "Name a version: for an image of your own, the tag that the pipeline gave this very build"
    } else {
        "Name the version that runs now, so that tomorrow's deploy starts the same, and there is one to go back to"
    };
    findings.push(Diagnostic::new(&UNPINNED_IMAGE, message).at(image.span, label).help(help));
}

fn is_moving(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    // `latest-alpine` moves as `latest` does; `main-3f2a9c1` and `stable-2` are one build.
    let is_build = |rest: &str| rest.bytes().any(|byte| byte.is_ascii_digit());
    MOVING.iter().any(|word| {
        tag.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-') && !is_build(rest))
    })
}
