//! What an earlier run says it wrote.

use super::disk::{self, Found};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The file's name in a deployment's directory.
pub(super) const NAME: &str = "manifest.json";
/// The version of its format.
const VERSION: u64 = 1;

/// What is known about who wrote the files of a deployment.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Files, relative to the deployment's directory, with the hash they were written with. Several, where a run was
    /// interrupted between staging its manifest and putting it in place.
    pub(super) files: BTreeMap<String, BTreeSet<String>>,
    /// Whether there is one.
    pub(super) exists: bool,
    /// Why it cannot be believed.
    pub(super) damage: Option<String>,
}

impl Manifest {
    /// Reads the manifest of `directory` below `out`, and the one that an interrupted run staged there.
    pub(super) fn read(out: &Path, directory: &str) -> Result<Self, crate::diagnostic::Diagnostic> {
        let mut manifest = Self::default();
        match disk::look(out, &format!("{directory}/{NAME}"))? {
            Found::Nothing => {}
            Found::File { contents, .. } => {
                manifest.exists = true;
                manifest.damage = manifest.take(&contents).err();
            }
            Found::Directory => manifest.damage = Some("it is a directory".into()),
            Found::Other(kind) => manifest.damage = Some(format!("it is {kind}")),
        }
        let staged = format!("{directory}/{}", super::staging::staged(NAME));
        if let Ok(Found::File { contents, .. }) = disk::look(out, &staged) {
            // One that was cut off says nothing.
            let _ = manifest.take(&contents);
        }
        Ok(manifest)
    }

    /// Whether this content is what specc wrote to `path`.
    pub(super) fn wrote(&self, path: &str, contents: &[u8]) -> bool {
        self.files.get(path).is_some_and(|hashes| hashes.contains(&hash(contents)))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => return Err(format!("its version is {other}, and this specc knows {VERSION}")),
            None => return Err("it has no version".into()),
        }
        let files = value.get("files").and_then(serde_json::Value::as_object).ok_or("it lists no files")?;
        let mut read = Vec::new();
        for (path, hash) in files {
            let hash = hash.as_str().ok_or_else(|| format!("its hash of `{path}` is not text"))?;
            // Whoever can write a manifest must not be able to have any file removed.
            if !disk::is_safe(path) {
                return Err(format!("it lists `{path}`, which specc does not write"));
            }
            read.push((path.clone(), hash.trim_start_matches("sha256:").to_owned()));
        }
        for (path, hash) in read {
            self.files.entry(path).or_default().insert(hash);
        }
        Ok(())
    }
}

/// The release that the files of `directory` below `out` were rendered with, if one was given.
pub(super) fn release(out: &Path, directory: &str) -> Option<String> {
    let Ok(Found::File { contents, .. }) = disk::look(out, &format!("{directory}/{NAME}")) else {
        return None;
    };
    let value: serde_json::Value = serde_json::from_slice(&contents).ok()?;
    value.get("release")?.as_str().map(ToOwned::to_owned)
}

/// The sha256 of `contents` as the manifest writes it.
pub(super) fn hash(contents: &[u8]) -> String {
    Sha256::digest(contents).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
