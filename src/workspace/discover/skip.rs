//! Directories that hold what others wrote or what programs made.

use std::cmp::Ordering;
use std::ffi::OsStr;

/// Directories of packages and caches, wherever they are.
const VENDORED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "bower_components",
    "jspm_packages",
    "dbt_packages",
    "dbt_modules",
    "vendor",
    "third_party",
    "third-party",
    "site-packages",
    ".venv",
    ".virtualenv",
    ".tox",
    ".nox",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    ".terragrunt-cache",
    ".gradle",
    ".m2",
    ".cargo",
    ".rustup",
    ".bundle",
    "Pods",
    ".yarn",
    ".pnpm-store",
    ".npm",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".parcel-cache",
    ".turbo",
    ".cache",
    ".idea",
    ".eggs",
    ".stack-work",
    "elm-stuff",
    ".direnv",
    ".serverless",
    ".aws-sam",
    ".vagrant",
];

/// Directories that builds make. Some repositories keep sources under these names, so that they are skipped only where
/// git ignores them.
const BUILT: &[&str] = &[
    "target", "dist", "build", "out", "bin", "obj", "venv", "env", "coverage", "tmp", "temp", "log", "logs",
    "_build", "public", "storage",
];

/// Whether a directory of this name is never entered.
pub(super) fn is_vendored(name: &str) -> bool {
    VENDORED.contains(&name)
}

/// Whether a directory of this name is not entered where git ignores it.
pub(super) fn is_built(name: &str) -> bool {
    BUILT.contains(&name)
}

/// Whether what has this name says of its directory whose it is: another repository's, or a program's.
pub(super) fn is_mark(name: &OsStr) -> bool {
    [".git", "pyvenv.cfg", "CACHEDIR.TAG"].iter().any(|mark| name == *mark)
}

/// Names in their order, but marks before all others.
pub(super) fn order(one: &OsStr, other: &OsStr) -> Ordering {
    is_mark(other).cmp(&is_mark(one)).then_with(|| one.cmp(other))
}
