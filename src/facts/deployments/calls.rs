//! From the calls of Compose in scripts to candidates.

use super::candidate::{Candidate, Replacement};
use super::copies::{self, Copy};
use super::names::{self, Named};
use super::written;
use super::{Context, domain};
use crate::facts::compose::{Given, Request, Shell};
use crate::facts::model::{ByName, Evidence, Fact, Invocation};
use crate::facts::script::docker::{ComposeCall, Docker, DockerCall, StackDeploy, recognise};
use crate::facts::script::{Command, Directory, Script, ScriptKind, Word};
use crate::source::{Sources, Span, shown};
use crate::workspace::discover::is_automatic_override;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// One call of Compose, not yet told what its unknown words are.
pub(super) struct Call<'s> {
    pub(super) script: usize,
    pub(super) command: usize,
    pub(super) of: &'s Script,
    /// The file that the script is written in.
    pub(super) path: PathBuf,
    pub(super) at: &'s Command,
    pub(super) docker: DockerCall,
    /// Which of the script's commands write a file on another machine that the script spells out.
    pub(super) spelled_out: Rc<Vec<usize>>,
    /// What the script copies and links, in order.
    copies: Rc<Vec<Copy<'s>>>,
}

impl Call<'_> {
    /// The subcommand.
    pub(super) fn subcommand(&self) -> &str {
        match &self.docker.what {
            Docker::Compose(call) => call.subcommand.as_ref().map_or("", |subcommand| &subcommand.value),
            Docker::StackDeploy(_) => "deploy",
            Docker::Other(_) => "",
        }
    }

    /// Whether it is about no Compose file at all: it asks which Compose there is, or what runs anywhere.
    fn asks_only(&self) -> bool {
        matches!(&self.docker.what, Docker::Compose(call) if call.is(&["version", "help", "ls"])
            || call.subcommand.is_none() && !call.uncertain && call.files.is_empty())
    }

    /// Whether CI only looks at one file, or makes images of it: that says nothing of who runs it.
    pub(super) fn only_checks(&self) -> bool {
        let Docker::Compose(call) = &self.docker.what else { return false };
        self.of.ci
            && self.at.host().is_none()
            && self.docker.engine.is_none()
            && call.files.len() < 2
            && call.files_variable.is_none()
            && call.is(&["config", "build", "pull", "push", "ps", "logs", "images"])
    }

    /// The copies before it, in the same run on the same machine.
    pub(super) fn copies(&self) -> Vec<&Copy<'_>> {
        let before = self.copies.iter().take_while(|copy| copy.place < self.command);
        before.filter(|copy| copy.at.runs_with(self.at) && copy.at.hosts == self.at.hosts).collect()
    }

    /// Whether it brings something up, and so says what is deployed.
    pub(super) fn starts(&self) -> bool {
        matches!(self.subcommand(), "up" | "start" | "restart" | "run" | "create" | "deploy")
    }
}

/// Every call of Compose, in order.
pub(super) fn calls<'s>(sources: &Sources, scripts: &'s [Script]) -> Vec<Call<'s>> {
    let mut found = Vec::new();
    for (script, of) in scripts.iter().enumerate() {
        let copies: OnceCell<Rc<Vec<Copy<'_>>>> = OnceCell::new();
        let spelled_out: OnceCell<Rc<Vec<usize>>> = OnceCell::new();
        for (command, at) in of.commands.iter().enumerate() {
            match recognise(at) {
                Some(call) if !matches!(call.what, Docker::Other(_)) => {
                    let call = Call {
                        script,
                        command,
                        of,
                        path: sources.get(of.source).path.clone(),
                        at,
                        docker: call,
                        spelled_out: spelled_out
                            .get_or_init(|| Rc::new(written::spelled_out(sources, of)))
                            .clone(),
                        copies: copies.get_or_init(|| Rc::new(copies::of_script(of))).clone(),
                    };
                    if !call.asks_only() {
                        found.push(call);
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// The candidates of one call: one for each environment that its unknown words can name.
pub(super) fn candidates(context: &Context<'_>, call: &Call<'_>) -> Vec<Candidate> {
    let copies = call.copies();
    let words: Vec<&Word> = match &call.docker.what {
        Docker::Compose(compose) => compose
            .files
            .iter()
            .chain(&compose.files_variable)
            .chain(&compose.env_files)
            .chain(&compose.project_directory)
            .chain(copies.iter().map(|copy| copy.from))
            .collect(),
        Docker::StackDeploy(deploy) => deploy.files.iter().collect(),
        Docker::Other(_) => return Vec::new(),
    };
    let domains = domain::values(words, context.paths, &directories(call), &context.holes);
    // Environments are told apart by one variable; a second one would multiply guesses.
    let Some((variable, values)) = domains.into_iter().max_by_key(|(_, values)| values.len()) else {
        return candidate(context, call, &copies, None).into_iter().collect();
    };
    values.iter().filter_map(|value| candidate(context, call, &copies, Some((&variable, value)))).collect()
}

/// The directories of the repository to which the words of a call may be relative, the likeliest first.
fn directories(call: &Call<'_>) -> Vec<PathBuf> {
    let Directory::Inside(directory) = &call.at.directory else { return Vec::new() };
    let mut all = vec![directory.clone()];
    if call.at.directory_assumed {
        let script = call.path.parent().unwrap_or(Path::new(""));
        all.extend(script.ancestors().map(Path::to_path_buf));
    }
    all
}

fn candidate(
    context: &Context<'_>,
    call: &Call<'_>,
    copies: &[&Copy<'_>],
    value: Option<(&str, &str)>,
) -> Option<Candidate> {
    let told = |word: &Word| match value {
        Some((name, value)) => domain::substitute(word, name, value),
        None => word.clone(),
    };
    let told_all = |words: &[Word]| paths(&words.iter().map(told).collect::<Vec<_>>());
    let (compose, stack) = match &call.docker.what {
        Docker::Compose(compose) => (Some(&**compose), None),
        Docker::StackDeploy(deploy) => (None, Some(deploy)),
        Docker::Other(_) => return None,
    };
    let mut files = match (compose, stack) {
        (Some(ComposeCall { files, .. }), _) | (_, Some(StackDeploy { files, .. })) => told_all(files)?,
        _ => Vec::new(),
    };
    if let Some(variable) = compose.and_then(|call| call.files_variable.as_ref()).filter(|_| files.is_empty())
    {
        files =
            told(variable).known()?.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    }
    // Programs beside Compose have files of their own.
    if files.iter().any(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        return None;
    }
    // An env-file that nobody has here is what it is when nobody sets its variable.
    let env_files = compose.map_or(&[][..], |call| &call.env_files);
    let env_files = paths(&env_files.iter().map(|word| domain::usual(told(word))).collect::<Vec<_>>())?;
    if written::over(call, &files) {
        return None;
    }
    let directory = match context.read_instead(call).filter(|_| files.is_empty()) {
        Some(copied) => {
            files = vec![copied.ok()?];
            PathBuf::new()
        }
        None => context.directory(call, &files)?,
    };
    // What is `-f /opt/app/compose.yaml` on the machine is `compose.yaml` of what was copied there.
    let files: Vec<PathBuf> = files.into_iter().map(|path| context.local(&directory, &path)).collect();
    let env_files: Vec<PathBuf> =
        env_files.into_iter().map(|path| context.local(&directory, &path)).collect();
    let project_directory = match compose.and_then(|call| call.project_directory.as_ref()) {
        Some(word) => Some(context.local(&directory, &PathBuf::from(told(word).known()?))),
        None => None,
    };
    let mut replaced = BTreeMap::new();
    for copy in copies {
        let (from, to) = (told(copy.from), told(copy.to));
        let place = |word: &Word| context.at(copy.at, &directory, word);
        if let (Some(by), Some(path)) = (place(&from), place(&to))
            && context.paths.contains(&shown(&by))
            && by != path
        {
            replaced.insert(path, Replacement { by, span: copy.at.span });
        }
    }
    let request = Request {
        project_directory,
        project: compose
            .and_then(|call| call.project.as_ref())
            .or_else(|| stack?.stack.as_ref())
            .map(|word| fact(&told(word))),
        profiles: compose.map(profiles).unwrap_or_default(),
        variables: variables(context, call, value),
        shell: Shell::Unknown,
        files,
        env_files,
        ..Request::new(directory)
    };
    let environment = environment(call, &request, &replaced, value);
    Some(Candidate {
        environment,
        replaced,
        host: host(call, value),
        invocations: vec![Invocation {
            script: call.script,
            command: call.command,
            span: call.docker.span,
            subcommand: call.subcommand().to_owned(),
        }],
        because: vec![Evidence { span: call.docker.span, text: "called here".to_owned() }],
        swarm: stack.is_some(),
        ci: call.of.ci && call.at.host().is_none() && call.docker.engine.is_none(),
        guessed: false,
        request,
    })
}

/// All of the paths, if each is known.
fn paths(words: &[Word]) -> Option<Vec<PathBuf>> {
    words
        .iter()
        .map(|word| match word.pieces.first() {
            // Below the checkout: a path of its root.
            Some(crate::facts::script::Piece::Root) => Directory::Inside(PathBuf::new())
                .join_pieces(&word.pieces)
                .inside()
                .map(|path| Path::new("/").join(path)),
            _ => word.known().map(PathBuf::from),
        })
        .collect()
}

fn profiles(call: &ComposeCall) -> Vec<String> {
    let listed = call.profiles.iter().filter_map(Word::known).map(str::to_owned);
    let variable = call.profiles_variable.as_ref().and_then(Word::known).unwrap_or_default();
    listed.chain(variable.split(',').filter(|name| !name.is_empty()).map(str::to_owned)).collect()
}

/// The variables that Compose gets from the script, of those that decide anything.
fn variables(context: &Context<'_>, call: &Call<'_>, value: Option<(&str, &str)>) -> ByName<Given> {
    let exported = call.at.variables.iter().filter(|(_, variable)| variable.exported);
    exported
        .filter(|(name, _)| name.starts_with("COMPOSE_") || context.variables.contains(name.as_str()))
        .filter(|(name, _)| !matches!(name.as_str(), "COMPOSE_FILE" | "COMPOSE_PROFILES"))
        .map(|(name, variable)| {
            let word = match value {
                Some((unknown, value)) => domain::substitute(&variable.value, unknown, value),
                None => variable.value.clone(),
            };
            (name.clone(), Given { value: fact(&word).value, span: Some(variable.span) })
        })
        .collect()
}

/// A word as a value of the model.
pub(super) fn fact(word: &Word) -> Fact<String> {
    use crate::facts::script::Piece;
    let interpolated =
        word.pieces.iter().any(|piece| matches!(piece, Piece::Unknown { .. })) || word.raw.contains('$');
    let value = word.value_with_shape();
    Fact { value, span: word.span, interpolated }
}

fn host(call: &Call<'_>, value: Option<(&str, &str)>) -> Option<Fact<String>> {
    let word = call.docker.engine.as_ref().or_else(|| call.at.host().map(|host| &host.target))?;
    // Docker's own words for the engine at hand.
    if matches!(word.known(), Some("default" | "unix:///var/run/docker.sock")) {
        return None;
    }
    let word = match value {
        Some((name, value)) => domain::substitute(word, name, value),
        None => word.clone(),
    };
    Some(fact(&word))
}

/// The environment that a call is about, the strongest sign first.
fn environment(
    call: &Call<'_>,
    request: &Request,
    replaced: &BTreeMap<PathBuf, Replacement>,
    value: Option<(&str, &str)>,
) -> Option<(Named, Option<Span>)> {
    let span = Some(call.docker.span);
    // What stands among the tests is no environment of theirs, whatever they try.
    let tests = |part: std::path::Component<'_>| {
        part.as_os_str().to_str().is_some_and(|name| matches!(name, "test" | "tests" | "__tests__" | "e2e"))
    };
    let among_tests = |path: &Path| path.components().any(tests);
    let directory = request.directory.as_path();
    if among_tests(directory)
        || !request.files.is_empty() && request.files.iter().all(|path| among_tests(path))
    {
        return names::in_text("test").map(|named| (named, span));
    }
    if let Some(named) = value.and_then(|(_, value)| names::called(value)) {
        return Some((named, span));
    }
    let infix = |path: &PathBuf| path.file_name()?.to_str().and_then(names::infix).and_then(names::in_text);
    let copied =
        replaced.values().find_map(|replacement| Some((infix(&replacement.by)?, Some(replacement.span))));
    let compose = match &call.docker.what {
        Docker::Compose(compose) => Some(compose),
        _ => None,
    };
    let variable = |name: &str| call.at.variables.get(name).and_then(|variable| variable.value.known());
    let named = ["ENVIRONMENT", "ENV", "APP_ENV", "DEPLOY_ENV", "NODE_ENV", "STAGE"];
    copied
        .or_else(|| request.env_files.iter().rev().find_map(infix).map(|named| (named, span)))
        // An override goes on with what the files before it are for.
        .or_else(|| {
            let of_themselves = |path: &&PathBuf| {
                !path.file_name().and_then(|name| name.to_str()).is_some_and(is_automatic_override)
            };
            let named = request.files.iter().rev().filter(of_themselves).find_map(infix);
            named.or_else(|| request.files.iter().rev().find_map(infix)).map(|named| (named, span))
        })
        .or_else(|| {
            let project = compose?.project.as_ref().or(compose?.project_variable.as_ref())?;
            names::in_text(project.known()?).map(|named| (named, Some(project.span)))
        })
        .or_else(|| {
            let choice =
                call.at.choices.iter().rev().find_map(|choice| names::in_text(choice.value.as_deref()?));
            choice.map(|named| (named, span))
        })
        .or_else(|| {
            let word = call.of.job.as_ref()?.environment.as_ref()?;
            names::in_text(word.known()?).map(|named| (named, Some(word.span)))
        })
        .or_else(|| named.iter().find_map(|name| names::in_text(variable(name)?)).map(|named| (named, span)))
        .or_else(|| names::in_text(&shown(&request.directory)).map(|named| (named, span)))
        .or_else(|| match &call.of.kind {
            ScriptKind::Target(name) | ScriptKind::Job(name) | ScriptKind::Npm(name) => {
                names::in_text(name).map(|named| (named, Some(call.of.span)))
            }
            ScriptKind::Shell | ScriptKind::Cron => None,
        })
}
