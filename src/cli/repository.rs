//! Files of the repository that a deployment refers to: what is mounted, what the crontab runs, what is packaged.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::crontab;
use crate::resolve::environment::{MountSource, Run, ScheduledJob};
use crate::resolve::{Deployment, Environment, codes};
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
        for (job, length) in crontab::too_long(deployment) {
            diagnostics.extend(long_command(spec, deployment, job, length));
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

fn long_command(
    spec: &Spec,
    deployment: &Deployment,
    job: &ScheduledJob,
    length: usize,
) -> Option<Diagnostic> {
    let environment = spec.environments.get(deployment.environment.as_str())?;
    let declared = environment.jobs.get(job.name.as_str()).or_else(|| spec.jobs.get(job.name.as_str()))?;
    let written = declared.command.as_ref().map(|command| command.span);
    let span = written.or_else(|| declared.run.as_ref().map(|run| run.span)).unwrap_or(declared.span);
    let longest = crontab::LONGEST;
    let message =
        format!("job `{}` is a command of {length} bytes in the crontab, and cron takes {longest}", job.name);
    Some(
        Diagnostic::new(&codes::INVALID_JOB, message)
            .at(span, format!("too long in `{}`", deployment.environment))
            .help("put it into a script, in the image or in the repository, and run that"),
    )
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
