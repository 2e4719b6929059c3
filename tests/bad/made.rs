//! Cases that cannot lie in a repository: they are made in a directory of their own.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// How a case is made in an empty directory.
type Make = fn(&Path);

const CASES: [(&str, Make); 20] = [
    ("file-missing", |_| {}),
    ("file-missing-misnamed", |here| write(here, "specc.yml", "project: shop\n")),
    ("file-directory", |here| fs::create_dir(here.join("specc.yaml")).expect("a directory")),
    ("file-pipe", |here| {
        let made = Command::new("mkfifo").arg(here.join("specc.yaml")).status();
        assert!(made.expect("mkfifo").success());
    }),
    ("file-unreadable", |here| {
        write(here, "specc.yaml", "project: shop\n");
        fs::set_permissions(here.join("specc.yaml"), fs::Permissions::from_mode(0o000)).expect("a mode");
    }),
    ("file-dangling-link", |here| symlink("../billing/specc.yaml", here.join("specc.yaml")).expect("a link")),
    ("file-linked-in-a-loop", |here| symlink("specc.yaml", here.join("specc.yaml")).expect("a link")),
    ("file-too-large", |here| {
        // Sparse: it takes no room.
        let file = fs::File::create(here.join("specc.yaml")).expect("a file");
        file.set_len(specc::workspace::SIZE_LIMIT + 1).expect("a length");
    }),
    ("file-of-50-megabytes", |here| {
        let mut text = String::from("project: shop\nservices:\n");
        let mut count = 0;
        while text.len() < 50_000_000 {
            count += 1;
            let _ = writeln!(text, "  service-{count}:\n    image: shop/api:1.4.0 # {}", "x".repeat(4_000));
        }
        text.push_str("environments:\n  production: { runs_on: metal }\n");
        write(here, "specc.yaml", &text);
    }),
    ("file-of-null-bytes", |here| write(here, "specc.yaml", &"\0".repeat(4096))),
    ("yaml-deep-flow", |here| {
        write(here, "specc.yaml", &format!("project: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)));
    }),
    ("yaml-deep-block", |here| {
        let mut text = String::new();
        for level in 0..2_000 {
            let _ = writeln!(text, "{}key:", " ".repeat(level));
        }
        write(here, "specc.yaml", &text);
    }),
    ("yaml-many-errors", |here| {
        let mut text = String::from("project: shop\nservices:\n");
        (0..2_000)
            .for_each(|n| writeln!(text, "  api-{n}: {{ image: shop/api:1.4.0, prt: 80 }}").expect("text"));
        write(here, "specc.yaml", &text);
    }),
    ("output-locked", |here| {
        write(
            here,
            "specc.yaml",
            "project: shop\n\nhosts:\n  metal: {}\n\nservices:\n  api:\n    image: shop/api:1.4.0\n\n\
             environments:\n  production:\n    runs_on: metal\n",
        );
        fs::create_dir(here.join("deploy")).expect("a directory");
        let held = fs::File::open(here.join("deploy")).expect("a directory");
        held.lock().expect("a lock");
        // Held until the tests end.
        std::mem::forget(held);
    }),
    ("neighbour-unreadable", |here| {
        neighbour(here);
        fs::create_dir(here.join("billing")).expect("a directory");
        write(here, "billing/specc.yaml", "project: billing\n");
        fs::set_permissions(here.join("billing/specc.yaml"), fs::Permissions::from_mode(0o000))
            .expect("a mode");
    }),
    ("neighbour-directory", |here| {
        neighbour(here);
        fs::create_dir_all(here.join("billing/specc.yaml")).expect("a directory");
    }),
    ("lint-unknown-rule", |here| {
        write(
            here,
            "specc-lint.yaml",
            "rules:\n  unused-alow: error\n  port-colision: nothing\nexclud: [a]\n",
        );
    }),
    ("lint-baseline-damaged", |here| write(here, "specc.baseline.json", "[\"b1946ac92492d234\"]\n")),
    ("lint-settings-ignored", |here| {
        let settings = "lint: { rules: { unused-allow: allow } }\n";
        write(
            here,
            "specc.yaml",
            &format!(
                "project: shop\n{settings}environments: {{ production: {{ runs_on: metal }} }}\nhosts: {{ metal: {{}} }}\n"
            ),
        );
        write(here, "specc-lint.yaml", "rules: { unused-allow: error }\n");
    }),
    ("secret-in-build-context", |here| {
        fs::create_dir(here.join("api")).expect("a directory");
        write(here, "api/Dockerfile", "FROM scratch\n");
        write(
            here,
            "Dockerfile",
            "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"-m\", \"shop\"]\n",
        );
        write(
            here,
            "specc.yaml",
            "project: shop\n\nhosts:\n  metal: {}\n\nservices:\n  api:\n    build: .\n    port: 8000\n\n\
             environments:\n  production:\n    runs_on: metal\n",
        );
    }),
];

/// The names of the cases that are made.
pub(crate) const NAMES: &[&str] = &{
    let mut names = [""; CASES.len()];
    let mut at = 0;
    while at < CASES.len() {
        names[at] = CASES[at].0;
        at += 1;
    }
    names
};

fn write(here: &Path, name: &str, text: &str) {
    fs::write(here.join(name), text).expect("a file");
}

/// A sound spec whose host has a neighbour.
fn neighbour(here: &Path) {
    write(
        here,
        "specc.yaml",
        "project: shop\n\nhosts:\n  metal: { with: [billing/specc.yaml] }\n\nservices:\n  api:\n    \
         image: shop/api:1.4.0\n\nenvironments:\n  production:\n    runs_on: metal\n",
    );
}

/// A case that was made.
pub(crate) struct Made(TempDir);

impl Made {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let (_, make) = CASES.iter().find(|(known, _)| *known == name)?;
        let folder = tempfile::tempdir().expect("a directory");
        let here = folder.path().join("shop");
        fs::create_dir(&here).expect("a directory");
        // The search for a project ends here, whatever lies above.
        fs::create_dir(here.join(".git")).expect("a directory");
        make(&here);
        Some(Self(folder))
    }

    /// Runs the program there, as somebody who may not read everything. Paths in what it says begin with `/tmp/shop`.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let here = self.0.path().join("shop");
        let mut command = if is_root() {
            fs::set_permissions(self.0.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
            // Where the program was built may be closed to others.
            let copy = self.0.path().join("specc");
            // Not by a copy of our own: a child that another thread starts meanwhile would hold it open for writing,
            // and a file that is open for writing cannot be run.
            if fs::hard_link(program, &copy).is_err() {
                assert!(Command::new("cp").args([program, &copy]).status().expect("cp").success());
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(copy);
            command
        } else {
            Command::new(program)
        };
        let mut output = command.args(arguments).current_dir(&here).output().expect("specc starts");
        let place = here.to_string_lossy().into_owned();
        for text in [&mut output.stdout, &mut output.stderr] {
            *text = String::from_utf8_lossy(text).replace(&place, "/tmp/shop").into_bytes();
        }
        output
    }
}

/// Root reads everything.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout.trim_ascii() == b"0"
}
