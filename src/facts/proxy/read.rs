//! Which confs are loaded together, and by whom.

use super::Proxy;
use crate::facts::model::Deployment;
use crate::workspace::{Files, Inventory};

/// The proxies of a repository: those that run in containers of its deployments, and those that no service claims.
pub fn read(_files: &mut Files, _inventory: &Inventory, _deployments: &[Deployment]) -> Vec<Proxy> {
    Vec::new()
}
