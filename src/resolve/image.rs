//! Which image a service runs, and whether its keys fit together.

use super::account::StatedAccount;
use super::codes;
use super::environment::{Build, Image};
use super::references::BUILD_ARGUMENT;
use super::scope::{Member, Scope};
use crate::catalog::{Fault, Kind, Part};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::forms::Build as BuildSpec;
use crate::spec::template::{Target, TemplatePiece};
use crate::spec::values::{ImageReference, ImageTag};

/// Tags that name whatever is newest, so that nobody can say what runs, or go back to it.
const MOVING: [&str; 9] = ["latest", "stable", "main", "master", "edge", "nightly", "dev", "develop", "lts"];

/// Environments in which nothing is lost when an image moves.
const DEVELOPMENT: [&str; 6] = ["development", "dev", "local", "test", "testing", "ci"];

impl<'a> Scope<'a> {
    /// The image of a service that runs here.
    pub(super) fn image(&self, member: &Member<'a>) -> Option<Image> {
        let service = member.service;
        if let Some(build) = &service.build {
            return self.built(member, build);
        }
        if let Some(image) = &service.image {
            self.check_pinned(image.tag().map(ImageTag::as_str), image.digest().is_some(), image.span);
            return Some(Image::Pulled(image.to_string()));
        }
        let Some(preset) = member.preset else {
            if service.preset.is_none() {
                self.report(
                    Diagnostic::new(
                        &codes::NO_IMAGE,
                        format!("service `{}` does not say what it runs", member.name),
                    )
                    .at(member.span, "this service")
                    .help("give it a `build`, an `image` or a `preset`; or `external` if it runs elsewhere"),
                );
            }
            return None;
        };
        let Some(version) = &service.version else {
            self.report(
                Diagnostic::new(
                    &codes::INCOMPLETE,
                    format!("service `{}` does not say its version", member.name),
                )
                .at(
                    service.preset.as_ref().map_or(member.span, |preset| preset.span),
                    "this preset's image has many",
                )
                .help(format!("add `version:`, the tag of image `{}`", preset.image.repository)),
            );
            return None;
        };
        self.check_pinned(Some(version.as_str()), false, version.span);
        if let Some(why) = (preset.refuse_tag)(version.as_str()) {
            self.report(
                Diagnostic::new(
                    &codes::REFUSED_VERSION,
                    format!("preset `{}` cannot use version `{}`", preset.name, version.as_str()),
                )
                .at(version.span, why)
                .help("choose another version, or write the service with `image:` and without the preset"),
            );
        }
        Some(Image::Pulled(format!("{}:{}", preset.image.repository, version.as_str())))
    }

    fn built(&self, member: &Member<'a>, build: &Spanned<BuildSpec>) -> Option<Image> {
        let Some(context) = &build.context else {
            self.report(
                Diagnostic::new(&codes::INCOMPLETE, format!("the build of `{}` has no context", member.name))
                    .at(build.span, "this build")
                    .help("add `context:`, the directory that holds its Dockerfile"),
            );
            return None;
        };
        let mut args = Vec::new();
        for (key, template) in build.args.iter() {
            let value = self.plain(BUILD_ARGUMENT, template);
            args.extend(value.map(|value| (key.as_str().to_owned(), value)));
        }
        args.sort();
        let own = build.image.as_ref().map(ToString::to_string);
        let mut repository = own.unwrap_or_else(|| format!("{}/{}", self.spec.project.as_str(), member.name));
        if self.build_differs(member, build) {
            repository = format!("{repository}-{}", self.environment);
        }
        Some(Image::Built {
            repository,
            build: Some(Box::new(Build {
                context: Spanned::new(context.to_string(), context.span),
                dockerfile: build.dockerfile.as_ref().map(ToString::to_string),
                target: build.target.as_ref().map(|target| target.as_str().to_owned()),
                args,
            })),
        })
    }

    /// Whether another environment's image would be another one. This looks at what is written, never at what another
    /// environment's values happen to be: an edit there must not rename an image here.
    fn build_differs(&self, member: &Member<'a>, build: &BuildSpec) -> bool {
        let by_environment = build.args.iter().flat_map(|(_, template)| template.pieces()).any(|piece| {
            matches!(piece, TemplatePiece::Reference(reference) if !matches!(reference.target, Target::Project))
        });
        let base = self.spec.services.get(member.name).and_then(|service| service.build.as_ref());
        by_environment || base.is_some_and(|base| base.value != *build)
    }

    fn check_pinned(&self, tag: Option<&str>, digest: bool, span: Span) {
        let moving = tag.is_none_or(|tag| MOVING.contains(&tag));
        if digest || !moving || DEVELOPMENT.contains(&self.environment) {
            return;
        }
        let what = tag.map_or_else(|| "an image without a tag".to_owned(), |tag| format!("tag `{tag}`"));
        self.report(
            Diagnostic::new(
                &codes::UNPINNED_IMAGE,
                format!("{what} names whatever is newest when it is pulled"),
            )
            .at(span, "nothing to go back to")
            .help("name a version, such as `16-alpine`, or a digest"),
        );
    }

    /// Keys that exclude each other, or mean nothing beside the others. Whether it can be told what runs.
    pub(super) fn check_keys(&self, member: &Member<'a>) -> bool {
        let service = member.service;
        let sources: Vec<(&str, Span)> = [
            service.preset.as_ref().map(|key| ("preset", key.span)),
            service.image.as_ref().map(|key| ("image", key.span)),
            service.build.as_ref().map(|key| ("build", key.span)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let [first, .., last] = sources[..] {
            let keys: Vec<_> = sources.iter().map(|(key, _)| format!("`{key}`")).collect();
            let what = format!("service `{}` has {}", member.name, keys.join(" and "));
            let others = sources.iter().filter(|source| **source != last);
            let diagnostic = others.fold(
                Diagnostic::new(&codes::CONFLICTING_KEYS, what).at(last.1, format!("`{}` here", last.0)),
                |diagnostic, (key, span)| diagnostic.at(*span, format!("`{key}` here")),
            );
            self.report(diagnostic.help(match first.0 {
                "preset" if sources.len() == 2 && last.0 == "image" => {
                    "keep one: a preset has its image, and `version:` is its tag"
                }
                _ => "keep the one that says what runs; the name of an image built here goes into `build: { image: … }`",
            }));
            return false;
        }
        let meaningless = |key: &str, span: Option<Span>, why: &str, help: &str| {
            if let Some(span) = span {
                self.report(
                    Diagnostic::new(&codes::MEANINGLESS_KEY, format!("`{key}` means nothing here: {why}"))
                        .at(span, "has no effect")
                        .help(help),
                );
            }
        };
        if service.preset.is_none() {
            let why = "the service has no preset";
            let help = "take it out, or choose a `preset`";
            meaningless("version", service.version.as_ref().map(|key| key.span), why, help);
            meaningless("database", service.database.as_ref().map(|key| key.span), why, help);
            meaningless("password", service.password.as_ref().map(|key| key.span), why, help);
            meaningless("root_password", service.root_password.as_ref().map(|key| key.span), why, help);
        }
        if member.preset.is_none_or(|preset| !preset.persistence) {
            let why = "only redis and valkey can be told what to keep";
            meaningless("persistence", service.persistence.as_ref().map(|key| key.span), why, "take it out");
        }
        if service.replicas.is_none() {
            let span = service.balance.as_ref().map(|key| key.span);
            meaningless("balance", span, "one container runs", "add `replicas:`, or take it out");
        }
        if service.external.is_some() {
            let why = "the server runs elsewhere";
            for (key, span) in [
                ("version", service.version.as_ref().map(|key| key.span)),
                ("health", service.health.as_ref().map(|key| key.span)),
                ("replicas", service.replicas.as_ref().map(|key| key.span)),
                ("command", service.command.as_ref().map(|key| key.span)),
                ("limits", service.limits.as_ref().map(|key| key.span)),
                ("compose", service.compose.as_ref().map(|key| key.span)),
                ("image", service.image.as_ref().map(|key| key.span)),
                ("build", service.build.as_ref().map(|key| key.span)),
            ] {
                meaningless(key, span, why, "take it out");
            }
        }
        if let (Some(preset), Some(replicas)) = (member.preset, &service.replicas)
            && replicas.value.get() > 1
            && preset.image.kind != Kind::Proxy
        {
            self.report(
                Diagnostic::new(
                    &codes::REPLICATED_STATE,
                    format!(
                        "{} containers of `{}` would not share what they hold",
                        replicas.value, preset.name
                    ),
                )
                .at(replicas.span, "more than one")
                .help("run one; replication between servers is set up by hand, as services of their own"),
            );
        }
        true
    }

    /// Whether the preset's image would take the account.
    pub(super) fn check_account(&self, member: &Member<'a>, account: &StatedAccount) {
        let Some(preset) = member.preset else { return };
        let service = member.service;
        for (name, part) in
            [(&account.password, Part::Password), (&account.root_password, Part::RootPassword)]
        {
            if let Some(name) = name {
                let least = u32::try_from(preset.account.field(part).min_length).unwrap_or(u32::MAX);
                if least <= 1 {
                    continue; // Nothing to say: an empty value is refused anyhow.
                }
                let mut uses = self.uses.borrow_mut();
                let known = uses.min_length.entry(name.clone()).or_default();
                *known = least.max(*known);
            }
        }
        if account.broken || service.external.is_some() {
            return;
        }
        let place = |part: Part| {
            let span = match part {
                Part::User => service.user.as_ref().map(|key| key.span),
                Part::Password => service.password.as_ref().map(|key| key.span),
                Part::RootPassword => service.root_password.as_ref().map(|key| key.span),
                Part::Database => service.database.as_ref().map(|key| key.span),
            };
            super::service::place(span, member)
        };
        for fault in preset.account.faults(&account.stated()) {
            let (part, label, message, help) = match fault {
                Fault::Missing(part) => (
                    part,
                    "not stated",
                    format!("preset `{}` needs `{}`", preset.name, part.name()),
                    match part {
                        Part::Password | Part::RootPassword => {
                            format!("add `{}: ${{secrets.…}}` to the service", part.name())
                        }
                        _ => format!("add `{}:` to the service", part.name()),
                    },
                ),
                Fault::Unsupported(part) => (
                    part,
                    "nothing reads this",
                    format!("preset `{}` has no `{}`", preset.name, part.name()),
                    "take it out".to_owned(),
                ),
                Fault::TooShort(part, least) => (
                    part,
                    "too short",
                    format!(
                        "preset `{}` wants a `{}` of at least {least} characters",
                        preset.name,
                        part.name()
                    ),
                    "make it longer".to_owned(),
                ),
                Fault::Invalid(part, why) => {
                    let message = format!("preset `{}` refuses this `{}`", preset.name, part.name());
                    (part, "refused", message, why.to_owned())
                }
            };
            self.report(
                Diagnostic::new(&codes::REFUSED_CREDENTIAL, message).at(place(part), label).help(help),
            );
        }
    }
}

/// Whether an image's text names a fixed version.
pub(super) fn official(repository: &str, version: &str, image: Option<&Spanned<ImageReference>>) -> String {
    image.map_or_else(|| format!("{repository}:{version}-alpine"), ToString::to_string)
}
