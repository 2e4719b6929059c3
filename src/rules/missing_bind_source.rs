//! Files that are mounted and not there.

use super::support::Made;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Bind, Mount, MountSource, Repository};
use std::path::{Path, PathBuf};

rule! {
    /// A file is mounted that does not exist.
    ///
    /// ## What
    /// Reports a bind mount of a file of the repository (it has an extension, as configuration has) that is not there, that git
    /// does not ignore and that no script makes. Directories for data, absolute paths and sockets are left alone.
    ///
    /// ## Why
    /// Docker makes a directory where the file should be, owned by root. The container then fails with "not a directory", or
    /// reads an empty configuration, and the directory stays when the file is added later.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx:1.27
    ///     volumes: ["./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ## Fix
    /// Commit the file, or name the one that is there. In the long form a missing source stops the deploy instead:
    /// ```yaml
    ///     volumes:
    ///       - type: bind
    ///         source: ./nginx/default.conf
    ///         target: /etc/nginx/conf.d/default.conf
    ///         read_only: true
    ///         bind: { create_host_path: false }
    /// ```
    pub MISSING_BIND_SOURCE = Error "missing-bind-source";
}

/// Extensions of files that people write. What programs write (databases, logs, sockets) is made when they run.
const WRITTEN: &[&str] = &[
    "conf", "cfg", "cnf", "ini", "json", "yml", "yaml", "toml", "xml", "properties", "sql", "sh", "py", "js", "ts", "rb",
    "php", "lua", "html", "css", "template", "tmpl", "tpl", "env", "txt", "rules", "vcl", "hcl", "htpasswd", "list", "map",
];
/// Names without an extension that are files all the same.
const NAMES: &[&str] = &["Caddyfile", "Corefile", "Dockerfile", "Makefile", "crontab", "entrypoint"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let made = Made::of(facts);
    for deployment in facts.deployments.iter().filter(|deployment| !deployment.from_spec && !deployment.shown) {
        for service in deployment.services.values() {
            for mount in &service.mounts {
                let Some(path) = source(mount) else { continue };
                if !is_file(path, mount) || is_there(facts, &made, path) {
                    continue;
                }
                let shown = path.display();
                findings.push(
                    Diagnostic::new(
                        &MISSING_BIND_SOURCE,
                        format!("`{}` mounts `{shown}`, which does not exist", service.name),
                    )
                    .at(mount.span, "Docker makes an empty directory of that name")
                    .help(format!("Commit `{shown}`, or name the file that is meant; remove the directory where it was made already")),
                );
            }
        }
    }
}

fn source(mount: &Mount) -> Option<&PathBuf> {
    match &mount.source {
        MountSource::Bind(Bind::Inside(path)) if !mount.interpolated => Some(path),
        _ => None,
    }
}

fn is_file(path: &Path, mount: &Mount) -> bool {
    let written = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let extension = name.trim_start_matches('.').rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        NAMES.contains(&name) || extension.is_some_and(|extension| WRITTEN.contains(&extension.as_str()))
    };
    // Both ends are files: `./data:/x/y.d` is not.
    written(path) && mount.target.known().is_none_or(|target| written(Path::new(target)) || !target.ends_with('/'))
        && !mount.target.known().is_some_and(|target| target.ends_with(".d"))
}

/// Whether an example of the file stands beside it, from which whoever deploys makes it: `nginx.conf.example`.
fn has_example(facts: &Repository, path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    ["example", "sample", "template", "dist", "tmpl", "tpl"].iter().any(|word| {
        facts.exists(&path.with_file_name(format!("{name}.{word}")))
            || facts.exists(&path.with_file_name(format!("{stem}.{word}.{ending}")))
    })
}

fn is_there(facts: &Repository, made: &Made<'_>, path: &Path) -> bool {
    facts.exists(path) || has_example(facts, path) || facts.ignores(path) || facts.in_submodule(path) || made.has(path)
}
