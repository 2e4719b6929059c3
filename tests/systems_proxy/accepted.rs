//! nginx takes every conf as it is, with certificates and without.

use crate::played::{Played, all};
use crate::proxy::nginx::Machine;
use crate::support::programs::program;
use specc::resolve::proxy::{Placement, Server};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn nginx_accepts_every_conf_and_warns_of_nothing() {
    if program("nginx").is_none() || program("openssl").is_none() {
        return;
    }
    let mut tried = BTreeSet::new();
    for deployment in all() {
        let played = Played::new(deployment, BTreeMap::new());
        if played.proxy().server != Server::Nginx {
            continue;
        }
        let project = played.deployment.project.clone();
        let machine = Machine::new().expect("nginx is there");
        let own = matches!(played.proxy().placement, Placement::Service { .. });
        // Both ways look for warnings.
        let look = || {
            if own {
                drop(machine.start(&project));
            } else {
                Machine::assert_quiet(&machine.path("nginx.conf"));
            }
        };
        machine.write_own_nginx();
        played.install(&machine);
        look();
        if played.certify(&machine) {
            played.install(&machine);
            look();
            tried.insert("certificates");
        }
        tried.insert(match played.proxy().placement {
            Placement::Service { .. } => "service",
            Placement::Host => "host",
            Placement::Shared { .. } => "shared",
        });
    }
    assert_eq!(tried, BTreeSet::from(["certificates", "host", "service", "shared"]));
}
