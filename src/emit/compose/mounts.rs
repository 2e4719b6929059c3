//! What is mounted into a container, in the long form, and the hash of what specc wrote of it.

use super::super::{Artifact, manifest};
use super::file::{Bind, Mount};
use super::interpolate::literal;
use crate::resolve::Deployment;
use crate::resolve::environment::{self, Container, MountSource};

/// A mount. A bind's path must be there: see [`Bind::create_host_path`].
pub(super) fn mount(deployment: &Deployment, mount: &environment::Mount) -> Mount {
    let (kind, source) = match &mount.source {
        MountSource::Volume(key) => ("volume", Some(literal(key))),
        MountSource::Repository(path) => ("bind", Some(below_root(deployment, path))),
        MountSource::Output(path) => ("bind", Some(literal(&format!("./{}", clean(path))))),
        MountSource::Host(path) => ("bind", Some(literal(path))),
        MountSource::Tmpfs => ("tmpfs", None),
    };
    Mount {
        r#type: kind,
        source,
        target: literal(&mount.target),
        read_only: mount.read_only,
        bind: (kind == "bind").then_some(Bind { create_host_path: false }),
    }
}

/// A path of the repository as the deployment's directory sees it. It begins with a dot or a slash: Compose would take
/// anything else for a volume's name.
pub(super) fn below_root(deployment: &Deployment, path: &str) -> String {
    let root = match deployment.root.trim_end_matches('/') {
        "" => ".",
        root => root,
    };
    let root = if root.starts_with(['.', '/']) { root.to_owned() } else { format!("./{root}") };
    literal(&match clean(path) {
        "" => root,
        path => format!("{root}/{path}"),
    })
}

/// `./nginx/` is `nginx`, and `.` is nothing.
fn clean(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path == "." { "" } else { path }
}

/// A hash of the files specc wrote that the container mounts, for a label: Compose does not look into files, so a
/// container would go on with old ones. `None` when it mounts none. The confs of nginx do not count: nginx is told to
/// reload them, and certbot runs anew each time.
pub(super) fn content(container: &Container, generated: &[Artifact]) -> Option<String> {
    let mounted = container.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Output(path) if clean(path) != "nginx" => Some(clean(path)),
        _ => None,
    });
    let mounted: Vec<&str> = mounted.collect();
    // Most containers mount nothing of specc's: the list of files, as long as that of services, is not searched then.
    if mounted.is_empty() {
        return None;
    }
    let is_mounted = |file: &&Artifact| mounted.iter().any(|folder| is_below(&file.path, folder));
    let mut files: Vec<&Artifact> = generated.iter().filter(is_mounted).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if files.is_empty() {
        return None;
    }
    let hashes: Vec<String> = files
        .iter()
        .map(|file| format!("{} {}\n", manifest::hash(file.contents.as_bytes()), file.path))
        .collect();
    let mut hash = manifest::hash(hashes.concat().as_bytes());
    // Long enough that no two states of one service's files meet, short enough to read.
    hash.truncate(16);
    Some(hash)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
