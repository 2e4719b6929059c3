//! How messages name things.

use crate::facts::model::{Deployment, Repository};
use foldhash::HashSet;
use indexmap::IndexSet;

/// How messages call these deployments, each by a name of its own as far as they have one.
pub(in crate::rules) fn titles(facts: &Repository, deployments: &[&Deployment]) -> Vec<String> {
    let unique = |names: &[String]| {
        let mut seen = HashSet::default();
        names.iter().all(|name| !name.is_empty() && seen.insert(name.as_str()))
    };
    let by_title: Vec<String> = deployments.iter().map(|deployment| deployment.title()).collect();
    if unique(&by_title) {
        return by_title;
    }
    let by_name: Vec<String> =
        deployments.iter().map(|deployment| deployment.name().unwrap_or_default().to_owned()).collect();
    if unique(&by_name) {
        return by_name;
    }
    let by_file: Vec<String> = deployments
        .iter()
        .map(|deployment| {
            let last =
                deployment.files.last().map(|file| facts.sources.get(*file).path.display().to_string());
            last.unwrap_or_default()
        })
        .collect();
    if unique(&by_file) { by_file } else { by_title }
}

/// Deployments as a sentence lists them, each title once.
pub(in crate::rules) fn who(titles: &[String]) -> String {
    let once: IndexSet<&String> = titles.iter().collect();
    let once: Vec<&String> = once.into_iter().collect();
    match once.as_slice() {
        [one] if titles.len() > 1 => format!("two deployments of `{one}`"),
        _ => quoted(&once),
    }
}

/// The words in backticks: `` `a` ``, `` `b` `` and `` `c` ``.
pub(in crate::rules) fn quoted<S: AsRef<str>>(words: &[S]) -> String {
    listed(&words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>())
}

/// The words as a sentence lists them: a, b and c.
pub(super) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{listed, quoted};

    #[test]
    fn words_are_listed_as_sentences_do() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(quoted(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
