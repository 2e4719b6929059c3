//! `manifest.json`: hashes by which `render --check` finds stale output and edits by hand.

use super::Artifact;
use crate::resolve::Deployment;
use indexmap::IndexMap;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The name of the file, in the deployment's directory.
pub const PATH: &str = "manifest.json";

/// What the file says. Neither specc's version nor a time: the same spec gives the same bytes tomorrow.
#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    /// The hash of the resolved deployment, files aside: it changes with the meaning even where no file does.
    environment: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    /// SHA-256 by path.
    files: IndexMap<&'a str, String>,
}

/// The manifest over all other files, which are sorted by path.
pub fn emit(deployment: &Deployment, files: &[Artifact]) -> Artifact {
    let manifest = Manifest {
        version: 1,
        environment: hash(resolved(deployment).as_bytes()),
        release: deployment.release.as_ref().and_then(|release| release.tag.as_deref()),
        files: files.iter().map(|file| (file.path.as_str(), hash(file.contents.as_bytes()))).collect(),
    };
    // Strings, a number and a map of strings always have a JSON form.
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    Artifact::text(PATH, text)
}

/// The deployment as JSON. A raw block may have keys that JSON cannot say (`? [a]`); its other form is as good here.
fn resolved(deployment: &Deployment) -> String {
    serde_json::to_string(deployment).unwrap_or_else(|_| format!("{deployment:?}"))
}

/// SHA-256 in lower-case hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

fn digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 })
}
