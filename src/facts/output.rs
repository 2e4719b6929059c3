//! Manifests of specc's own output → which of the files they list are no longer as specc wrote them.

use super::model::{ChangedOutput, Output};
use crate::source::{SourceId, Span};
use crate::workspace::{Files, Inventory};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Component, Path};

/// The name of a manifest.
const MANIFEST: &str = "manifest.json";

/// What stands in each directory of output.
pub(super) fn read(files: &mut Files, inventory: &Inventory) -> Vec<Output> {
    inventory.outputs.iter().filter_map(|directory| output(files, directory)).collect()
}

fn output(files: &mut Files, directory: &Path) -> Option<Output> {
    let source = files.read(&directory.join(MANIFEST)).ok()?;
    let text = files.sources().get(source).text.clone();
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    let mut changed = Vec::new();
    for (name, hash) in value.get("files")?.as_object()? {
        let (name, Some(hash)) = (Path::new(name), hash.as_str()) else { continue };
        // A manifest lists what is below it. Another one is not ours.
        if name.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let path = directory.join(name);
        // Nobody keeps a copy of what git ignores: that it is gone says nothing.
        if !files.exists(&path) {
            if !files.is_ignored(&path) {
                changed.push(ChangedOutput { path, span: entry(source, &text, name), missing: true });
            }
            continue;
        }
        let Ok(found) = files.read(&path) else { continue };
        let written = &files.sources().get(found).text;
        if sha256(written) != hash.trim_start_matches("sha256:") {
            changed.push(ChangedOutput { path, span: head(found, written), missing: false });
        }
    }
    Some(Output { directory: directory.to_owned(), manifest: head(source, &text), changed, stale: false })
}

/// The first line of a text.
fn head(source: SourceId, text: &str) -> Span {
    Span::new(source, 0, text.lines().next().unwrap_or_default().len())
}

/// The path of a file in the manifest.
fn entry(source: SourceId, manifest: &str, name: &Path) -> Span {
    let quoted = format!("\"{}\"", name.display());
    match manifest.find(&quoted) {
        Some(start) => Span::new(source, start, start + quoted.len()),
        None => head(source, manifest),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hash, byte| {
        // Writing to a string does not fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}
