//! Volumes that scripts look for under a project's old name.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, ProjectOrigin, Repository, Resource};
use crate::facts::script::Script;
use crate::facts::script::Word;
use crate::facts::script::docker::{Docker, OtherCall, recognise};

rule! {
    /// A script uses a volume under a project name that the deployment does not have.
    ///
    /// ## What
    /// Compose calls a volume `<project>_<volume>`. This rule reports a script that mounts or creates a volume which
    /// would be one of a Compose file's if the project had another name. Silent where the volume's own name is fixed
    /// with `name:`, and in scripts that use the right volume too (they move data on purpose).
    ///
    /// ## Why
    /// Docker creates a volume that does not exist. After `name: shop-production` was added, a backup script that still
    /// says `shop_data` goes on to succeed, every night, with an archive of an empty directory.
    ///
    /// ## Example
    /// ```sh
    /// # compose.yaml says `name: shop-production`
    /// docker run --rm -v shop_data:/data:ro -v /srv/backups:/backups alpine tar -czf /backups/data.tar.gz /data
    /// ```
    ///
    /// ## Fix
    /// Use the name that the volume has (`docker volume ls`), or give it one that no rename changes:
    /// ```yaml
    /// volumes:
    ///   data:
    ///     name: shop-data
    /// ```
    pub VOLUME_ORPHANED_BY_RENAME = Warning "volume-orphaned-by-rename";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let volumes: Vec<(&Deployment, &Resource)> = facts
        .deployments
        .iter()
        .flat_map(|deployment| deployment.volumes.values().map(move |volume| (deployment, volume)))
        .collect();
    if volumes.is_empty() {
        return;
    }
    for script in &facts.scripts {
        let named = named(script);
        let known = |word: &Word| {
            let Some(name) = word.known() else { return true };
            volumes.iter().any(|(_, volume)| volume.name.known().is_none_or(|real| real == name))
        };
        for word in named.iter().filter(|word| !known(word)) {
            let Some(name) = word.known() else { continue };
            let meant = volumes.iter().find(|(deployment, volume)| is_meant(deployment, volume, name));
            let Some((deployment, volume)) = meant else { continue };
            let Some(real) = volume.name.known() else { continue };
            if named.iter().any(|other| other.is(real)) {
                continue;
            }
            let mut finding = Diagnostic::new(
                &VOLUME_ORPHANED_BY_RENAME,
                format!("no deployment has a volume `{name}`: it is called `{real}`"),
            )
            .at(word.span, "Docker makes an empty volume of this name")
            .at(volume.span, format!("`{real}` on the engine"));
            if let Some(span) = deployment.project.span.filter(|_| deployment.project.origin != ProjectOrigin::Directory)
            {
                finding = finding.at(span, "after the project's name");
            }
            findings.push(finding.help(format!(
                "Write `{real}` in the script, or fix the volume's name with `name: {name}` in the Compose file if the \
                 data is still there",
            )));
        }
    }
}

/// Whether `name` would be this volume's if only its project were called otherwise.
fn is_meant(deployment: &Deployment, volume: &Resource, name: &str) -> bool {
    // The name of the checkout's own directory is another one on every machine.
    let fixed = deployment.project.origin != ProjectOrigin::Directory
        || !deployment.directory.as_os_str().is_empty();
    let Some(project) = deployment.name().filter(|_| fixed && !volume.named && !volume.external) else {
        return false;
    };
    let prefix = name.strip_suffix(volume.key.as_str()).and_then(|rest| rest.strip_suffix('_'));
    prefix.is_some_and(|prefix| related(prefix, project))
}

/// Whether one is part of the other, or they have a word in common: `shop` and `shop-production`.
fn related(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(['-', '_']).filter(|word| word.len() >= 3).map(str::to_owned).collect()
    };
    !one.is_empty()
        && (one.contains(other) || other.contains(one) || words(one).iter().any(|word| words(other).contains(word)))
}

/// The volumes that a script's commands name.
fn named(script: &Script) -> Vec<Word> {
    let calls = script.commands.iter().filter_map(recognise);
    calls
        .flat_map(|call| match call.what {
            Docker::Other(call) => volumes_of(&call),
            _ => Vec::new(),
        })
        .filter(|word| word.known().is_none_or(|name| !name.is_empty() && !name.starts_with(['/', '.', '~'])))
        .collect()
}

fn volumes_of(call: &OtherCall) -> Vec<Word> {
    match call.subcommand.value.as_str() {
        "run" | "create" => {
            let short = call.values(&["-v", "--volume"]).map(|word| up_to(word, ':'));
            let long = call.values(&["--mount"]).filter_map(|word| {
                let source = word.known()?.split(',').find_map(|part| {
                    part.strip_prefix("source=").or_else(|| part.strip_prefix("src="))
                })?;
                Some(Word::literal(source, word.span))
            });
            short.chain(long).collect()
        }
        "volume create" => call.operands.first().cloned().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The part of a word before a character, if all of it is known.
fn up_to(word: &Word, end: char) -> Word {
    match word.known().and_then(|text| text.split_once(end)) {
        Some((source, _)) if word.raw.starts_with(source) && word.raw.len() == word.span.len() => {
            Word::literal(source, word.span.slice(0, source.len()))
        }
        Some((source, _)) => Word::literal(source, word.span),
        None => word.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::related;

    #[test]
    fn names_are_related_by_a_word() {
        assert!(related("shop", "shop-production"));
        assert!(related("shop_live", "shop-production"));
        assert!(related("mywiki", "wiki"));
        assert!(!related("gitea", "shop"));
        assert!(!related("", "shop"));
    }
}
