//! Specs compiled without a disk, and the specs among the fixtures.

use specc::diagnostic::Diagnostics;
use specc::resolve::{Environment, Project, resolve};
use specc::source::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The directories below `fixtures/specs` that hold a spec, sorted.
pub fn specs() -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(fixtures().join("specs")).sort_by_file_name();
    let found: Vec<_> = walk
        .into_iter()
        .map(|entry| entry.expect("fixtures can be walked"))
        .filter(|entry| entry.file_name() == "specc.yaml")
        .filter_map(|entry| entry.path().parent().map(Path::to_path_buf))
        .collect();
    assert!(found.len() >= 8, "fixtures are missing: {found:?}");
    found
}

/// What a spec compiles to, and what is found in it.
pub fn compile(text: &str) -> (Vec<Environment>, Diagnostics) {
    let mut sources = Sources::default();
    let source = sources.add("specc.yaml", text);
    let mut diagnostics = Diagnostics::default();
    let spec = specc::spec::read(source, text, &mut diagnostics);
    let environments = match &spec {
        Some(spec) if !diagnostics.has_errors() => {
            let project = Project { sources: &sources, spec, neighbours: Vec::new() };
            resolve(&project, &mut diagnostics)
        }
        _ => Vec::new(),
    };
    (environments, diagnostics)
}

/// Every file that a spec renders to, by its path below the output directory.
///
/// # Panics
/// When the spec has errors.
pub fn render(text: &str) -> BTreeMap<String, String> {
    let (environments, diagnostics) = compile(text);
    let errors: Vec<_> = diagnostics.iter().filter(|found| found.severity().name() == "error").collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    let deployments = environments.iter().flat_map(|environment| &environment.deployments);
    deployments
        .flat_map(|deployment| {
            let artifacts = specc::emit::emit(deployment.clone());
            artifacts
                .into_iter()
                .map(|file| (format!("{}/{}", deployment.directory, file.path), file.contents))
        })
        .collect()
}
