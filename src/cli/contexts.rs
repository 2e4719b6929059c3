//! Build contexts as they are on this disk: that they exist, and that no secret is baked into an image.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::environment::{Build, Image};
use crate::resolve::{Environment, codes};
use crate::workspace::BuildContext;
use std::collections::BTreeMap;
use std::path::Path;

/// Checks the context of every image that is built here, each once.
pub(super) fn check(root: &Path, environments: &[Environment], diagnostics: &mut Diagnostics) {
    let deployments = || environments.iter().flat_map(|environment| &environment.deployments);
    let env_files: Vec<_> =
        deployments().map(|deployment| format!("deploy/{}/.env", deployment.directory)).collect();
    let mut builds: BTreeMap<_, &Build> = BTreeMap::new();
    for container in deployments().flat_map(|deployment| &deployment.containers) {
        if let Image::Built { build: Some(build), .. } = &container.image {
            builds.entry((build.context.as_str(), &build.dockerfile, &build.target)).or_insert(build);
        }
    }
    for build in builds.into_values() {
        let context =
            BuildContext::read(root, &build.context, build.dockerfile.as_deref(), build.target.as_deref());
        diagnostics.extend(fault(build, &context, &env_files));
    }
}

fn fault(build: &Build, context: &BuildContext, env_files: &[String]) -> Option<Diagnostic> {
    let span = build.context.span;
    let missing = |message: String, help: &str| {
        Some(Diagnostic::new(&codes::BUILD_CONTEXT_MISSING, message).at(span, "built from here").help(help))
    };
    if !context.exists {
        return missing(
            format!("there is no directory `{}` to build from", build.context.value),
            "create it, or correct the path: it is relative to the spec",
        );
    }
    if !context.dockerfile_exists {
        return missing(
            format!("there is no Dockerfile at `{}`", context.dockerfile.display()),
            "create it, or say where it is: `build: { context: …, dockerfile: … }`, relative to the context",
        );
    }
    let (baked, line) = env_files.iter().find_map(|file| Some((file, context.would_bake(file)?)))?;
    Some(
        Diagnostic::new(
            &codes::SECRET_IN_BUILD_CONTEXT,
            format!(
                "line {line} of `{}` copies the whole context into the image, and `{baked}` with it",
                context.dockerfile.display()
            ),
        )
        .at(span, "the context that is sent to the build")
        .help(format!("add the line `**/.env` to `{}`", context.ignore_file.display())),
    )
}
