//! Secrets that everybody knows.

use super::support::{ByFile, Replaced, Spoken, is_given, is_placeholder_secret, quoted};
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::env::EnvFile;
use crate::facts::is_shown;
use crate::facts::model::{Deployment, Repository, Service, Stage, Supply, VariableUse};
use crate::source::{SourceId, Span};
use crate::syntax::secrets::is_secret_name;
use foldhash::HashSet;
use indexmap::IndexMap;
use std::cell::OnceCell;

rule! {
    /// A deployed environment has a placeholder for a secret.
    ///
    /// ## What
    /// Reports variables that are named like secrets and hold what examples hold (`changeme`, `your-key-here`, `xxx`, or
    /// what everybody tries first), in the env-files and Compose files of staging, production and their like; there as
    /// defaults, too (`${JWT_SECRET:-changeme}`), where no env-file or script of the repository gives the variable; but
    /// not that of a store which publishes no port, where an example names it. Of an env-file that is read for interpolation
    /// alone, what Compose puts in somewhere or passes on counts. Examples, demos and development are left alone, and so is an
    /// env-file that nobody reads where other values of it are to be filled in, too (`ghcr.io/OWNER/REPOSITORY`).
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

/// Literals of Compose files, with the variable's name and the environments that get them.
type Written<'f> = IndexMap<Span, (&'f str, Vec<String>)>;

/// Variables and where what stands for their secrets is written.
type Places<'f> = Vec<(&'f str, Span)>;

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let (by_file, replaced) = (OnceCell::new(), Replaced::of(facts));
    let is_real = |file: &&EnvFile| {
        !file.example && file.stage == Stage::Deployed && !file.environment.as_ref().is_some_and(|of| is_demo(&of.name))
    };
    for file in facts.env_files.iter().filter(is_real) {
        in_file(facts, (&by_file, &replaced), file, findings);
    }
    let mut defaults =
        Defaults { facts, replaced: &replaced, spoken: Spoken::by_scripts(facts), seen: HashSet::default() };
    let mut written: Written<'_> = IndexMap::new();
    for deployment in facts.deployments.iter().filter(|deployment| is_real_deployment(deployment)) {
        in_compose(facts, &replaced, deployment, &mut written);
        defaults.look(deployment, findings);
    }
    for (place, (name, of)) in &written {
        report(&[(name, *place)], &plain(of), findings);
    }
}

/// What is written for several environments at once, each named: one literal is one cause.
fn plain(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
        [] => String::new(),
    }
}

fn in_file<'f>(
    facts: &'f Repository,
    (by_file, replaced): (&OnceCell<ByFile<'f>>, &Replaced<'_>),
    file: &'f EnvFile,
    findings: &mut Findings<'_>,
) {
    let of = file.environment.as_ref().map_or("this environment", |environment| environment.name.as_str());
    let mut found: Places<'_> = Vec::new();
    for entry in file.entries() {
        let stays = |text: &str| is_placeholder_secret(&entry.key, text) && !replaced.has(text);
        if let Some(value) = entry.value.as_ref().filter(|value| stays(&value.text)) {
            found.push((&entry.key, value.span));
        }
    }
    if found.is_empty() {
        return;
    }
    let by_file = by_file.get_or_init(|| ByFile::of_all(facts));
    if !by_file.knows(file) && (is_to_be_copied(&facts.sources.get(file.source).text) || is_to_be_filled_in(file)) {
        return;
    }
    let readers = by_file.readers(file);
    found.retain(|(name, _)| readers.get(name));
    report(&found, of, findings);
}

/// Whether a deployment surely is one that others use: the name of its environment says so and not only that it is another
/// one, or it is known where it runs.
fn is_real_deployment(deployment: &Deployment) -> bool {
    const REAL: &[&str] =
        &["production", "staging", "preprod", "preview", "canary", "uat", "qa", "acceptance", "beta"];
    deployment.stage == Stage::Deployed
        && match &deployment.environment {
            Some(environment) => deployment.host.is_some() || REAL.contains(&environment.name.as_str()),
            None => true,
        }
}

fn is_demo(environment: &str) -> bool {
    matches!(environment, "demo" | "sandbox")
}

/// Whether values of an env-file that are no secrets wait for somebody to fill them in.
fn is_to_be_filled_in(file: &EnvFile) -> bool {
    const MARKS: &[&str] = &["OWNER/REPO", "YOUR_", "YOUR-", "your-org", "your-user", "your-repo", "CHANGE_ME", "CHANGEME"];
    let values = file.entries().filter(|entry| !is_secret_name(&entry.key)).filter_map(|entry| entry.value.as_ref());
    values.into_iter().any(|value| {
        let text = value.text.trim();
        MARKS.iter().any(|mark| text.contains(mark)) || text.starts_with('<') && text.ends_with('>')
    })
}

/// Whether a file says at its head that it is an example, whatever its name is: "Copy this file to .env".
fn is_to_be_copied(text: &str) -> bool {
    let head = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    head.map(str::to_lowercase).any(|line| {
        ["copy this", "copy to ", "copy it to ", "cp ", "rename this", "save this file as"]
            .iter()
            .any(|words| line.trim_start_matches(['#', ' ', '$']).starts_with(words) && line.contains(".env"))
    })
}

fn in_compose<'f>(
    facts: &Repository,
    replaced: &Replaced<'_>,
    deployment: &'f Deployment,
    written: &mut Written<'f>,
) {
    for service in deployment.services.values() {
        for (name, variable) in service.environment.iter().filter(|(_, variable)| !variable.from_file) {
            let Some(value) = variable.value.as_ref().filter(|value| !value.interpolated) else { continue };
            // Of nobody's environment in particular, and it says itself that it is of development.
            let of_development = |text: &str| {
                deployment.environment.is_none()
                    && deployment.host.is_none()
                    && ["dev_", "dev-", "local_", "local-"].iter().any(|start| text.starts_with(start))
            };
            if value.known().is_some_and(|text| of_development(text)) {
                continue;
            }
            let stands = value.known().is_some_and(|text| is_placeholder_secret(name, text) && !replaced.has(text));
            if stands && !is_shown(&facts.sources.get(value.span.source).path) {
                let (_, of) = written.entry(value.span).or_insert_with(|| (name, Vec::new()));
                if !of.contains(&deployment.title()) {
                    of.push(deployment.title());
                }
            }
        }
    }
}

/// `${JWT_SECRET:-changeme}`: what a deployment starts with that nobody gave the variable.
struct Defaults<'f> {
    facts: &'f Repository,
    replaced: &'f Replaced<'f>,
    spoken: Spoken<'f>,
    /// Two environments that read one file have one default.
    seen: HashSet<Span>,
}

impl Defaults<'_> {
    fn look(&mut self, deployment: &Deployment, findings: &mut Findings<'_>) {
        let mut files: IndexMap<SourceId, Places<'_>> = IndexMap::new();
        for used in &deployment.variables {
            if !self.stands(deployment, used) {
                continue;
            }
            let places = files.entry(used.span.source).or_default();
            if self.seen.insert(used.span) && !places.iter().any(|(name, _)| *name == used.name) {
                places.push((&used.name, used.span));
            }
        }
        for places in files.values().filter(|places| !places.is_empty()) {
            let (verb, them) =
                if places.len() == 1 { ("falls", "a placeholder") } else { ("fall", "placeholders") };
            let message = format!("{} of {} {verb} back to {them}", listed(places), deployment.title());
            let finding = Diagnostic::new(&PLACEHOLDER_SECRET, message);
            let finding = label(finding, places, "what everybody knows, where nothing gives the variable");
            findings.push(finding.help(format!(
                "Let Compose stop instead: `${{{}:?}}`; and keep the value in an env-file that git ignores",
                places[0].0
            )));
        }
    }

    /// Whether an example tells people to set the variable.
    fn is_shown_to_set(&self, name: &str) -> bool {
        self.facts.env_files.iter().any(|file| file.example && file.get(name).is_some())
    }

    /// Whether a default is a placeholder that nothing in the repository replaces.
    fn stands(&self, deployment: &Deployment, used: &VariableUse) -> bool {
        let word = used.word.as_deref().unwrap_or_default();
        matches!(used.operator, ":-" | "-")
            && matches!(used.supply, Supply::Nobody | Supply::Unknown(_))
            && is_placeholder_secret(&used.name, word)
            && !is_shown(&self.facts.sources.get(used.span.source).path)
            && !self.replaced.has(word)
            && !self.spoken.names(&used.name)
            && !is_demanded(deployment, &used.name)
            && !(self.is_shown_to_set(&used.name) && is_kept_inside(deployment, &used.name))
            && is_kept(deployment, used.span)
    }
}

/// Whether a variable is the password of stores that nothing outside of the deployment reaches.
fn is_kept_inside(deployment: &Deployment, name: &str) -> bool {
    let gets = |service: &Service| {
        let mut uses = deployment.variables.iter().filter(|used| used.name == name);
        uses.any(|used| {
            let mut values = service.environment.values().filter_map(|variable| variable.value.as_ref());
            values.any(|value| {
                value.span.source == used.span.source
                    && value.span.start <= used.span.start
                    && used.span.end <= value.span.end
            })
        })
    };
    let internal =
        |service: &Service| service.known_image().is_some_and(|image| image.kind.is_internal());
    let mut stores =
        deployment.services.values().filter(|service| internal(service) && gets(service)).peekable();
    stores.peek().is_some() && stores.all(|store| store.ports.is_empty())
}

/// Whether Compose stops where nothing gives the variable: it is demanded elsewhere.
fn is_demanded(deployment: &Deployment, name: &str) -> bool {
    deployment.variables.iter().any(|used| used.name == name && matches!(used.operator, ":?" | "?"))
}

/// Whether a container gets what is written at this place: no later file says otherwise.
fn is_kept(deployment: &Deployment, place: Span) -> bool {
    let given = deployment.services.values().flat_map(|service| service.environment.values());
    given.filter_map(|variable| variable.value.as_ref()).any(|value| {
        value.span.source == place.source && value.span.start <= place.start && place.end <= value.span.end
    })
}

fn report(places: &[(&str, Span)], of: &str, findings: &mut Findings<'_>) {
    if places.is_empty() {
        return;
    }
    let message = match places {
        [(name, _)] => format!("`{name}` of {of} is a placeholder"),
        many => format!("{} of {of} are placeholders", listed(many)),
    };
    let finding = label(Diagnostic::new(&PLACEHOLDER_SECRET, message), places, "stands for a secret, and is none");
    let given: Vec<&str> = places.iter().map(|(name, _)| *name).filter(|name| is_given(name)).collect();
    findings.push(finding.help(match given.as_slice() {
        [] => "Make one up that nobody else has, `openssl rand -hex 32`, in a file that git ignores".to_owned(),
        all if all.len() == places.len() => {
            "Put in the one that the service gave you, in a file that git ignores".to_owned()
        }
        some => format!(
            "Put in for {} what the service gave you, and make up the rest, `openssl rand -hex 32`, in a file that git \
             ignores",
            quoted(some)
        ),
    }));
}

/// The first few by their names, and how many there are besides.
fn listed(places: &[(&str, Span)]) -> String {
    let names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
    match names.as_slice() {
        [one, two, rest @ ..] if rest.len() > 1 => format!("`{one}`, `{two}` and {} more", rest.len()),
        few => quoted(few),
    }
}

fn label(finding: Diagnostic, places: &[(&str, Span)], text: &str) -> Diagnostic {
    places.iter().enumerate().fold(finding, |finding, (at, (_, span))| {
        finding.at(*span, if at == 0 { text } else { "and here" })
    })
}
