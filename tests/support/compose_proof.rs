//! The proof that a rendered deployment means, to the real programs, what the resolved one says.
//!
//! ```ignore
//! compose_proof::prove(&fixture.join("deploy/production"), deployment);
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use specc::resolve::Deployment;
use specc::resolve::environment::{Container, Secret};
use tempfile::TempDir;

use super::compose_json::{normalise, sort_sets, strip};
use super::compose_meaning as meaning;
use super::programs::{self, command};
use super::yaml_readers::assert_read_alike;

/// Proves the files in `dir` (the deployment's directory: `deploy/production`), on a copy:
/// - `docker compose config` takes them, with a filled `.env`, and prints what the deployment says, field by field; what
///   a raw block sets is the raw block's business;
/// - another project's name, in whatever way Compose is told it, stops Compose; so does each missing secret;
/// - a variable of the shell that is named like a secret or a setting changes nothing;
/// - sh reads the same from every env-file; `PyYAML` reads the same from `compose.yaml`.
///
/// `None` if the test must be skipped: as [`programs::program`].
pub fn prove(dir: &Path, deployment: &Deployment) -> Option<()> {
    let proof = Proof::new(dir, deployment)?;
    let config = proof.config();
    proof.says_what_is_meant(&config);
    proof.is_guarded(&config);
    proof.shell_reads_env_files();
    let text = fs::read_to_string(dir.join("compose.yaml")).expect("compose.yaml");
    let value = serde_yaml::from_str(&text).expect("YAML");
    assert_read_alike([(text.as_str(), &value)])
}

/// A rendered deployment with a filled `.env`, in a folder of its own.
pub struct Proof<'a> {
    _folder: TempDir,
    dir: PathBuf,
    deployment: &'a Deployment,
}

impl<'a> Proof<'a> {
    /// Copies what was rendered and fills in `.env`. `None` if the test must be skipped.
    pub fn new(source: &Path, deployment: &'a Deployment) -> Option<Self> {
        programs::compose()?;
        let folder = tempfile::tempdir().expect("a folder");
        // Deep enough for `../..` to stay inside.
        let dir = folder.path().canonicalize().expect("a path").join("repository/a/b/c/d");
        copy(source, &dir);
        let proof = Self { _folder: folder, dir, deployment };
        proof.fill(|_| true);
        Some(proof)
    }

    /// What `docker compose config` prints, with dollars as they are.
    pub fn config(&self) -> Value {
        let output = self.run(|_| ());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.is_empty(), "Compose warns: {stderr}");
        // Compose doubles every dollar it prints.
        let text = String::from_utf8(output.stdout).expect("UTF-8").replace("$$", "$");
        serde_json::from_str(&text).expect("JSON")
    }

    fn run(&self, change: impl Fn(&mut Command)) -> Output {
        let mut compose = programs::compose().expect("found at the start");
        compose.current_dir(&self.dir);
        change(&mut compose);
        compose.args(["--profile", "*", "config", "--format", "json"]).output().expect("docker runs")
    }

    /// Writes `.env`, with the variables that `keep` wants.
    fn fill(&self, keep: impl Fn(&str) -> bool) {
        let mut text = String::new();
        for variable in self.variables().into_iter().filter(|variable| keep(variable)) {
            text.extend([variable.as_str(), "=", &dotenv(&self.secret(&variable)), "\n"]);
        }
        fs::write(self.dir.join(".env"), text).expect("a file");
    }

    /// What `.env` must hold.
    fn variables(&self) -> Vec<String> {
        let release = self.deployment.release.iter().filter(|release| release.tag.is_none());
        let secrets = self.deployment.secrets.iter().map(|secret| secret.variable.clone());
        release.map(|release| release.variable.clone()).chain(secrets).collect()
    }

    /// The value of a variable of `.env`: every awkward character, unless it stands in a URL.
    fn secret(&self, variable: &str) -> String {
        let secret = |secret: &&Secret| secret.variable == variable;
        match self.deployment.secrets.iter().find(secret) {
            Some(secret) if !secret.in_url => {
                format!(
                    "{variable} ' \" \\ \\n $ $$ $HOME ${{HOME}} ${{X:?y}} # = : , % & ` ! * ? ~ | < > ; ( ) [ ] {{ }} \n\t é 日本 \u{2028} '\\"
                )
            }
            Some(_) => format!("{variable}-._~09azAZ"),
            None => "1.2.3-rc.1_x".to_owned(),
        }
    }

    fn says_what_is_meant(&self, config: &Value) {
        let deployment = self.deployment;
        let none = json!({});
        assert_eq!(config["name"], json!(deployment.compose_project));
        let services = config["services"].as_object().expect("services");
        let expected: Vec<&str> =
            sorted(deployment.containers.iter().map(|container| container.key.as_str()));
        let added = keys(deployment.raw.as_ref().and_then(|raw| raw.get("services")));
        let found = services
            .keys()
            .map(String::as_str)
            .filter(|key| expected.contains(key) || !added.iter().any(|added| added == key));
        assert_eq!(sorted(found), expected, "services");
        for container in &deployment.containers {
            let mut expected =
                meaning::service(&self.dir, deployment, container, &|variable| self.secret(variable));
            let mut found = services[&container.key].clone();
            normalise(&mut found);
            sort_sets(&mut expected);
            sort_sets(&mut found);
            // A hash of generated files is a matter of its own.
            if let Some(hash) = found["labels"].get("dev.specc.files").cloned() {
                expected["labels"]["dev.specc.files"] = hash;
            }
            self.assert_fields(container, &expected, &found);
        }
        if deployment.raw.is_none() {
            let networks =
                deployment.networks.iter().map(|it| (&*it.key, &*it.name, it.external, it.internal));
            assert_eq!(
                strip(config.get("networks").unwrap_or(&none)),
                meaning::resources(networks),
                "networks"
            );
            let volumes = deployment.volumes.iter().map(|it| (&*it.key, &**it.name, it.external, false));
            assert_eq!(strip(config.get("volumes").unwrap_or(&none)), meaning::resources(volumes), "volumes");
        }
    }

    fn assert_fields(&self, container: &Container, expected: &Value, found: &Value) {
        let raw = self.deployment.raw.as_ref().and_then(|raw| raw.get("services")?.get(&container.key));
        let set: Vec<String> = [container.raw.as_deref(), raw].into_iter().flat_map(keys).collect();
        let (expected, found) = (expected.as_object().expect("a map"), found.as_object().expect("a map"));
        for field in sorted(expected.keys().chain(found.keys())) {
            if !set.contains(field) {
                assert_eq!(found.get(field), expected.get(field), "{}: {field}", container.key);
            }
        }
    }

    fn is_guarded(&self, config: &Value) {
        let refused = |output: Output, words: &str| {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success(), "Compose must stop: {words}");
            assert!(stderr.contains(words), "{stderr}");
        };
        if !self.deployment.containers.is_empty() {
            let missing = "env/foreign/";
            refused(self.run(|compose| _ = compose.env("COMPOSE_PROJECT_NAME", "foreign")), missing);
            refused(self.run(|compose| _ = compose.args(["-p", "foreign"])), missing);
            let env = fs::read_to_string(self.dir.join(".env")).expect(".env");
            fs::write(self.dir.join(".env"), format!("{env}COMPOSE_PROJECT_NAME=foreign\n")).expect("a file");
            refused(self.run(|_| ()), missing);
        }
        for variable in self.variables() {
            self.fill(|other| other != variable);
            refused(self.run(|_| ()), &variable);
        }
        self.fill(|_| true);

        let exported = self.run(|compose| {
            for secret in &self.deployment.secrets {
                compose.env(secret.name.to_uppercase().replace('-', "_"), "leaked");
            }
            for (key, _) in self.deployment.containers.iter().flat_map(|container| &container.environment) {
                if !["PATH", "HOME"].contains(&key.as_str()) {
                    compose.env(key, "leaked");
                }
            }
        });
        let text = String::from_utf8_lossy(&exported.stdout).replace("$$", "$");
        assert_eq!(
            &serde_json::from_str::<Value>(&text).expect("JSON"),
            config,
            "the shell's variables change it"
        );
    }

    /// Every setting is in the env-file as sh reads it, or in the Compose file's `environment`.
    fn shell_reads_env_files(&self) {
        let text = fs::read_to_string(self.dir.join("compose.yaml")).expect("compose.yaml");
        let compose: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
        for container in &self.deployment.containers {
            let service = &compose["services"][container.key.as_str()];
            let file = service["env_file"][0].as_str().expect("an env-file");
            let path =
                self.dir.join(file.replace("${COMPOSE_PROJECT_NAME}", &self.deployment.compose_project));
            let variables = shell(&path);
            let inline: Vec<&str> = match &service["environment"] {
                serde_yaml::Value::Sequence(items) => {
                    items.iter().filter_map(|item| Some(item.as_str()?.split_once('=')?.0)).collect()
                }
                serde_yaml::Value::Mapping(map) => map.keys().filter_map(|key| key.as_str()).collect(),
                _ => Vec::new(),
            };
            for (key, value) in &container.environment {
                if !inline.contains(&key.as_str()) {
                    let value = value.as_text().expect("a secret stands in no env-file");
                    assert_eq!(variables.get(key), Some(&value), "{}: {key} in {file}", container.key);
                }
            }
        }
    }
}

/// A value as Compose reads it from `.env`, whatever it holds.
pub fn dotenv(value: &str) -> String {
    let escaped = value.replace('\\', r"\\").replace('"', "\\\"").replace('$', r"\$").replace('\n', r"\n");
    format!("\"{escaped}\"")
}

/// The variables that sh has after it read the file.
pub fn shell(file: &Path) -> BTreeMap<String, String> {
    let script = r#"set -a; . "$1"; exec /usr/bin/env -0"#;
    let output = command("sh").expect("sh").args(["-euc", script, "sh"]).arg(file).output().expect("sh runs");
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split('\0').filter_map(|entry| entry.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect()
}

fn keys(value: Option<&serde_yaml::Value>) -> Vec<String> {
    let map = value.and_then(serde_yaml::Value::as_mapping);
    map.into_iter().flatten().filter_map(|(key, _)| key.as_str().map(str::to_owned)).collect()
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items.dedup();
    items
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
