//! Which confs are loaded together, and by whom.

use super::expand::{Confs, Expansion};
use super::layout::Layout;
use super::{Proxy, Software};
use super::{caddy, nginx};
use crate::facts::model::{Deployment, DeploymentId, EnvFileUse, Gap, Reader, Service};
use crate::source::Sources;
use crate::syntax::nginx::Directive;
use crate::workspace::discover::Kind;
use crate::workspace::{Files, Inventory};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The proxies of a repository: those that run in containers of its deployments, and those that no service claims.
pub fn read(files: &mut Files, inventory: &Inventory, deployments: &[Deployment]) -> Vec<Proxy> {
    let mut confs = Confs::default();
    let mut claimed = BTreeSet::new();
    let mut proxies = Vec::new();
    let paths = |kind| -> BTreeSet<&Path> { inventory.of(kind).map(|entry| entry.path.as_path()).collect() };
    let (nginx, caddy) = (paths(Kind::Nginx), paths(Kind::Caddyfile));
    let services = deployments.iter().flat_map(|it| it.services.values().map(move |service| (it, service)));
    // Most services see no conf at all.
    for (deployment, service) in services.filter(|_| !nginx.is_empty() || !caddy.is_empty()) {
        let layout = Layout::of(files, service);
        let place = (deployment.id, service.name.clone());
        if layout.places().any(|(_, path)| holds(&nginx, path)) {
            proxies.extend(served(files, &mut confs, &nginx, &layout, service, place.clone(), &mut claimed));
        }
        if layout.places().any(|(_, path)| holds(&caddy, path)) {
            proxies.extend(served_by_caddy(files, &caddy, &layout, deployment, service, place, &mut claimed));
        }
    }
    // A conf with `http` in it is a host's main conf, and those that it includes belong to it.
    let free: Vec<PathBuf> = free(inventory, Kind::Nginx);
    let (mains, parts): (Vec<&PathBuf>, Vec<&PathBuf>) =
        free.iter().filter(|path| !claimed.contains(*path)).partition(|path| {
            let conf = confs.read(files, path);
            conf.is_some_and(|(_, conf)| conf.directives.iter().any(|directive| directive.is("http")))
        });
    for path in mains {
        proxies.extend(alone(files, &mut confs, path, &mut claimed));
    }
    for path in parts {
        if !claimed.contains(path) {
            proxies.extend(alone(files, &mut confs, path, &mut claimed));
        }
    }
    for path in self::free(inventory, Kind::Caddyfile) {
        if !claimed.contains(&path) {
            let layout = Layout::beside(&path, "/etc/caddy");
            let mut reader = caddy::Reader::new(files, &layout, None, Proxy::new(Software::Caddy));
            reader.file(&path, "/etc/caddy/Caddyfile", 0);
            reader.proxy.complete = false;
            claimed.extend(reader.read);
            proxies.push(reader.proxy);
        }
    }
    proxies
}

/// Whether a path is one of these files, or a directory with one of them in it.
fn holds(paths: &BTreeSet<&Path>, path: &Path) -> bool {
    paths.range(path..).next().is_some_and(|first| first.starts_with(path))
}

/// The confs that some proxy may load by themselves: a link is what it leads to, and an example is for others to fill in.
fn free(inventory: &Inventory, kind: Kind) -> Vec<PathBuf> {
    let is_example = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.split(['.', '-', '_']).any(|word| matches!(word, "example" | "sample" | "dist"))
            || path.extension().is_some_and(|extension| extension == "in")
    };
    let entries = inventory.of(kind).filter(|entry| entry.leads_to.is_none() && !is_example(&entry.path));
    entries.map(|entry| entry.path.clone()).collect()
}

/// The confs that could not be read wholly: one gap for each, where it begins to be something else.
pub fn gaps(sources: &Sources, proxies: &[Proxy]) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    let mut gaps = Vec::new();
    for proxy in proxies {
        let what = match proxy.software {
            Software::Nginx => "a conf of nginx",
            Software::Caddy => "a Caddyfile",
        };
        for (span, message) in &proxy.faults {
            if seen.insert(span.source) {
                let reason = format!("is not the syntax of {what}: {message}");
                gaps.push(Gap { path: sources.path(*span).to_owned(), span: Some(*span), reason });
            }
        }
    }
    gaps
}

/// The Caddy that a service runs, if it runs one.
fn served_by_caddy(
    files: &mut Files,
    caddyfiles: &BTreeSet<&Path>,
    layout: &Layout,
    deployment: &Deployment,
    service: &Service,
    place: (DeploymentId, String),
    claimed: &mut BTreeSet<PathBuf>,
) -> Option<Proxy> {
    let given = words(service).windows(2).find(|two| two[0] == "--config").map(|two| two[1].clone());
    let mut main = given
        .into_iter()
        .chain(["/etc/caddy/Caddyfile".to_owned()])
        .find_map(|path| Some((path.clone(), layout.find(files, &path)?)));
    if main.is_none() {
        main = layout
            .places()
            .find(|(_, path)| caddyfiles.contains(path))
            .map(|(target, path)| (target.to_owned(), path.to_owned()));
    }
    let (seen, path) = main?;
    let proxy = Proxy { runs_in: Some(place), complete: layout.closed, ..Proxy::new(Software::Caddy) };
    let reads_unknown = |file: &EnvFileUse| {
        file.source.is_none() && matches!(&file.reader, Reader::Service(name) if *name == service.name)
    };
    let environment = caddy::Environment {
        variables: &service.environment,
        whole: !deployment.env_files.iter().any(reads_unknown),
    };
    let mut reader = caddy::Reader::new(files, layout, Some(environment), proxy);
    reader.file(&path, &seen, 0);
    claimed.extend(reader.read);
    Some(reader.proxy)
}

fn words(service: &Service) -> Vec<String> {
    let words = service.command.iter().flat_map(|command| &command.words).filter_map(|word| word.known());
    words.flat_map(|word| word.split_whitespace()).map(str::to_owned).collect()
}

/// The nginx that a service runs, if it runs one.
fn served(
    files: &mut Files,
    confs: &mut Confs,
    nginx: &BTreeSet<&Path>,
    layout: &Layout,
    service: &Service,
    place: (DeploymentId, String),
    claimed: &mut BTreeSet<PathBuf>,
) -> Option<Proxy> {
    let holds_confs = layout.places().any(|(target, path)| {
        (target == "/etc/nginx" || target.starts_with("/etc/nginx/") || runs_nginx(service))
            && holds(nginx, path)
    });
    if !holds_confs {
        return None;
    }
    let proxy = Proxy { runs_in: Some(place), complete: layout.closed, ..Proxy::new(Software::Nginx) };
    let mut expansion = Expansion::new(files, confs, layout, Some(&service.environment), proxy);
    let main = main_conf(service, expansion.files, layout);
    // The main conf of an image that others made may include anything.
    expansion.proxy.complete &= main.is_some() || is_official(service);
    let mut directives = match main {
        Some((main, path)) => {
            main.rsplit_once('/').map_or("", |(above, _)| above).clone_into(&mut expansion.etc);
            expansion.file(&path)
        }
        None => stock(&mut expansion),
    };
    // What is mounted and included nowhere goes through the hands of a script first.
    let mounted: Vec<PathBuf> = layout.places().map(|(_, path)| path.to_owned()).collect();
    for path in mounted {
        let unread = nginx.contains(path.as_path()) && !expansion.read.contains(&path);
        if unread {
            expansion.proxy.complete = false;
            directives.extend(expansion.file(&path));
        }
    }
    Some(finish(expansion, &directives, "http", claimed))
}

/// The main conf of a container, as it sees it, if it is one of the repository.
fn main_conf(service: &Service, files: &Files, layout: &Layout) -> Option<(String, PathBuf)> {
    let words = words(service);
    let given = words.windows(2).find(|two| two[0] == "-c" && is_conf(&two[1]));
    let paths = given.map(|two| two[1].as_str()).into_iter().chain([
        "/etc/nginx/nginx.conf",
        "/usr/local/openresty/nginx/conf/nginx.conf",
        "/opt/bitnami/nginx/conf/nginx.conf",
    ]);
    paths.map(str::to_owned).find_map(|path| Some((path.clone(), layout.find(files, &path)?)))
}

fn is_conf(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "conf")
}

/// What the conf of the official image includes, where it is the main one, and what its templates become.
fn stock(expansion: &mut Expansion) -> Vec<Directive> {
    let layout = expansion.layout;
    let mut found = layout.glob(expansion.files, "/etc/nginx/conf.d/*.conf");
    for (path, file) in layout.glob(expansion.files, "/etc/nginx/templates/*.template") {
        found.push((path.replace("/templates/", "/conf.d/").trim_end_matches(".template").to_owned(), file));
    }
    found.sort();
    found.into_iter().flat_map(|(_, file)| expansion.file(&file)).collect()
}

/// The image that a service runs; for one that is built here, the one that it is built upon.
fn image(service: &Service) -> Option<&str> {
    let written = match service.build.as_ref().map(|build| build.image.as_ref()) {
        Some(built) => built?.base.as_ref(),
        None => service.image.as_ref(),
    };
    written.map(|image| image.value.shape())
}

fn is_official(service: &Service) -> bool {
    let image = image(service);
    let name = image.map(|image| image.split(['@', ':']).next().unwrap_or(image));
    matches!(
        name,
        Some(
            "nginx"
                | "library/nginx"
                | "docker.io/nginx"
                | "docker.io/library/nginx"
                | "nginxinc/nginx-unprivileged"
        )
    )
}

fn runs_nginx(service: &Service) -> bool {
    image(service).is_some_and(|image| image.contains("nginx") || image.contains("openresty"))
}

/// The nginx that would load one file of the repository, somewhere.
fn alone(
    files: &mut Files,
    confs: &mut Confs,
    path: &Path,
    claimed: &mut BTreeSet<PathBuf>,
) -> Option<Proxy> {
    confs.read(files, path)?;
    let layout = Layout::beside(path, "/etc/nginx");
    let mut expansion = Expansion::new(files, confs, &layout, None, Proxy::new(Software::Nginx));
    let directives = expansion.file(path);
    expansion.proxy.complete = false;
    Some(finish(expansion, &directives, &path.display().to_string(), claimed))
}

fn finish(
    expansion: Expansion,
    directives: &[Directive],
    title: &str,
    claimed: &mut BTreeSet<PathBuf>,
) -> Proxy {
    claimed.extend(expansion.read);
    let mut reader = nginx::Reader { proxy: expansion.proxy, environment: expansion.environment };
    reader.whole(directives, title);
    reader.finish()
}
