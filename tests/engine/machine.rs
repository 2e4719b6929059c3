//! A machine: an engine, and a checkout of a system's repository on it, rendered by the program itself.

use crate::support::engine::{Engine, run};
use crate::support::programs::wait_until;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub struct Machine {
    pub engine: Engine,
    folder: TempDir,
}

/// A container, as far as somebody may notice that it was touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    pub id: String,
    pub state: String,
    pub started: String,
    pub finished: String,
}

impl Machine {
    /// A machine with a checkout of `fixtures/specs/<system>`; nothing is rendered yet.
    pub fn start(system: &str) -> Option<Self> {
        let machine = Self { engine: Engine::start()?, folder: tempfile::tempdir().expect("a folder") };
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs").join(system);
        copy(&fixture, &machine.checkout(), &|path| !path.starts_with(fixture.join("deploy")));
        copy(&machine.checkout(), &machine.repository(), &|_| true);
        Some(machine)
    }

    /// A folder of this machine's own, for what lives outside of the checkout.
    pub fn place(&self, name: &str) -> PathBuf {
        let place = self.folder.path().join(name);
        fs::create_dir_all(&place).expect("a folder");
        place
    }

    /// Replaces a text in the spec.
    pub fn edit(&self, from: &str, to: &str) {
        let path = self.repository().join("specc.yaml");
        let text = fs::read_to_string(&path).expect("specs are text");
        assert!(text.contains(from), "the spec does not hold {from:?}");
        fs::write(path, text.replace(from, to)).expect("a file");
    }

    /// Renders, and brings what was rendered to where it runs: `.env` stays there.
    pub fn render(&self) {
        let mut specc = Command::new(env!("CARGO_BIN_EXE_specc"));
        run(specc.arg("-C").arg(self.repository()).args(["render", "--color", "never"]));
        copy(&self.repository().join("deploy"), &self.checkout().join("deploy"), &|_| true);
        for file in walkdir::WalkDir::new(self.checkout().join("deploy")) {
            let file = file.expect("the checkout can be walked");
            if file.file_name() == "compose.yaml" {
                let text = fs::read_to_string(file.path()).expect("it was rendered");
                fs::write(file.path(), text.replace("interval: 10s", "interval: 1s")).expect("a file");
            }
        }
    }

    /// Where a deployment's files are: `production`, `production/ubuntu`.
    pub fn deployment(&self, name: &str) -> PathBuf {
        self.checkout().join("deploy").join(name)
    }

    /// Writes `.env` beside a deployment, as `.env.example` says: values between single quotes, a `'` as `\'`, or between
    /// double ones where `\` is last.
    /// Every name there has to be given, and no other.
    pub fn secrets(&self, deployment: &str, values: &[(&str, &str)]) {
        let folder = self.deployment(deployment);
        let example = fs::read_to_string(folder.join(".env.example")).expect("it was rendered");
        let names: Vec<&str> = example
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.strip_suffix('='))
            .collect();
        let given: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let sorted = |mut names: Vec<&str>| {
            names.sort_unstable();
            names.join(" ")
        };
        assert_eq!(sorted(names), sorted(given));
        let line = |(name, value): &(&str, &str)| {
            if value.ends_with('\\') {
                let escaped = ['\\', '"', '$'].iter().fold((*value).to_owned(), |text, special| {
                    text.replace(*special, &format!("\\{special}"))
                });
                return format!("{name}=\"{escaped}\"\n");
            }
            format!("{name}='{}'\n", value.replace('\'', "\\'"))
        };
        fs::write(folder.join(".env"), values.iter().map(line).collect::<String>()).expect("a file");
    }

    /// What the applications' images are built from, in place of the Dockerfile of this context.
    pub fn dockerfile(&self, context: &str, text: &str) {
        fs::write(self.checkout().join(context).join("Dockerfile"), text).expect("a file");
    }

    /// Builds the images of a deployment by what its Compose file says.
    pub fn build(&self, deployment: &str) {
        run(self.compose(deployment, &["build", "-q"]).env("DOCKER_BUILDKIT", "0"));
    }

    /// `docker compose` in a deployment's folder.
    pub fn compose(&self, deployment: &str, words: &[&str]) -> Command {
        let mut compose = self.engine.compose();
        compose.current_dir(self.deployment(deployment)).args(words);
        compose
    }

    /// `docker compose up` until all is well; what it said.
    pub fn up(&self, deployment: &str) -> String {
        let output = self.try_up(deployment);
        let said = said(&output);
        assert!(output.status.success(), "{said}\n{}", self.why(deployment));
        said
    }

    pub fn try_up(&self, deployment: &str) -> Output {
        let mut up = self.compose(deployment, &["up", "-d", "--wait", "--wait-timeout", "60"]);
        up.output().expect("compose runs")
    }

    /// What the containers of a deployment said, and what their probes did: why it failed.
    fn why(&self, deployment: &str) -> String {
        let logs = self.compose(deployment, &["logs", "--tail", "20"]).output().expect("compose runs");
        let probes = self.docker(&["ps", "-aq"]);
        let probes: Vec<_> = probes
            .split_whitespace()
            .map(|id| self.docker(&["inspect", "--format", "{{.Name}} {{json .State}}", id]))
            .collect();
        format!("{}\n{}", said(&logs), probes.join("\n"))
    }

    /// What `docker` prints.
    pub fn docker(&self, words: &[&str]) -> String {
        let output = run(self.engine.docker().args(words));
        String::from_utf8(output.stdout).expect("docker prints text").trim_end_matches('\n').to_owned()
    }

    /// What a script prints in a container.
    pub fn exec(&self, container: &str, script: &str) -> String {
        self.docker(&["exec", container, "sh", "-euc", script])
    }

    /// Waits until a command in a container succeeds.
    pub fn wait_for(&self, container: &str, words: &[&str]) {
        wait_until("a container is up", || {
            if self.docker(&["inspect", "--format", "{{.State.Running}}", container]) != "true" {
                let logs = self.engine.docker().args(["logs", container]).output().expect("docker runs");
                panic!("{container} ended: {}", said(&logs));
            }
            let mut exec = self.engine.docker();
            exec.args(["exec", container]).args(words).output().expect("docker runs").status.success()
        });
    }

    /// All containers, by name.
    pub fn containers(&self) -> BTreeMap<String, Container> {
        let ids = self.docker(&["ps", "-aq", "--no-trunc"]);
        let format = "{{.Name}} {{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.State.FinishedAt}}";
        let mut words = vec!["inspect", "--format", format];
        words.extend(ids.split_whitespace());
        if words.len() == 3 {
            return BTreeMap::new();
        }
        let container = |line: &str| {
            let parts: Vec<_> = line.split(' ').map(str::to_owned).collect();
            let [name, id, state, started, finished] = parts.try_into().expect("five words");
            (name.trim_start_matches('/').to_owned(), Container { id, state, started, finished })
        };
        self.docker(&words).lines().map(container).collect()
    }

    /// The containers whose names end so.
    pub fn containers_of(&self, part: &str) -> BTreeMap<String, Container> {
        self.containers().into_iter().filter(|(name, _)| name.contains(part)).collect()
    }

    /// What an HTTP request that is made on this machine gets: status line, headers and body.
    pub fn curl(&self, words: &[&str]) -> String {
        let mut curl = self.engine.inside("curl");
        let output = curl.args(["-sik", "--max-time", "20"]).args(words).output().expect("curl runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Where people write the spec, …
    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// … and where it runs.
    fn checkout(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

/// The containers of `after` that `before` does not have: made anew, or by another name.
pub fn recreated(before: &BTreeMap<String, Container>, after: &BTreeMap<String, Container>) -> Vec<String> {
    let is_new =
        |name: &String, container: &Container| before.get(name).is_none_or(|old| old.id != container.id);
    after.iter().filter(|(name, container)| is_new(name, container)).map(|(name, _)| name.clone()).collect()
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) {
    for file in walkdir::WalkDir::new(from) {
        let file = file.expect("a folder can be walked");
        if file.file_type().is_file() && wanted(file.path()) {
            let copy = to.join(file.path().strip_prefix(from).expect("below the folder"));
            fs::create_dir_all(copy.parent().expect("a file is in a folder")).expect("a folder");
            fs::copy(file.path(), copy).expect("a copy");
        }
    }
}
