//! Environments by their names: what people call them in file names, env-files, targets and projects.

use crate::facts::model::Stage;
use std::ops::Range;

/// The word for an environment and for whom it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// In its long form: `prod` is `production`.
    pub(super) name: String,
    pub(super) stage: Stage,
}

/// Words that name environments, with the long form of each; of some the name alone does not say for whom they run. Words that also mean something else where files are named
/// (`main`, `base`, `server`) are not here.
const WORDS: &[(&str, &str, Stage)] = &[
    ("production", "production", Stage::Deployed),
    ("prod", "production", Stage::Deployed),
    ("prd", "production", Stage::Deployed),
    ("live", "production", Stage::Deployed),
    ("staging", "staging", Stage::Deployed),
    ("stage", "staging", Stage::Deployed),
    ("stg", "staging", Stage::Deployed),
    ("preprod", "preprod", Stage::Deployed),
    ("preproduction", "preprod", Stage::Deployed),
    ("preview", "preview", Stage::Deployed),
    ("canary", "canary", Stage::Deployed),
    ("uat", "uat", Stage::Deployed),
    ("qa", "qa", Stage::Deployed),
    ("acceptance", "acceptance", Stage::Deployed),
    ("demo", "demo", Stage::Unknown),
    ("sandbox", "sandbox", Stage::Unknown),
    ("beta", "beta", Stage::Deployed),
    ("development", "development", Stage::Development),
    ("develop", "development", Stage::Development),
    ("dev", "development", Stage::Development),
    ("devel", "development", Stage::Development),
    ("local", "local", Stage::Development),
    ("devcontainer", "development", Stage::Development),
    ("debug", "development", Stage::Development),
    ("override", "development", Stage::Development),
    ("test", "test", Stage::Development),
    ("tests", "test", Stage::Development),
    ("testing", "test", Stage::Development),
    ("ci", "ci", Stage::Development),
    ("travis", "ci", Stage::Development),
    ("circleci", "ci", Stage::Development),
    ("build", "build", Stage::Development),
    ("e2e", "test", Stage::Development),
    ("benchmark", "benchmark", Stage::Development),
    ("benchmarks", "benchmark", Stage::Development),
    ("bench", "benchmark", Stage::Development),
];

/// Words that stand where an environment's name would, and name none.
const NOT_ENVIRONMENTS: &[&str] = &[
    "example",
    "examples",
    "sample",
    "template",
    "dist",
    "defaults",
    "default",
    "bak",
    "backup",
    "old",
    "common",
    "docker-compose",
    "compose",
    "docker",
];

/// The environment that `text` names among its other words: `docker-compose.prod.yml`, `.env.staging`, `shop-production`.
/// The last such word decides: `test-app/compose.prod.yml` is production's.
pub(super) fn in_text(text: &str) -> Option<Named> {
    words(text).filter_map(known).last()
}

/// The same, with the place of the word.
pub(super) fn word_in(text: &str) -> Option<(Named, Range<usize>)> {
    let found = words(text).filter_map(|word| Some((known(word)?, word))).last();
    found.map(|(named, word)| {
        // Words are parts of the text: their addresses say where.
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (named, start..start + word.len())
    })
}

/// The environment called `word`, where it stands in the very place of an environment's name: `deploy.sh acme` where
/// `.env.acme` is read. A word that nobody knows is an environment of that name, deployed for others.
pub(super) fn called(word: &str) -> Option<Named> {
    let word = word.trim().to_lowercase();
    let sane =
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !sane || NOT_ENVIRONMENTS.contains(&word.as_str()) {
        return None;
    }
    Some(
        in_text(&word)
            .filter(|named| known(&word).is_some() || named.stage == Stage::Development)
            .unwrap_or(Named { name: word, stage: Stage::Deployed }),
    )
}

/// Whether an environment's name says nothing of for whom it runs: a demo is shown on a server, or at somebody's desk.
pub(super) fn is_vague(environment: &str) -> bool {
    in_text(environment).is_some_and(|named| named.stage == Stage::Unknown)
}

/// What stands between the fixed parts of a file name: `staging` in `docker-compose.staging.yml`, `.env.staging`,
/// `staging.env`. None for the plain names and for examples.
pub(super) fn infix(file_name: &str) -> Option<&str> {
    let name = file_name;
    let between = |prefixes: &[&str], suffixes: &[&str]| {
        prefixes.iter().find_map(|prefix| {
            let rest = name.strip_prefix(prefix)?;
            suffixes.iter().find_map(|suffix| rest.strip_suffix(suffix))
        })
    };
    let found = between(
        &[
            "docker-compose.",
            "docker-compose-",
            "docker-compose_",
            "compose.",
            "compose-",
            "compose_",
            "docker-stack.",
        ],
        &[".yml", ".yaml"],
    )
    .or_else(|| between(&[".env.", ".env-", ".env_", "env."], &[".local", ""]))
    .or_else(|| name.strip_suffix(".env"))
    .or_else(|| {
        between(&[""], &[".docker-compose.yml", ".compose.yml", ".compose.yaml", ".docker-compose.yaml"])
    })?;
    let found = found.trim_start_matches('.');
    let example = words(found).any(|word| NOT_ENVIRONMENTS.contains(&word));
    (!found.is_empty() && !example).then_some(found)
}

fn known(word: &str) -> Option<Named> {
    WORDS
        .iter()
        .find(|(short, ..)| *short == word)
        .map(|(_, name, stage)| Named { name: (*name).to_owned(), stage: *stage })
}

/// The words of a name, in lower case only: a name in capitals or camel case is not taken apart.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        in_text(text).map(|named| named.name)
    }

    #[test]
    fn environments_are_found_in_names() {
        assert_eq!(name("docker-compose.prod.yml").as_deref(), Some("production"));
        assert_eq!(name(".env.staging").as_deref(), Some("staging"));
        assert_eq!(name("deploy/live/compose.yaml").as_deref(), Some("production"));
        assert_eq!(name("shop_stg").as_deref(), Some("staging"));
        assert_eq!(name("product-service/compose.yaml"), None);
        assert_eq!(name("tests/compose.prod.yml").as_deref(), Some("production"));
    }

    #[test]
    fn a_word_in_the_place_of_an_environment_is_one() {
        assert_eq!(
            called("acme").map(|named| (named.name, named.stage)),
            Some(("acme".into(), Stage::Deployed))
        );
        assert_eq!(called("dev").map(|named| named.name).as_deref(), Some("development"));
        assert_eq!(called("example"), None);
        assert_eq!(called("$ENV"), None);
    }

    #[test]
    fn the_infix_of_a_file_name() {
        assert_eq!(infix("docker-compose.staging.yml"), Some("staging"));
        assert_eq!(infix("docker-compose-prod.yaml"), Some("prod"));
        assert_eq!(infix(".env.production"), Some("production"));
        assert_eq!(infix("production.env"), Some("production"));
        assert_eq!(infix(".env.example"), None);
        assert_eq!(infix(".env.production.example"), None);
        assert_eq!(infix("compose.yaml"), None);
        assert_eq!(infix(".env"), None);
    }
}
