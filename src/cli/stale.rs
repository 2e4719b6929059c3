//! What `specc lint` asks of rendered output: whether it is what the spec gives now.

use super::compile::{self, Compiled};
use crate::emit::write::{self, Prune, Request};
use crate::facts::{Kind, model::Repository};
use std::mem::ManuallyDrop;
use std::path::Path;

/// Says of each directory of output below a spec's `deploy` whether it is stale. `root` and `started` are
/// absolute. A spec with errors says nothing: those are reported as they are.
pub(super) fn mark(facts: &mut Repository, root: &Path, started: &Path) {
    if facts.outputs.is_empty() {
        return;
    }
    let specs: Vec<_> = facts.inventory.of(Kind::Spec).map(|entry| entry.path.clone()).collect();
    for spec in specs {
        let out = spec.parent().unwrap_or(Path::new("")).join("deploy");
        if !facts.outputs.iter().any(|output| output.directory.starts_with(&out)) {
            continue;
        }
        let compiled = ManuallyDrop::new(compile::compile_spec(started, &root.join(&spec)));
        if !compiled.diagnostics.has_errors() {
            compare(facts, &compiled, root, &out);
        }
    }
}

fn compare(facts: &mut Repository, compiled: &Compiled, root: &Path, out: &Path) {
    let full = root.join(out);
    let rendered = compiled.deployments().filter(|deployment| {
        let directory = out.join(&deployment.directory);
        facts.outputs.iter().any(|output| output.directory == directory)
    });
    let request = Request {
        out: &full,
        within: None,
        deployments: rendered
            .map(|deployment| {
                let release = write::last_release(&full, &deployment.directory);
                compile::render(&mut deployment.clone(), &full, &compiled.root, release)
            })
            .collect(),
        known: compiled.deployments().map(|deployment| deployment.directory.clone()).collect(),
        prune: Prune::All,
        force: false,
    };
    // What cannot be compared, `specc render --check` explains.
    let Ok(plan) = write::inspect(request) else { return };
    let stale = [&write::codes::OUTPUT_STALE, &write::codes::OUTPUT_LEFT_OVER];
    let paths = plan.findings.iter().filter(|found| stale.contains(&found.code));
    for path in paths.filter_map(|found| found.path.as_deref()?.strip_prefix(root).ok()) {
        if let Some(output) = facts.outputs.iter_mut().find(|output| path.starts_with(&output.directory)) {
            output.stale = true;
        }
    }
}
