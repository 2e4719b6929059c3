//! Two projects on one machine, behind the machine's own nginx.

use crate::played::{Played, one};
use crate::proxy::client::get;
use crate::proxy::nginx::Machine;
use std::collections::BTreeMap;

#[test]
fn shop_and_billing_share_the_machines_nginx() {
    let Some(machine) = Machine::new() else { return };
    machine.write_own_nginx();
    let shop = Played::new(one("shared-host/apart/shop", "production"), BTreeMap::new());
    let billing = Played::new(one("shared-host/apart/billing", "production"), shop.ports.clone());
    assert!(
        shop.containers.contains_key("127.0.0.1:8081") && billing.containers.contains_key("127.0.0.1:8080")
    );
    shop.install(&machine);
    billing.install(&machine);
    Machine::assert_quiet(&machine.path("nginx.conf"));
    let _nginx = machine.start_own(shop.http());
    for (played, domain, published) in
        [(&shop, "shop.example", "127.0.0.1:8081"), (&billing, "billing.example", "127.0.0.1:8080")]
    {
        let answer = get(shop.http(), domain, "/x");
        assert_eq!(answer.status, 200, "{answer:?}");
        played.containers[published].stop();
        assert_eq!(get(shop.http(), domain, "/x").status, 502, "{domain} leads to {published}");
    }
}
