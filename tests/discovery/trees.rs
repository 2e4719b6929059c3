//! What is found in a tree: `fixtures/discovery/<name>/tree`, and what must be found beside it.

use specc::workspace::discover::{self, Inventory, Kind};
use specc::workspace::git::Git;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn discover(root: &Path) -> Inventory {
    discover::discover(root, &Git::open(root))
}

fn shown(inventory: &Inventory) -> String {
    let mut text = String::new();
    for entry in &inventory.files {
        let _ = write!(text, "{:<16} {}", entry.kind.name(), entry.path.display());
        if let Some(to) = &entry.leads_to {
            let _ = write!(text, " -> {}", to.display());
        }
        text.push_str(if entry.output.is_some() { " (rendered)\n" } else { "\n" });
    }
    for path in &inventory.others {
        let _ = writeln!(text, "other            {}", path.display());
    }
    for gap in &inventory.gaps {
        let _ = writeln!(text, "gap              {}: {}", gap.path.display(), gap.reason);
    }
    text
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/discovery");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("fixtures") {
        let fixture = entry.expect("a fixture").path();
        let found = shown(&discover(&fixture.join("tree")));
        let expected = fixture.join("expected.txt");
        if std::env::var_os("SPECC_BLESS").is_some() {
            fs::write(&expected, &found).expect("the fixture can be written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", fixture.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

#[test]
fn nothing_vendored_is_entered() {
    let root = tempfile::tempdir().expect("a directory");
    let compose = "services:\n  a:\n    image: a\n";
    for path in [
        "node_modules/a/docker-compose.yml",
        "vendor/a/docker-compose.yml",
        "venv/pyvenv.cfg",
        "venv/docker-compose.yml",
        "env/x/CACHEDIR.TAG",
        "env/x/docker-compose.yml",
        "dist/docker-compose.yml",
        "build/Dockerfile",
        "mine/docker-compose.yml",
        "other/.git/HEAD",
        "other/docker-compose.yml",
    ] {
        put(root.path(), path, compose);
    }
    let found = || -> Vec<PathBuf> {
        let compose = [Kind::Compose, Kind::Dockerfile];
        let files = discover(root.path()).files;
        files.into_iter().filter(|entry| compose.contains(&entry.kind)).map(|entry| entry.path).collect()
    };
    let list = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
    assert_eq!(
        found(),
        list(&[
            "build/Dockerfile",
            "dist/docker-compose.yml",
            "mine/docker-compose.yml",
            "other/docker-compose.yml"
        ])
    );
    put(root.path(), ".git/HEAD", "");
    put(root.path(), ".gitignore", "dist\n");
    assert_eq!(found(), list(&["build/Dockerfile", "mine/docker-compose.yml"]));
    put(root.path(), ".gitmodules", "[submodule \"other\"]\n\tpath = other\n");
    assert_eq!(found(), list(&["build/Dockerfile", "mine/docker-compose.yml", "other/docker-compose.yml"]));
}

#[test]
fn output_of_specc_is_recognised() {
    let inventory = discover(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs/chitram"));
    let production = Path::new("deploy/production");
    assert!(inventory.outputs.iter().any(|directory| directory == production));
    let entry = inventory.get(&production.join("compose.yaml")).expect("a file");
    assert_eq!((entry.kind, entry.output.as_deref()), (Kind::Compose, Some(production)));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_a_gap() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a directory");
    put(outside.path(), "secret", "A=1\n");
    let root = tempfile::tempdir().expect("a directory");
    let at = |path: &str| root.path().join(path);
    put(root.path(), "a/.env", "A=1\n");
    put(root.path(), "data.yaml", "a: 1\n");
    symlink("../a/.env", {
        fs::create_dir(at("b")).expect("a directory");
        at("b/.env")
    })
    .expect("a link");
    symlink("nowhere", at(".env.staging")).expect("a link");
    symlink("nowhere", at("some.yaml")).expect("a link");
    symlink("nowhere", at("README.md")).expect("a link");
    symlink("compose.yml", at("compose.yml")).expect("a link");
    symlink(outside.path().join("secret"), at(".env.production")).expect("a link");
    symlink(".", at("loop")).expect("a link");
    symlink("..", at("a/up")).expect("a link");
    fs::File::create(at("huge.env")).and_then(|file| file.set_len(20 << 20)).expect("a file");
    fs::write(at("blob.yml"), [0xff, 0, 1, 2]).expect("a file");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(at("pipe.env"))
            .status()
            .is_ok_and(|status| status.success())
    );
    assert_eq!(
        shown(&discover(root.path())),
        "\
env-file         a/.env
env-file         b/.env -> a/.env
other            README.md
other            blob.yml
other            data.yaml
other            some.yaml
gap              .env.production: is a link that leads out of the tree: it is not followed
gap              .env.staging: is a link to `nowhere`, which does not exist
gap              compose.yml: is a link to `compose.yml`, which does not exist
gap              huge.env: is larger than 16 MiB, the most that is read
gap              pipe.env: is no regular file
"
    );
}
