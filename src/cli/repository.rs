//! Files of the repository that a deployment refers to: what is mounted, what the crontab runs, what is packaged.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::environment::{MountSource, Run};
use crate::resolve::{Environment, codes};
use crate::source::Spanned;
use crate::spec::model::Spec;
use crate::workspace::{Found, look};
use std::path::Path;

/// Checks that each of them is there, once.
pub(super) fn check(root: &Path, spec: &Spec, environments: &[Environment], diagnostics: &mut Diagnostics) {
    for deployment in environments.iter().flat_map(|environment| &environment.deployments) {
        for mount in deployment.containers.iter().flat_map(|container| &container.mounts) {
            if let MountSource::Repository(path) = &mount.source
                && look(&root.join(path.as_str())) == Found::Nothing
            {
                diagnostics.push(
                    Diagnostic::new(
                        &codes::MISSING_BIND_SOURCE,
                        format!("there is no `{}` to mount", path.value),
                    )
                    .at(path.span, "mounted from here")
                    .help("create it, or correct the path: it is relative to the spec"),
                );
            }
        }
        for job in &deployment.schedule {
            if let Run::Script { path, .. } = &job.run {
                diagnostics.extend(script(root, path));
            }
        }
    }
    for path in &*spec.package.include {
        if look(&root.join(path.as_str())) == Found::Nothing {
            diagnostics.push(
                Diagnostic::new(&codes::MISSING_FILE, format!("there is no `{}` to package", path.value))
                    .at(path.span, "packaged from here")
                    .help("create it, or correct the path: it is relative to the spec"),
            );
        }
    }
}

fn script(root: &Path, path: &Spanned<String>) -> Option<Diagnostic> {
    match look(&root.join(path.as_str())) {
        Found::Program => None,
        Found::Nothing | Found::Directory => Some(
            Diagnostic::new(&codes::MISSING_FILE, format!("there is no script `{}`", path.value))
                .at(path.span, "run from here")
                .help("create it, or correct the path: it is relative to the spec"),
        ),
        Found::File => Some(
            Diagnostic::new(&codes::NOT_EXECUTABLE, format!("`{}` may not be executed", path.value))
                .at(path.span, "cron runs it as a program")
                .help(format!("run `chmod +x {}`, and commit that", path.value)),
        ),
    }
}
