//! One secret for two environments.

use super::support::{is_placeholder, is_secret, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Repository, Stage};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// Two environments have one secret.
    ///
    /// ## What
    /// Compares the secrets in the env-files of deployed environments, and reports a value that two of them share under one
    /// name. Placeholders are another rule's, and development's files are left alone.
    ///
    /// ## Why
    /// Whoever gets into staging is in production, too; and a check that means to ask one environment passes against the
    /// other. In one incident a deploy was verified with the wrong environment's credentials, and nobody noticed because they
    /// worked.
    ///
    /// ## Example
    /// ```sh
    /// # .env.staging, and the same in .env.production
    /// POSTGRES_PASSWORD=kx93jd7sh2
    /// ```
    ///
    /// ## Fix
    /// Give each environment its own, `openssl rand -hex 32`, and change it where it is used.
    pub CREDENTIAL_REUSE = Warning "credential-reuse";
}

/// An environment, and where it has the value.
type Place<'f> = (&'f str, Span);

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut values: BTreeMap<(&str, &str), Vec<Place<'_>>> = BTreeMap::new();
    for file in facts.env_files.iter().filter(|file| !file.example && file.stage == Stage::Deployed) {
        let Some(environment) = &file.environment else { continue };
        for entry in file.entries() {
            let Some(value) = entry.value.as_ref().filter(|value| !value.expands()) else { continue };
            if is_secret(&entry.key, &value.text) && !is_placeholder(&value.text) {
                let users = values.entry((&entry.key, &value.text)).or_default();
                users.push((&environment.name, value.span));
            }
        }
    }
    // Files that share several secrets are told once.
    let mut pairs: BTreeMap<Vec<&str>, Vec<(&str, Vec<Place<'_>>)>> = BTreeMap::new();
    for ((key, _), users) in &values {
        let mut environments: Vec<&str> = users.iter().map(|(environment, _)| *environment).collect();
        environments.sort_unstable();
        environments.dedup();
        if environments.len() > 1 {
            let places = users.clone();
            pairs.entry(environments).or_default().push((key, places));
        }
    }
    for (environments, shared) in pairs {
        let (first, _) = &shared[0];
        let all = environments.join(" and ");
        let message = match shared.len() {
            1 => format!("{all} have the same `{first}`"),
            many => format!("{all} have {many} secrets in common"),
        };
        let mut finding = Diagnostic::new(&CREDENTIAL_REUSE, message);
        for (key, places) in &shared {
            for (environment, span) in places {
                finding = finding.at(*span, format!("`{key}` of {environment}"));
            }
        }
        let keys: Vec<&str> = shared.iter().map(|(key, _)| *key).collect();
        findings.push(finding.help(format!(
            "Give each environment its own {}, `openssl rand -hex 32`: who gets into one is in the other, too",
            quoted(&keys)
        )));
    }
}
