//! The names of env-files and of examples of them.

use super::kind::Kind;
use super::name::is_other_format;

/// What kind of env-file a name is that of, if it is one.
pub(super) fn env_file(directory: &str, name: &str) -> Option<Kind> {
    // `.envs/.production/.django`, the layout of a well-known template.
    let in_envs = directory.split('/').any(|part| part == ".envs") && name.starts_with('.');
    let rest = name.strip_prefix(".env").or_else(|| name.strip_prefix("env.").map(|_| &name[3..]));
    let named = match rest {
        Some("") => true,
        Some(rest) if rest.starts_with(['.', '-', '_']) => {
            let bare = name.starts_with("env.");
            let words: Vec<&str> = rest.split(['.', '-', '_']).filter(|word| !word.is_empty()).collect();
            let last = words.last().copied().unwrap_or("");
            // `env.py` is a program; `env.production` is not.
            !is_other_format(last)
                && (!bare || words.iter().any(|word| is_example(word) || is_environment(word)))
        }
        // `api.env`, and `api.env.example` that shows it.
        _ => {
            let mut ends = name.rsplit('.');
            let last = ends.next().unwrap_or_default();
            name.contains('.') && (last == "env" || is_example(last) && ends.next() == Some("env"))
        }
    };
    let example = || name.split(['.', '-', '_']).any(is_example);
    (named || in_envs).then(|| if example() { Kind::EnvExample } else { Kind::EnvFile })
}

/// Whether a word of a file's name says that its values are not meant to be used.
fn is_example(word: &str) -> bool {
    matches!(
        word,
        "example"
            | "examples"
            | "sample"
            | "samples"
            | "template"
            | "tmpl"
            | "tpl"
            | "dist"
            | "default"
            | "defaults"
            | "skel"
            | "skeleton"
            | "schema"
    )
}

fn is_environment(word: &str) -> bool {
    matches!(
        word,
        "prod"
            | "production"
            | "stage"
            | "staging"
            | "stg"
            | "dev"
            | "develop"
            | "development"
            | "local"
            | "test"
            | "testing"
            | "ci"
            | "qa"
            | "uat"
            | "preview"
            | "demo"
            | "docker"
            | "shared"
            | "common"
            | "base"
            | "live"
    )
}
