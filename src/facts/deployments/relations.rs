//! How deployments stand to each other: neighbours on one host, possible neighbours, strangers.

use super::Targets;
use super::evidence;
use super::standing::{Numbers, Reading, Standing, Tie};
use crate::facts::model::{Deployment, DeploymentId, Gathering, Relation};
use crate::facts::script::Script;
use crate::source::Sources;
use std::collections::BTreeMap;

/// What decides how any two deployments stand to each other. Of thousands on one host nearly every two are neighbours: what
/// each has is kept, and what two of them are to each other is worked out when somebody asks.
#[derive(Debug, Default)]
pub(in crate::facts) struct Relations {
    standing: Vec<Standing>,
    /// The deployments of each tie, in order.
    tied: Vec<Vec<DeploymentId>>,
    /// Whether each script runs on a machine that stays.
    stays: Vec<bool>,
}

/// How two deployments come to share a host, or may do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meeting {
    Machine,
    Network,
    Script,
    Directory,
    /// Nothing says either way.
    Possible,
}

impl Relations {
    /// `stays` says whether a script runs on a machine that stays: a shell script or a Makefile, but not a workflow, each job
    /// of which has a machine of its own.
    pub(super) fn of(
        sources: &Sources,
        deployments: &[Deployment],
        scripts: &[Script],
        targets: &Targets,
        stays: impl Fn(usize) -> bool,
    ) -> Self {
        let stays: Vec<bool> = (0..scripts.len()).map(stays).collect();
        let mut tied: Vec<Vec<DeploymentId>> = Vec::new();
        let mut reading = Reading::new(sources, scripts, &stays, targets);
        let mut numbers = Numbers::new();
        let standing = deployments.iter().map(|deployment| {
            let mut standing = reading.standing(deployment);
            for (common, tells) in standing.common() {
                let number = numbers.of(common);
                standing.ties.push(Tie { number, tells });
                if number == tied.len() {
                    tied.push(Vec::new());
                }
                tied[number].push(deployment.id);
            }
            standing
        });
        let standing = standing.collect();
        Self { standing, tied, stays }
    }

    /// Whether two deployments are no strangers; and then, whether something says that they share a host.
    pub(in crate::facts) fn meet(
        &self,
        deployments: &[Deployment],
        one: DeploymentId,
        other: DeploymentId,
    ) -> Option<bool> {
        self.meeting(deployments, one, other).map(|meeting| meeting != Meeting::Possible)
    }

    /// Whether a deployment meets any other.
    pub(in crate::facts) fn meets_any(&self, deployments: &[Deployment], id: DeploymentId) -> bool {
        let ties = self.standing[id.0].ties.iter();
        let mut tied = ties.flat_map(|tie| &self.tied[tie.number]);
        tied.any(|other| self.meeting(deployments, id, *other).is_some())
    }

    /// Those among deployments that may meet, by their places: only those of one gathering do. First where it is certain that
    /// they share a host.
    pub(in crate::facts) fn gatherings(&self, among: &[DeploymentId]) -> Vec<Gathering> {
        let mut tied: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
        for (place, id) in among.iter().enumerate() {
            for tie in &self.standing[id.0].ties {
                tied.entry((!tie.tells, tie.number)).or_default().push(place);
            }
        }
        let mut gatherings = Vec::new();
        for ((unsure, _), places) in tied.into_iter().filter(|(_, places)| places.len() > 1) {
            let of = |place: &usize| &self.standing[among[*place].0];
            let one_environment =
                places.iter().all(|place| of(place).environment == of(&places[0]).environment);
            if !(unsure && one_environment) {
                gatherings.push(Gathering { places, certain: !unsure });
                continue;
            }
            // Within one environment only those of the same files may be one application.
            let mut by_files: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for place in places {
                by_files.entry(of(&place).files).or_default().push(place);
            }
            let several = by_files.into_values().filter(|places| places.len() > 1);
            gatherings.extend(several.map(|places| Gathering { places, certain: false }));
        }
        gatherings
    }

    /// How two deployments stand to each other.
    pub(in crate::facts) fn relation(
        &self,
        deployments: &[Deployment],
        scripts: &[Script],
        one: DeploymentId,
        other: DeploymentId,
    ) -> Relation {
        let (low, high) = (one.min(other), one.max(other));
        let (one, other) = (&deployments[low.0], &deployments[high.0]);
        let stays = |script: usize| self.stays[script];
        let evidence = match self.meeting(deployments, low, high) {
            None => return Relation::Strangers,
            Some(Meeting::Possible) => return Relation::Possible,
            Some(Meeting::Machine) => evidence::one_machine(one, other),
            Some(Meeting::Network) => evidence::shared_network(one, other),
            Some(Meeting::Script) => evidence::started_by_one_script(one, other, stays),
            Some(Meeting::Directory) => evidence::started_in_one_directory(one, other, scripts, stays),
        };
        Relation::Neighbours(evidence.unwrap_or_default())
    }

    fn meeting(&self, deployments: &[Deployment], one: DeploymentId, other: DeploymentId) -> Option<Meeting> {
        let (ours, theirs) = (&self.standing[one.0], &self.standing[other.0]);
        if one == other || ours.is_variant_of(theirs) {
            return None;
        }
        let alike = || {
            let possible = ours.may_be_environment_of(theirs)
                && share_services(&deployments[one.0], &deployments[other.0]);
            possible.then_some(Meeting::Possible)
        };
        let development = ours.development || theirs.development;
        if let (Some(target), Some(other_target)) = (ours.target, theirs.target) {
            return match (ours.machine, theirs.machine) {
                (Some(machine), Some(other)) => (machine == other).then_some(Meeting::Machine),
                // One variable may hold another host in each environment; two variables are meant to.
                _ if target == other_target && !development && !ours.chooses_machine => alike(),
                _ => None,
            };
        }
        if development || ours.runs_away && theirs.runs_away {
            return None;
        }
        let common = |ours: &[usize], theirs: &[usize]| ours.iter().any(|number| theirs.contains(number));
        if common(&ours.networks, &theirs.networks) {
            Some(Meeting::Network)
        } else if common(&ours.scripts, &theirs.scripts) {
            Some(Meeting::Script)
        } else if common(&ours.places, &theirs.places) {
            Some(Meeting::Directory)
        } else if ours.takes_the_web && theirs.takes_the_web {
            // Whoever takes the web's own ports is made for a host of its own.
            None
        } else if ours.machine_told || theirs.machine_told {
            // `STAGING_HOST`: who has a name for its machine has one of its own.
            None
        } else {
            alike()
        }
    }
}

/// Whether most services of the smaller one are services of the other.
fn share_services(one: &Deployment, other: &Deployment) -> bool {
    let common = one.services.keys().filter(|name| other.services.contains_key(*name)).count();
    let fewest = one.services.len().min(other.services.len());
    common > 0 && common * 2 >= fewest
}
