//! What depends on nginx's version, as text: the newer ones are not installed here.

use crate::proxy::model::{deployment, letsencrypt, route, service, site};
use specc::emit::nginx::emit;
use specc::resolve::proxy::{Balance, Placement, Upstream, Version};

/// All that is written for a version, and for a place.
fn text(placement: Placement, version: Version) -> String {
    let servers = ["app-1:8000", "app-2:8000"].map(str::to_owned).to_vec();
    let upstreams = vec![Upstream { name: "app".to_owned(), servers, balance: Balance::IpHash }];
    let mut web = site("web", &["a.test"], 80, vec![route("/", "app")]);
    web.tls = letsencrypt("a.test");
    let mut shop = deployment("shop", placement, upstreams, vec![web]);
    shop.proxy.as_mut().expect("a proxy").version = version;
    emit(&shop).into_iter().map(|artifact| artifact.contents).collect()
}

fn shared() -> Placement {
    Placement::Shared { container: "platform".to_owned(), conf: "/opt/platform/conf.d".to_owned() }
}

#[test]
fn http2_is_said_as_the_version_says_it() {
    let old = text(service(), Version(1, 25, 0));
    assert!(old.contains("listen 443 ssl http2;") && old.contains("listen 443 ssl http2 default_server;"));
    assert!(!old.contains("http2 on;"));
    let new = text(service(), Version(1, 25, 1));
    assert!(new.contains("listen 443 ssl;\n    http2 on;") && new.contains("listen 443 ssl default_server;"));
    assert!(!new.contains("ssl http2"));
}

#[test]
fn session_tickets_are_off_where_their_keys_would_stay() {
    assert!(text(service(), Version(1, 23, 1)).contains("ssl_session_tickets off;"));
    assert!(!text(service(), Version(1, 23, 2)).contains("ssl_session_tickets"));
}

#[test]
fn names_are_resolved_at_run_time_where_that_can_be() {
    let upstream = "\
upstream shop__production__app {
    zone shop__production__app 256k;
    ip_hash;
    resolver 127.0.0.11 valid=10s;
    resolver_timeout 5s;
    server app-1:8000 resolve max_fails=3 fail_timeout=10s;
    server app-2:8000 resolve max_fails=3 fail_timeout=10s;
    keepalive 32;
}
";
    for placement in [service(), shared()] {
        assert!(text(placement.clone(), Version(1, 27, 3)).contains(upstream));
        let old = text(placement, Version(1, 27, 2));
        assert!(
            !old.contains("resolve") && old.contains("    server app-1:8000 max_fails=3 fail_timeout=10s;\n")
        );
    }
    assert!(!text(Placement::Host, Version(1, 29, 0)).contains("resolve"));
}

#[test]
fn only_a_deployments_own_nginx_claims_what_nobody_names() {
    assert!(text(service(), Version(1, 22, 1)).contains("default_server"));
    for placement in [Placement::Host, shared()] {
        let text = text(placement, Version(1, 22, 1));
        assert!(!text.contains("default_server") && !text.contains("worker_processes"));
    }
}
