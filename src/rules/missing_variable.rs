//! Variables that must be there and are not.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Deployment, Reader, Repository, Stage, Supply, VariableUse};
use crate::source::Span;
use std::cell::OnceCell;
use foldhash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

rule! {
    /// A deployment needs a variable that nothing gives it.
    ///
    /// ## What
    /// Reports `${NAME:?}` of a deployment whose env-file does not have it although that of another environment does, or whose
    /// env-file is kept out of git while the example beside it does not name it.
    ///
    /// ## Why
    /// Compose stops with "required variable is missing a value", which is better than a blank, but in the middle of a deploy.
    /// In one incident production did not start: `JWT_SECRET_KEY` had been set for staging only.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     environment: { JWT_SECRET_KEY: "${JWT_SECRET_KEY:?}" }
    /// ```
    /// ```sh
    /// # .env.staging has JWT_SECRET_KEY=…, .env.production has not
    /// ```
    ///
    /// ## Fix
    /// Add it to the environment that lacks it, and to the example from which the next one is made.
    pub MISSING_VARIABLE = Error "missing-variable";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let known = Known { facts, families: OnceCell::new(), spoken: OnceCell::new() };
    for deployment in &facts.deployments {
        let mut uses: BTreeMap<&str, &VariableUse> = BTreeMap::new();
        for used in deployment.variables.iter().filter(|used| matches!(used.operator, ":?" | "?")) {
            uses.entry(&used.name).or_insert(used);
        }
        for used in uses.into_values() {
            match used.supply {
                Supply::Nobody => not_supplied(&known, deployment, used, findings),
                Supply::Unknown(_) => not_shown(&known, deployment, used, findings),
                _ => {}
            }
        }
    }
}

/// What is looked up by name, once somebody asks.
struct Known<'f> {
    facts: &'f Repository,
    /// The env-files of what is deployed, by family.
    families: OnceCell<HashMap<&'f str, Vec<&'f EnvFile>>>,
    /// Every word of the scripts and workflows that can be a variable.
    spoken: OnceCell<HashSet<&'f str>>,
}

impl<'f> Known<'f> {
    /// The env-files of the other environments.
    fn others(&self, file: &EnvFile) -> impl Iterator<Item = &'f EnvFile> {
        let families = self.families.get_or_init(|| {
            let mut families: HashMap<&str, Vec<&EnvFile>> = HashMap::default();
            for file in self.facts.env_files.iter().filter(|file| !file.example && file.stage == Stage::Deployed) {
                families.entry(&file.family).or_default().push(file);
            }
            families
        });
        let family = families.get(file.family.as_str()).into_iter().flatten().copied();
        family.filter(|other| other.environment != file.environment)
    }

    /// Whether a script or workflow names the variable: it may well give it.
    fn is_spoken_of(&self, name: &str) -> bool {
        let spoken = self.spoken.get_or_init(|| {
            let texts = self.facts.scripts.iter().map(|script| &*self.facts.sources.get(script.source).text);
            texts.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).collect()
        });
        spoken.contains(name)
    }
}

/// Its env-files are there, and lack it.
fn not_supplied(known: &Known<'_>, deployment: &Deployment, used: &VariableUse, findings: &mut Findings<'_>) {
    let facts = known.facts;
    let Some(file) = own(facts, deployment).last() else { return };
    let other = known.others(file).find_map(|other| Some((other, other.get(&used.name)?)));
    let shown = example(facts, &file.path).and_then(|example| example.get(&used.name));
    if other.is_none() && shown.is_some() || known.is_spoken_of(&used.name) {
        return;
    }
    let (name, path) = (&used.name, file.path.display());
    let mut finding = Diagnostic::new(&MISSING_VARIABLE, format!("{} needs `{name}`, which `{path}` does not have", deployment.title()))
        .at(used.span, "Compose stops here");
    if let Some((other, entry)) = other {
        let of = other.environment.as_ref().map_or("another environment", |environment| environment.name.as_str());
        finding = finding.at(entry.key_span, format!("{of} has it"));
    } else {
        finding = finding.at(Span::new(file.source, 0, 0), "not in here");
    }
    findings.push(finding.help(format!("Add `{name}` to `{path}`, with a value of its own")));
}

/// Its env-file is not in the repository, and the example from which it is made does not name it.
fn not_shown(known: &Known<'_>, deployment: &Deployment, used: &VariableUse, findings: &mut Findings<'_>) {
    let missing = deployment.env_files.iter().find(|file| file.reader == Reader::Compose && file.source.is_none());
    let path = missing.map_or_else(|| deployment.directory.join(".env"), |file| file.path.clone());
    let Some(example) = example(known.facts, &path) else { return };
    if example.get(&used.name).is_some() || known.is_spoken_of(&used.name) || deployment.from_spec {
        return;
    }
    // An example that names none of several variables that are needed is one of something else.
    let needed: BTreeSet<&str> =
        deployment.variables.iter().filter(|used| is_needed(used)).map(|used| used.name.as_str()).collect();
    if needed.len() > 1 && needed.iter().all(|name| example.get(name).is_none()) {
        return;
    }
    let (name, shown) = (&used.name, example.path.display());
    findings.push(
        Diagnostic::new(&MISSING_VARIABLE, format!("`{name}` is required, and `{shown}` does not name it"))
            .at(used.span, "Compose stops here")
            .at(Span::new(example.source, 0, 0), "whoever copies this file does not learn of it")
            .help(format!("Add `{name}` to `{shown}`, with a word on where its value comes from")),
    );
}

/// Whether a variable has no value of its own without an env-file: no default, and no other word in its place.
fn is_needed(used: &VariableUse) -> bool {
    matches!(used.operator, "" | ":?" | "?")
}

/// The env-files that Compose itself reads for a deployment.
fn own<'f>(facts: &'f Repository, deployment: &'f Deployment) -> impl Iterator<Item = &'f EnvFile> {
    let paths = deployment.env_files.iter().filter(|file| file.reader == Reader::Compose);
    paths.filter_map(|file| facts.env_file(file.replaced_by.as_ref().map_or(&file.path, |(path, _)| path)))
}

/// The example of an env-file: beside it, else at the root.
fn example<'f>(facts: &'f Repository, path: &'f Path) -> Option<&'f EnvFile> {
    facts.env_files_in(path.parent()?).find(|file| file.example)
}
