//! Deployments of somebody's own machine that no name tells: by what they hold, and by what stands beside them.

use super::names;
use crate::catalog;
use crate::facts::model::{Bind, Build, Deployment, Fact, MODES, Mount, MountSource, Service, Stage};
use crate::source::Sources;
use crate::workspace::clean;
use crate::workspace::discover::{DEFAULT_NAMES, is_automatic_override};
use foldhash::HashMap;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Words of commands that follow changes of the sources.
const FOLLOWING: &[&str] =
    &["--reload", "--watch", "nodemon", "start:dev", "dev", "watch", "runserver", "air"];

/// Finds, among the deployments of which nothing says for whom they run, those of development.
pub(super) fn recognise(found: &mut [Deployment], sources: &Sources) {
    // Where a file is named for production, the one that Compose finds by itself is for everybody else.
    let production: Vec<(PathBuf, Vec<String>)> = found
        .iter()
        .filter(|deployment| {
            deployment.environment.as_ref().is_some_and(|environment| environment.name == "production")
        })
        .filter_map(|deployment| {
            let name =
                |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            // What is read on top of it is the override of one machine.
            let paths = deployment.files.iter().rev().map(|file| &sources.get(*file).path);
            let path = paths.into_iter().find(|path| !is_automatic_override(&name(path)))?;
            // Production of the very same file says nothing of other calls.
            let named = !DEFAULT_NAMES.contains(&name(path).as_str());
            let services = deployment.services.keys().cloned().collect();
            named.then(|| Some((path.parent()?.to_path_buf(), services))).flatten()
        })
        .collect();
    // Those in each directory and below it.
    let mut below: HashMap<PathBuf, Vec<usize>> = HashMap::default();
    for (at, (directory, _)) in production.iter().enumerate() {
        for above in directory.ancestors() {
            below.entry(above.to_path_buf()).or_default().push(at);
        }
    }
    for deployment in found {
        // What nobody starts and is there to be copied is nobody's system.
        deployment.shown = deployment.invocations.is_empty()
            && deployment.files.first().is_some_and(|first| is_shown(&sources.get(*first).path));
        // Whatever it is called: what keeps nothing is there for tests.
        if deployment.host.is_none() && deployment.services.values().any(forgets) {
            deployment.stage = Stage::Development;
        }
        if deployment.shown {
            deployment.stage = Stage::Development;
        }
        let vague = deployment.environment.as_ref().map(|environment| names::is_vague(&environment.name));
        if deployment.stage != Stage::Unknown || deployment.host.is_some() || vague == Some(false) {
            continue;
        }
        let beside_production = deployment.files.first().is_some_and(|first| {
            let path = &sources.get(*first).path;
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let services = &deployment.services;
            DEFAULT_NAMES.contains(&name)
                && path.parent().and_then(|here| below.get(here)).into_iter().flatten().any(|at| {
                    let (directory, theirs) = &production[*at];
                    let common = || theirs.iter().filter(|name| services.contains_key(*name)).count();
                    path.parent() == Some(directory) || common() > 1 && common() * 2 >= services.len()
                })
        });
        let said = deployment.files.iter().any(|file| is_said_so(&sources.get(*file).text));
        let here = vague == Some(true) && deployment.services.values().any(is_reached_here);
        if beside_production || said || here || deployment.services.values().any(is_developed) {
            deployment.stage = Stage::Development;
        }
    }
}

/// Whether a file stands among examples, or what a generator copies.
pub(crate) fn is_shown(path: &Path) -> bool {
    is_template(path)
        || directories(path)
            .any(|name| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| is_among(SHOWN, word)))
}

/// Whether a file stands among what a generator copies and puts together: `_template`, but not `email-templates`.
pub(super) fn is_template(path: &Path) -> bool {
    directories(path).any(|name| is_among(TEMPLATES, name.trim_matches(['_', '.'])))
}

fn directories(path: &Path) -> impl Iterator<Item = Cow<'_, str>> {
    let parts = path.parent().into_iter().flat_map(Path::components);
    parts.map(|part| part.as_os_str().to_string_lossy())
}

fn is_among(words: &[&str], word: &str) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// Words of directories whose files are there to be copied.
const SHOWN: &[&str] = &["example", "examples", "sample", "samples"];

/// Names of directories from which a generator makes others.
const TEMPLATES: &[&str] =
    &["template", "templates", "generators", "stubs", "skeleton", "scaffold", "blueprints"];

/// Whether the comments at the top of a Compose file, before its services, say that it is for development. Comments never
/// show a defect; that there is none they may.
fn is_said_so(text: &str) -> bool {
    const SAYING: &[&str] = &[
        "local development",
        "for development",
        "development environment",
        "development only",
        "local dev ",
    ];
    let head = text.lines().take(30).take_while(|line| !line.starts_with("services:"));
    let comments = head.filter_map(|line| Some(line.strip_prefix('#')?.to_lowercase()));
    // A line with the name of a file may speak of another one.
    let comments: Vec<String> =
        comments.filter(|line| !line.contains(".yml") && !line.contains(".yaml")).collect();
    let says = |words: &[&str]| comments.iter().any(|line| words.iter().any(|word| line.contains(word)));
    // The first line is a title: `Dev compose`, `Docker Compose for testing`.
    let title = comments.iter().find(|line| line.contains(char::is_alphabetic));
    let titled = title.is_some_and(|title| {
        let mut words = title.split(|c: char| !c.is_ascii_alphanumeric());
        title.contains("compose") && words.any(|word| matches!(word, "dev" | "development" | "testing"))
    });
    (titled || says(SAYING)) && !says(&["production", "staging", "deploy"])
}

/// Whether a service is one that somebody works on while it runs.
fn is_developed(service: &Service) -> bool {
    let mode =
        service.environment.iter().filter(|(name, _)| MODES.contains(&name.as_str())).any(|(_, variable)| {
            let value = variable.value.as_ref().and_then(Fact::known);
            value.is_some_and(|value| {
                matches!(value.to_lowercase().as_str(), "development" | "dev" | "local" | "test")
            })
        });
    let target = service.build.as_ref().and_then(|build| build.target.as_ref()).and_then(Fact::known);
    let target =
        target.is_some_and(|target| matches!(target.as_str(), "dev" | "development" | "local" | "debug"));
    let follows = service.command.iter().flat_map(|command| &command.words).any(|word| {
        word.known().is_some_and(|word| word.split_whitespace().any(|word| FOLLOWING.contains(&word)))
    });
    let mounted = service
        .build
        .as_ref()
        .and_then(sources_of)
        .is_some_and(|context| service.mounts.iter().any(|mount| mounts_sources(mount, &context)));
    let dockerfile = service.build.as_ref().and_then(|build| build.dockerfile.as_ref()).and_then(Fact::known);
    let dockerfile = dockerfile
        .and_then(|path| names::in_text(path.rsplit('/').next().unwrap_or(path)))
        .is_some_and(|named| named.stage == Stage::Development);
    mode || target || follows || mounted || dockerfile || is_called_so(service) || catches_mail(service)
}

/// Whether what it tells browsers of itself is an address of their own machine.
fn is_reached_here(service: &Service) -> bool {
    service.environment.iter().any(|(name, variable)| {
        let public = name.split('_').any(|word| matches!(word, "PUBLIC" | "EXTERNAL" | "BROWSER"));
        let value = variable.value.as_ref().and_then(Fact::known);
        public
            && value.is_some_and(|value| {
                value.split_once("://").is_some_and(|(_, rest)| {
                    ["localhost", "127.0.0.1"].iter().any(|host| rest.starts_with(host))
                })
            })
    })
}

/// Whether it keeps every mail to itself, for whoever develops to look at.
fn catches_mail(service: &Service) -> bool {
    let program = service.repository().and_then(|name| name.rsplit('/').next());
    program.is_some_and(|name| matches!(name, "mailpit" | "mailhog" | "maildev" | "mailcatcher" | "smtp4dev"))
}

/// Whether a database has its data in memory.
fn forgets(service: &Service) -> bool {
    let Some(preset) = service.repository().and_then(catalog::by_image) else { return false };
    let in_memory = |path: &str| {
        service.mounts.iter().any(|mount| {
            let target = mount.target.known().map(|target| target.trim_end_matches('/'));
            matches!(mount.source, MountSource::Tmpfs) && target == Some(path)
        })
    };
    preset.data.iter().any(|data| in_memory((data.path)(service.tag().unwrap_or_default())))
}

/// Whether its container, or the image that only this machine has, is called after development: `shop-dev`, `minio_local`.
/// The first word says what it is: `local-ai`.
fn is_called_so(service: &Service) -> bool {
    let container = service.container_name.as_ref().and_then(Fact::known).map(String::as_str);
    let image = service.repository().filter(|name| !name.contains('/') && service.build.is_none());
    container.into_iter().chain(image).any(|name| {
        let words = name.split(['-', '_', '.']).skip(1);
        words.into_iter().any(|word| matches!(word, "dev" | "development" | "local"))
    })
}

/// The directory that an image is built from.
fn sources_of(build: &Build) -> Option<PathBuf> {
    let context = build.context.known()?;
    (!context.contains("://")).then(|| clean(&build.base.join(context)))
}

/// Whether a mount puts the sources that the image was built from over those in it.
fn mounts_sources(mount: &Mount, context: &Path) -> bool {
    let MountSource::Bind(Bind::Inside(path)) = &mount.source else { return false };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path == context || path.starts_with(context) && matches!(name, "src" | "app" | "lib" | "source")
}
