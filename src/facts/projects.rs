//! The projects of a tree: the files that can say something of each other. What is in two of them never meets, so that
//! each can be read, judged and let go by itself.

use super::deployments::claimed_by_name;
use super::settings;
use crate::spec::model::Lint;
use crate::workspace::discover::{Entry, Kind};
use crate::workspace::git::Git;
use crate::workspace::{Inventory, discover, on_cores};
use foldhash::fast::RandomState;
use foldhash::{HashMap, HashSet};
use indexmap::IndexMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A tree of files, taken apart.
#[derive(Debug)]
pub struct Tree {
    /// Where it begins, an absolute path.
    pub root: PathBuf,
    /// What git knows of it.
    pub(super) git: Arc<Git>,
}

impl Tree {
    /// The tree at `root`, an absolute path.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), git: Arc::new(Git::open(root)) }
    }

    /// All of it that `lint` says to look at.
    pub fn inventory(&self, lint: &Lint) -> Inventory {
        let mut inventory = discover(&self.root, &self.git);
        settings::exclude(&mut inventory, lint);
        inventory
    }

    /// The projects in it, at least one. A directory that something of the repository speaks of is one project with all
    /// that is below it; directories whose files may meet on a host or in a network are one, too.
    pub fn projects(&self, lint: &Lint) -> Vec<Inventory> {
        let inventory = self.inventory(lint);
        // Settings that give files their environments may bring any two together; so does what stands at the root.
        let at_root = |entry: &Entry| !is_passive(entry.kind) && parent(&entry.path) == Path::new("");
        if lint.environments.iter().next().is_some() || inventory.files.iter().any(at_root) {
            return vec![inventory];
        }
        let claims = self.claims(&inventory);
        split(inventory, &claims)
    }

    /// What each file speaks of.
    fn claims(&self, inventory: &Inventory) -> Vec<Claim> {
        let compose: HashSet<&OsStr> =
            inventory.of(Kind::Compose).map(|entry| parent(&entry.path).as_os_str()).collect();
        let tops: HashSet<&str> = inventory.files.iter().filter_map(|entry| top(&entry.path)).collect();
        let around = Around { compose, tops };
        let entries: Vec<&Entry> = inventory.files.iter().filter(|entry| !is_passive(entry.kind)).collect();
        on_cores(entries, |entry| {
            // Nobody reads an example: what it says leads nowhere.
            let counts = entry.kind != Kind::EnvExample;
            let text = counts.then(|| inventory.glance(&self.root, &entry.path)).flatten();
            around.claim(entry, text.as_deref().unwrap_or_default())
        })
    }
}

/// A directory all of which is one project.
#[derive(Debug)]
struct Claim {
    directory: PathBuf,
    /// Whether it may meet others that are elsewhere: on a host, in a network.
    meets: bool,
}

/// What a file is compared with.
struct Around<'i> {
    /// Directories with a Compose file.
    compose: HashSet<&'i OsStr>,
    /// Names of directories at the root.
    tops: HashSet<&'i str>,
}

impl Around<'_> {
    fn claim(&self, entry: &Entry, text: &str) -> Claim {
        let here = parent(&entry.path);
        let meets = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let (directory, meets) = match entry.kind {
            Kind::Compose => (claimed_by_name(&entry.path), meets(&["external"])),
            Kind::EnvFile => (claimed_by_name(&entry.path), false),
            Kind::EnvExample => (here, false),
            Kind::Nginx | Kind::Caddyfile | Kind::Spec => (here, true),
            _ => (self.acted_on(entry, text), meets(ELSEWHERE)),
        };
        let above = here.ancestors().nth(climbs(text)).unwrap_or(Path::new(""));
        // Both are above the file, or its own directory: the shorter one is above the other.
        let outer =
            if above.components().count() < directory.components().count() { above } else { directory };
        Claim { directory: outer.to_owned(), meets }
    }

    /// What a script acts on: the outermost directory around it that has a Compose file. What has to do with containers and
    /// stands in none, or names another directory of the root, may act on everything.
    fn acted_on<'e>(&self, entry: &'e Entry, text: &str) -> &'e Path {
        let here = parent(&entry.path);
        let own = top(&entry.path);
        let words = text.split(|c: char| c.is_whitespace() || "\"'`=:;(){}$".contains(c));
        let mut names =
            words.filter_map(|word| word.trim_start_matches("./").split_once('/')).map(|(name, _)| name);
        if names.any(|name| Some(name) != own && self.tops.contains(name)) {
            return Path::new("");
        }
        let around = here.ancestors().filter(|directory| self.compose.contains(directory.as_os_str())).last();
        match around {
            Some(directory) => directory,
            None if ["docker", "podman", "compose"].iter().any(|word| text.contains(word)) => Path::new(""),
            None => here,
        }
    }
}

/// Words of scripts that act on another machine, or on what others made on this one.
const ELSEWHERE: &[&str] =
    &["ssh", "rsync", "scp", "DOCKER_HOST", "--context", "docker context", "docker network", "stack deploy"];

/// Whether a file of this kind says nothing by itself: somebody reads it with what it stands beside.
fn is_passive(kind: Kind) -> bool {
    matches!(kind, Kind::Dockerfile | Kind::Dockerignore | Kind::Gitignore | Kind::LintConfig)
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The directory of the root that a path is in.
fn top(path: &Path) -> Option<&str> {
    path.parent()?.components().next()?.as_os_str().to_str()
}

/// How many directories up a text may lead, at most: the longest run of `..`, and every `cd ..`.
fn climbs(text: &str) -> usize {
    if !text.contains("..") {
        return 0;
    }
    let bytes = text.as_bytes();
    let word = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
    };
    let (mut longest, mut run, mut end) = (0, 0, usize::MAX);
    for (at, _) in text.match_indices("..") {
        if word(at.checked_sub(1)) || word(Some(at + 2)) {
            continue; // `Deploying...`, `1..9`
        }
        run = if end != usize::MAX && at == end + 1 && bytes[end] == b'/' { run + 1 } else { 1 };
        end = at + 2;
        longest = longest.max(run);
    }
    longest + text.matches("cd ..").count().saturating_sub(1)
}

/// Gives each file to the project that claims it. What nobody claims is left out: only who claims a file reads it.
fn split(inventory: Inventory, claims: &[Claim]) -> Vec<Inventory> {
    let outer = outermost(claims);
    if outer.len() < 2 {
        return vec![inventory];
    }
    // All that may meet others are one project, that of number 0.
    let mut numbers: HashMap<&OsStr, usize> = HashMap::default();
    let mut count = usize::from(outer.values().any(|meets| *meets));
    for (directory, meets) in &outer {
        let number = if *meets { 0 } else { count };
        count += usize::from(!*meets);
        numbers.insert(directory, number);
    }
    let of = |path: &Path| path.ancestors().find_map(|above| numbers.get(above.as_os_str()).copied());
    let mut projects = vec![Inventory { seen: inventory.seen, ..Inventory::default() }; count];
    for entry in inventory.files {
        if let Some(number) = of(&entry.path) {
            projects[number].files.push(entry);
        }
    }
    for path in inventory.others {
        if let Some(number) = of(&path) {
            projects[number].others.push(path);
        }
    }
    for path in inventory.outputs {
        if let Some(number) = of(&path) {
            projects[number].outputs.push(path);
        }
    }
    for gap in inventory.gaps {
        projects[of(&gap.path).unwrap_or(0)].gaps.push(gap);
    }
    let has_compose = |project: &&Inventory| project.of(Kind::Compose).next().is_some();
    let among_others = projects.iter().filter(has_compose).nth(1).is_some();
    for project in &mut projects {
        project.among_others = among_others;
    }
    projects
}

/// The claimed directories that are in no other one, and whether anything in them may meet others.
fn outermost(claims: &[Claim]) -> IndexMap<&OsStr, bool, RandomState> {
    let all: HashSet<&OsStr> = claims.iter().map(|claim| claim.directory.as_os_str()).collect();
    let mut outer: IndexMap<&OsStr, bool, RandomState> = IndexMap::default();
    for claim in claims {
        let above =
            claim.directory.ancestors().map(Path::as_os_str).filter(|above| all.contains(above)).last();
        *outer.entry(above.unwrap_or(claim.directory.as_os_str())).or_default() |= claim.meets;
    }
    outer
}

#[cfg(test)]
mod tests {
    use super::climbs;

    #[test]
    fn texts_lead_up() {
        assert_eq!(climbs("env_file: ../shared.env"), 1);
        assert_eq!(climbs("cd \"$(dirname \"$0\")/../..\""), 2);
        assert_eq!(climbs("a/../../b ../c"), 2);
        assert_eq!(climbs("echo Deploying...; for n in {1..9}"), 0);
        assert_eq!(climbs("cd .. && make && cd ../.."), 3);
    }
}
