//! Secrets that everybody knows.

use super::support::{is_placeholder_secret, is_replaced};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Deployment, Repository, Stage};

rule! {
    /// A deployed environment has a placeholder for a secret.
    ///
    /// ## What
    /// Reports variables that are named like secrets and hold what examples hold (`changeme`, `your-key-here`, `xxx`, or
    /// what everybody tries first), in the env-files and Compose files of staging, production and their like. Examples and
    /// development are left alone.
    ///
    /// ## Why
    /// A placeholder works: the application starts, and whoever has read the example can sign its sessions.
    ///
    /// ## Example
    /// ```sh
    /// # .env.production
    /// JWT_SECRET_KEY=change-me-in-production
    /// ```
    ///
    /// ## Fix
    /// Make one up for this environment alone, and keep it out of git:
    /// ```sh
    /// openssl rand -hex 32
    /// ```
    pub PLACEHOLDER_SECRET = Warning "placeholder-secret";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for file in facts.env_files.iter().filter(|file| !file.example && file.stage == Stage::Deployed) {
        in_file(facts, file, findings);
    }
    for deployment in facts.deployments.iter().filter(|deployment| deployment.stage == Stage::Deployed) {
        in_compose(facts, deployment, findings);
    }
}

fn in_file(facts: &Repository, file: &EnvFile, findings: &mut Findings<'_>) {
    let of = file.environment.as_ref().map_or("this environment", |environment| environment.name.as_str());
    for entry in file.entries() {
        let stays = |text: &str| is_placeholder_secret(&entry.key, text) && !is_replaced(facts, text);
        if let Some(value) = entry.value.as_ref().filter(|value| stays(&value.text)) {
            findings.push(finding(&entry.key, of).at(value.span, "stands for a secret, and is none"));
        }
    }
}

fn in_compose(facts: &Repository, deployment: &Deployment, findings: &mut Findings<'_>) {
    for service in deployment.services.values() {
        for (name, variable) in service.environment.iter().filter(|(_, variable)| !variable.from_file) {
            let Some(value) = variable.value.as_ref().filter(|value| !value.interpolated) else { continue };
            if value.known().is_some_and(|text| is_placeholder_secret(name, text) && !is_replaced(facts, text)) {
                findings.push(finding(name, &deployment.title()).at(value.span, "stands for a secret, and is none"));
            }
        }
    }
}

fn finding(name: &str, of: &str) -> Diagnostic {
    Diagnostic::new(&PLACEHOLDER_SECRET, format!("`{name}` of {of} is a placeholder"))
        .help("Make one up that nobody else has, `openssl rand -hex 32`, in a file that git ignores")
}
