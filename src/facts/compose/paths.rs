//! Relative paths made absolute, wherever a path of this machine stands.

use super::map::Map;
use super::node::{Data, Node};
use crate::workspace::clean;
use std::path::{Path, PathBuf};

/// What relative paths start from.
#[derive(Clone, Debug)]
pub(super) struct Base<'b> {
    /// The project directory, absolute.
    pub(super) directory: &'b Path,
    /// What `~` stands for; none where that cannot be known.
    pub(super) home: Option<&'b Path>,
}

impl Base<'_> {
    /// `path` from the project directory.
    pub(super) fn join(&self, path: &str) -> PathBuf {
        match self.expand(path) {
            Some(expanded) => clean(&self.directory.join(expanded)),
            None => PathBuf::from(path),
        }
    }

    /// `~` at the start of a path replaced; none where that cannot be done.
    fn expand(&self, path: &str) -> Option<PathBuf> {
        match path.strip_prefix('~') {
            Some("") => self.home.map(Path::to_path_buf),
            Some(rest) if rest.starts_with('/') => Some(self.home?.join(rest.trim_start_matches('/'))),
            _ => Some(PathBuf::from(path)),
        }
    }

    /// Makes the text of a node absolute; one that begins with a drive of Windows is.
    fn absolute(&self, node: &mut Node) {
        let Some(text) = node.as_text() else { return };
        if text.starts_with('/') || is_windows(text) {
            return;
        }
        let joined = self.join(text).to_string_lossy().into_owned();
        node.data = Data::Text(joined);
    }

    /// As [`Self::absolute`], but nothing stays nothing.
    fn absolute_if_any(&self, node: &mut Node) {
        if node.as_text().is_some_and(|text| !text.is_empty()) {
            self.absolute(node);
        }
    }

    fn context(&self, node: &mut Node) {
        const REMOTE: [&str; 6] = ["https://", "http://", "git://", "ssh://", "github.com/", "git@"];
        let local = node.as_text().is_some_and(|text| {
            !text.contains("://")
                && !text.starts_with("service:")
                && !REMOTE.iter().any(|prefix| text.starts_with(prefix))
        });
        if local {
            self.absolute_if_any(node);
        }
    }

    /// Resolves every path of a whole file.
    pub(super) fn resolve(&self, model: &mut Node) {
        let Data::Map(top) = &mut model.data else { return };
        for (kind, entry) in top.iter_mut() {
            let Data::Map(things) = &mut entry.node.data else { continue };
            for thing in things.values_mut() {
                match kind.as_str() {
                    "services" => self.service(&mut thing.node),
                    "secrets" | "configs" => self.key(&mut thing.node, "file", Self::absolute),
                    "volumes" => self.volume(&mut thing.node),
                    _ => {}
                }
            }
        }
    }

    fn key(&self, node: &mut Node, key: &str, change: impl Fn(&Self, &mut Node)) {
        if let Some(entry) = node.as_map_mut().and_then(|map| map.get_mut(key)) {
            change(self, &mut entry.node);
        }
    }

    fn items(&self, node: &mut Node, change: impl Fn(&Self, &mut Node)) {
        if let Data::List(list) = &mut node.data {
            for item in list {
                change(self, item);
            }
        }
    }

    fn service(&self, service: &mut Node) {
        self.key(service, "build", |base, build| {
            base.key(build, "context", Self::context);
            base.key(build, "additional_contexts", |base, contexts| {
                for entry in contexts.as_map_mut().into_iter().flat_map(Map::values_mut) {
                    base.context(&mut entry.node);
                }
            });
            base.key(build, "ssh", |base, ssh| {
                for entry in ssh.as_map_mut().into_iter().flat_map(Map::values_mut) {
                    base.absolute_if_any(&mut entry.node);
                }
            });
        });
        self.key(service, "env_file", |base, files| {
            base.items(files, |base, item| base.key(item, "path", Self::absolute_if_any));
        });
        self.key(service, "label_file", |base, files| base.items(files, Self::absolute_if_any));
        self.key(service, "extends", |base, extends| {
            base.key(extends, "file", |base, file| {
                if !file.as_text().is_some_and(is_remote) {
                    base.absolute_if_any(file);
                }
            });
        });
        self.key(service, "develop", |base, develop| {
            base.key(develop, "watch", |base, watch| {
                base.items(watch, |base, item| base.key(item, "path", Self::absolute_if_any));
            });
        });
        self.key(service, "volumes", |base, volumes| {
            base.items(volumes, |base, mount| {
                if mount.get("type").and_then(Node::as_text) == Some("bind") {
                    base.key(mount, "source", Self::absolute);
                }
            });
        });
    }

    /// A volume that is a directory of the host in disguise.
    fn volume(&self, volume: &mut Node) {
        let text = |path: &[&str]| volume.at(path).and_then(Node::as_text);
        if text(&["driver"]) == Some("local") && text(&["driver_opts", "o"]) == Some("bind") {
            self.key(volume, "driver_opts", |base, options| base.key(options, "device", Self::absolute));
        }
    }
}

/// `C:\` and the like, and `\\server\share`.
fn is_windows(text: &str) -> bool {
    let bytes = text.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    // Of `\\server\share` only what stands behind it makes a path.
    let share = text
        .strip_prefix(r"\\")
        .is_some_and(|rest| rest.split('\\').filter(|part| !part.is_empty()).count() > 2);
    drive || share
}

/// Whether a reference to a file leads to another machine.
pub(super) fn is_remote(text: &str) -> bool {
    ["https://", "http://", "git://", "ssh://", "github.com/", "git@", "oci://"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
}
