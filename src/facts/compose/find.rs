//! Which files a call of Compose reads, with which variables, under which name.

use super::codes;
use super::load::Work;
use super::request::Request;
use super::substitute::{Site, substitute};
use super::variables::{Variable, Variables};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Fact, ProjectName, ProjectOrigin, Supply};
use crate::facts::value::Value;
use crate::source::Span;
use crate::workspace::{Files, clean};
use std::path::{Path, PathBuf};

/// The names of a Compose file, the strongest first.
pub const FILE_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of a file that is merged onto it by itself, the strongest first.
pub const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// What a call comes down to.
pub(super) struct Call {
    pub(super) files: Vec<PathBuf>,
    pub(super) directory: PathBuf,
    pub(super) variables: Variables,
    pub(super) profiles: Vec<String>,
}

impl Work<'_> {
    /// Finds the files and variables of a call.
    pub(super) fn call(&mut self, request: &Request) -> Call {
        let started = clean(&self.files.base().join(&request.directory));
        let absolute = |path: &PathBuf| clean(&started.join(path));
        let project = request.project_directory.as_ref().map(absolute);
        let mut named: Vec<PathBuf> = request.files.iter().map(absolute).collect();
        let mut variables = Variables::new(&request.variables, request.shell);
        let own_env: Vec<(PathBuf, Option<Span>)> = if request.env_files.is_empty() {
            let listed = variables.known("COMPOSE_ENV_FILES").unwrap_or_default();
            let listed = listed.split(',').filter(|path| !path.is_empty());
            listed.map(|path| (absolute(&PathBuf::from(path)), None)).collect()
        } else {
            request.env_files.iter().map(|path| (absolute(path), None)).collect()
        };
        let directory_of = |files: &[PathBuf]| match (&project, files.first()) {
            (Some(project), _) => project.clone(),
            (None, Some(first)) => first.parent().unwrap_or(first).to_path_buf(),
            (None, None) => started.clone(),
        };
        let before = directory_of(&named);
        self.env(&own_env, &before, &mut variables);
        if named.is_empty()
            && let Some(listed) = variables.known("COMPOSE_FILE").filter(|listed| !listed.is_empty())
        {
            let separator =
                variables.known("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty()).unwrap_or(":");
            named = listed.split(separator).map(|path| absolute(&PathBuf::from(path))).collect();
        }
        if named.is_empty() {
            named = discover(self.files, &before);
            if named.is_empty() {
                let message = format!("there is no Compose file in `{}` or above it", before.display());
                self.out.faults.push(
                    Diagnostic::new(&codes::NO_COMPOSE_FILE, message)
                        .in_file(&before)
                        .help("start specc where the Compose file is, or name it with `-f`"),
                );
            }
        }
        let directory = directory_of(&named);
        if directory != before && own_env.is_empty() {
            self.env(&[], &directory, &mut variables);
        }
        let mut profiles = request.profiles.clone();
        if profiles.is_empty() {
            let listed = variables.known("COMPOSE_PROFILES").unwrap_or_default();
            profiles = listed.split(',').map(|profile| profile.trim().to_owned()).collect();
        }
        Call { files: named, directory, variables, profiles }
    }

    /// Adds what the env-files say, or the `.env` of a directory.
    fn env(&mut self, own: &[(PathBuf, Option<Span>)], directory: &Path, variables: &mut Variables) {
        let lines = if own.is_empty() {
            let default = directory.join(".env");
            let disabled = variables
                .known("COMPOSE_DISABLE_ENV_FILE")
                .is_some_and(|value| matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True"));
            if disabled || !self.files.is_file(&default) {
                return;
            }
            let outer = variables.clone();
            self.env_lines(&[(default, None)], &outer, variables)
        } else {
            let outer = variables.clone();
            self.env_lines(own, &outer, variables)
        };
        for (key, line) in lines {
            if key.is_empty()
                || key.contains('\0')
                || line.value.known().is_some_and(|value| value.contains('\0'))
            {
                self.out.faults.push(
                    Diagnostic::new(&codes::DOTENV_SYNTAX, "no variable of the environment can be like this")
                        .at(line.span, "not a line of an env-file")
                        .help("write `NAME=value`, and end the last line"),
                );
                continue;
            }
            variables.add(&key, Variable { value: line.value, supply: Supply::EnvFile(line.key) });
        }
    }

    /// The project's name. Whatever decides it, it is the value of `COMPOSE_PROJECT_NAME` from here on.
    pub(super) fn name(&mut self, request: &Request, call: &mut Call) -> ProjectName {
        let written = self.written_name(call);
        let default =
            call.directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut name = if let Some(flag) =
            request.project.clone().filter(|flag| flag.known().is_none_or(|name| !name.is_empty()))
        {
            self.strict(flag, ProjectOrigin::Flag)
        } else if let Some(variable) = call
            .variables
            .get("COMPOSE_PROJECT_NAME")
            .filter(|variable| variable.value.known().is_none_or(|value| !value.is_empty()))
        {
            let (origin, span) = match &variable.supply {
                Supply::EnvFile(span) => (ProjectOrigin::EnvFile, Some(*span)),
                Supply::Script(span) => (ProjectOrigin::Shell, Some(*span)),
                _ => (ProjectOrigin::Shell, None),
            };
            match span {
                Some(span) => {
                    let fact = Fact { value: variable.value.clone(), span, interpolated: false };
                    self.strict(fact, origin)
                }
                None => ProjectName {
                    value: variable.value.clone(),
                    origin,
                    span: None,
                    interpolated: false,
                    written: None,
                },
            }
        } else if let Some(fact) = &written {
            let value = fact.value.clone().map(|name| normalise(&name));
            if value.known().is_some_and(String::is_empty) {
                let fault =
                    Diagnostic::new(&codes::COMPOSE_PROJECT_NAME, "the project's name comes out empty");
                self.out.faults.push(
                    fault
                        .at(fact.span, "nothing of this is left")
                        .help("name it with letters, digits, `-` and `_`"),
                );
            }
            ProjectName {
                value,
                origin: ProjectOrigin::Name,
                span: Some(fact.span),
                interpolated: fact.interpolated,
                written: None,
            }
        } else {
            let name = normalise(&default);
            if name.is_empty() && !call.files.is_empty() {
                let message = format!("no project name can be made of the directory `{default}`");
                self.out.faults.push(
                    Diagnostic::new(&codes::COMPOSE_PROJECT_NAME, message)
                        .in_file(&call.directory)
                        .help("write `name:` in the Compose file"),
                );
            }
            ProjectName {
                value: Value::Known(name),
                origin: ProjectOrigin::Directory,
                span: None,
                interpolated: false,
                written: None,
            }
        };
        name.written = written;
        let supply = Supply::Compose;
        call.variables.set("COMPOSE_PROJECT_NAME", Variable { value: name.value.clone(), supply });
        name
    }

    /// A name that Compose takes only as it is.
    fn strict(&mut self, fact: Fact<String>, origin: ProjectOrigin) -> ProjectName {
        if let Some(name) = fact.known()
            && normalise(name) != *name
        {
            let message = format!("`{name}` is no project name");
            self.out.faults.push(
                Diagnostic::new(&codes::COMPOSE_PROJECT_NAME, message)
                    .at(fact.span, "this name")
                    .help("use lower-case letters, digits, `-` and `_`, and begin with a letter or digit"),
            );
        }
        ProjectName {
            value: fact.value,
            origin,
            span: Some(fact.span),
            interpolated: fact.interpolated,
            written: None,
        }
    }

    /// What `name:` says in the last of the files that say something.
    fn written_name(&mut self, call: &Call) -> Option<Fact<String>> {
        let mut found: Option<(String, Span)> = None;
        for path in &call.files {
            let Ok(source) = self.files.read(path) else { continue };
            let parsed = self.cache.tree(self.files, source);
            let Some(tree) = &parsed.tree else { continue };
            for root in tree.documents() {
                if let Some((_, value)) = tree.get(*root, "name")
                    && let Some(text) =
                        tree.text(value).filter(|text| !text.is_empty() && !tree.is_null(value))
                {
                    found = Some((text.to_owned(), tree.value_span(value)));
                }
            }
        }
        let (text, span) = found?;
        let site = Site { span, path: &|| "name".to_owned(), record: false };
        match substitute(&text, &site, &call.variables, &mut Vec::new()) {
            Ok(outcome) => Some(Fact {
                value: outcome.value.map(std::borrow::Cow::into_owned),
                span,
                interpolated: outcome.interpolated,
            }),
            // Told when the file itself is read.
            Err(_) => Some(Fact { value: Value::Known(text), span, interpolated: true }),
        }
    }
}

/// The Compose file in a directory or above it, and its override.
fn discover(files: &Files, start: &Path) -> Vec<PathBuf> {
    let first = |directory: &Path, names: &[&str]| {
        let mut path = directory.join(names[0]);
        names
            .iter()
            .any(|name| {
                path.set_file_name(name);
                files.is_file(&path)
            })
            .then_some(path)
    };
    for directory in start.ancestors() {
        if let Some(base) = first(directory, &FILE_NAMES) {
            return std::iter::once(base).chain(first(directory, &OVERRIDE_NAMES)).collect();
        }
    }
    Vec::new()
}

/// A name as Compose makes one: lower case, letters, digits, `-` and `_`, beginning with neither of the last two.
pub fn normalise(name: &str) -> String {
    let kept: String = name
        .to_lowercase()
        .chars()
        .filter(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-')
        })
        .collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}
