//! Mounts of the long form, and memory in the place of a directory.

use super::fact;
use crate::facts::compose::Node;
use crate::facts::model::{Bind, Fact, Mount, MountSource};
use crate::workspace::clean;
use std::path::Path;

/// The mounts of a service.
pub(super) fn mounts(service: &Node, base: &Path) -> Vec<Mount> {
    let written = super::items(service.get("volumes")).filter_map(|node| mount(node, base));
    let memory = service.get("tmpfs");
    let one = memory.filter(|node| node.as_list().is_none());
    written.chain(super::items(memory).chain(one).filter_map(in_memory)).collect()
}

/// An item of `tmpfs:`, such as `/run:size=1m`.
fn in_memory(node: &Node) -> Option<Mount> {
    let written = node.fact()?;
    let path = |text: String| text.split(':').next().unwrap_or_default().to_owned();
    Some(Mount {
        source: MountSource::Tmpfs,
        target: Fact {
            value: written.value.map(path),
            span: written.span,
            interpolated: written.interpolated,
        },
        read_only: false,
        creates_source: false,
        span: node.span,
        interpolated: node.interpolated,
    })
}

fn mount(node: &Node, base: &Path) -> Option<Mount> {
    let map = node.as_map()?;
    let kind = fact(map, "type")?;
    let written = fact(map, "source");
    let known = written.as_ref().and_then(Fact::known);
    let source = match (kind.known().map(String::as_str), known) {
        (Some("volume"), Some(key)) => MountSource::Volume(key.clone()),
        (Some("volume"), None) if written.is_none() => MountSource::Anonymous,
        (Some("bind"), Some(path)) => MountSource::Bind(bind(path, base)),
        (Some("tmpfs"), _) => MountSource::Tmpfs,
        (Some("volume" | "bind") | None, _) => MountSource::Unknown,
        (Some(_), _) => MountSource::Other,
    };
    let creates = node.at(&["bind", "create_host_path"]);
    Some(Mount {
        source,
        target: fact(map, "target")?,
        read_only: node.get("read_only").is_some_and(Node::is_true),
        creates_source: creates.is_some_and(Node::is_true),
        span: node.span,
        interpolated: node.interpolated || written.is_some_and(|source| source.interpolated),
    })
}

/// A path of the host. Compose has made it absolute already, but for `~`, which is somebody's home.
fn bind(path: &str, base: &Path) -> Bind {
    if path.starts_with('~') {
        return Bind::Outside(path.into());
    }
    let path = clean(&base.join(path));
    match path.strip_prefix(base) {
        Ok(inside) => Bind::Inside(inside.to_path_buf()),
        Err(_) => Bind::Outside(path),
    }
}
