//! The secrets of a deployment: which of them its containers use, and what each must be like.

use super::environment::{Container, Deployment, Piece, Secret, Value};
use super::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};

impl Scope<'_> {
    /// The secrets of each deployment. What a secret must be like holds for the whole environment: both ends of a
    /// connection across hosts have one value.
    pub(super) fn secrets(&self, deployments: &[Deployment]) -> Vec<Vec<Secret>> {
        let used: Vec<_> = deployments.iter().map(used_secrets).collect();
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (variable, services) in used.iter().flatten() {
            users.entry(variable).or_default().extend(services);
        }
        let uses = self.uses.borrow();
        used.iter()
            .map(|used| {
                self.spec
                    .secrets
                    .iter()
                    .collect::<BTreeMap<_, _>>()
                    .into_iter()
                    .filter_map(|(key, declared)| {
                        let (name, variable) = (key.as_str(), self.naming.variable(key.as_str()));
                        used.get(variable.as_str())?;
                        let stated = declared.min_length.as_ref().map_or(0, |least| least.value.get());
                        let preset = uses.min_length.get(name).copied().unwrap_or_default();
                        Some(Secret {
                            name: name.to_owned(),
                            used_by: users[variable.as_str()].iter().map(|user| (*user).to_owned()).collect(),
                            variable,
                            in_url: uses.in_url.contains(name),
                            min_length: stated.max(preset),
                            generate: declared.generate.as_ref().map(|length| length.value.get()),
                            description: declared.description.as_ref().map(ToString::to_string),
                        })
                    })
                    .collect()
            })
            .collect()
    }
}

/// The variables of secrets that a deployment's containers use, with the services that do.
fn used_secrets(deployment: &Deployment) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for container in &deployment.containers {
        for value in values(container) {
            for piece in &value.0 {
                if let Piece::Secret(variable) = piece {
                    used.entry(variable).or_default().insert(&container.service);
                }
            }
        }
    }
    used
}

fn values(container: &Container) -> impl Iterator<Item = &Value> {
    let words = container.command.iter().chain(&container.entrypoint).flatten();
    container.environment.iter().map(|(_, value)| &value.value).chain(words)
}
