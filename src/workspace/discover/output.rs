//! Directories that specc itself wrote, known by their manifest.

use super::Inventory;
use std::path::{Path, PathBuf};

/// The name of a manifest.
const MANIFEST: &str = "manifest.json";
/// A manifest lists the files of one deployment.
const LIMIT: u64 = 4 << 20;

/// Finds the manifests among the files that are not read, and says of each file they list whose it is.
pub(super) fn mark(root: &Path, inventory: &mut Inventory) {
    let manifests =
        inventory.others.iter().filter(|path| path.file_name().is_some_and(|name| name == MANIFEST));
    let found: Vec<(PathBuf, Vec<String>)> =
        manifests.filter_map(|path| Some((path.parent()?.to_owned(), listed(&root.join(path))?))).collect();
    for (directory, files) in found {
        for entry in &mut inventory.files {
            let inside = entry.path.strip_prefix(&directory).ok().and_then(Path::to_str);
            if inside.is_some_and(|inside| files.iter().any(|file| file == inside)) {
                entry.output = Some(directory.clone());
            }
        }
        inventory.outputs.push(directory);
    }
}

/// The files that a manifest of ours lists; none if it is another program's.
fn listed(path: &Path) -> Option<Vec<String>> {
    let about = path.metadata().ok().filter(|about| about.is_file() && about.len() < LIMIT);
    let bytes = about.and_then(|_| std::fs::read(path).ok())?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    value.get("version")?.as_u64()?;
    let environment = value.get("environment")?.as_str()?.trim_start_matches("sha256:");
    let is_hash = environment.len() == 64 && environment.bytes().all(|byte| byte.is_ascii_hexdigit());
    let files = value.get("files")?.as_object().filter(|_| is_hash)?;
    Some(files.keys().cloned().collect())
}
