//! Patterns and index are read as git itself reads them.

use proptest::prelude::*;
use specc::workspace::Files;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn git(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(root).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    git.env("HOME", root).env("GIT_CONFIG_NOSYSTEM", "1");
    git
}

fn run(root: &Path, words: &[&str]) {
    let done = git(root).args(words).output().expect("git runs");
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

/// Those of `paths` that git ignores.
fn ignored(root: &Path, paths: &[&str]) -> Vec<String> {
    let words = ["-c", "core.quotePath=false", "check-ignore", "--no-index", "--stdin"];
    let mut asked =
        git(root).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
    let input = paths.join("\n") + "\n";
    asked.stdin.take().expect("an input").write_all(input.as_bytes()).expect("git reads");
    let said = asked.wait_with_output().expect("git ends").stdout;
    String::from_utf8_lossy(&said).lines().map(str::to_owned).collect()
}

const PATHS: &[&str] = &[
    ".env",
    ".env.example",
    "a/.env",
    "a/b/.env",
    "a/b/c.env",
    "a/x",
    "b/a/x",
    "b/x y",
    "c/[a]",
    "c/#d",
    "c/!e",
    "build/out/f",
    "a/build/g",
    "d/e/f/g/h",
];

fn agree(root: &Path) {
    let git = ignored(root, PATHS);
    let files = Files::new(root);
    let ours: Vec<String> = PATHS
        .iter()
        .filter(|path| files.is_ignored(Path::new(path)))
        .map(|path| (*path).to_owned())
        .collect();
    assert_eq!(ours, git, "{:?}", fs::read_to_string(root.join(".gitignore")));
}

fn repository() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a directory");
    run(root.path(), &["init", "-q"]);
    for path in PATHS {
        put(root.path(), path, "");
    }
    root
}

#[test]
fn patterns_mean_what_git_means() {
    let root = repository();
    for patterns in [
        ".env",
        "/.env",
        ".env*\n!.env.example",
        "a/",
        "a/\n!a/.env",
        "a/*\n!a/.env",
        "**/build",
        "build/**",
        "a/**/.env",
        "**",
        "*\n!*/\n!*.env",
        "d/**/h",
        "d/**/h/**",
        "**/e/**",
        "a**",
        "a/b**",
        "x y",
        "x y  ",
        "x\\ y",
        "b/x\\ y\\ ",
        "c/\\[a\\]",
        "c/[[]a]",
        "[[:alpha:]]/x",
        "c/[!a-z]*",
        "c/[^a-z]*",
        "[a",
        "\\#d",
        "#d",
        "\\!e",
        "?/x",
        "a/b/*.env",
        "a?b",
        "/*\n!/a\n/a/*\n!/a/b",
        ".env\r\n",
        "\u{feff}.env",
        "/",
        "!",
        "\\",
        "./.env",
        "a//x",
        "//a",
        "**/",
        "***",
        "a/***/.env",
        "/build**\n!build",
        "/build***\n!build",
        "a/b**/c.env\n!b",
        "a/b?**\n!b",
    ] {
        put(root.path(), ".gitignore", patterns);
        agree(root.path());
    }
}

#[test]
fn the_nearest_file_decides() {
    let root = repository();
    put(root.path(), ".gitignore", ".env\nx\n");
    put(root.path(), "a/.gitignore", "!.env\n/x\n");
    put(root.path(), "a/b/.gitignore", "*.env\n!c.env\n");
    put(root.path(), ".git/info/exclude", "h\n!.env\n");
    agree(root.path());
    let below = Files::new(root.path().join("a"));
    assert!(!below.is_ignored(Path::new(".env")));
    assert!(below.is_ignored(Path::new("x")));
}

#[test]
fn a_gitignore_counts_without_a_repository() {
    let root = tempfile::tempdir().expect("a directory");
    put(root.path(), ".gitignore", ".env\n");
    let files = Files::new(root.path());
    let path = Path::new("a/.env");
    assert!(files.is_ignored(path) && files.git().tracks(path).is_none() && !files.is_committed(path));
    assert!(files.is_committed(Path::new("a/b")));
}

#[test]
fn the_index_says_what_is_tracked() {
    for version in ["2", "3", "4"] {
        let root = repository();
        run(root.path(), &["config", "index.version", version]);
        put(root.path(), ".gitignore", ".env\n");
        run(root.path(), &["add", "-f", ".env", "a/b", "d/e/f/g/h", "b/x y"]);
        run(root.path(), &["add", "--intent-to-add", "c/#d"]);
        let files = Files::new(root.path());
        for path in PATHS {
            let tracked = [".env", "a/b/.env", "a/b/c.env", "d/e/f/g/h", "b/x y", "c/#d"].contains(path);
            assert_eq!(files.git().tracks(Path::new(path)), Some(tracked), "{version} {path}");
        }
        let path = Path::new(".env");
        assert!(files.is_ignored(path) && files.is_committed(path));
        assert!(!files.is_committed(Path::new("b/.env")));
    }
}

#[test]
fn a_worktree_has_an_index_of_its_own() {
    let root = repository();
    let commit =
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "--allow-empty", "-m", "a"];
    run(root.path(), &commit);
    let beside = tempfile::tempdir().expect("a directory");
    let tree = beside.path().join("tree");
    run(root.path(), &["worktree", "add", "-q", tree.to_str().expect("text"), "-b", "other"]);
    put(&tree, "only", "");
    run(&tree, &["add", "only"]);
    assert_eq!(Files::new(tree).git().tracks(Path::new("only")), Some(true));
    assert_eq!(Files::new(root.path()).git().tracks(Path::new("only")), Some(false));
}

#[test]
fn a_damaged_index_says_nothing() {
    let root = repository();
    run(root.path(), &["add", "-A"]);
    let whole = fs::read(root.path().join(".git/index")).expect("an index");
    for length in 0..whole.len().saturating_sub(21) {
        fs::write(root.path().join(".git/index"), &whole[..length]).expect("a file");
        let tracked = Files::new(root.path()).git().tracks(Path::new(".env"));
        assert!(tracked.is_none() || length > whole.len() / 2, "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_patterns_mean_what_git_means(
        lines in prop::collection::vec("(!)?(/)?([abcdefghx]|\\*{1,3}|\\?|/|\\.env|build|\\[a-c\\]|\\[!b\\]|\\\\[a#]| ){1,5}(/)?", 1..6),
        below in prop::collection::vec("(!)?(/)?([abx]|\\*|/|\\.env){1,3}", 0..3),
    ) {
        let root = repository();
        put(root.path(), ".gitignore", &lines.join("\n"));
        put(root.path(), "a/.gitignore", &below.join("\n"));
        agree(root.path());
    }
}
