//! A small repository with an error in one deployment and a warning in another.

use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

pub(crate) struct Shop(TempDir);

/// What the program said.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.stderr, self.stdout)
    }
}

const COMPOSE: &str = r#"name: shop
services:
  web:
    image: shop/web:1.4.0
    ports: ["8080:80"]
  admin:
    image: shop/admin:1.4.0
    ports: ["8080:81"]
"#;

const STAGING: &str = "name: staging\nservices:\n  web: { image: \"shop/web:latest\" }\n";

impl Shop {
    pub(crate) fn new() -> Self {
        let shop = Self(tempfile::tempdir().expect("a directory"));
        fs::create_dir_all(shop.path(".git")).expect("a directory");
        fs::create_dir_all(shop.path("staging")).expect("a directory");
        shop.write("compose.yaml", COMPOSE);
        shop.write("staging/compose.yaml", STAGING);
        shop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_specc"));
        command.args(arguments).args(["--color", "never"]).current_dir(self.0.path());
        let output = command.output().expect("specc starts");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let status = output.status.code().expect("no signal ends it");
        Said { status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", said.text()))
    }

    pub(crate) fn rules(&self, arguments: &[&str]) -> Vec<String> {
        rules(&self.json(arguments))
    }
}

/// The rules of a report's findings, in its order.
pub(crate) fn rules(document: &Value) -> Vec<String> {
    let found = document["findings"].as_array().expect("findings").iter();
    found.map(|finding| finding["rule"].as_str().expect("a name").to_owned()).collect()
}
