//! Environments that are not alike where they should be.

mod engines;

use super::support::{ByFile, Readers, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Repository, Stage};
use crate::source::Span;
use crate::syntax::dotenv::Entry;
use std::cell::OnceCell;
use std::collections::BTreeMap;

rule! {
    /// One environment lacks what all the others have, or runs another kind of database.
    ///
    /// ## What
    /// Compares the env-files of deployed environments (`.env.staging` with `.env.production`, `deploy/*/api.env`) and reports
    /// the keys that one lacks and all the others have. Where it is known that Compose or a script reads the file, only what
    /// they pass on counts, and where it is not, what a common `.env` beside them gives; several files of one environment are
    /// one. Compares the engine of each service; and reports jobs of
    /// CI that test with one relational database in the place of the one that is deployed, where no job has that one, and
    /// nothing deployed speaks to the other. What only development has is nobody's fault.
    ///
    /// ## Why
    /// What was tried on staging says nothing of production when the two differ. One delivery pipeline proved each image
    /// with SQLite and deployed it onto PostgreSQL; one production lacked the single variable that staging had.
    ///
    /// ## Example
    /// ```sh
    /// # .env.staging
    /// SMTP_HOST=mail.shop.example
    /// SMTP_FROM=shop@shop.example
    /// # .env.production
    /// SMTP_HOST=mail.shop.example
    /// ```
    ///
    /// ## Fix
    /// Give every environment every key, with a value of its own. Where one really is for a single environment, say so:
    /// `# specc: allow(environment-parity) only staging has a debugger`.
    pub ENVIRONMENT_PARITY = Warning "environment-parity";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut families: BTreeMap<&str, Vec<&EnvFile>> = BTreeMap::new();
    for file in facts.env_files.iter().filter(|file| !file.example && file.stage == Stage::Deployed) {
        if file.environment.is_some() && file.family.contains('*') {
            families.entry(&file.family).or_default().push(file);
        }
    }
    let by_file = OnceCell::new();
    for files in families.into_values().filter(|files| files.len() > 1) {
        let by_file = by_file.get_or_init(|| ByFile::of_all(facts));
        let environments = environments(by_file, &files);
        for (at, environment) in environments.iter().enumerate() {
            let others = environments.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<&Settings<'_>> = others.map(|(_, other)| other).collect();
            if !others.is_empty() {
                compare(facts, by_file, environment, &others, findings);
            }
        }
    }
    engines::check(facts, findings);
}

/// The env-files of one environment: `.env.prod` and `.env.production` are of the same.
struct Settings<'f>(Vec<&'f EnvFile>);

impl<'f> Settings<'f> {
    fn get(&self, key: &str) -> Option<&'f Entry> {
        self.0.iter().find_map(|file| file.get(key))
    }

    fn entries(&self) -> impl Iterator<Item = &'f Entry> {
        let entries = self.0.iter().copied().flat_map(EnvFile::entries);
        entries.filter(|entry| self.get(&entry.key).is_some_and(|first| std::ptr::eq(first, *entry)))
    }
}

/// The files by their environments. A file that nobody reads says nothing where another one of the same environment is read.
fn environments<'f>(by_file: &ByFile<'f>, files: &[&'f EnvFile]) -> Vec<Settings<'f>> {
    let mut of: BTreeMap<&str, Vec<&EnvFile>> = BTreeMap::new();
    for file in files {
        let name = file.environment.as_ref().map_or("", |environment| environment.name.as_str());
        of.entry(name).or_default().push(file);
    }
    of.into_values()
        .map(|mut files| {
            if files.iter().any(|file| by_file.knows(file)) {
                files.retain(|file| by_file.knows(file));
            }
            Settings(files)
        })
        .collect()
}

/// What all the others have and this one lacks.
fn compare<'f>(facts: &'f Repository, by_file: &ByFile<'f>, own: &Settings<'f>, others: &[&Settings<'f>], findings: &mut Findings<'_>) {
    let file = own.0[0];
    let mut missing: Vec<(&str, Span)> = others[0]
        .entries()
        .filter(|entry| !entry.key.is_empty() && own.get(&entry.key).is_none())
        .filter(|entry| others.iter().all(|other| other.get(&entry.key).is_some()))
        // Of a required variable another rule has spoken.
        .filter(|entry| !findings.has(&[&super::missing_variable::MISSING_VARIABLE], entry.key_span))
        .filter(|entry| !entry.key.starts_with("COMPOSE_"))
        .map(|entry| (entry.key.as_str(), entry.key_span))
        .collect();
    // Files that have little in common are not one set of settings.
    let shared = others[0].entries().filter(|entry| own.get(&entry.key).is_some()).count();
    if missing.is_empty() || shared == 0 {
        return;
    }
    let readers = Readers::together(own.0.iter().map(|file| by_file.readers(file)));
    missing.retain(|(key, _)| readers.get(key));
    // Next, Vite and their like put the file of an environment over the common one.
    if matches!(readers, Readers::Unknown) {
        let common = file.path.parent().and_then(|directory| facts.env_file(&directory.join(".env")));
        missing.retain(|(key, _)| common.is_none_or(|common| common.get(key).is_none()));
    }
    if missing.is_empty() {
        return;
    }
    let keys: Vec<&str> = missing.iter().map(|(key, _)| *key).collect();
    let path = file.path.display();
    let who = match others {
        [other] => format!("`{}` has", other.0[0].path.display()),
        _ => "all the others have".to_owned(),
    };
    let start = Span::new(file.source, 0, 0);
    let mut finding = Diagnostic::new(&ENVIRONMENT_PARITY, format!("`{path}` lacks {}, which {who}", quoted(&keys)))
        .at(start, "not in here");
    for (key, span) in &missing {
        finding = finding.at(*span, format!("`{key}` is set here"));
    }
    findings.push(finding.help(format!("Add {} to `{path}`, with the value for that environment", quoted(&keys))));
}
