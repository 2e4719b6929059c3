//! What scripts and pipelines say of the machines of environments without naming them: `STAGING_HOST`, `PROD_SERVER_IP`.

use super::names;
use crate::facts::model::{Environment, Stage};
use crate::facts::script::Script;
use crate::source::Sources;
use crate::workspace::Inventory;
use foldhash::HashSet;
use std::collections::BTreeSet;
use std::path::Path;

/// What is said of the machines of environments.
#[derive(Debug, Default)]
pub(in crate::facts) struct Targets {
    /// The environments that have one of their own.
    own: BTreeSet<String>,
    /// Whether something deploys that nobody reads here: it knows who shares a host.
    elsewhere: bool,
}

impl Targets {
    /// What the scripts say, and the pipelines of the tree at `root` that are no scripts.
    pub(in crate::facts) fn of(
        root: &Path,
        inventory: &Inventory,
        sources: &Sources,
        scripts: &[Script],
    ) -> Self {
        let mut targets = Self::default();
        let read: HashSet<_> = scripts.iter().map(|script| script.source).collect();
        for source in read {
            targets.own.extend(machines(&sources.get(source).text));
        }
        for path in inventory.others.iter().filter(|path| is_pipeline(path)) {
            let Some(text) = inventory.glance(root, path) else { continue };
            targets.own.extend(machines(&text));
            targets.elsewhere |= text.contains("compose");
        }
        targets
    }

    /// Whether nothing may be said of who shares a host with this environment beyond what is certain.
    pub(super) fn are_told(&self, environment: Option<&Environment>) -> bool {
        self.elsewhere || environment.is_some_and(|environment| self.own.contains(&environment.name))
    }
}

/// Whether a file deploys, and is no script that is read: another forge's pipeline, a playbook, a plan of machines.
fn is_pipeline(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let below = |wanted: &[&str]| {
        path.components().any(|part| part.as_os_str().to_str().is_some_and(|part| wanted.contains(&part)))
    };
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    name.starts_with("Jenkinsfile")
        || name.ends_with(".tf")
        || yaml
            && ([
                "bitbucket-pipelines.",
                "azure-pipelines",
                ".drone.",
                ".woodpecker",
                "buildspec",
                "appspec.",
                "cloudbuild.",
            ]
            .iter()
            .any(|start| name.starts_with(start))
                || below(&[".circleci", ".woodpecker", "ansible", "playbooks", "roles"]))
}

/// The environments whose machines a text has names for: `SSH_HOST_IP_STAGING`, `secrets.PROD_SERVER`, but not
/// `PROD_DB_HOST`.
pub(super) fn machines(text: &str) -> impl Iterator<Item = String> {
    let names = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    names.filter_map(|name| {
        // Settings of CI and variables of shells are in capitals.
        if !name.contains('_') || name.contains(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let (mut machine, mut environment) = (false, None);
        for word in name.split('_') {
            machine |= MACHINE.contains(&word);
            let named = names::in_text(&word.to_lowercase()).filter(|named| named.stage == Stage::Deployed);
            match named {
                Some(named) => environment = Some(named.name),
                None if MACHINE.contains(&word) || BESIDE.contains(&word) => {}
                None => return None,
            }
        }
        environment.filter(|_| machine)
    })
}

/// Words for a machine.
const MACHINE: &[&str] = &[
    "HOST", "HOSTNAME", "SERVER", "IP", "ADDRESS", "ADDR", "VM", "VPS", "EC2", "INSTANCE", "DROPLET",
    "TARGET",
];

/// Words that stand beside them.
const BESIDE: &[&str] = &[
    "SSH",
    "DEPLOY",
    "DEPLOYMENT",
    "REMOTE",
    "NAME",
    "ID",
    "PUBLIC",
    "APP",
    "APPLICATION",
    "API",
    "WEB",
    "BACKEND",
    "FRONTEND",
    "AWS",
    "GCP",
    "AZURE",
    "DO",
    "DOCKER",
];

#[cfg(test)]
mod tests {
    use super::machines;

    #[test]
    fn machines_are_found_by_their_names() {
        let found = |text: &str| machines(text).collect::<Vec<_>>();
        assert_eq!(found("${{ secrets.SSH_HOST_IP_STAGING }}"), ["staging"]);
        assert_eq!(found("SERVER: $PROD_SERVER_IP"), ["production"]);
        assert_eq!(found("ssh deploy@$HOST"), [""; 0]);
        assert_eq!(found("PROD_DB_HOST=db STAGING_URL=x"), [""; 0]);
    }
}
