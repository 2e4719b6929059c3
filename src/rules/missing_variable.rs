//! Variables that must be there and are not.

use super::support::Spoken;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::model::{Deployment, Reader, Repository, Stage, Supply, VariableUse};
use crate::source::Span;
use std::cell::OnceCell;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

rule! {
    /// A deployment needs a variable that nothing gives it.
    ///
    /// ## What
    /// Reports `${NAME:?}` of a deployment whose env-file does not have it although that of another environment does, or whose
    /// env-file is kept out of git while the example beside it, which names most of what is needed, does not name it. An
    /// example that says at its head that it is of local development is not that of a deployment.
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
    let known = Known { facts, families: OnceCell::new(), spoken: Spoken::by_scripts(facts) };
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
    /// What scripts and workflows speak of.
    spoken: Spoken<'f>,
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
}

/// Its env-files are there, and lack it.
fn not_supplied(known: &Known<'_>, deployment: &Deployment, used: &VariableUse, findings: &mut Findings<'_>) {
    let facts = known.facts;
    let Some(file) = own(facts, deployment).last() else { return };
    let other = known.others(file).find_map(|other| Some((other, other.get(&used.name)?)));
    let shown = examples(facts, &file.path, deployment).any(|example| example.get(&used.name).is_some());
    if other.is_none() && shown || known.spoken.names(&used.name) {
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
    let examples: Vec<&EnvFile> =
        examples(known.facts, &path, deployment).filter(|example| !is_of_another(known.facts, example, deployment)).collect();
    // The one that is the environment's own is what people copy.
    let own = examples.iter().find(|example| example.environment.is_some());
    let Some(example) = own.or(examples.first()) else { return };
    if examples.iter().any(|example| example.get(&used.name).is_some())
        || known.spoken.names(&used.name)
        || deployment.from_spec
    {
        return;
    }
    // An example that names few of those that are needed is one of something else, and so is one of development.
    let needed: BTreeSet<&str> =
        deployment.variables.iter().filter(|used| is_needed(used)).map(|used| used.name.as_str()).collect();
    let unnamed = needed.iter().filter(|name| example.get(name).is_none()).count();
    let of_development = !deployment.is_development()
        && example.environment.is_none()
        && is_of_development(&known.facts.sources.get(example.source).text);
    if needed.len() > 1 && unnamed * 2 > needed.len() || of_development {
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

/// Whether an example has the name of another deployment's Compose file: `.env.queue.example` of `compose.queue.yaml`.
fn is_of_another(facts: &Repository, example: &EnvFile, deployment: &Deployment) -> bool {
    const NAMELESS: &[&str] = &["env", "example", "sample", "template", "dist", "tpl", "default", "defaults"];
    let name = example.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut words = name.split('.').filter(|word| !word.is_empty() && !NAMELESS.contains(word));
    let (Some(of), None) = (words.next(), words.next()) else { return false };
    let is_named = |deployment: &Deployment| {
        deployment.files.iter().any(|file| {
            let name = facts.sources.get(*file).path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.split('.').any(|word| word == of)
        })
    };
    !is_named(deployment) && facts.deployments.iter().any(is_named)
}

/// Whether an example says at its head that it is of somebody's own machine.
fn is_of_development(text: &str) -> bool {
    let head = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    head.map(str::to_lowercase).any(|line| {
        ["local dev", "local environment", "development environment", "for development", "for local"]
            .iter()
            .any(|words| line.contains(words))
    })
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

/// The examples beside an env-file from which this deployment's may be made: those of no other environment.
fn examples<'f>(
    facts: &'f Repository,
    path: &'f Path,
    deployment: &'f Deployment,
) -> impl Iterator<Item = &'f EnvFile> {
    let beside = path.parent().into_iter().flat_map(|directory| facts.env_files_in(directory));
    beside.filter(|file| file.example).filter(|file| match (&file.environment, &deployment.environment) {
        (Some(of), Some(ours)) => of.name == ours.name,
        _ => true,
    })
}
