//! Facts → findings: one file a rule, one word in a list.

mod rule;
mod support;

use rule::rule;
pub use rule::{Findings, Rule};

use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use std::collections::BTreeSet;

/// Declares the modules of the rules and the list of them.
macro_rules! rules {
    ($($name:ident,)*) => {
        $(pub mod $name;)*

        /// Every rule. Where two could speak of one cause the upper one does, so they look in this order and a lower
        /// one asks [`Findings::has`].
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

// In the order of the table in the README.
rules! {
    shared_env_file,
    dynamic_container_name,
    container_name_collision,
    missing_project_name,
    dynamic_project_name,
    compose_project_name_override,
    unscoped_compose_command,
    remove_orphans_hazard,
    port_collision,
    appended_ports,
    shared_volume,
    shared_network,
    alias_collision,
    volume_orphaned_by_rename,
    container_outside_compose,
    duplicate_router,
    duplicate_server_name,
    missing_variable,
    blank_variable,
    environment_parity,
    mismatched_credentials,
    credential_reuse,
    placeholder_secret,
    committed_secret,
    inline_secret,
    loose_secret_permissions,
    secret_in_build_context,
    corrupted_env_value,
    environment_lost_over_ssh,
    env_file_missing,
    missing_bind_source,
    build_context_missing,
    missing_compose_file,
    missing_from_package,
    unchecked_export,
    missing_healthcheck,
    unhealthy_dependency,
    health_port_mismatch,
    healthcheck_localhost,
    sleep_instead_of_wait,
    fragile_status_check,
    unpinned_image,
    image_tag_mismatch,
    replicas_with_container_name,
    missing_resource_limits,
    exposed_internal_port,
    unknown_service_host,
    unknown_upstream,
    stale_upstream,
    lost_headers,
    weak_tls,
    tls_without_domain,
    interactive_sudo,
    compose_v1_command,
    invalid_compose,
    undefined_reference,
    generated_file_edited,
    stale_output,
    unused_allow,
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.code.name == name)
}

/// What all rules find.
pub fn check(facts: &Repository) -> Vec<Diagnostic> {
    let mut list = Vec::new();
    for rule in ALL {
        (rule.check)(facts, &mut Findings::new(rule.code, &mut list));
    }
    list
}

/// What the files lack that nobody starts: the code of the fault, and the text that Compose stumbles over. Where many lack
/// the very same, they are put together elsewhere.
pub fn lacks(facts: &Repository) -> BTreeSet<(&'static str, String)> {
    support::lacks(facts).map(|(code, text)| (code, text.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn rules_are_declared_as_their_documents_need() {
        for rule in ALL {
            let name = rule.code.name;
            assert!(rule.code.summary.ends_with('.'), "{name}: the first line is a sentence");
            assert!(rule.code.summary.len() <= 110, "{name}: the first line is one line");
            for part in ["## What", "## Why", "## Example", "## Fix"] {
                assert!(rule.docs().contains(part), "{name}: its doc comment has no `{part}`");
            }
            let file = format!("{}/src/rules/{}.rs", env!("CARGO_MANIFEST_DIR"), name.replace('-', "_"));
            assert!(std::path::Path::new(&file).exists(), "{name} is not in {file}");
        }
        let mut names: Vec<_> = ALL.iter().map(|rule| rule.code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len(), "two rules of one name");
    }
}
