//! `manifest.json`: hashes by which `render --check` finds stale output and edits by hand.

use super::Artifact;
use crate::resolve::Deployment;
use indexmap::IndexMap;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, BufWriter, Write};

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
        environment: resolved(deployment),
        release: deployment.release.as_ref().and_then(|release| release.tag.as_deref()),
        files: files.iter().map(|file| (file.path.as_str(), hash(file.contents.as_bytes()))).collect(),
    };
    // Strings, a number and a map of strings always have a JSON form.
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    Artifact::text(PATH, text)
}

/// The hash of the deployment as JSON, which may be larger than all of its files: it is never there as a whole. A raw
/// block may have keys that JSON cannot say (`? [a]`); its other form is as good here.
fn resolved(deployment: &Deployment) -> String {
    let mut json = BufWriter::with_capacity(1 << 13, Hashed(Sha256::new()));
    let whole = serde_json::to_writer(&mut json, deployment).is_ok();
    match json.into_inner() {
        Ok(Hashed(hasher)) if whole => hexadecimal(&hasher.finalize()),
        _ => hash(format!("{deployment:?}").as_bytes()),
    }
}

/// What is written only to be hashed.
struct Hashed(Sha256);

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// SHA-256 in lower-case hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

fn digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 })
}
