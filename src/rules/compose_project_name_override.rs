//! A project name that a variable overrules.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{ProjectOrigin, Repository};

rule! {
    /// A `COMPOSE_PROJECT_NAME` beats the `name:` that is written in the Compose file.
    ///
    /// ## What
    /// Reports a `COMPOSE_PROJECT_NAME` in an env-file, script or workflow whose value differs from the `name:` of the
    /// Compose files it is used with. Equal values are silent, and so is `-p`, which stands where it is used.
    ///
    /// ## Why
    /// The variable wins without a word, also from `.env`. Whoever reads `name: shop-production` in the file believes
    /// it, runs `docker compose -p shop-production down` or restores `shop-production_data`, and works on a project
    /// that does not exist, while the containers run under the other name.
    ///
    /// ## Example
    /// ```yaml
    /// name: shop-production     # compose.yaml
    /// ```
    /// ```sh
    /// COMPOSE_PROJECT_NAME=shop # .env
    /// ```
    ///
    /// ## Fix
    /// Say it in one place. `docker compose ls` tells which name the running containers have: keep that one, since
    /// containers and volumes of another name stay behind.
    pub COMPOSE_PROJECT_NAME_OVERRIDE = Warning "compose-project-name-override";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in &facts.deployments {
        let project = &deployment.project;
        if !matches!(project.origin, ProjectOrigin::Shell | ProjectOrigin::EnvFile) {
            continue;
        }
        let (Some(name), Some(span), Some(written)) = (deployment.name(), project.span, &project.written) else {
            continue;
        };
        let Some(beaten) = written.known().filter(|beaten| beaten.as_str() != name) else { continue };
        findings.push(
            Diagnostic::new(
                &COMPOSE_PROJECT_NAME_OVERRIDE,
                format!("the project is called `{name}` here, not `{beaten}` as its file says"),
            )
            .at(span, format!("this makes it `{name}`"))
            .at(written.span, "this `name:` has no effect")
            .help(
                "Say the name in one place, and make it the one that the running containers have (`docker compose ls`): \
                 containers and volumes of another name stay behind",
            ),
        );
    }
}
