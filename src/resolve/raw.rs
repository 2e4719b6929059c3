//! Raw Compose blocks: what in them would undo what keeps deployments of one host apart.

use super::codes;
use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::forms::Raw;
use serde_yaml::Value;

/// Keys of a Compose service that only the compiler may set, because it checks them across a whole host, and what to
/// write instead.
const OF_SERVICES: [(&str, &str); 6] = [
    ("container_name", "`names: { container: … }` makes the names of all containers"),
    ("ports", "write `publish:` in an environment, where ports are checked against each other"),
    (
        "network_mode",
        "write `networks:` of the service; on the host's own network every port is taken from all others",
    ),
    ("scale", "write `replicas:`"),
    ("extends", "write the service out: nothing is read but the file itself"),
    ("env_file", "write `env:`, or a secret: a file that stands elsewhere is not part of the deployment"),
];

impl Scope<'_> {
    /// Checks the raw blocks of this environment and of its services.
    pub(super) fn check_raw(&self) {
        for member in self.members.values() {
            if let Some(raw) = &member.service.compose {
                self.check_service(raw, raw.value.value());
            }
        }
        let Some(raw) = &self.declared.compose else { return };
        let file = raw.value.value();
        if file.get("name").is_some() {
            self.report_raw(raw, "name", "`names: { project: … }` makes the names of Compose projects");
        }
        for section in ["volumes", "networks"] {
            let entries = file.get(section).and_then(Value::as_mapping).into_iter().flatten();
            for (_, entry) in entries.filter(|(_, entry)| entry.get("name").is_some()) {
                if entry.get("external").and_then(Value::as_bool) != Some(true) {
                    self.report_raw(
                        raw,
                        "name",
                        "name a volume in `volumes:` of the environment, a network in `names:`",
                    );
                }
            }
        }
        for (_, service) in file.get("services").and_then(Value::as_mapping).into_iter().flatten() {
            self.check_service(raw, service);
        }
    }

    fn check_service(&self, raw: &Spanned<Raw>, service: &Value) {
        for (key, instead) in OF_SERVICES {
            if service.get(key).is_some() {
                self.report_raw(raw, key, instead);
            }
        }
    }

    fn report_raw(&self, raw: &Spanned<Raw>, key: &str, instead: &str) {
        self.report(
            Diagnostic::new(&codes::UNSAFE_RAW, format!("`{key}` cannot be set in a raw block"))
                .at(self.key_in(raw.span, key), "could collide with another deployment unseen")
                .help(instead),
        );
    }

    /// Where a key stands in a block, or the beginning of the block where that cannot be told.
    fn key_in(&self, block: Span, key: &str) -> Span {
        let text = self.sources.text(block);
        let is_key = |at: &usize| {
            let before = text[..*at].chars().next_back();
            let after = text[at + key.len()..].trim_start_matches(['"', '\'']);
            before.is_none_or(|c| " \n{,\"'".contains(c)) && after.starts_with(':')
        };
        let found = text.match_indices(key).map(|(at, _)| at).find(is_key);
        found.map_or_else(|| block.slice(0, 1), |at| block.slice(at, at + key.len()))
    }
}
