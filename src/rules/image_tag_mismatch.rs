//! Deploys of an image under a tag that nothing makes.

use super::support::{named_images, split};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Repository, Service};
use crate::facts::{HOLE, Value};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// A deployment runs a tag of an image that no script makes.
    ///
    /// ## What
    /// Collects the tags that scripts and workflows build, tag, push or save of each image, and reports a deployment that runs
    /// the same image under another one. An image that the deployment itself builds is fine, and so is any tag that cannot be
    /// known. Where several services of a deployment run tags of one image (`acme/shop:api-v2`, `acme/shop:web-v2`), only
    /// tags that begin with the same word are compared.
    ///
    /// ## Why
    /// `docker compose up` then fails with "No such image", or pulls an old build of that tag from somewhere. In one incident
    /// the deploy asked for `api:<version>`, and only `api:latest` had ever been built.
    ///
    /// ## Example
    /// ```sh
    /// docker build -t acme/api:latest .
    /// ```
    /// ```yaml
    /// services:
    ///   api:
    ///     image: acme/api:1.4.0
    /// ```
    ///
    /// ## Fix
    /// Decide the tag once and use it on both sides:
    /// ```sh
    /// export RELEASE=1.4.0
    /// docker build -t "acme/api:$RELEASE" .
    /// ```
    /// ```yaml
    ///     image: acme/api:${RELEASE:?}
    /// ```
    pub IMAGE_TAG_MISMATCH = Error "image-tag-mismatch";
}

/// What scripts make of one image.
#[derive(Default)]
struct Made {
    /// Tags, and where each is made.
    tags: BTreeMap<String, Span>,
    /// Whether some tag cannot be known.
    unknown: bool,
}

/// Everything that is made, by image.
#[derive(Default)]
struct Images {
    made: BTreeMap<String, Made>,
    /// The ends of names whose beginning is not known: they may be any image that ends so.
    ends: Vec<String>,
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut made = Images::default();
    for image in named_images(facts) {
        add(&image.name, image.span, &mut made);
    }
    // What Compose builds has the tag that the file says, which may be another file than the one that is deployed.
    for service in facts.deployments.iter().flat_map(|deployment| deployment.services.values()) {
        if let (Some(_), Some(image)) = (&service.build, &service.image) {
            add(&image.value, image.span, &mut made);
        }
    }
    for deployment in &facts.deployments {
        for service in deployment.services.values().filter(|service| service.build.is_none()) {
            look(deployment, service, &made, findings);
        }
    }
}

/// The word that a tag begins with: `api` of `api-v2`.
fn first_word(tag: &str) -> &str {
    tag.split(['-', '_', '.']).next().unwrap_or(tag)
}

/// Whether an image's tags say which service it is: those of other services have other tags.
fn tells_services_apart(deployment: &Deployment, repository: &str, tag: &str) -> bool {
    // Versions do not say which service it is.
    let is_service = |word: &str| word.len() > 1 && !matches!(word, "latest" | "stable") && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let tag = first_word(tag);
    let others = deployment.services.values().filter(|other| other.repository() == Some(repository));
    let mut words = others.into_iter().filter_map(Service::tag).map(first_word);
    is_service(tag) && words.any(|other| other != tag && is_service(other))
}

fn look(deployment: &Deployment, service: &Service, made: &Images, findings: &mut Findings<'_>) {
    let Some(image) = &service.image else { return };
    let (Some(repository), Some(name)) = (service.repository(), image.known()) else { return };
    if made.ends.iter().any(|end| repository.ends_with(end)) {
        return;
    }
    let Some(made) = made.made.get(repository).filter(|made| !made.unknown && !made.tags.is_empty()) else {
        return;
    };
    let tag = service.tag().unwrap_or("latest");
    if name.contains('@') || tag.is_empty() || made.tags.contains_key(tag) {
        return;
    }
    let apart = tells_services_apart(deployment, repository, tag);
    let alike = |made: &&String| !apart || first_word(made) == first_word(tag);
    if !made.tags.keys().any(|made| alike(&made)) {
        return;
    }
    let tags: Vec<String> = made.tags.keys().filter(alike).map(|tag| format!("`{tag}`")).collect();
    let listed = tags.join(", ");
    let mut finding = Diagnostic::new(
        &IMAGE_TAG_MISMATCH,
        format!("`{}` runs `{repository}:{tag}`, but only {listed} is made here", service.name),
    )
    .at(image.span, format!("nothing makes `{tag}`"));
    for (_, span) in made.tags.iter().filter(|(made, _)| alike(made)).take(3) {
        finding = finding.at(*span, "made here");
    }
    // What another service runs is that one's own.
    let taken = |made: &str| {
        let mut others = deployment.services.values().filter(|other| other.name != service.name);
        others.any(|other| other.repository() == Some(repository) && other.tag().unwrap_or("latest") == made)
    };
    let mut free = made.tags.keys().filter(alike).filter(|made| !taken(made));
    let or = match (free.next(), free.next()) {
        (Some(one), None) => format!("; or write `{repository}:{one}` here"),
        _ => String::new(),
    };
    findings.push(finding.help(format!(
        "Give both sides one tag: a variable that the script sets once, builds with and exports for Compose{or}"
    )));
}

fn add(image: &Value<String>, span: Span, made: &mut Images) {
    let Some(name) = image.known() else { return unknown(image.shape(), made) };
    let (repository, tag) = split(name);
    made.made.entry(repository.to_owned()).or_default().tags.entry(tag.to_owned()).or_insert(span);
}

/// A name of which a part is not known: if that is in its tag, the repository may have any tag.
fn unknown(shape: &str, made: &mut Images) {
    let (repository, _) = split(shape);
    if repository.contains(HOLE) {
        made.ends.push(repository.rsplit(HOLE).next().unwrap_or_default().to_owned());
    } else {
        made.made.entry(repository.to_owned()).or_default().unknown = true;
    }
}
