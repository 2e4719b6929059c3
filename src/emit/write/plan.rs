//! What is there against what should be there: which files change, and what forbids it.

use super::disk::{self, Found, fault};
use super::manifest::{self, Manifest};
use super::{Action, Change, Plan, Prune, Rendered, Request, codes, gitignore, staging};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artifact;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::FileType;
use std::path::{Path, PathBuf};

/// Compares everything; the changes come in the order of their paths.
pub(super) fn plan(request: Request<'_>) -> Result<Plan, Diagnostic> {
    let (out, force) = (request.out, request.force);
    let mut planner =
        Planner { out, force, plan: Plan::default(), directories: HashMap::new(), searched: HashSet::new() };
    let (ignore, warning) = gitignore::plan(request.out)?;
    if ignore.action == Action::Create {
        planner.find(&codes::OUTPUT_MISSING, &ignore.path, "does not exist", "run `specc render`");
    }
    planner.plan.changes.push(ignore);
    planner.plan.findings.extend(warning);
    planner.left_by_an_interrupted_run("");
    let mut known: BTreeSet<String> = request.known.into_iter().collect();
    for deployment in request.deployments {
        known.insert(deployment.directory.clone());
        planner.deployment(deployment)?;
    }
    for directory in deployments_on_disk(request.out, &known) {
        let environment = directory.split('/').next().unwrap_or_default();
        let pruned = match &request.prune {
            Prune::All => true,
            Prune::Environments(names) => names.iter().any(|name| name == environment),
        };
        planner.left_over_deployment(&directory, pruned)?;
    }
    let mut plan = planner.plan;
    plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(plan)
}

struct Planner<'a> {
    out: &'a Path,
    force: bool,
    plan: Plan,
    /// Which directories are there, so that the system is asked about each once, not for each file in it.
    directories: HashMap<PathBuf, bool>,
    /// Directories in which was looked for what an interrupted run left.
    searched: HashSet<String>,
}

impl Planner<'_> {
    fn path(&self, path: &str) -> PathBuf {
        self.out.join(path)
    }

    fn find(&mut self, code: &'static Code, path: &str, what: &str, help: &str) {
        let path = self.path(path);
        self.plan.findings.push(fault(code, &path, what).help(help));
    }

    /// Something that only `force` goes over.
    fn refuse(&mut self, code: &'static Code, path: &str, what: &str, help: &str) {
        let path = self.path(path);
        let refusal = fault(code, &path, what).help(help);
        if !self.force {
            self.plan.refusals.push(refusal.clone());
        }
        self.plan.findings.push(refusal);
    }

    fn deployment(&mut self, Rendered { directory, artifacts }: Rendered) -> Result<(), Diagnostic> {
        let directory = &directory;
        let manifest = Manifest::read(self.out, directory)?;
        if let Some(damage) = &manifest.damage {
            let what =
                format!("cannot be believed ({damage}), so nobody knows which files were edited by hand");
            let help = "If no file beside it was edited by hand, `specc render --force` replaces them all";
            self.refuse(&codes::MANIFEST_DAMAGED, &format!("{directory}/{}", manifest::NAME), &what, help);
        }
        let wanted: HashSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
        let unwanted = |file: &&String| !wanted.contains(file.as_str());
        let left_over: Vec<String> = manifest.files.keys().filter(unwanted).cloned().collect();
        let (first, any) = (self.plan.changes.len(), !artifacts.is_empty());
        let (findings, new) = (self.plan.findings.len(), !self.has_directory(Path::new(directory))?);
        // A directory that waited has its own name beside those of files.
        let above = Path::new(directory).ancestors().filter(|above| !above.as_os_str().is_empty());
        let mut parents: BTreeSet<String> = above.map(|above| above.to_string_lossy().into_owned()).collect();
        for artifact in artifacts {
            let path = format!("{directory}/{}", artifact.path);
            parents.extend(Path::new(&path).parent().map(|parent| parent.to_string_lossy().into_owned()));
            if !disk::is_safe(&path) {
                let place = self.path(&path);
                return Err(fault(&codes::OUTPUT_ESCAPES, &place, "is no place for a generated file"));
            }
            let found = if new { Found::Nothing } else { self.look(&path)? };
            if !new && matches!(found, Found::Nothing) {
                self.find(&codes::OUTPUT_MISSING, &path, "does not exist", "run `specc render`");
            }
            self.artifact(&path, artifact, found, &manifest)?;
        }
        // Of a deployment that was never rendered one finding says enough.
        let created = self.plan.changes[first..].iter().all(|change| change.action == Action::Create);
        if created && !manifest.exists && any {
            self.plan.findings.truncate(findings);
            self.find(&codes::OUTPUT_MISSING, directory, "has not been rendered", "run `specc render`");
        }
        for file in &left_over {
            parents.extend(
                Path::new(&format!("{directory}/{file}"))
                    .parent()
                    .map(|parent| parent.to_string_lossy().into_owned()),
            );
            self.left_over(directory, file, &manifest, true)?;
        }
        for parent in parents {
            self.left_by_an_interrupted_run(&parent);
        }
        Ok(())
    }

    fn left_by_an_interrupted_run(&mut self, directory: &str) {
        if !self.searched.insert(directory.to_owned()) {
            return;
        }
        let names = disk::names(self.out, directory);
        let plain = |kind: &FileType| kind.is_file() || kind.is_dir();
        let stale = names.into_iter().filter(|(name, kind)| plain(kind) && staging::is_staged(name));
        self.plan.stale.extend(stale.map(|(name, _)| self.out.join(directory).join(name)));
    }

    /// Looks at `path`, of whose directory the system is asked once.
    fn look(&mut self, path: &str) -> Result<Found, Diagnostic> {
        let parent = Path::new(path).parent().unwrap_or(Path::new(""));
        if self.has_directory(parent)? { disk::look_inside(&self.path(path)) } else { Ok(Found::Nothing) }
    }

    fn has_directory(&mut self, path: &Path) -> Result<bool, Diagnostic> {
        if let Some(there) = self.directories.get(path) {
            return Ok(*there);
        }
        let there = disk::has_directory(self.out, path)?;
        self.directories.insert(path.to_path_buf(), there);
        Ok(there)
    }

    fn artifact(
        &mut self,
        path: &str,
        artifact: Artifact,
        found: Found,
        manifest: &Manifest,
    ) -> Result<(), Diagnostic> {
        let mut change =
            Change { path: path.to_owned(), action: Action::Update, new: None, old: None, ours: true };
        match found {
            Found::Nothing => change.action = Action::Create,
            Found::Directory => {
                let blocked =
                    fault(&codes::OUTPUT_BLOCKED, &self.path(path), "is a directory where a file should be");
                return Err(blocked.help("move it away"));
            }
            Found::Other(kind) => {
                change.ours = false;
                let what = format!("is {kind}, which specc did not make");
                self.refuse(
                    &codes::NOT_OURS,
                    path,
                    &what,
                    "move it away, or replace it with `specc render --force`",
                );
            }
            Found::File { contents, executable } => {
                let same = contents == artifact.contents.as_bytes();
                if same && executable == artifact.executable {
                    change.action = Action::Keep;
                } else {
                    change.ours = same || self.judge(path, &artifact.path, &contents, manifest);
                    change.old = Some(contents);
                }
            }
        }
        if change.action != Action::Keep {
            change.new = Some(Artifact { path: path.to_owned(), ..artifact });
        }
        self.plan.changes.push(change);
        Ok(())
    }

    /// Reports a file that will get another content. Whether specc knows what is in it.
    fn judge(&mut self, path: &str, name: &str, contents: &[u8], manifest: &Manifest) -> bool {
        let replace = "or replace it with `specc render --force`";
        if name == manifest::NAME && manifest.exists {
            // Another reader than a person: one finding says that the manifest is damaged, the others what is stale.
            if manifest.damage.is_none() {
                self.find(&codes::OUTPUT_STALE, path, "is not what the spec gives now", "run `specc render`");
            }
            return manifest.damage.is_none();
        }
        if manifest.wrote(name, contents) {
            self.find(&codes::OUTPUT_STALE, path, "is not what the spec gives now", "run `specc render`");
            return true;
        }
        if manifest.damage.is_some() {
            // Said once, of the manifest.
            return false;
        }
        if manifest.files.contains_key(name) {
            let help = format!("take the change over into the spec, {replace}");
            self.refuse(
                &codes::GENERATED_FILE_EDITED,
                path,
                "was edited by hand after specc wrote it",
                &help,
            );
            return true;
        }
        self.refuse(&codes::NOT_OURS, path, "was not written by specc", &format!("move it away, {replace}"));
        false
    }

    /// A file that the old manifest lists and that nothing asks for any more.
    fn left_over(
        &mut self,
        directory: &str,
        file: &str,
        manifest: &Manifest,
        pruned: bool,
    ) -> Result<(), Diagnostic> {
        let path = format!("{directory}/{file}");
        let found = disk::look(self.out, &path)?;
        let (old, ours) = match found {
            Found::Nothing => return Ok(()),
            Found::File { contents, .. } => {
                let ours = file == manifest::NAME || manifest.wrote(file, &contents);
                (Some(contents), ours)
            }
            Found::Directory => {
                self.find(
                    &codes::OUTPUT_LEFT_OVER,
                    &path,
                    "is a directory where specc had a file",
                    "move it away",
                );
                return Ok(());
            }
            Found::Other(_) => (None, false),
        };
        if ours {
            let help = if pruned {
                "`specc render` removes it"
            } else {
                "`specc render`, of all environments, removes it"
            };
            self.find(&codes::OUTPUT_LEFT_OVER, &path, "is no longer part of what the spec gives", help);
        } else if pruned {
            let what = "is no longer part of what the spec gives, but was edited by hand";
            let help = "move it away, or remove it with `specc render --force`";
            self.refuse(&codes::GENERATED_FILE_EDITED, &path, what, help);
        }
        if pruned {
            self.plan.changes.push(Change { path, action: Action::Remove, new: None, old, ours });
        }
        Ok(())
    }

    fn left_over_deployment(&mut self, directory: &str, pruned: bool) -> Result<(), Diagnostic> {
        let manifest = Manifest::read(self.out, directory)?;
        let before = self.plan.findings.len();
        let refused = self.plan.refusals.len();
        for file in manifest.files.keys().map(String::as_str).chain([manifest::NAME]) {
            self.left_over(directory, file, &manifest, pruned)?;
        }
        // One finding for all files that are as specc left them.
        let refusals = self.plan.refusals[refused..].to_vec();
        self.plan.findings.truncate(before);
        let help = if pruned {
            "`specc render` removes it"
        } else {
            "`specc render`, of all environments, removes it"
        };
        self.find(&codes::OUTPUT_LEFT_OVER, directory, "belongs to no deployment of the spec", help);
        self.plan.findings.extend(refusals);
        Ok(())
    }
}

/// The directories below `out` with a manifest of ours, `production` or `production/ubuntu`, save those that are known.
fn deployments_on_disk(out: &Path, known: &BTreeSet<String>) -> Vec<String> {
    let directories = |parent: &str| {
        let names =
            disk::names(out, parent).into_iter().filter(|(_, kind)| kind.is_dir()).map(|(name, _)| name);
        names
            .filter(|name| !staging::is_staged(name))
            .map(|name| if parent.is_empty() { name } else { format!("{parent}/{name}") })
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for environment in directories("") {
        let hosts = directories(&environment);
        found.push(environment);
        found.extend(hosts);
    }
    found.retain(|directory| {
        let ours = |manifest: Manifest| manifest.exists && manifest.damage.is_none();
        !known.contains(directory) && Manifest::read(out, directory).is_ok_and(ours)
    });
    found
}
